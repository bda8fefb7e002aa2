// A TorchScript archive: what torch.jit.save wrote, checked and read as plain values and text.
#ifndef SCONCE_ARCHIVE_ARCHIVE_H
#define SCONCE_ARCHIVE_ARCHIVE_H

#include "lib/Archive/Pickle.h"
#include "lib/Archive/SourceMap.h"

#include <array>
#include <mutex>

namespace sconce::archive {

/// An open archive. Values are read when it is opened, code on request. Tensors share storages as
/// they were saved, and use the file's bytes in place where they can; they may outlive the archive.
///
/// Objects (rt::Object) have the qualified name of their class and a slot for each entry of their
/// state, if it was a dict; `state` gives the state itself, which a class with `__setstate__` must
/// be given instead. Containers have the element types of the archive's tags; archives of version 1
/// and 2 have none, and the types are empty. Enum members have a class and a value; whoever knows
/// the class sets the name, once for all uses.
class Archive {
public:
  /// Opens the file, which stays mapped while anything read from it lives. Fails with a message
  /// that says what the file is, where it is not a TorchScript archive.
  [[nodiscard]] static llvm::Expected<std::unique_ptr<Archive>> open(llvm::StringRef path,
                                                                     Limits limits = {});
  [[nodiscard]] static llvm::Expected<std::unique_ptr<Archive>>
  open(std::shared_ptr<ByteSource> source, Limits limits = {});

  const std::string &name() const { return zip.source().name(); }
  const std::string &folder() const { return zip.folder(); }
  /// 1 to 10: which operators' old schemas the code may use.
  int version() const { return versionNumber; }

  /// The module: an rt::Object.
  const rt::Value &root() const { return rootValue; }
  /// What code calls CONSTANTS.c0, CONSTANTS.c1, …
  llvm::ArrayRef<rt::Value> constants() const { return constantValues; }
  /// The storages of all tensors, in an order that follows from the pickles alone.
  std::vector<rt::Ref<rt::Storage>> storages() const;
  /// A hash (BLAKE3) of code, pickles and versions: of all but the elements of tensors, which count with their number only,
  /// extra files, and where the code once came from. Archives with the same one hold the same program.
  [[nodiscard]] llvm::Expected<std::array<uint8_t, 32>> structureHash() const;
  /// The pickled state of an object of this archive; null for an object from elsewhere.
  const rt::Value *state(const rt::Object &object) const;
  /// All objects, an object behind those of its state.
  llvm::ArrayRef<rt::Value> stateOrder() const { return objects.objects; }
  /// Whether a tensor of this archive was saved on the meta device: its elements are unknown, and
  /// read as zeros.
  bool isMeta(const rt::Tensor &tensor) const;

  /// The records "code/….py", in the archive's order.
  llvm::ArrayRef<std::string> codeMembers() const { return codeNames; }
  /// The record that defines a qualified name: "code/__torch__/a.py" for "__torch__.a.C".
  [[nodiscard]] static std::string codeMemberOf(llvm::StringRef qualifiedName);
  bool hasCode(llvm::StringRef member) const;
  /// The text of a code record, valid while the archive lives. Fails when there is no such record,
  /// it is damaged or no UTF-8, or was written for one device. Any thread may ask.
  [[nodiscard]] llvm::Expected<llvm::StringRef> code(llvm::StringRef member);
  /// Where a code record's statements come from; null when the archive does not say. Valid while
  /// the archive lives. A failure need not stop anything: code does not depend on it.
  [[nodiscard]] llvm::Expected<const SourceMap *> sourceMap(llvm::StringRef codeMember);

  /// The names that the user gave to `_extra_files`.
  std::vector<std::string> extraFiles() const;
  /// The contents of one of them.
  [[nodiscard]] llvm::Expected<Bytes> extraFile(llvm::StringRef name) const;

private:
  Archive(Zip zip, Limits limits) : zip(std::move(zip)), limits(limits) {}
  llvm::Error read();
  llvm::Error readVersion();
  llvm::Expected<rt::Value> readPickle(llvm::StringRef member, StorageTable &storages);

  Zip zip;
  Limits limits;
  int versionNumber = 0;
  rt::Value rootValue;
  std::vector<rt::Value> constantValues;
  ObjectTable objects;
  std::unique_ptr<StorageTable> dataStorages, constantStorages;
  std::vector<std::string> codeNames;
  /// Guards what is read on request.
  std::mutex textLock;
  llvm::StringMap<Bytes> codeTexts;
  llvm::StringMap<SourceMap> sourceMaps;
};

} // namespace sconce::archive

#endif // SCONCE_ARCHIVE_ARCHIVE_H
