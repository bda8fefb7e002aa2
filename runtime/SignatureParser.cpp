/// Parses the text of signatures.
#include "runtime/Number.h"
#include "runtime/Signature.h"

#include <algorithm>

namespace sconce::rt {

namespace {

class Parser {
public:
  explicit Parser(std::string_view text) : text(text) {}

  bool parseSignature(Signature &signature) {
    return parseList('(', ')', signature.inputs) && parseState(signature.stateIn) && expect('-') &&
           expect('>') && parseList('(', ')', signature.outputs) &&
           parseState(signature.stateOut) && atEnd();
  }
  bool parseSingle(Slot &slot) { return parseSlot(slot) && atEnd(); }
  bool parseOpenList(std::vector<Slot> &slots) {
    return text.empty() || (parseElements('\0', slots) && atEnd());
  }
  Status failure() const {
    return Status::invalid("malformed signature at offset " + std::to_string(position) + ": " +
                           reason);
  }

private:

  bool fail(std::string why) {
    if (reason.empty())
      reason = std::move(why);
    return false;
  }
  char peek() const { return position < text.size() ? text[position] : '\0'; }
  bool accept(char c) {
    if (peek() != c || position >= text.size())
      return false;
    ++position;
    return true;
  }
  bool expect(char c) { return accept(c) || fail(std::string("expected '") + c + "'"); }
  bool atEnd() { return position == text.size() || fail("expected the end"); }
  void skipBlanks() {
    while (peek() == ' ')
      ++position;
  }

  bool parseState(std::vector<Slot> &slots) { return peek() != '{' || parseList('{', '}', slots); }

  bool parseList(char open, char close, std::vector<Slot> &slots) {
    if (!expect(open))
      return false;
    return accept(close) || (parseElements(close, slots) && expect(close));
  }

  bool parseElements(char close, std::vector<Slot> &slots) {
    do {
      skipBlanks();
      if (close && peek() == close) // the comma after a tuple's only element
        return true;
      if (!parseSlot(slots.emplace_back()))
        return false;
    } while (accept(','));
    return true;
  }

  /// `(name:slot, …)`; for dicts the name is a slot itself.
  bool parseNamed(Slot &slot) {
    if (!expect('('))
      return false;
    if (accept(')'))
      return true;
    do {
      skipBlanks();
      if (slot.kind == Slot::Kind::Dict) {
        if (!parseSlot(slot.children.emplace_back()))
          return false;
        if (slot.children.back().argumentWords() != 0)
          return fail("expected a known key");
      } else {
        slot.names.push_back(std::string(parseUntil(":,()")));
      }
      if (!expect(':'))
        return false;
      skipBlanks();
      if (!parseSlot(slot.children.emplace_back()))
        return false;
    } while (accept(','));
    return expect(')');
  }

  std::string_view parseUntil(std::string_view stops) {
    size_t end = std::min(text.find_first_of(stops, position), text.size());
    std::string_view part = text.substr(position, end - position);
    position = end;
    return part;
  }

  bool parseInt(int64_t &number) {
    size_t start = position;
    if (peek() == '-')
      ++position;
    while (peek() >= '0' && peek() <= '9')
      ++position;
    std::optional<int64_t> parsed = rt::parseInt(text.substr(start, position - start));
    if (!parsed)
      return fail("expected an integer");
    number = *parsed;
    return true;
  }

  bool parseFloat(double &number, std::string_view stops) {
    std::optional<double> parsed = rt::parseDouble(parseUntil(stops));
    if (!parsed)
      return fail("expected a number");
    number = *parsed;
    return true;
  }

  bool parseQuoted(std::string &result) {
    if (!expect('"'))
      return false;
    while (!accept('"')) {
      if (position >= text.size())
        return fail("unterminated string");
      char c = text[position++];
      if (c == '\\' && accept('x')) {
        if (!parseHexByte(c))
          return false;
      } else if (c == '\\') {
        if (position >= text.size())
          return fail("unterminated string");
        c = text[position++];
      }
      result += c;
    }
    return true;
  }

