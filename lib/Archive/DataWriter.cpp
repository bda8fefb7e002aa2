#include "lib/Archive/DataWriter.h"
#include "lib/Archive/OutputFile.h"
#include "lib/Archive/PickleWriter.h"
#include "lib/Archive/ZipWriter.h"

#include "llvm/Support/Format.h"

using namespace llvm;

namespace sconce::archive {

Error writeData(const rt::Value &value, raw_ostream &os) {
  PickleWriter pickle;
  if (Error error = pickle.write(value))
    return error;
  ZipWriter zip(os, "archive");
  zip.add("data.pkl", pickle.text);
  zip.add(".format_version", "1");
  zip.add(".storage_alignment", "64");
  zip.add("byteorder", sys::IsLittleEndianHost ? "little" : "big");
  size_t key = 0;
  for (auto &[pointer, storage] : pickle.storages) {
    ArrayRef<uint8_t> bytes;
    if (storage.end > storage.begin)
      bytes = {storage.storage->data() + storage.begin, storage.end - storage.begin};
    zip.add("data/" + std::to_string(key++), bytes);
  }
  zip.add("version", "3\n");
  std::string id;
  raw_string_ostream(id) << format("%020llu%020llu", static_cast<unsigned long long>(zip.digest()),
                                   static_cast<unsigned long long>(zip.digest() * 31));
  zip.add(".data/serialization_id", id);
  zip.finish();
  return Error::success();
}

Error writeData(const rt::Value &value, StringRef path) {
  return writeOutputFile(path, [&](raw_ostream &os) { return writeData(value, os); });
}

} // namespace sconce::archive
