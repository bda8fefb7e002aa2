// NumPy's .npy files: one array each.
#ifndef SCONCE_ARCHIVE_NPY_H
#define SCONCE_ARCHIVE_NPY_H

#include "lib/Archive/ByteSource.h"
#include "runtime/Tensor.h"
#include "llvm/Support/raw_ostream.h"

namespace sconce::archive {

/// Reads an array of bools or numbers, of format version 1 to 3, in either byte and element order.
/// Fortran order becomes strides. Elements are used in place where they are aligned and in the
/// machine's byte order.
[[nodiscard]] llvm::Expected<rt::Tensor> readNpy(llvm::StringRef path);
[[nodiscard]] llvm::Expected<rt::Tensor> readNpy(std::shared_ptr<ByteSource> source);

/// Writes a dense tensor in C order. Fails on dtypes that NumPy does not have.
[[nodiscard]] llvm::Error writeNpy(const rt::Tensor &tensor, llvm::raw_ostream &os);
/// Writes a file, which is replaced only by a whole one.
[[nodiscard]] llvm::Error writeNpy(const rt::Tensor &tensor, llvm::StringRef path);

} // namespace sconce::archive

#endif // SCONCE_ARCHIVE_NPY_H
