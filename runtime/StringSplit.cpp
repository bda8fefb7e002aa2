/// Splitting and joining of strings.
#include "runtime/Strings.h"

#include <algorithm>

namespace sconce::rt::strings {

/// The bytes at which PyTorch ends lines.
static constexpr std::string_view lineEnds = "\n\r\v\f\x1c\x1d\x1e\x85";

static std::vector<std::string> splitAtBlanks(std::string_view text) {
  std::vector<std::string> parts;
  auto isBlank = [](char c) {
    return c == ' ' || c == '\t' || lineEnds.find(c) != std::string_view::npos;
  };
  size_t begin = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && !isBlank(text[i]))
      continue;
    if (i > begin)
      parts.emplace_back(text.substr(begin, i - begin));
    begin = i + 1;
  }
  return parts;
}

Result<std::vector<std::string>> split(std::string_view text,
                                       std::optional<std::string_view> separator, int64_t max) {
  if (!separator)
    return splitAtBlanks(text);
  if (separator->empty())
    return Status::raise("ValueError: empty separator");
  std::vector<std::string> parts;
  size_t begin = 0, place;
  while ((max < 0 || static_cast<int64_t>(parts.size()) < max) &&
         (place = text.find(*separator, begin)) != std::string_view::npos) {
    parts.emplace_back(text.substr(begin, place - begin));
    begin = place + separator->size();
  }
  parts.emplace_back(text.substr(begin));
  return parts;
}

Result<std::vector<std::string>> rsplit(std::string_view text, std::string_view separator,
                                        int64_t max) {
  if (separator.empty())
    return Status::raise("ValueError: empty separator");
  std::vector<std::string> parts;
  while (max < 0 || static_cast<int64_t>(parts.size()) < max) {
    size_t place = text.rfind(separator);
    if (place == std::string_view::npos)
      break;
    parts.emplace_back(text.substr(place + separator.size()));
    text = text.substr(0, place);
  }
  parts.emplace_back(text);
  std::reverse(parts.begin(), parts.end());
  return parts;
}

std::vector<std::string> splitLines(std::string_view text, bool keepEnds) {
  std::vector<std::string> lines;
  size_t begin = 0, place;
  while ((place = text.find_first_of(lineEnds, begin)) != std::string_view::npos) {
    lines.emplace_back(text.substr(begin, place - begin));
    if (keepEnds)
      lines.emplace_back(text.substr(place, 1));
    begin = place + 1;
  }
  if (begin != text.size())
    lines.emplace_back(text.substr(begin));
  return lines;
}

std::array<std::string, 3> partition(std::string_view text, std::string_view separator) {
  size_t place = text.find(separator);
  if (place == std::string_view::npos)
    return {std::string(text), "", ""};
  return {std::string(text.substr(0, place)), std::string(separator),
          std::string(text.substr(place + separator.size()))};
}

std::array<std::string, 3> rpartition(std::string_view text, std::string_view separator) {
  size_t place = text.rfind(separator);
  if (place == std::string_view::npos)
    return {"", "", std::string(text)};
  return {std::string(text.substr(0, place)), std::string(separator),
          std::string(text.substr(place + separator.size()))};
}

std::string join(std::string_view separator, const std::vector<std::string_view> &parts) {
  std::string text;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i)
      text += separator;
    text += parts[i];
  }
  return text;
}

} // namespace sconce::rt::strings
