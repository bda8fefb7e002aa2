// The values of number and string literals.
#ifndef SCONCE_SCRIPT_LITERAL_H
#define SCONCE_SCRIPT_LITERAL_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <optional>

namespace sconce::script {

/// A number as the lexer delimits it (`numberLength`), without a sign.
struct Number {
  enum Kind { Int, Float, Complex } kind;
  uint64_t integer; ///< At most 2^63: that much only under a minus.
  double real;      ///< The value of a float, the imaginary part of a complex number.
};

/// The value of a number; nothing if it is an integer that no sign fits into 64 bits or no C
/// integer at all (`09`). Floats too large are infinite.
std::optional<Number> parseNumber(llvm::StringRef text);

/// Parses decimal or hexadecimal floating-point text without a sign. Too large is infinite, too
/// small zero.
std::optional<double> parseDouble(llvm::StringRef text);

/// Appends the content of one string literal, given with its quotes. Returns an empty text, or what
/// is wrong with an escape; `errorOffset` is then its place in `text`.
llvm::StringRef unescapeString(llvm::StringRef text, llvm::SmallVectorImpl<char> &out,
                               size_t &errorOffset);

/// The literal's text between its quotes.
llvm::StringRef stripQuotes(llvm::StringRef text);

} // namespace sconce::script

#endif // SCONCE_SCRIPT_LITERAL_H
