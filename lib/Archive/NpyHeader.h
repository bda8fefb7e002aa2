// The header of a .npy file: a Python dict literal behind a magic string and a length.
#ifndef SCONCE_ARCHIVE_NPYHEADER_H
#define SCONCE_ARCHIVE_NPYHEADER_H

#include "runtime/Dtype.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace sconce::archive {

struct NpyHeader {
  rt::Dtype dtype = rt::Dtype::Float32;
  bool isBigEndian = false;
  bool isFortranOrder = false;
  std::vector<int64_t> sizes;
};

/// Parses the dict. The error has no place.
[[nodiscard]] llvm::Expected<NpyHeader> parseNpyHeader(llvm::StringRef text);

/// The dict of a little-endian array in C order; an error without a place for dtypes that NumPy
/// does not have.
[[nodiscard]] llvm::Expected<std::string> printNpyHeader(rt::Dtype dtype,
                                                         llvm::ArrayRef<int64_t> sizes);

} // namespace sconce::archive

#endif // SCONCE_ARCHIVE_NPYHEADER_H
