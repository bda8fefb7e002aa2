// Builds pickles instruction by instruction, right or wrong.
#ifndef SCONCE_TEST_UNIT_ARCHIVE_PICKLEBUILDER_H
#define SCONCE_TEST_UNIT_ARCHIVE_PICKLEBUILDER_H

#include "test/Unit/Archive/ZipBuilder.h"
#include <bit>

namespace sconce::archive {

class PickleBuilder {
public:
  PickleBuilder() : bytes("\x80\x02") {}

  PickleBuilder &raw(const std::string &text) {
    bytes += text;
    return *this;
  }
  PickleBuilder &global(const std::string &module, const std::string &name) {
    return raw("c" + module + "\n" + name + "\n");
  }
  PickleBuilder &string(const std::string &text) {
    bytes += 'X';
    putInt(bytes, text.size(), 4);
    return raw(text);
  }
  PickleBuilder &integer(int64_t value) {
    if (value >= 0 && value < 256) {
      bytes += 'K';
      putInt(bytes, static_cast<uint64_t>(value), 1);
    } else {
      bytes += "\x8a\x08";
      putInt(bytes, static_cast<uint64_t>(value), 8);
    }
    return *this;
  }
  PickleBuilder &number(double value) {
    bytes += 'G';
    uint64_t bits = std::bit_cast<uint64_t>(value);
    for (int i = 7; i >= 0; --i)
      bytes += static_cast<char>(bits >> (8 * i));
    return *this;
  }
  PickleBuilder &none() { return raw("N"); }
  PickleBuilder &boolean(bool value) { return raw(value ? "\x88" : "\x89"); }
  PickleBuilder &mark() { return raw("("); }
  PickleBuilder &tuple() { return raw("t"); }
  PickleBuilder &emptyTuple() { return raw(")"); }
  PickleBuilder &emptyList() { return raw("]"); }
  PickleBuilder &appends() { return raw("e"); }
  PickleBuilder &emptyDict() { return raw("}"); }
  PickleBuilder &setItems() { return raw("u"); }
  PickleBuilder &reduce() { return raw("R"); }
  PickleBuilder &build() { return raw("b"); }
  PickleBuilder &newObject() { return raw("\x81"); }
  PickleBuilder &put(unsigned slot) { return raw(std::string("q") + static_cast<char>(slot)); }
  PickleBuilder &get(unsigned slot) { return raw(std::string("h") + static_cast<char>(slot)); }
  PickleBuilder &integers(const std::vector<int64_t> &values) {
    mark();
    for (int64_t value : values)
      integer(value);
    return tuple();
  }
  PickleBuilder &object(const std::string &module, const std::string &name) {
    return global(module, name).emptyTuple().newObject();
  }
  /// A storage by its persistent id.
  PickleBuilder &storage(const std::string &type, const std::string &key, int64_t numel,
                         const std::string &location = "cpu") {
    mark().string("storage");
    if (type == "UntypedStorage")
      global("torch.storage", type);
    else
      global("torch", type);
    return string(key).string(location).integer(numel).tuple().raw("Q");
  }
  PickleBuilder &noHooks() { return global("collections", "OrderedDict").emptyTuple().reduce(); }
  /// A dense tensor of a new reference to a storage.
  PickleBuilder &tensor(const std::string &type, const std::string &key, int64_t numel,
                        int64_t offset, const std::vector<int64_t> &sizes,
                        const std::vector<int64_t> &strides, bool requiresGrad = false) {
    global("torch._utils", "_rebuild_tensor_v2").mark().storage(type, key, numel).integer(offset);
    return integers(sizes).integers(strides).boolean(requiresGrad).noHooks().tuple().reduce();
  }
  std::string stop() const { return bytes + "."; }

  std::string bytes;
};

} // namespace sconce::archive

#endif // SCONCE_TEST_UNIT_ARCHIVE_PICKLEBUILDER_H
