/// Numbers as text and back, independent of the process's locale.
#ifndef SCONCE_RUNTIME_NUMBER_H
#define SCONCE_RUNTIME_NUMBER_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sconce::rt {

/// The whole text as a decimal integer with an optional sign; nullopt when it is
/// not one or does not fit.
std::optional<int64_t> parseInt(std::string_view text);
/// The whole text as a float ("1.5", "1e-3", "inf", "nan", "-inf").
std::optional<double> parseDouble(std::string_view text);

/// C's printf of one double with a precision: `format` is 'f', 'e' or 'g'.
std::string printDouble(double number, char format, int precision);
/// The shortest text that reads back as the same double, Python's repr: "0.1",
/// "1e+16", "5.0", "inf", "nan".
std::string printShortest(double number);

} // namespace sconce::rt

#endif