  bool parseHexByte(char &byte) {
    int value = 0;
    for (int digit = 0; digit < 2; ++digit) {
      char c = peek();
      int nibble = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
      if (nibble < 0)
        return fail("expected two hexadecimal digits");
      value = value * 16 + nibble;
      ++position;
    }
    byte = static_cast<char>(value);
    return true;
  }

  bool parseWritten(Slot &slot) {
    slot.written = accept('!');
    return true;
  }

  bool parseTensor(Slot &slot);
  bool parseView(Slot &slot);
  bool parseConstant(Slot &slot);
  bool parseTypes(Slot &slot);
  bool parseNamedTuple(Slot &slot);
  bool parseEnum(Slot &slot);
  bool parseSlotAt(Slot &slot);

  bool parseSlot(Slot &slot) {
    if (++depth > Signature::maxDepth)
      return fail("nested too deeply");
    bool parsed = parseSlotAt(slot);
    --depth;
    return parsed;
  }

  std::string_view text;
  size_t position = 0;
  int depth = 0;
  std::string reason;
};

/// After `T`: dtype, extents, and what may follow.
bool Parser::parseTensor(Slot &slot) {
  int64_t code;
  bool bracketed = accept('<');
  if (!parseInt(code) || (bracketed && !expect('>')))
    return false;
  std::optional<Dtype> dtype = dtypeFromCode(code);
  if (!dtype)
    return fail("unknown dtype code");
  slot.dtype = *dtype;
  if (!expect('['))
    return false;
  while (!accept(']')) {
    skipBlanks();
    int64_t extent = Slot::dynamic;
    if (!accept('?') && (!parseInt(extent) || extent < 0))
      return fail("expected an extent");
    slot.sizes.push_back(extent);
    if (peek() != ']' && !expect(','))
      return false;
  }
  if (accept('@')) {
    for (size_t dim = 0; dim < slot.sizes.size(); ++dim)
      if ((dim != 0 && !expect(',')) || !parseInt(slot.strides.emplace_back()))
        return false;
  }
  return parseWritten(slot);
}

/// After the number of an argument: `[sizes]@strides+offset` of a view, or nothing.
bool Parser::parseView(Slot &slot) {
  if (!accept('['))
    return true;
  Slot::View &view = slot.view.emplace();
  while (!accept(']')) {
    if (!parseInt(view.sizes.emplace_back()) || view.sizes.back() < 0)
      return fail("expected an extent");
    if (peek() != ']' && !expect(','))
      return false;
  }
  if (!expect('@'))
    return false;
  for (size_t dim = 0; dim < view.sizes.size(); ++dim)
    if ((dim != 0 && !expect(',')) || !parseInt(view.strides.emplace_back()) || view.strides.back() < 0)
      return fail("expected a stride");
  return expect('+') && parseInt(view.offset) && (view.offset >= 0 || fail("expected an offset"));
}

/// After `=`: a letter for the kind and the value.
bool Parser::parseConstant(Slot &slot) {
  constexpr std::string_view stops = ",(){}:";
  char kind = peek();
  ++position;
  int64_t integer;
  double real, imaginary;
  std::string string;
  switch (kind) {
  case 'i':
  case 'b':
    if (!parseInt(integer))
      return false;
    slot.constant = kind == 'i' ? Value::ofInt(integer) : Value::ofBool(integer != 0);
    return true;
  case 'f':
    if (!parseFloat(real, stops))
      return false;
    slot.constant = Value::ofDouble(real);
    return true;
  case 'c':
    if (!parseFloat(real, stops) || !expect(':') || !parseFloat(imaginary, stops))
      return false;
    slot.constant = Value::ofComplex(real, imaginary);
    return true;
  case 's':
    if (!parseQuoted(string))
      return false;
    slot.constant = Value::ofString(std::move(string));
    return true;
  case 'd':
    string = std::string(parseUntil(",(){}:"));
    if (accept(':'))
      string += ":" + std::string(parseUntil(",(){}:"));
    slot.constant = Value::ofDevice(string);
    return true;
  default:
    return fail("expected a constant");
  }
}

/// `<elementType>` or `<keyType,valueType>`, brackets of the types balanced.
bool Parser::parseTypes(Slot &slot) {
  if (!expect('<'))
    return false;
  int brackets = 0;
  std::string *part = &slot.typeText;
  while (!accept('>')) {
    if (position >= text.size())
      return fail("expected '>'");
    char c = text[position++];
    brackets += (c == '[') - (c == ']');
    if (c == ',' && brackets == 0 && (slot.kind == Slot::Kind::Dict || slot.kind == Slot::Kind::AnyDict) &&
        part == &slot.typeText)
      part = &slot.valueType;
    else if (c != ' ' || !part->empty())
      *part += c;
  }
  return true;
}

/// After `m`: `"class"[a,b](slots)`.
bool Parser::parseNamedTuple(Slot &slot) {
  if (!parseQuoted(slot.className) || !expect('['))
    return false;
  while (!accept(']')) {
    skipBlanks();
    slot.names.push_back(std::string(parseUntil(",]")));
    if (peek() != ']' && !expect(','))
      return false;
  }
  if (!parseList('(', ')', slot.children))
    return false;
  return slot.names.size() == slot.children.size() || fail("expected one name for each element");
}

/// After `e`: `"class"."NAME"`.
bool Parser::parseEnum(Slot &slot) {
  return parseQuoted(slot.className) && expect('.') && parseQuoted(slot.names.emplace_back());
}

bool Parser::parseSlotAt(Slot &slot) {
  using Kind = Slot::Kind;
  char letter = peek();
  ++position;
  switch (letter) {
  case 'n':
    return true;
  case 'T':
    slot.kind = Kind::Tensor;
    return parseTensor(slot);
  case 'i':
    slot.kind = Kind::Int;
    return true;
  case 'f':
    slot.kind = Kind::Float;
    return true;
  case 'b':
    slot.kind = Kind::Bool;
    return true;
  case 'c':
    slot.kind = Kind::Complex;
    return true;
  case '=':
    slot.kind = Kind::Constant;
    return parseConstant(slot);
  case 'l':
    slot.kind = Kind::List;
    return parseTypes(slot) && parseList('(', ')', slot.children) && parseWritten(slot);
  case 't':
    slot.kind = Kind::Tuple;
    return parseList('(', ')', slot.children);
  case 'm':
    slot.kind = Kind::Tuple;
    return parseNamedTuple(slot);
  case 'd':
    slot.kind = Kind::Dict;
    return parseTypes(slot) && parseNamed(slot) && parseWritten(slot);
  case 'o':
    slot.kind = Kind::Object;
    return parseQuoted(slot.className) && parseNamed(slot);
  case 'e':
    slot.kind = Kind::Enum;
    return parseEnum(slot);
  case 'R':
    slot.kind = Kind::Runtime;
    return true;
  case 's':
    slot.kind = Kind::Text;
    return true;
  case 'L':
    slot.kind = Kind::AnyList;
    return parseTypes(slot) && parseList('(', ')', slot.children) && (slot.children.size() <= 1 || fail("expected one kind of element"));
  case 'D':
    slot.kind = Kind::AnyDict;
    return parseTypes(slot) && parseList('(', ')', slot.children) &&
           (slot.children.empty() || slot.children.size() == 2 || fail("expected a kind of key and one of value"));
  case 'u':
    slot.kind = Kind::Union;
    return parseList('(', ')', slot.children);
  case 'a':
  case 'A': {
    slot.kind = text[position - 1] == 'a' ? Kind::Alias : Kind::Same;
    bool bracketed = accept('<');
    return parseInt(slot.alias) && (!bracketed || expect('>')) &&
           (slot.alias >= 0 || fail("expected an index")) && (slot.kind == Kind::Same || parseView(slot));
  }
  default:
    --position;
    return fail("expected a slot");
  }
}

} // namespace

Result<Signature> Signature::parse(std::string_view text) {
  Signature signature;
  Parser parser(text);
  if (!parser.parseSignature(signature))
    return parser.failure();
  return signature;
}

Result<Slot> parseSlot(std::string_view text) {
  Slot slot;
  Parser parser(text);
  if (!parser.parseSingle(slot))
    return parser.failure();
  return slot;
}

Result<std::vector<Slot>> parseSlots(std::string_view text) {
  std::vector<Slot> slots;
  Parser parser(text);
  if (!parser.parseOpenList(slots))
    return parser.failure();
  return slots;
}

} // namespace sconce::rt
