// Pickles as data: the values that a TorchScript or plain-data pickle describes.
//
// The machine knows the instructions that the two writers emit, a fixed list of names, and no way
// to call anything else.
#ifndef SCONCE_ARCHIVE_PICKLE_H
#define SCONCE_ARCHIVE_PICKLE_H

#include "lib/Archive/PickleGlobals.h"
#include "lib/Archive/Storages.h"
#include "runtime/Value.h"
#include "llvm/ADT/DenseMap.h"
#include <map>

namespace sconce::archive {

/// What the pickles of one archive share.
struct ObjectTable {
  /// For each object, the value that its state was pickled as: the dict that its slots were filled
  /// from, or whatever `__getstate__` returned, to be given to `__setstate__`.
  llvm::DenseMap<const rt::Object *, rt::Value> states;
  /// Every object that has a state, so that the keys above stay theirs.
  std::vector<rt::Value> objects;
  /// One member for each class and value; names are unknown here and empty.
  std::map<std::string, rt::Value> enumMembers;
};

/// Where a pickle lies and what it may use. Everything must outlive the call.
struct PickleInput {
  Dialect dialect = Dialect::TorchScript;
  llvm::StringRef file;
  llvm::StringRef member;
  StorageTable &storages;
  ObjectTable &objects;
  const Limits &limits;
};

/// Reads one pickle. Containers keep their sharing; nothing in the result contains itself. Types of
/// containers are those of the pickle's tags, and empty where it has none. In the data dialect
/// dtypes, layouts, memory formats and quantization schemes become their int codes, torch.Size a
/// list, and an OrderedDict a dict. Fails with the byte offset of the offending instruction.
[[nodiscard]] llvm::Expected<rt::Value> unpickle(llvm::ArrayRef<uint8_t> bytes,
                                                 const PickleInput &input);

} // namespace sconce::archive

#endif // SCONCE_ARCHIVE_PICKLE_H
