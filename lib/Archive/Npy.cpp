#include "lib/Archive/Npy.h"
#include "lib/Archive/NpyHeader.h"
#include "lib/Archive/OutputFile.h"
#include "lib/Archive/Place.h"
#include "lib/Archive/Storages.h"

#include "llvm/Support/Endian.h"

#include <cstring>

using namespace llvm;

namespace sconce::archive {

static constexpr StringLiteral magic = "\x93NUMPY";

static Error locate(Error error, const ByteSource &source, std::optional<uint64_t> offset = {}) {
  return handleErrors(std::move(error), [&](std::unique_ptr<LocatedError> located) -> Error {
    if (located->location().file.empty())
      located->location() = place(source.name(), {}, offset);
    return Error(std::move(located));
  });
}

/// The header's text and where the elements begin.
static Expected<std::pair<std::string, uint64_t>> readHeader(const ByteSource &source) {
  Expected<Bytes> start = source.read(0, std::min<uint64_t>(source.size(), 12));
  if (!start)
    return start.takeError();
  if (start->size < 12 || !start->text().starts_with(magic))
    return badInput("is not a NumPy array (.npy)", place(source.name()));
  uint8_t version = start->data[6];
  if (version < 1 || version > 3)
    return unsupported("NumPy format version " + Twine(unsigned(version)) + " is not supported",
                       place(source.name()));
  uint64_t offset = version == 1 ? 10 : 12;
  uint64_t length = version == 1 ? support::endian::read16le(start->data + 8)
                                 : support::endian::read32le(start->data + 8);
  constexpr uint64_t longest = 1 << 16;
  if (length > longest)
    return badInput("the header of the NumPy array is longer than " + Twine(longest) + " bytes",
                    place(source.name()));
  Expected<Bytes> text = source.read(offset, length);
  if (!text)
    return text.takeError();
  return std::pair(text->text().str(), offset + length);
}

static std::vector<int64_t> fortranStrides(ArrayRef<int64_t> sizes) {
  std::vector<int64_t> strides;
  int64_t stride = 1;
  for (int64_t extent : sizes) {
    strides.push_back(stride);
    stride *= std::max<int64_t>(extent, 1);
  }
  return strides;
}

/// The elements in the machine's byte order, every bool 0 or 1.
static rt::Ref<rt::Storage> readElements(const Bytes &contents, const NpyHeader &header) {
  rt::Ref<rt::Storage> storage = makeStorage(contents);
  bool swaps = header.isBigEndian && itemSize(header.dtype) > 1;
  bool cleans = header.dtype == rt::Dtype::Bool && !areBools(contents.array());
  if (!storage || !(swaps || cleans))
    return storage;
  rt::Ref<rt::Storage> copy = rt::Storage::allocate(contents.size);
  if (!copy)
    return copy;
  if (contents.size != 0)
    std::memcpy(copy->data(), storage->data(), contents.size);
  if (swaps)
    swapElements(copy->data(), copy->size(), header.dtype);
  if (cleans)
    cleanBools(copy->data(), copy->size());
  return copy;
}

Expected<rt::Tensor> readNpy(StringRef path) {
  Expected<std::shared_ptr<ByteSource>> source = ByteSource::mapFile(path);
  if (!source)
    return source.takeError();
  return readNpy(std::move(*source));
}

Expected<rt::Tensor> readNpy(std::shared_ptr<ByteSource> source) {
  auto text = readHeader(*source);
  if (!text)
    return text.takeError();
  Expected<NpyHeader> header = parseNpyHeader(text->first);
  if (!header)
    return locate(header.takeError(), *source);
  std::optional<int64_t> numel = rt::checkedNumel(header->sizes);
  int64_t bytes;
  if (!numel || __builtin_mul_overflow(*numel, itemSize(header->dtype), &bytes))
    return badInput("the NumPy array's number of elements overflows", place(source->name()));
  uint64_t left = source->size() - text->second;
  if (left < static_cast<uint64_t>(bytes))
    return badInput("the NumPy array needs " + Twine(bytes) + " bytes, the file has " + Twine(left),
                    place(source->name(), {}, text->second));
  Expected<Bytes> contents = source->read(text->second, static_cast<uint64_t>(bytes));
  if (!contents)
    return contents.takeError();
  std::vector<int64_t> strides = header->isFortranOrder ? fortranStrides(header->sizes)
                                                        : rt::contiguousStrides(header->sizes);
  rt::Tensor tensor = rt::Tensor::view(readElements(*contents, *header), header->dtype, 0,
                                       header->sizes, std::move(strides));
  if (!tensor)
    return badInput("not enough memory for the NumPy array", place(source->name()));
  return tensor;
}

Error writeNpy(const rt::Tensor &tensor, raw_ostream &os) {
  if (tensor.isSparse())
    return unsupported("a sparse tensor cannot be written as a NumPy array; write it as a .pt "
                       "file, or convert it with to_dense()");
  Expected<std::string> header = printNpyHeader(tensor.dtype(), tensor.sizes());
  if (!header)
    return header.takeError();
  rt::Tensor dense = tensor.contiguous();
  if (!dense)
    return badInput("not enough memory to write a NumPy array");
  // The elements begin on a multiple of 64; the header ends with a line feed.
  constexpr size_t prefix = 10;
  header->resize(alignTo(prefix + header->size() + 1, payloadAlignment) - prefix - 1, ' ');
  *header += '\n';
  char length[2];
  support::endian::write16le(length, static_cast<uint16_t>(header->size()));
  os << magic << StringRef("\x01\x00", 2) << StringRef(length, 2) << *header;
  if (dense.numel() != 0)
    os.write(static_cast<const char *>(dense.data()),
             static_cast<size_t>(dense.numel() * itemSize(dense.dtype())));
  return Error::success();
}

Error writeNpy(const rt::Tensor &tensor, StringRef path) {
  return writeOutputFile(path, [&](raw_ostream &os) { return writeNpy(tensor, os); });
}

} // namespace sconce::archive
