// The names that every imported function sees.
#ifndef SCONCE_IMPORT_GLOBALNAMES_H
#define SCONCE_IMPORT_GLOBALNAMES_H

#include "lib/Import/SugaredValue.h"
#include <optional>

namespace sconce::import {

/// What a name that no function defines means: a global function, `torch`, `ops`, `CONSTANTS`,
/// `__torch__` … Invalid if there is none.
SugaredValue globalName(mlir::MLIRContext *context, llvm::StringRef name);
/// The value of `inf` or `nan`.
std::optional<double> floatName(llvm::StringRef name);

} // namespace sconce::import

#endif // SCONCE_IMPORT_GLOBALNAMES_H
