/// TorchScript's string operators. Strings are bytes; characters are classified
/// as ASCII. Where PyTorch's result differs from Python's, it is PyTorch's that
/// is kept (`end` of -1 means the end of the string, splitlines(True) gives line
/// ends as elements of their own, …); where PyTorch does not terminate (an empty
/// pattern), it is Python's.
#ifndef SCONCE_RUNTIME_STRINGS_H
#define SCONCE_RUNTIME_STRINGS_H

#include "runtime/Status.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sconce::rt::strings {

// Searching.
Result<int64_t> find(std::string_view text, std::string_view part, int64_t start = 0,
                     int64_t end = -1);
Result<int64_t> rfind(std::string_view text, std::string_view part, int64_t start = 0,
                      int64_t end = -1);
/// As find, but raises where there is none.
Result<int64_t> index(std::string_view text, std::string_view part, int64_t start = 0,
                      int64_t end = -1);
Result<int64_t> rindex(std::string_view text, std::string_view part, int64_t start = 0,
                       int64_t end = -1);
int64_t count(std::string_view text, std::string_view part, int64_t start = 0, int64_t end = -1);
Result<bool> startsWith(std::string_view text, std::string_view part, int64_t start = 0,
                        int64_t end = -1);
Result<bool> endsWith(std::string_view text, std::string_view part, int64_t start = 0,
                      int64_t end = -1);
bool contains(std::string_view text, std::string_view part);

// Splitting and joining.
/// Without a separator at blanks (PyTorch ignores `max` then).
Result<std::vector<std::string>> split(std::string_view text,
                                       std::optional<std::string_view> separator, int64_t max);
Result<std::vector<std::string>> rsplit(std::string_view text, std::string_view separator,
                                        int64_t max);
std::vector<std::string> splitLines(std::string_view text, bool keepEnds);
std::array<std::string, 3> partition(std::string_view text, std::string_view separator);
std::array<std::string, 3> rpartition(std::string_view text, std::string_view separator);
std::string join(std::string_view separator, const std::vector<std::string_view> &parts);

// Changing.
std::string upper(std::string_view text);
std::string lower(std::string_view text);
std::string swapcase(std::string_view text);
std::string title(std::string_view text);
std::string capitalize(std::string_view text);
std::string strip(std::string_view text, std::string_view chars);
std::string lstrip(std::string_view text, std::string_view chars);
std::string rstrip(std::string_view text, std::string_view chars);
/// Out of memory where the result would be longer than a GiB.
Result<std::string> replace(std::string_view text, std::string_view from, std::string_view to,
                            int64_t max);
Result<std::string> center(std::string_view text, int64_t width, std::string_view fill);
Result<std::string> ljust(std::string_view text, int64_t width, std::string_view fill);
Result<std::string> rjust(std::string_view text, int64_t width, std::string_view fill);
Result<std::string> zfill(std::string_view text, int64_t width);
Result<std::string> expandTabs(std::string_view text, int64_t tabSize);
Result<std::string> repeat(std::string_view text, int64_t times);
Result<std::string> slice(std::string_view text, std::optional<int64_t> start,
                          std::optional<int64_t> end, int64_t step);
Result<std::string> at(std::string_view text, int64_t index);

// Questions.
bool isDigit(std::string_view text);
bool isAlpha(std::string_view text);
bool isAlnum(std::string_view text);
bool isSpace(std::string_view text);
bool isPrintable(std::string_view text);
bool isIdentifier(std::string_view text);
bool isUpper(std::string_view text);
bool isLower(std::string_view text);
bool isTitle(std::string_view text);

// Numbers.
Result<int64_t> ord(std::string_view text);
Result<std::string> chr(int64_t code);
std::string hex(int64_t number);
std::string oct(int64_t number);
std::string bin(int64_t number);
Result<int64_t> toInt(std::string_view text);
Result<double> toFloat(std::string_view text);

} // namespace sconce::rt::strings

#endif
