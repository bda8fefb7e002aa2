// Files of torch.save with plain data: the inputs and results of models.
#ifndef SCONCE_ARCHIVE_DATAFILE_H
#define SCONCE_ARCHIVE_DATAFILE_H

#include "lib/Archive/Pickle.h"

namespace sconce::archive {

/// Reads what torch.save wrote: tensors, numbers, strings, None, lists, tuples, dicts. Containers
/// have no element types (see `unpickle` for what becomes of dtypes and the like). Tensors share
/// storages as they were saved. Fails on Python objects, and on files of any other kind.
[[nodiscard]] llvm::Expected<rt::Value> readData(llvm::StringRef path, const Limits &limits = {});
[[nodiscard]] llvm::Expected<rt::Value> readData(std::shared_ptr<ByteSource> source,
                                                 const Limits &limits = {});

} // namespace sconce::archive

#endif // SCONCE_ARCHIVE_DATAFILE_H
