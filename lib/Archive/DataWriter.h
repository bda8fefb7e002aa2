// Writes values as torch.save does, for torch.load and for `readData`.
#ifndef SCONCE_ARCHIVE_DATAWRITER_H
#define SCONCE_ARCHIVE_DATAWRITER_H

#include "runtime/Value.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

namespace sconce::archive {

/// Writes tensors, numbers, strings, None, devices, lists, tuples (named ones as plain ones) and
/// dicts. Storages, and containers met several times, stay shared; of a storage only the part that
/// some tensor sees is written. `torch.load(…, weights_only=True)` accepts the result. Fails on
/// objects, enum members, functions and generators, on values that contain themselves, on nesting
/// deeper than 500, and on strings that are not UTF-8; nothing is written then.
[[nodiscard]] llvm::Error writeData(const rt::Value &value, llvm::raw_ostream &os);
/// Writes a file, which is replaced only by a whole one.
[[nodiscard]] llvm::Error writeData(const rt::Value &value, llvm::StringRef path);

} // namespace sconce::archive

#endif // SCONCE_ARCHIVE_DATAWRITER_H
