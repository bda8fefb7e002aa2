// A tensor slot is `T<dtype>[extents]`, with `@strides` after it when the tensor is not contiguous. Nothing else in a
// signature looks like `T<digits>[`: names are in quotes or end in a colon.

#include "codegen/Transforms/InputStrides.h"

using namespace mlir;
namespace sconce::codegen {

namespace {
/// Walks over the text of a signature.
struct SlotScanner {
  StringRef text;

  /// Moves behind the next `T<digits>[extents]`; false at the end.
  bool findTensor() {
    while (!text.empty()) {
      if (text.consume_front("\"")) {
        skipString();
        continue;
      }
      if (text.starts_with("L<") || text.starts_with("D<")) {
        skipElements();
        continue;
      }
      StringRef rest = text.drop_front();
      size_t digits = rest.find_first_not_of("0123456789");
      if (text.front() == 'T' && digits != 0 && digits != StringRef::npos && rest[digits] == '[') {
        size_t end = rest.find(']', digits);
        text = end == StringRef::npos ? "" : rest.drop_front(end + 1);
        return end != StringRef::npos;
      }
      text = rest;
    }
    return false;
  }

  /// A list or dict of any size is one value, whatever tensors its elements are.
  void skipElements() {
    int depth = 0;
    bool isInside = false;
    while (!text.empty() && (depth > 0 || !isInside)) {
      char letter = text.front();
      text = text.drop_front();
      depth += (letter == '(') - (letter == ')');
      isInside |= depth > 0;
      if (letter == '"')
        skipString();
    }
  }

  void skipString() {
    while (!text.empty() && text.front() != '"')
      text = text.drop_front(text.front() == '\\' ? std::min<size_t>(2, text.size()) : 1);
    text = text.drop_front(text.empty() ? 0 : 1);
  }

  /// Reads `@1,2,3` if it is next. A comma that no digit follows belongs to the list of slots.
  SmallVector<int64_t> readStrides() {
    SmallVector<int64_t> strides;
    if (!text.consume_front("@"))
      return strides;
    uint64_t stride;
    while (!text.consumeInteger(10, stride)) {
      strides.push_back(static_cast<int64_t>(std::min<uint64_t>(stride, INT64_MAX)));
      StringRef rest = text;
      if (!rest.consume_front(",") || rest.empty() || !isdigit(static_cast<unsigned char>(rest.front())))
        break;
      text = rest;
    }
    return strides;
  }
};
} // namespace

/// The part of a signature before the arrow that is not inside a string.
static StringRef takeInputs(StringRef signature) {
  SlotScanner scanner{signature};
  while (!scanner.text.empty() && !scanner.text.starts_with("->")) {
    bool quote = scanner.text.front() == '"';
    scanner.text = scanner.text.drop_front();
    if (quote)
      scanner.skipString();
  }
  return signature.drop_back(scanner.text.size());
}

FailureOr<SmallVector<SmallVector<int64_t>>> readInputStrides(func::FuncOp func) {
  SmallVector<SmallVector<int64_t>> all;
  auto signature = func->getAttrOfType<StringAttr>("ts.signature");
  if (!signature)
    return all;
  SlotScanner scanner{takeInputs(signature.getValue())};
  while (scanner.findTensor())
    all.push_back(scanner.readStrides());

  SmallVector<RankedTensorType> tensors;
  for (Type type : func.getArgumentTypes())
    if (auto tensor = dyn_cast<RankedTensorType>(type))
      tensors.push_back(tensor);
  if (tensors.size() != all.size())
    return func.emitOpError("expected ") << all.size() << " tensor arguments by its signature, got " << tensors.size();
  for (auto [strides, tensor] : llvm::zip_equal(all, tensors))
    if (!strides.empty() && static_cast<int64_t>(strides.size()) != tensor.getRank())
      return func.emitOpError("expected ") << strides.size() << " dimensions by its signature, got " << tensor;
  return all;
}

} // namespace sconce::codegen
