// What a file is that is not a TorchScript archive, and what its owner can do about it.
#ifndef SCONCE_ARCHIVE_FILEKIND_H
#define SCONCE_ARCHIVE_FILEKIND_H

#include "lib/Archive/Zip.h"

namespace sconce::archive {

/// Success if the file begins as a zip does; else an error that names the format, if it is known.
[[nodiscard]] llvm::Error checkIsZip(const ByteSource &source);

/// Success if the records are those of a TorchScript archive; else an error that names the format.
[[nodiscard]] llvm::Error checkIsTorchScript(const Zip &zip);

/// Success if the records are those of `torch.save`; else an error that names the format.
[[nodiscard]] llvm::Error checkIsData(const Zip &zip);

} // namespace sconce::archive

#endif // SCONCE_ARCHIVE_FILEKIND_H
