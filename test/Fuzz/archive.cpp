// Bytes of strangers: an archive, a data file or a NumPy array must be read or refused, within
// bounds of memory and time, whatever they are.
#include "lib/Archive/Archive.h"
#include "lib/Archive/DataFile.h"
#include "lib/Archive/DataWriter.h"
#include "lib/Archive/Npy.h"

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

/// A storage table needs a zip; this one holds an empty file.
static void readPickle(ArrayRef<uint8_t> bytes, archive::Dialect dialect) {
  archive::Limits limits = smallLimits();
  static const char emptyZip[] =
      "PK\3\4\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\3\0\0\0m/a"
      "PK\1\2\0\0\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\3\0\0\0"
      "\0\0\0\0\0\0\0\0\0\0\0\0\0\0m/a"
      "PK\5\6\0\0\0\0\1\0\1\0\x31\0\0\0\x21\0\0\0\0";
  auto source = archive::ByteSource::fromMemory(
      {reinterpret_cast<const uint8_t *>(emptyZip), sizeof(emptyZip)}, "fuzz");
  Expected<archive::Zip> zip = archive::Zip::open(source, limits);
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
