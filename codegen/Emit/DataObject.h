/// An object file that holds bytes and nothing else: a model's weights.
#ifndef SCONCE_CODEGEN_EMIT_DATAOBJECT_H
#define SCONCE_CODEGEN_EMIT_DATAOBJECT_H

#include "codegen/Target/TargetInfo.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"
#include <string>

namespace sconce::codegen {

/// Bytes under a symbol, aligned to 64. Several may show the same bytes, which are then written once.
struct DataBlob {
  std::string symbol;
  llvm::ArrayRef<char> bytes;
};

/// Writes a relocatable ELF object with one read-only section that holds `blobs`, each under a hidden symbol. The bytes
/// go to `stream` as they are: no copy, and no limit but the file's. Fails for a target whose objects are not ELF with
/// 64 bits, little endian.
llvm::Error writeDataObject(llvm::raw_ostream &stream, const TargetInfo &target, llvm::ArrayRef<DataBlob> blobs);

} // namespace sconce::codegen

#endif
