/// Strings from and to numbers.
#include "runtime/Number.h"
#include "runtime/Strings.h"

#include <cmath>
#include <cstdlib>

namespace sconce::rt::strings {

Result<int64_t> ord(std::string_view text) {
  if (text.size() != 1)
    return Status::raise("String for ord() must be 1 character, found " +
                         std::to_string(text.size()));
  return static_cast<int64_t>(static_cast<unsigned char>(text[0]));
}

Result<std::string> chr(int64_t code) {
  if (code < 0 || code >= 0x110000)
    return Status::raise("chr() arg not in range(0x110000), found " + std::to_string(code));
  // PyTorch keeps the lowest byte.
  return std::string(1, static_cast<char>(code));
}

/// Digits in a base of 2, 8 or 16 after a prefix, the sign first.
static std::string inBase(int64_t number, unsigned shift, std::string_view prefix) {
  uint64_t magnitude =
      number < 0 ? 0 - static_cast<uint64_t>(number) : static_cast<uint64_t>(number);
  std::string digits;
  do {
    digits.insert(digits.begin(), "0123456789abcdef"[magnitude & ((1u << shift) - 1)]);
    magnitude >>= shift;
  } while (magnitude);
  return (number < 0 ? "-" : "") + std::string(prefix) + digits;
}

std::string hex(int64_t number) { return inBase(number, 4, "0x"); }
std::string oct(int64_t number) { return inBase(number, 3, "0o"); }
std::string bin(int64_t number) { return inBase(number, 1, "0b"); }

/// Without the blanks that strtol and strtod skip.
static std::string_view skipBlanks(std::string_view text) {
  size_t first = text.find_first_not_of(" \t\n\v\f\r");
  return first == std::string_view::npos ? std::string_view() : text.substr(first);
}

Result<int64_t> toInt(std::string_view text) {
  std::string_view number = skipBlanks(text);
  size_t size = number.empty() || (number[0] != '-' && number[0] != '+') ? 0 : 1, signSize = size;
  while (size < number.size() && number[size] >= '0' && number[size] <= '9')
    ++size;
  // PyTorch's message for no digits at all, and for too many of them.
  std::optional<int64_t> parsed = size > signSize ? parseInt(number.substr(0, size)) : std::nullopt;
  if (!parsed)
    return Status::raise("stoll");
  if (size != number.size())
    return Status::raise("invalid literal for int() with base 10: '" + std::string(text) + "'");
  return *parsed;
}

Result<double> toFloat(std::string_view text) {
  std::string_view number = skipBlanks(text);
  if (std::optional<double> parsed = parseDouble(number)) {
    bool overflowed = std::isinf(*parsed) && number.find_first_of("iI") == std::string_view::npos;
    if (overflowed)
      return Status::raise("stod");
    return *parsed;
  }
  // Whether a number stands at the front decides between PyTorch's messages.
  std::string copy(number);
  char *end = nullptr;
  std::strtod(copy.c_str(), &end);
  if (end == copy.c_str())
    return Status::raise("stod");
  return Status::raise("could not convert string to float: '" + std::string(text) + "'");
}

} // namespace sconce::rt::strings
