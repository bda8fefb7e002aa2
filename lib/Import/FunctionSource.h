// Where a function's code stands and how its names are to be read.
#ifndef SCONCE_IMPORT_FUNCTIONSOURCE_H
#define SCONCE_IMPORT_FUNCTIONSOURCE_H

#include "lib/Import/SugaredValue.h"
#include "mlir/IR/Types.h"

namespace sconce::import {

struct FunctionSource {
  /// The symbol: `__torch__.Net.forward`, `aten::add.Tensor`.
  std::string name;
  const script::File *file = nullptr;
  const script::DefStmt *def = nullptr;
  /// The object's type for methods.
  mlir::Type self = {};
  /// Library code sees the library's functions by plain name.
  bool isLibrary = false;
  /// Calls of operators whose meaning changed since the archive was written take the old one. As in
  /// the reference, only methods.
  bool usesUpgraders = false;
  /// For closures: the captured names, which become the first parameters where they are values.
  llvm::MapVector<llvm::StringRef, SugaredValue> captured = {};
};

} // namespace sconce::import

#endif // SCONCE_IMPORT_FUNCTIONSOURCE_H
