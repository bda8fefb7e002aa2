#include "lib/Script/Literal.h"
#include "llvm/ADT/APFloat.h"
#include <charconv>

using namespace llvm;

namespace sconce::script {

/// The slow and complete way, for values that overflow or underflow.
static std::optional<double> parseExtreme(StringRef text) {
  APFloat value(APFloat::IEEEdouble());
  auto status = value.convertFromString(text, APFloat::rmNearestTiesToEven);
  if (!status) {
    consumeError(status.takeError());
    return std::nullopt;
  }
  return value.convertToDouble();
}

std::optional<double> parseDouble(StringRef text) {
  bool hex = text.starts_with_insensitive("0x");
  StringRef digits = hex ? text.drop_front(2) : text;
  double value = 0;
  auto result = std::from_chars(digits.begin(), digits.end(), value,
                                hex ? std::chars_format::hex : std::chars_format::general);
  if (result.ec == std::errc() && result.ptr == digits.end())
    return value;
  if (result.ec != std::errc::result_out_of_range)
    return std::nullopt;
  return parseExtreme(hex && !text.contains_insensitive('p') ? (text + "p0").str() : text.str());
}

std::optional<Number> parseNumber(StringRef text) {
  Number number{Number::Int, 0, 0.0};
  bool hex = text.starts_with_insensitive("0x");
  if (text.consume_back("j"))
    number.kind = Number::Complex;
  else if (text.contains('.') || text.contains_insensitive(hex ? 'p' : 'e'))
    number.kind = Number::Float;
  if (number.kind != Number::Int) {
    std::optional<double> value = parseDouble(text);
    if (!value)
      return std::nullopt;
    number.real = *value;
    return number;
  }
  // The radix is C's: a leading zero makes an octal number.
  unsigned radix = 10;
  if (hex) {
    radix = 16;
    text = text.drop_front(2);
  } else if (text.size() > 1 && text[0] == '0') {
    radix = 8;
  }
  if (text.getAsInteger(radix, number.integer) || number.integer > (uint64_t(1) << 63))
    return std::nullopt;
  return number;
}

StringRef stripQuotes(StringRef text) {
  bool triple = text.size() >= 6 && text[1] == text[0] && text[2] == text[0];
  size_t quotes = triple ? 3 : 1;
  return text.drop_front(quotes).drop_back(quotes);
}

/// The value of a one-letter escape, or nothing.
static std::optional<char> simpleEscape(char c) {
  switch (c) {
  case '\\':
  case '\'':
  case '"': return c;
  case 'a': return '\a';
  case 'b': return '\b';
  case 'f': return '\f';
  case 'n': return '\n';
  case 'r': return '\r'; // PyTorch writes it and cannot read it.
  case 't': return '\t';
  case 'v': return '\v';
  default: return std::nullopt;
  }
}

static bool isOctal(char c) { return c >= '0' && c <= '7'; }

StringRef unescapeString(StringRef text, SmallVectorImpl<char> &out, size_t &errorOffset) {
  StringRef content = stripQuotes(text);
  size_t i = 0;
  while (true) {
    size_t slash = std::min(content.find('\\', i), content.size());
    out.append(content.begin() + i, content.begin() + slash);
    if (slash == content.size())
      return "";
    i = slash + 1; // The lexer has seen a character behind the backslash.
    char c = content[i];
    if (c == '\n') {
      i += 1;
    } else if (c == '\r' && i + 1 < content.size() && content[i + 1] == '\n') {
      i += 2;
    } else if (std::optional<char> plain = simpleEscape(c)) {
      out.push_back(*plain);
      i += 1;
    } else if (i + 2 < content.size() && isOctal(c) && c <= '3' && isOctal(content[i + 1]) &&
               isOctal(content[i + 2])) {
      out.push_back(static_cast<char>((c - '0') * 64 + (content[i + 1] - '0') * 8 +
                                      (content[i + 2] - '0')));
      i += 3;
    } else {
      errorOffset = static_cast<size_t>(content.data() - text.data()) + slash;
      if (c == 'x' || c == 'u' || c == 'U')
        return "hexadecimal and unicode escapes are not part of TorchScript";
      return "unknown escape: expected one of \\\\ \\' \\\" \\a \\b \\f \\n \\r \\t \\v or three "
             "octal digits";
    }
  }
}

} // namespace sconce::script
