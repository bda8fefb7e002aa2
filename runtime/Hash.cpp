#include "runtime/Hash.h"

#include "runtime/Tensor.h"

#include <bit>
#include <cstring>

namespace sconce::rt {

static uint64_t fold(uint64_t bits) { return bits ^ (bits >> 47); }

/// MurmurHash64A with the seed of libstdc++, whose std::hash PyTorch takes for strings and floats.
static uint64_t hashBytes(const void *data, size_t size) {
  constexpr uint64_t factor = 0xC6A4A7935BD1E995, seed = 0xC70F6907;
  auto *bytes = static_cast<const unsigned char *>(data);
  uint64_t hash = seed ^ (size * factor);
  size_t whole = size / 8 * 8;
  for (size_t i = 0; i < whole; i += 8) {
    uint64_t word;
    std::memcpy(&word, bytes + i, 8);
    hash = (hash ^ (fold(word * factor) * factor)) * factor;
  }
  if (whole < size) {
    uint64_t rest = 0;
    for (size_t i = size; i > whole; --i)
      rest = (rest << 8) + bytes[i - 1];
    hash = (hash ^ rest) * factor;
  }
  return fold(fold(hash) * factor);
}

/// c10::Device: the type's number and the index as one byte each.
static int64_t hashDevice(const Device &device) {
  constexpr std::string_view types[] = {"cpu",    "cuda",  "mkldnn", "opengl", "opencl", "ideep", "hip",  "fpga", "maia", "xla",          "vulkan",
                                        "metal",  "xpu",   "mps",    "meta",   "hpu",    "ve",    "lazy", "ipu",  "mtia", "privateuseone"};
  int64_t number = 0;
  while (number < static_cast<int64_t>(std::size(types)) && types[number] != device.type)
    ++number;
  return number << 16 | (device.index & 0xFF);
}

static std::string typeName(const Value &value) {
  switch (value.tag()) {
  case SC_LIST:
    return "List[" + value.asList().elementType + "]";
  case SC_DICT:
    return "Dict[" + value.asDict().keyType + ", " + value.asDict().valueType + "]";
  case SC_OBJECT:
    return value.asObject().className;
  default:
    return "Any";
  }
}

Result<int64_t> hashOf(const Value &value) {
  switch (value.tag()) {
  case SC_NONE:
    return int64_t(0);
  case SC_BOOL:
    return static_cast<int64_t>(value.asBool());
  case SC_INT:
    return value.asInt();
  case SC_DOUBLE: {
    double number = value.asDouble();
    return number == 0 ? int64_t(0) : std::bit_cast<int64_t>(hashBytes(&number, sizeof number));
  }
  case SC_STRING:
    return std::bit_cast<int64_t>(hashBytes(value.asString().data(), value.asString().size()));
  case SC_DEVICE:
    return hashDevice(value.asDevice());
  case SC_TENSOR:
  case SC_ENUM:
    return static_cast<int64_t>(std::bit_cast<uintptr_t>(value.raw().as.ref));
  case SC_TUPLE: {
    uint64_t seed = 0;
    for (const Value &element : value.asTuple().elements) {
      Result<int64_t> next = hashOf(element);
      if (!next)
        return next;
      seed ^= static_cast<uint64_t>(*next) + 0x9E3779B9 + (seed << 6) + (seed >> 2);
    }
    return std::bit_cast<int64_t>(seed);
  }
  default:
    return Status::raise("unhashable type: '" + typeName(value) + "'");
  }
}

} // namespace sconce::rt
