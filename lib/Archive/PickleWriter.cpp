#include "lib/Archive/PickleWriter.h"
#include "lib/Archive/PickleGlobals.h"
#include "lib/Support/Error.h"

#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/Endian.h"

#include <bit>

using namespace llvm;

namespace sconce::archive {

/// Python's own pickler stops near this depth of lists.
static constexpr unsigned maxDepth = 500;

Error PickleWriter::write(const rt::Value &root) {
  if (Error error = collect(root, 0))
    return error;
  text = "\x80\x02";
  value(root);
  text += '.';
  return Error::success();
}

//===--- First pass ---------------------------------------------------------------------------===//

static bool isUtf8(StringRef text) {
  const auto *begin = reinterpret_cast<const UTF8 *>(text.begin());
  return isLegalUTF8String(&begin, reinterpret_cast<const UTF8 *>(text.end()));
}

static Error checkString(StringRef text) {
  if (!isUtf8(text))
    return badInput("a string that is not UTF-8 cannot be saved");
  if (text.size() > UINT32_MAX)
    return badInput("a string of more than 4 GiB cannot be saved");
  return Error::success();
}

Error PickleWriter::collect(const rt::Value &value, unsigned depth) {
  if (depth > maxDepth)
    return badInput("a value that nests deeper than " + Twine(maxDepth) +
                    " levels cannot be saved");
  switch (value.tag()) {
  case SC_NONE:
  case SC_BOOL:
  case SC_INT:
  case SC_DOUBLE:
  case SC_COMPLEX:
  case SC_DEVICE:
    return Error::success();
  case SC_STRING:
    return checkString(value.asString());
  case SC_TENSOR:
    return collectTensor(value.asTensor());
  case SC_LIST:
  case SC_TUPLE:
  case SC_DICT:
    break;
  case SC_OBJECT:
    return unsupported("an object of class '" + value.asObject().className +
                       "' cannot be saved as data");
  case SC_ENUM:
    return unsupported("a member of the enum '" + value.asEnum().className +
                       "' cannot be saved as data");
  default:
    return unsupported("functions, futures and generators cannot be saved as data");
  }
  const void *key = value.heap();
  if (done.contains(key))
    return Error::success();
  if (!open.insert(key).second)
    return badInput("a value that contains itself cannot be saved");
  if (value.isDict()) {
    for (auto &[entryKey, entry] : value.asDict().entries()) {
      if (Error error = collect(entryKey, depth + 1))
        return error;
      if (Error error = collect(entry, depth + 1))
        return error;
    }
  } else {
    for (const rt::Value &element :
         value.isList() ? value.asList().elements : value.asTuple().elements)
      if (Error error = collect(element, depth + 1))
        return error;
  }
  open.erase(key);
  done.insert(key);
  return Error::success();
}

/// Dtypes that have a storage class in Python; the others are saved as bytes.
static StringRef storageType(rt::Dtype dtype) {
  switch (dtype) {
  case rt::Dtype::UInt8:
    return "ByteStorage";
  case rt::Dtype::Int8:
    return "CharStorage";
  case rt::Dtype::Int16:
    return "ShortStorage";
  case rt::Dtype::Int32:
    return "IntStorage";
  case rt::Dtype::Int64:
    return "LongStorage";
  case rt::Dtype::Float16:
    return "HalfStorage";
  case rt::Dtype::Float32:
    return "FloatStorage";
  case rt::Dtype::Float64:
    return "DoubleStorage";
  case rt::Dtype::Complex64:
    return "ComplexFloatStorage";
  case rt::Dtype::Complex128:
    return "ComplexDoubleStorage";
  case rt::Dtype::Bool:
    return "BoolStorage";
  case rt::Dtype::QInt8:
    return "QInt8Storage";
  case rt::Dtype::QUInt8:
    return "QUInt8Storage";
  case rt::Dtype::QInt32:
    return "QInt32Storage";
  case rt::Dtype::BFloat16:
    return "BFloat16Storage";
  default:
    return {};
  }
}

Error PickleWriter::collectTensor(const rt::Tensor &tensor) {
  if (tensor.isSparse()) {
    const rt::SparsePayload &payload = *tensor.get()->sparse;
    for (const rt::Tensor &part : {payload.indices, payload.rowPointers, payload.values})
      if (part)
        if (Error error = collectTensor(part))
          return error;
    return Error::success();
  }
  if (tensor.isQuantized() && tensor.get()->quantizer->scales) {
    if (Error error = collectTensor(tensor.get()->quantizer->scales))
      return error;
    if (Error error = collectTensor(tensor.get()->quantizer->zeroPoints))
      return error;
  }
  rt::Dtype dtype = tensor.dtype();
  auto [slot, isNew] = storages.insert({tensor.storage().get(), {tensor.storage(), dtype}});
  WrittenStorage &storage = slot->second;
  storage.isUntyped |= storage.dtype != dtype || storageType(dtype).empty();
  storage.isQuantized |= tensor.isQuantized();
  if (storage.isQuantized && storage.isUntyped)
    return unsupported("a quantized tensor that shares its storage with another dtype cannot be "
                       "saved");
  int64_t last = tensor.offset();
  for (int64_t dim = 0; dim < tensor.rank(); ++dim)
    last += (tensor.sizes()[dim] - 1) * tensor.strides()[dim];
  if (tensor.numel() == 0)
    return Error::success();
  uint64_t width = static_cast<uint64_t>(itemSize(dtype));
  // Every dtype's elements stay on multiples of their size.
  constexpr uint64_t widest = 16;
  uint64_t begin = static_cast<uint64_t>(tensor.offset()) * width;
  storage.begin = std::min(storage.begin, begin / widest * widest);
  storage.end = std::max(storage.end, (static_cast<uint64_t>(last) + 1) * width);
  return Error::success();
}

//===--- Second pass --------------------------------------------------------------------------===//

void PickleWriter::value(const rt::Value &value) {
  switch (value.tag()) {
  case SC_BOOL:
    text += value.asBool() ? '\x88' : '\x89';
    return;
  case SC_INT:
    return integer(value.asInt());
  case SC_DOUBLE:
    return number(value.asDouble());
  case SC_COMPLEX:
    global("__builtin__", "complex");
    number(value.asComplex().real());
    number(value.asComplex().imag());
    text += "\x86R"; // TUPLE2 REDUCE
    return;
  case SC_STRING:
    return string(value.asString());
  case SC_DEVICE:
    global("torch", "device");
    string(value.asDevice().text());
    text += "\x85R"; // TUPLE1 REDUCE
    return;
  case SC_TENSOR:
    return tensor(value.asTensor());
  case SC_LIST:
    return list(value.asList());
  case SC_DICT:
    return dict(value.asDict());
  case SC_TUPLE:
    if (recall(value.heap()))
      return;
    if (value.asTuple().elements.size() > 3)
      text += '(';
    for (const rt::Value &element : value.asTuple().elements)
      this->value(element);
    tuple(value.asTuple().elements.size());
    return remember(value.heap());
  default:
    text += 'N';
    return;
  }
}

template <typename T, endianness order> static void put(std::string &out, T value) {
  char bytes[sizeof(T)];
  support::endian::write<T, order>(bytes, value);
  out.append(bytes, sizeof(T));
}

void PickleWriter::integer(int64_t number) {
  if (number >= 0 && number <= UINT8_MAX) {
    text += 'K';
    put<uint8_t, endianness::little>(text, static_cast<uint8_t>(number));
  } else if (number >= 0 && number <= UINT16_MAX) {
    text += 'M';
    put<uint16_t, endianness::little>(text, static_cast<uint16_t>(number));
  } else if (number >= INT32_MIN && number <= INT32_MAX) {
    text += 'J';
    put<int32_t, endianness::little>(text, static_cast<int32_t>(number));
  } else {
    text += "\x8a\x08";
    put<int64_t, endianness::little>(text, number);
  }
}

void PickleWriter::number(double number) {
  text += 'G';
  put<uint64_t, endianness::big>(text, std::bit_cast<uint64_t>(number));
}

void PickleWriter::string(StringRef contents) {
  text += 'X';
  put<uint32_t, endianness::little>(text, static_cast<uint32_t>(contents.size()));
  text += contents;
}

void PickleWriter::slot(uint32_t number, char shortCode, char longCode) {
  if (number <= UINT8_MAX) {
    text += shortCode;
    put<uint8_t, endianness::little>(text, static_cast<uint8_t>(number));
  } else {
    text += longCode;
    put<uint32_t, endianness::little>(text, number);
  }
}

void PickleWriter::remember(const void *key) {
  memo[key] = memoSize;
  slot(memoSize++, 'q', 'r');
}

bool PickleWriter::recall(const void *key) {
  auto found = memo.find(key);
  if (found == memo.end())
    return false;
  slot(found->second, 'h', 'j');
  return true;
}

void PickleWriter::global(StringRef module, StringRef name) {
  auto [known, isNew] = globals.try_emplace((module + "\n" + name + "\n").str(), memoSize);
  if (!isNew)
    return slot(known->second, 'h', 'j');
  text += 'c';
  text += known->first();
  slot(memoSize++, 'q', 'r');
}

/// Closes a tuple; one of more than 3 elements began with a mark.
void PickleWriter::tuple(size_t size) {
  static constexpr char codes[] = {')', '\x85', '\x86', '\x87'};
  text += size > 3 ? 't' : codes[size];
}

void PickleWriter::integers(ArrayRef<int64_t> numbers) {
  if (numbers.size() > 3)
    text += '(';
  for (int64_t number : numbers)
    integer(number);
  tuple(numbers.size());
}

void PickleWriter::list(const rt::List &list) {
  if (recall(&list))
    return;
  text += ']';
  remember(&list);
  if (list.elements.empty())
    return;
  text += '(';
  for (const rt::Value &element : list.elements)
    value(element);
  text += 'e';
}

void PickleWriter::dict(const rt::Dict &dict) {
  if (recall(&dict))
    return;
  text += '}';
  remember(&dict);
  if (dict.size() == 0)
    return;
  text += '(';
  for (auto &[key, entry] : dict.entries()) {
    value(key);
    value(entry);
  }
  text += 'u';
}

/// An empty OrderedDict, where Python has a tensor's backward hooks.
void PickleWriter::noHooks() {
  global("collections", "OrderedDict");
  text += ")R";
}

void PickleWriter::tensor(const rt::Tensor &tensor) {
  if (recall(tensor.get()))
    return;
  if (tensor.isParameter())
    global("torch._utils", "_rebuild_parameter");
  if (tensor.isSparse())
    sparse(tensor);
  else
    strided(tensor);
  if (tensor.isParameter()) {
    text += tensor.requiresGrad() ? '\x88' : '\x89';
    noHooks();
    text += "\x87R"; // TUPLE3 REDUCE
  }
  remember(tensor.get());
}

void PickleWriter::strided(const rt::Tensor &tensor) {
  WrittenStorage &storage = storages[tensor.storage().get()];
  uint64_t width = static_cast<uint64_t>(itemSize(tensor.dtype()));
  uint64_t bytes = storage.end > storage.begin ? storage.end - storage.begin : 0;
  size_t key = storages.find(tensor.storage().get()) - storages.begin();
  global("torch._utils", tensor.isQuantized()  ? "_rebuild_qtensor"
                         : storage.isUntyped ? "_rebuild_tensor_v3"
                                             : "_rebuild_tensor_v2");
  text += "((";
  string("storage");
  if (storage.isUntyped)
    global("torch.storage", "UntypedStorage");
  else
    global("torch", storageType(storage.dtype));
  string(std::to_string(key));
  string("cpu");
  integer(static_cast<int64_t>(storage.isUntyped ? bytes : bytes / width));
  text += "tQ"; // TUPLE BINPERSID
  int64_t base = bytes == 0 ? tensor.offset() : static_cast<int64_t>(storage.begin / width);
  integer(tensor.numel() == 0 ? 0 : tensor.offset() - base);
  integers(tensor.sizes());
  integers(tensor.strides());
  if (tensor.isQuantized())
    quantizer(*tensor.get()->quantizer);
  text += tensor.requiresGrad() && !tensor.isParameter() ? '\x88' : '\x89';
  noHooks();
  if (storage.isUntyped && !tensor.isQuantized())
    global("torch", rt::name(tensor.dtype()));
  text += "tR"; // TUPLE REDUCE
}

void PickleWriter::quantizer(const rt::Quantizer &quantizer) {
  static constexpr StringLiteral schemes[] = {"per_tensor_affine", "per_channel_affine",
                                              "per_tensor_symmetric", "per_channel_symmetric",
                                              "per_channel_affine_float_qparams"};
  text += '(';
  global("torch", schemes[static_cast<size_t>(quantizer.scheme)]);
  if (quantizer.scales) {
    tensor(quantizer.scales);
    tensor(quantizer.zeroPoints);
    integer(quantizer.axis);
  } else {
    number(quantizer.scale);
    integer(quantizer.zeroPoint);
  }
  text += 't';
}

/// (layout, (indices, values, size)) or (layout, (crow, col, values, size)), as CPython's.
void PickleWriter::sparse(const rt::Tensor &tensor) {
  const rt::SparsePayload &payload = *tensor.get()->sparse;
  bool isCoo = payload.layout == rt::Layout::SparseCoo;
  global("torch._utils", "_rebuild_sparse_tensor");
  global("torch.serialization", "_get_layout");
  string(isCoo ? "torch.sparse_coo" : "torch.sparse_csr");
  text += "\x85R("; // TUPLE1 REDUCE MARK
  if (!isCoo)
    this->tensor(payload.rowPointers);
  this->tensor(payload.indices);
  this->tensor(payload.values);
  global("torch", "Size");
  integers(tensor.sizes());
  text += "\x85R"; // TUPLE1 REDUCE
  if (isCoo)
    text += '\x89'; // not known to be coalesced
  text += "t\x86R"; // TUPLE TUPLE2 REDUCE
}

} // namespace sconce::archive
