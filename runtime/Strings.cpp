/// Searching, changing and asking; splitting is in StringSplit.cpp, numbers are
/// in StringNumbers.cpp.
#include "runtime/Strings.h"

#include "runtime/Slice.h"

#include <algorithm>

namespace sconce::rt::strings {
namespace {

/// Longer strings than this are refused: sizes come from the program's input.
constexpr int64_t longest = int64_t(1) << 30;

bool isUpperChar(char c) { return c >= 'A' && c <= 'Z'; }
bool isLowerChar(char c) { return c >= 'a' && c <= 'z'; }
bool isAlphaChar(char c) { return isUpperChar(c) || isLowerChar(c); }
bool isDigitChar(char c) { return c >= '0' && c <= '9'; }
char upperChar(char c) { return isLowerChar(c) ? static_cast<char>(c - 32) : c; }
char lowerChar(char c) { return isUpperChar(c) ? static_cast<char>(c + 32) : c; }

template <typename Change> std::string map(std::string_view text, Change change) {
  std::string result(text);
  for (char &c : result)
    c = change(c);
  return result;
}

template <typename Test> bool all(std::string_view text, Test test) {
  return !text.empty() && std::all_of(text.begin(), text.end(), test);
}

/// Moves negative bounds into range as PyTorch does: an end of -1 is the size.
void adjustBounds(int64_t size, int64_t &start, int64_t &end) {
  if (start < 0)
    start = std::max<int64_t>(0, size + start);
  if (end < 0)
    end = std::max<int64_t>(0, size + end + 1);
}

/// std::string::substr with the message of its exception.
Result<std::string_view> substring(std::string_view text, int64_t start, int64_t count) {
  if (start > static_cast<int64_t>(text.size()))
    return Status::raise("basic_string::substr: __pos (which is " + std::to_string(start) +
                         ") > this->size() (which is " + std::to_string(text.size()) + ")");
  return text.substr(static_cast<size_t>(start),
                     count < 0 ? std::string_view::npos : static_cast<size_t>(count));
}

Result<int64_t> findFrom(std::string_view text, std::string_view part, int64_t start, int64_t end,
                         bool reverse) {
  adjustBounds(static_cast<int64_t>(text.size()), start, end);
  Result<std::string_view> window = std::string_view();
  if (end > start)
    window = substring(text, start, end - start);
  if (!window)
    return window.status();
  size_t place = reverse ? window->rfind(part) : window->find(part);
  return place == std::string_view::npos ? int64_t(-1) : static_cast<int64_t>(place) + start;
}

Result<int64_t> orRaise(Result<int64_t> place) {
  if (place && *place < 0)
    return Status::raise("ValueError: substring not found");
  return place;
}

/// Checks a fill character and how much of it `width` asks for.
Result<int64_t> padding(std::string_view text, int64_t width, std::string_view fill) {
  if (fill.size() != 1)
    return Status::raise("TypeError: The fill character must be exactly one character long");
  if (width > longest)
    return Status::outOfMemory();
  return std::max<int64_t>(0, width - static_cast<int64_t>(text.size()));
}

std::string fillOf(int64_t count, char c) { return std::string(static_cast<size_t>(count), c); }

} // namespace

//===--- Searching ----------------------------------------------------------===//

Result<int64_t> find(std::string_view text, std::string_view part, int64_t start, int64_t end) {
  return findFrom(text, part, start, end, false);
}
Result<int64_t> rfind(std::string_view text, std::string_view part, int64_t start, int64_t end) {
  return findFrom(text, part, start, end, true);
}
Result<int64_t> index(std::string_view text, std::string_view part, int64_t start, int64_t end) {
  return orRaise(find(text, part, start, end));
}
Result<int64_t> rindex(std::string_view text, std::string_view part, int64_t start, int64_t end) {
  return orRaise(rfind(text, part, start, end));
}

int64_t count(std::string_view text, std::string_view part, int64_t start, int64_t end) {
  int64_t size = static_cast<int64_t>(text.size());
  if (start > size)
    return 0;
  adjustBounds(size, start, end);
  if (part.empty())
    return std::max<int64_t>(std::min(end, size) - start, -1) + 1;
  int64_t occurrences = 0;
  size_t place = static_cast<size_t>(start);
  while ((place = text.find(part, place)) != std::string_view::npos &&
         static_cast<int64_t>(place) < end) {
    ++occurrences;
    place += part.size();
  }
  return occurrences;
}

Result<bool> startsWith(std::string_view text, std::string_view part, int64_t start, int64_t end) {
  adjustBounds(static_cast<int64_t>(text.size()), start, end);
  Result<std::string_view> window = substring(text, start, end - start);
  if (!window)
    return window.status();
  return window->starts_with(part);
}

Result<bool> endsWith(std::string_view text, std::string_view part, int64_t start, int64_t end) {
  adjustBounds(static_cast<int64_t>(text.size()), start, end);
  Result<std::string_view> window = substring(text, start, end - start);
  if (!window)
    return window.status();
  return window->ends_with(part);
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

//===--- Changing -----------------------------------------------------------===//

std::string upper(std::string_view text) { return map(text, upperChar); }
std::string lower(std::string_view text) { return map(text, lowerChar); }
std::string swapcase(std::string_view text) {
  return map(text, [](char c) { return isUpperChar(c) ? lowerChar(c) : upperChar(c); });
}

std::string title(std::string_view text) {
  bool startsWord = true;
  return map(text, [&](char c) {
    char changed = startsWord ? upperChar(c) : lowerChar(c);
    startsWord = !isAlphaChar(c);
    return changed;
  });
}

std::string capitalize(std::string_view text) {
  std::string result = lower(text);
  if (!result.empty())
    result[0] = upperChar(result[0]);
  return result;
}

std::string lstrip(std::string_view text, std::string_view chars) {
  size_t first = text.find_first_not_of(chars);
  return std::string(first == std::string_view::npos ? std::string_view() : text.substr(first));
}
std::string rstrip(std::string_view text, std::string_view chars) {
  return std::string(text.substr(0, text.find_last_not_of(chars) + 1));
}
std::string strip(std::string_view text, std::string_view chars) {
  return lstrip(rstrip(text, chars), chars);
}

Result<std::string> replace(std::string_view text, std::string_view from, std::string_view to,
                            int64_t max) {
  std::string result;
  size_t begin = 0;
  for (int64_t done = 0; max < 0 || done < max; ++done) {
    size_t place = text.find(from, begin);
    if (place == std::string_view::npos ||
        static_cast<int64_t>(result.size() + to.size()) > longest)
      break;
    result += text.substr(begin, place - begin);
    result += to;
    begin = place + from.size();
    // An empty pattern: PyTorch stays at the front until `max`; without one it
    // would not end, so there it is Python, between all characters.
    if (from.empty() && max < 0) {
      if (begin == text.size())
        return result;
      result += text[begin++];
    }
  }
  if (static_cast<int64_t>(result.size() + to.size()) > longest)
    return Status::outOfMemory();
  result += text.substr(begin);
  return result;
}

Result<std::string> center(std::string_view text, int64_t width, std::string_view fill) {
  Result<int64_t> missing = padding(text, width, fill);
  if (!missing)
    return missing.status();
  // The odd one goes to the left where the width is odd.
  int64_t left = *missing / 2, right = (*missing + 1) / 2;
  if (width % 2)
    std::swap(left, right);
  return fillOf(left, fill[0]) + std::string(text) + fillOf(right, fill[0]);
}

Result<std::string> ljust(std::string_view text, int64_t width, std::string_view fill) {
  Result<int64_t> missing = padding(text, width, fill);
  if (!missing)
    return missing.status();
  return std::string(text) + fillOf(*missing, fill[0]);
}

Result<std::string> rjust(std::string_view text, int64_t width, std::string_view fill) {
  Result<int64_t> missing = padding(text, width, fill);
  if (!missing)
    return missing.status();
  return fillOf(*missing, fill[0]) + std::string(text);
}

Result<std::string> zfill(std::string_view text, int64_t width) { return rjust(text, width, "0"); }

Result<std::string> expandTabs(std::string_view text, int64_t tabSize) {
  std::string result;
  for (char c : text) {
    if (c != '\t') {
      result += c;
    } else if (tabSize > 0) {
      int64_t missing = tabSize - static_cast<int64_t>(result.size()) % tabSize;
      if (missing > longest - static_cast<int64_t>(result.size()))
        return Status::outOfMemory();
      result += fillOf(missing, ' ');
    }
  }
  return result;
}

Result<std::string> repeat(std::string_view text, int64_t times) {
  int64_t size;
  if (__builtin_mul_overflow(static_cast<int64_t>(text.size()), std::max<int64_t>(times, 0),
                             &size) ||
      size > longest)
    return Status::outOfMemory();
  std::string result;
  result.reserve(static_cast<size_t>(size));
  for (int64_t i = 0; size > 0 && i < times; ++i)
    result += text;
  return result;
}

Result<std::string> slice(std::string_view text, std::optional<int64_t> start,
                          std::optional<int64_t> end, int64_t step) {
  Result<SliceRange> range = sliceRange(static_cast<int64_t>(text.size()), start, end, step);
  if (!range)
    return range.status();
  std::string result;
  for (int64_t i = 0; i < range->count; ++i)
    result += text[static_cast<size_t>(range->start + i * range->step)];
  return result;
}

Result<std::string> at(std::string_view text, int64_t index) {
  int64_t size = static_cast<int64_t>(text.size()), place = index < 0 ? index + size : index;
  if (place < 0 || place >= size)
    return Status::raise("basic_string::at: __n (which is " +
                         std::to_string(static_cast<uint64_t>(place)) +
                         ") >= this->size() (which is " + std::to_string(size) + ")");
  return std::string(1, text[static_cast<size_t>(place)]);
}

//===--- Questions ----------------------------------------------------------===//

bool isDigit(std::string_view text) { return all(text, isDigitChar); }
bool isAlpha(std::string_view text) { return all(text, isAlphaChar); }
bool isAlnum(std::string_view text) {
  return all(text, [](char c) { return isAlphaChar(c) || isDigitChar(c); });
}
bool isSpace(std::string_view text) {
  return all(text, [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); });
}
bool isPrintable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 32 && c < 127; });
}
bool isIdentifier(std::string_view text) { return isAlnum(text) && !isDigitChar(text[0]); }

bool isUpper(std::string_view text) {
  return std::any_of(text.begin(), text.end(), isAlphaChar) &&
         std::none_of(text.begin(), text.end(), isLowerChar);
}
bool isLower(std::string_view text) {
  return std::any_of(text.begin(), text.end(), isAlphaChar) &&
         std::none_of(text.begin(), text.end(), isUpperChar);
}

bool isTitle(std::string_view text) {
  bool inWord = false, any = false;
  for (char c : text) {
    if (c != (inWord ? lowerChar(c) : upperChar(c)))
      return false;
    inWord = isAlphaChar(c);
    any |= inWord;
  }
  return any;
}

} // namespace sconce::rt::strings
