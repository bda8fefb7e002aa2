// Bytes of strangers: an archive, a data file or a NumPy array must be read or refused, within
// bounds of memory and time, whatever they are.
#include "lib/Archive/Archive.h"
#include "lib/Archive/DataFile.h"
#include "lib/Archive/DataWriter.h"
#include "lib/Archive/Npy.h"
#include "lib/Archive/ZipWriter.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace sconce;

/// Limits under which an input cannot take a fuzzer's memory.
static archive::Limits smallLimits() {
  archive::Limits limits;
  limits.maxInflatedBytes = 1 << 24;
  limits.maxValues = 1 << 16;
  limits.maxExpandedValues = 1 << 18;
  limits.maxMetaBytes = 1 << 24;
  return limits;
}

/// A zip with two small storages, which pickles may refer to.
static std::string makeStorageZip() {
  std::string bytes;
  raw_string_ostream os(bytes);
  archive::ZipWriter zip(os, "m");
  zip.add("data/0", std::string(64, '\1'));
  zip.add("data/1", std::string(1024, '\0'));
  zip.finish();
  return bytes;
}

static void readPickle(ArrayRef<uint8_t> bytes, archive::Dialect dialect) {
  archive::Limits limits = smallLimits();
  static const std::string storageZip = makeStorageZip();
  Expected<archive::Zip> zip = archive::Zip::open(
      archive::ByteSource::fromMemory(arrayRefFromStringRef(storageZip), "fuzz"), limits);
  if (!zip) {
    errs() << toString(zip.takeError()) << '\n';
    abort();
  }
  archive::StorageTable storages(*zip, "data", archive::ByteOrder::Little, limits);
  archive::ObjectTable objects;
  Expected<rt::Value> value =
      archive::unpickle(bytes, {dialect, "fuzz", "data.pkl", storages, objects, limits});
  if (!value)
    return consumeError(value.takeError());
  // What was read as data can be written.
  raw_null_ostream os;
  if (dialect == archive::Dialect::Data)
    consumeError(archive::writeData(*value, os));
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0)
    return 0;
  ArrayRef<uint8_t> bytes(data + 1, size - 1);
  auto source = archive::ByteSource::fromMemory(bytes, "fuzz");
  switch (data[0] % 5) {
  case 0:
    if (auto opened = archive::Archive::open(source, smallLimits())) {
      for (const std::string &member : (*opened)->codeMembers())
        if (auto text = (*opened)->code(member); !text)
          consumeError(text.takeError());
    } else {
      consumeError(opened.takeError());
    }
    break;
  case 1:
    if (auto value = archive::readData(source, smallLimits()); !value)
      consumeError(value.takeError());
    break;
  case 2:
    readPickle(bytes, archive::Dialect::TorchScript);
    break;
  case 3:
    readPickle(bytes, archive::Dialect::Data);
    break;
  case 4:
    if (auto tensor = archive::readNpy(source); !tensor)
      consumeError(tensor.takeError());
    break;
  }
  return 0;
}
