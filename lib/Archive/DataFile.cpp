#include "lib/Archive/DataFile.h"
#include "lib/Archive/FileKind.h"
#include "lib/Archive/Marker.h"

using namespace llvm;

namespace sconce::archive {

Expected<rt::Value> readData(StringRef path, const Limits &limits) {
  Expected<std::shared_ptr<ByteSource>> source = ByteSource::mapFile(path);
  if (!source)
    return source.takeError();
  return readData(std::move(*source), limits);
}

Expected<rt::Value> readData(std::shared_ptr<ByteSource> source, const Limits &limits) {
  if (Error error = checkIsZip(*source))
    return std::move(error);
  Expected<Zip> zip = Zip::open(std::move(source), limits);
  if (!zip)
    return zip.takeError();
  if (Error error = checkIsData(*zip))
    return std::move(error);
  Expected<ByteOrder> order = readByteOrder(*zip);
  if (!order)
    return order.takeError();
  Expected<Bytes> pickle = zip->read(*zip->find("data.pkl"));
  if (!pickle)
    return pickle.takeError();
  StorageTable storages(*zip, "data", *order, limits);
  ObjectTable objects;
  return unpickle(pickle->array(), {Dialect::Data, zip->source().name(), "data.pkl", storages,
                                    objects, limits});
}

} // namespace sconce::archive
