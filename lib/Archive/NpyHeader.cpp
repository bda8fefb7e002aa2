#include "lib/Archive/NpyHeader.h"
#include "lib/Archive/QuoteText.h"
#include "lib/Support/Error.h"

using namespace llvm;

namespace sconce::archive {

namespace {

/// Reads the few forms of Python literal that the header has.
class Literals {
public:
  explicit Literals(StringRef text) : rest(text) {}

  bool consume(StringRef token) {
    rest = rest.ltrim();
    return rest.consume_front(token);
  }
  bool string(StringRef &out) {
    rest = rest.ltrim();
    if (rest.empty() || (rest[0] != '\'' && rest[0] != '"'))
      return false;
    size_t end = rest.find(rest[0], 1);
    if (end == StringRef::npos)
      return false;
    out = rest.slice(1, end);
    rest = rest.drop_front(end + 1);
    return true;
  }
  bool integer(int64_t &out) {
    rest = rest.ltrim();
    if (rest.consumeInteger(10, out) || out < 0)
      return false;
    rest.consume_front("L"); // Python 2
    return true;
  }
  bool boolean(bool &out) {
    out = consume("True");
    return out || consume("False");
  }
  bool isAtEnd() const { return rest.trim().empty(); }
  StringRef remainder() const { return rest.ltrim(); }

private:
  StringRef rest;
};

struct Descriptor {
  StringLiteral text; ///< kind and size, without the byte order
  rt::Dtype dtype;
};

constexpr Descriptor descriptors[] = {
    {"b1", rt::Dtype::Bool},       {"c16", rt::Dtype::Complex128}, {"c8", rt::Dtype::Complex64},
    {"f2", rt::Dtype::Float16},    {"f4", rt::Dtype::Float32},     {"f8", rt::Dtype::Float64},
    {"i1", rt::Dtype::Int8},       {"i2", rt::Dtype::Int16},       {"i4", rt::Dtype::Int32},
    {"i8", rt::Dtype::Int64},      {"u1", rt::Dtype::UInt8},       {"u2", rt::Dtype::UInt16},
    {"u4", rt::Dtype::UInt32},     {"u8", rt::Dtype::UInt64},
};

} // namespace

static Error readDescriptor(StringRef text, NpyHeader &header) {
  if (!text.empty() && StringRef("<>=|").contains(text[0])) {
    header.isBigEndian = text[0] == '>';
    text = text.drop_front();
  }
  for (const Descriptor &known : descriptors)
    if (known.text == text) {
      header.dtype = known.dtype;
      return Error::success();
    }
  if (text == "O")
    return unsupported("arrays of Python objects cannot be read");
  if (text == "V2")
    return unsupported("arrays of 2-byte records (bfloat16 as NumPy sees it) cannot be read; "
                       "convert the array to float32, or save it with torch.save");
  return unsupported("arrays of the NumPy type " + quoteText(text) +
                     " are not supported; only bools, integers, floats and complex numbers of "
                     "standard size are");
}

static bool readShape(Literals &in, std::vector<int64_t> &sizes) {
  if (!in.consume("("))
    return false;
  while (!in.consume(")")) {
    int64_t extent;
    if (sizes.size() == 64 || !in.integer(extent))
      return false;
    sizes.push_back(extent);
    if (!in.consume(","))
      return in.consume(")");
  }
  return true;
}

Expected<NpyHeader> parseNpyHeader(StringRef text) {
  Literals in(text);
  NpyHeader header;
  bool hasDtype = false, hasOrder = false, hasShape = false;
  auto malformed = [] { return badInput("the header of the NumPy array is malformed"); };
  if (!in.consume("{"))
    return malformed();
  while (!in.consume("}")) {
    StringRef key, descriptor;
    if (!in.string(key) || !in.consume(":"))
      return malformed();
    if (key == "descr" && !hasDtype) {
      if (in.remainder().starts_with("["))
        return unsupported("structured arrays cannot be read");
      if (!in.string(descriptor))
        return malformed();
      if (Error error = readDescriptor(descriptor, header))
        return std::move(error);
      hasDtype = true;
    } else if (key == "fortran_order" && !hasOrder && in.boolean(header.isFortranOrder)) {
      hasOrder = true;
    } else if (key == "shape" && !hasShape && readShape(in, header.sizes)) {
      hasShape = true;
    } else {
      return malformed();
    }
    if (!in.consume(",")) {
      if (!in.consume("}"))
        return malformed();
      break;
    }
  }
  if (!in.isAtEnd() || !hasDtype || !hasOrder || !hasShape)
    return malformed();
  return header;
}

Expected<std::string> printNpyHeader(rt::Dtype dtype, ArrayRef<int64_t> sizes) {
  const Descriptor *found = nullptr;
  for (const Descriptor &known : descriptors)
    if (known.dtype == dtype)
      found = &known;
  if (!found)
    return unsupported(Twine("NumPy has no ") + name(dtype) +
                       "; write the tensor as a .pt file, or convert it to float32 first");
  std::string text = "{'descr': '";
  text += itemSize(dtype) == 1 ? '|' : '<';
  text += found->text;
  text += "', 'fortran_order': False, 'shape': (";
  for (size_t i = 0; i < sizes.size(); ++i)
    text += (i == 0 ? "" : ", ") + std::to_string(sizes[i]);
  text += sizes.size() == 1 ? ",), }" : "), }";
  return text;
}

} // namespace sconce::archive
