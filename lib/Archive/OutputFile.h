// Writing a file whole or not at all.
#ifndef SCONCE_ARCHIVE_OUTPUTFILE_H
#define SCONCE_ARCHIVE_OUTPUTFILE_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

namespace sconce::archive {

/// Gives `write` a stream to a temporary file, which takes the place of `path` if that succeeds.
/// Errors name the path.
[[nodiscard]] llvm::Error
writeOutputFile(llvm::StringRef path, llvm::function_ref<llvm::Error(llvm::raw_ostream &)> write);

} // namespace sconce::archive

#endif // SCONCE_ARCHIVE_OUTPUTFILE_H
