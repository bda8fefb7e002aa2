// The pickle of plain data, as CPython's pickler and torch.save would write it (protocol 2).
#ifndef SCONCE_ARCHIVE_PICKLEWRITER_H
#define SCONCE_ARCHIVE_PICKLEWRITER_H

#include "runtime/Tensor.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"
#include <string>

namespace sconce::archive {

/// A storage to be written: the bytes that some tensor sees.
struct WrittenStorage {
  rt::Ref<rt::Storage> storage;
  rt::Dtype dtype = rt::Dtype::UInt8;
  bool isUntyped = false; ///< seen with several dtypes, or one that has no storage type
  bool isQuantized = false;
  uint64_t begin = UINT64_MAX;
  uint64_t end = 0;
};

class PickleWriter {
public:
  /// Pickles one value into `text`, and collects its storages in the order of their keys.
  [[nodiscard]] llvm::Error write(const rt::Value &value);

  std::string text;
  llvm::MapVector<const rt::Storage *, WrittenStorage> storages;

private:
  // First pass: what storages there are, and that the value can be written.
  llvm::Error collect(const rt::Value &value, unsigned depth);
  llvm::Error collectTensor(const rt::Tensor &tensor);

  // Second pass: instructions.
  void value(const rt::Value &value);
  void integer(int64_t number);
  void number(double number);
  void string(llvm::StringRef text);
  void global(llvm::StringRef module, llvm::StringRef name);
  void integers(llvm::ArrayRef<int64_t> numbers);
  void tuple(size_t size);
  void list(const rt::List &list);
  void dict(const rt::Dict &dict);
  void tensor(const rt::Tensor &tensor);
  void strided(const rt::Tensor &tensor);
  void quantizer(const rt::Quantizer &quantizer);
  void sparse(const rt::Tensor &tensor);
  void noHooks();
  /// Gives the value on top of the stack a memo slot, by which later uses refer to it.
  void remember(const void *key);
  /// Writes a reference to what was remembered; false when there is none.
  bool recall(const void *key);
  void slot(uint32_t number, char shortCode, char longCode);

  llvm::DenseSet<const void *> open; ///< containers that the first pass is inside of
  llvm::DenseSet<const void *> done;
  llvm::DenseMap<const void *, uint32_t> memo;
  llvm::StringMap<uint32_t> globals;
  uint32_t memoSize = 0;
};

} // namespace sconce::archive

#endif // SCONCE_ARCHIVE_PICKLEWRITER_H
