#include "lib/Archive/Archive.h"
#include "lib/Archive/FileKind.h"
#include "lib/Archive/Marker.h"
#include "lib/Archive/Place.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/ConvertUTF.h"

using namespace llvm;

namespace sconce::archive {

Expected<std::unique_ptr<Archive>> Archive::open(StringRef path, Limits limits) {
  Expected<std::shared_ptr<ByteSource>> source = ByteSource::mapFile(path);
  if (!source)
    return source.takeError();
  return open(std::move(*source), limits);
}

Expected<std::unique_ptr<Archive>> Archive::open(std::shared_ptr<ByteSource> source,
                                                 Limits limits) {
  if (Error error = checkIsZip(*source))
    return std::move(error);
  Expected<Zip> zip = Zip::open(std::move(source), limits);
  if (!zip)
    return zip.takeError();
  if (Error error = checkIsTorchScript(*zip))
    return std::move(error);
  std::unique_ptr<Archive> archive(new Archive(std::move(*zip), limits));
  if (Error error = archive->read())
    return std::move(error);
  return archive;
}

Error Archive::read() {
  if (Error error = readVersion())
    return error;
  Expected<ByteOrder> order = readByteOrder(zip);
  if (!order)
    return order.takeError();
  for (const ZipEntry &entry : zip.entries())
    if (StringRef(entry.name).starts_with("code/") && StringRef(entry.name).ends_with(".py"))
      codeNames.push_back(entry.name);

  constantStorages = std::make_unique<StorageTable>(zip, "constants", *order, limits);
  Expected<rt::Value> constants = readPickle("constants.pkl", *constantStorages);
  if (!constants)
    return constants.takeError();
  if (!constants->isTuple())
    return badInput("expected a tuple of constants", place(name(), "constants.pkl"));
  constantValues = constants->asTuple().elements;

  dataStorages = std::make_unique<StorageTable>(zip, "data", *order, limits);
  Expected<rt::Value> root = readPickle("data.pkl", *dataStorages);
  if (!root)
    return root.takeError();
  if (!root->isObject())
    return badInput("expected a module as the archive's value", place(name(), "data.pkl"));
  rootValue = std::move(*root);
  return Error::success();
}

/// Files of version 6 and above have it in `.data/version`, others in `version`.
Error Archive::readVersion() {
  const ZipEntry *entry = zip.find(".data/version");
  if (!entry)
    entry = zip.find("version");
  if (!entry)
    return badInput("the archive lacks the record 'version'", place(name()));
  Expected<std::string> text = readMarker(zip, *entry);
  if (!text)
    return text.takeError();
  if (StringRef(*text).getAsInteger(10, versionNumber))
    return badInput("expected a version number", place(name(), entry->name));
  if (versionNumber < 1 || versionNumber > 10)
    return unsupported("the archive has version " + Twine(versionNumber) +
                           "; versions 1 to 10 can be read",
                       place(name(), entry->name));
  return Error::success();
}

Expected<rt::Value> Archive::readPickle(StringRef member, StorageTable &storages) {
  Expected<Bytes> bytes = zip.read(*zip.find(member));
  if (!bytes)
    return bytes.takeError();
  return unpickle(bytes->array(),
                  {Dialect::TorchScript, name(), member, storages, objects, limits});
}

std::vector<rt::Ref<rt::Storage>> Archive::storages() const {
  std::vector<rt::Ref<rt::Storage>> storages = constantStorages->all();
  append_range(storages, dataStorages->all());
  return storages;
}

Expected<std::array<uint8_t, 32>> Archive::structureHash() const {
  BLAKE3 hasher;
  auto addNumber = [&](uint64_t number) {
    hasher.update(ArrayRef(reinterpret_cast<const uint8_t *>(&number), sizeof number));
  };
  for (const ZipEntry &entry : zip.entries()) {
    StringRef name = entry.name;
    // The id is itself a hash of everything, elements included.
    if (name.starts_with("extra/") || name.ends_with(".debug_pkl") || name == ".data/serialization_id")
      continue;
    addNumber(name.size());
    hasher.update(name);
    addNumber(entry.size);
    if (name.starts_with("data/") || name.starts_with("constants/"))
      continue;
    Expected<Bytes> contents = zip.read(entry);
    if (!contents)
      return contents.takeError();
    hasher.update(contents->array());
  }
  return hasher.final();
}

const rt::Value *Archive::state(const rt::Object &object) const {
  auto found = objects.states.find(&object);
  return found == objects.states.end() ? nullptr : &found->second;
}

bool Archive::isMeta(const rt::Tensor &tensor) const {
  return dataStorages->isMeta(tensor) || constantStorages->isMeta(tensor);
}

//===--- Code ---------------------------------------------------------------------------------===//

std::string Archive::codeMemberOf(StringRef qualifiedName) {
  std::string path = qualifiedName.rsplit('.').first.str();
  std::replace(path.begin(), path.end(), '.', '/');
  return "code/" + path + ".py";
}

bool Archive::hasCode(StringRef member) const {
  return member.starts_with("code/") && member.ends_with(".py") && zip.find(member);
}

/// What torch.jit.optimize_for_inference leaves behind. Not even PyTorch can load such a file.
static StringRef findDeviceOnlyOperator(StringRef text) {
  static constexpr StringLiteral operators[] = {"ops.prim.ConstantMKLDNNTensor(", "ops.mkldnn.",
                                                "ops.tensorrt."};
  for (StringRef name : operators)
    if (text.contains(name))
      return name.rtrim("(.");
  return {};
}

Expected<StringRef> Archive::code(StringRef member) {
  std::lock_guard<std::mutex> guard(textLock);
  auto known = codeTexts.find(member);
  if (known != codeTexts.end())
    return known->second.text();
  if (!hasCode(member))
    return badInput("the archive has no record '" + member + "'", place(name()));
  Expected<Bytes> bytes = zip.read(*zip.find(member));
  if (!bytes)
    return bytes.takeError();
  StringRef text = bytes->text();
  const auto *begin = reinterpret_cast<const UTF8 *>(text.begin());
  const auto *end = reinterpret_cast<const UTF8 *>(text.end());
  if (!isLegalUTF8String(&begin, end))
    return badInput("the code is not UTF-8", place(name(), member,
                    static_cast<uint64_t>(reinterpret_cast<const char *>(begin) - text.begin())));
  if (StringRef found = findDeviceOnlyOperator(text); !found.empty())
    return unsupported("the model was optimized for one device (its code uses " + found +
                           "), and cannot be loaded again, by PyTorch neither; save it without "
                           "torch.jit.optimize_for_inference",
                       place(name(), member));
  codeTexts[member] = *bytes;
  return text;
}

Expected<const SourceMap *> Archive::sourceMap(StringRef codeMember) {
  std::lock_guard<std::mutex> guard(textLock);
  auto known = sourceMaps.find(codeMember);
  if (known != sourceMaps.end())
    return &known->second;
  std::string member = (codeMember + ".debug_pkl").str();
  if (!zip.find(member))
    return nullptr;
  StorageTable none(zip, "no-storages", ByteOrder::Little, limits);
  Expected<rt::Value> record = readPickle(member, none);
  if (!record)
    return record.takeError();
  Expected<SourceMap> map = SourceMap::parse(*record);
  if (!map)
    return badInput(toString(map.takeError()), place(name(), member));
  return &(sourceMaps[codeMember] = std::move(*map));
}

//===--- Extra files --------------------------------------------------------------------------===//

std::vector<std::string> Archive::extraFiles() const {
  std::vector<std::string> names;
  for (const ZipEntry &entry : zip.entries()) {
    StringRef rest = entry.name;
    if (rest.consume_front("extra/"))
      names.push_back(rest.str());
  }
  return names;
}

Expected<Bytes> Archive::extraFile(StringRef file) const {
  const ZipEntry *entry = zip.find(("extra/" + file).str());
  if (!entry)
    return badInput("the archive has no extra file '" + file + "'", place(name()));
  return zip.read(*entry);
}

} // namespace sconce::archive
