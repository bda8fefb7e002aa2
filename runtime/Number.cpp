#include "runtime/Number.h"

#include <algorithm>
#include <clocale>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace sconce::rt {

std::optional<int64_t> parseInt(std::string_view text) {
  bool negative = !text.empty() && text[0] == '-';
  if (!text.empty() && (text[0] == '-' || text[0] == '+'))
    text.remove_prefix(1);
  if (text.empty())
    return std::nullopt;
  int64_t number = 0;
  for (char c : text) {
    if (c < '0' || c > '9' || __builtin_mul_overflow(number, 10, &number))
      return std::nullopt;
    int64_t digit = c - '0';
    // Below zero from the start, as the lowest int has no positive twin.
    if (negative ? __builtin_sub_overflow(number, digit, &number)
                 : __builtin_add_overflow(number, digit, &number))
      return std::nullopt;
  }
  return number;
}

std::optional<double> parseDouble(std::string_view text) {
  if (text.empty() || text[0] == ' ' || text[0] == '\t' || text[0] == '\n' || text[0] == '\r' ||
      text[0] == '\v' || text[0] == '\f')
    return std::nullopt;
  std::string copy(text);
  if (copy.size() != std::char_traits<char>::length(copy.c_str()))
    return std::nullopt;
  // strtod expects the locale's decimal point.
  const char *point = std::localeconv()->decimal_point;
  size_t dot = copy.find('.');
  if (dot != std::string::npos)
    copy.replace(dot, 1, point);
  char *end = nullptr;
  double number = std::strtod(copy.c_str(), &end);
  if (end != copy.c_str() + copy.size())
    return std::nullopt;
  return number;
}

std::string printDouble(double number, char format, int precision) {
  char spec[] = {'%', '.', '*', format, 0};
  char buffer[512];
  int size = std::snprintf(buffer, sizeof buffer, spec, precision, number);
  std::string text(buffer,
                   size < 0 ? 0 : std::min<size_t>(static_cast<size_t>(size), sizeof buffer - 1));
  // Whatever stands where the decimal point belongs is the locale's.
  std::string_view point = std::localeconv()->decimal_point;
  if (size_t at = text.find(point); point != "." && at != std::string::npos)
    text.replace(at, point.size(), ".");
  return text;
}

std::string printShortest(double number) {
  if (std::isnan(number))
    return "nan";
  if (std::isinf(number))
    return number < 0 ? "-inf" : "inf";
  std::string text;
  int precision = 0;
  do
    text = printDouble(number, 'e', precision);
  while (parseDouble(text) != number && ++precision < 17);
  // "d.ddde±xx": Python writes exponents below -4 and above 15 only.
  size_t mark = text.find('e');
  int64_t exponent = *parseInt(std::string_view(text).substr(mark + 1));
  if (exponent >= -4 && exponent < 16) {
    text = printDouble(number, 'f', std::max<int>(precision - static_cast<int>(exponent), 0));
    return text.find('.') == std::string::npos ? text + ".0" : text;
  }
  return text;
}

} // namespace sconce::rt
