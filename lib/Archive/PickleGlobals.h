// The names that a pickle may refer to. Everything else is refused; nothing is ever imported.
#ifndef SCONCE_ARCHIVE_PICKLEGLOBALS_H
#define SCONCE_ARCHIVE_PICKLEGLOBALS_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <string>

namespace sconce::archive {

/// Who wrote a pickle, and so what may be in it.
enum class Dialect : uint8_t {
  TorchScript, ///< torch.jit.save: modules, typed containers
  Data,        ///< torch.save of plain data with CPython's pickler
};

/// What a known name stands for.
enum class GlobalKind : uint8_t {
  BuildList,        ///< element type in `text`
  Class,            ///< a class of the archive's code
  Complex,
  Device,
  DtypeValue,       ///< dtype in `code`
  GetLayout,
  MemoryFormat,     ///< memory format in `code`
  OrderedDict,
  QScheme,          ///< scheme in `code`
  RebuildMetaTensor,
  RebuildParameter,
  RebuildQTensor,
  RebuildSparseTensor,
  RebuildTensorV2,
  RebuildTensorV3,
  RestoreTypeTag,
  ReturnType,       ///< a named tuple of torch.return_types
  Size,
  StorageType,      ///< dtype in `code`
  UntypedStorage,
};

struct Global {
  GlobalKind kind = GlobalKind::Class;
  int64_t code = 0;
  std::string text; ///< "module.name", or what `kind` says
};

/// The meaning of a name in a dialect; an error without a place for any other name.
[[nodiscard]] llvm::Expected<Global> resolveGlobal(llvm::StringRef module, llvm::StringRef name,
                                                   Dialect dialect);

} // namespace sconce::archive

#endif // SCONCE_ARCHIVE_PICKLEGLOBALS_H
