/// The names by which a module says what of its weights is prepared when a model is loaded.
#ifndef SCONCE_CODEGEN_TRANSFORMS_HOISTWEIGHTS_H
#define SCONCE_CODEGEN_TRANSFORMS_HOISTWEIGHTS_H

#include "llvm/ADT/StringRef.h"

namespace sconce::codegen {

/// On a module: the number of the model's storages; prepared weights are numbered from there on.
inline constexpr llvm::StringLiteral weightCountAttrName = "ts.weights";
/// On a module: the bytes of each prepared weight.
inline constexpr llvm::StringLiteral preparedAttrName = "sconce.prepared";
/// On a module: the name of the entry that fills them, its results; "sconce_prepare" without it.
inline constexpr llvm::StringLiteral prepareNameAttrName = "sconce.prepare";
/// On a function: it runs when a model is loaded, not in calls. Kernels have it of the function that they are taken from.
inline constexpr llvm::StringLiteral loadsAttrName = "sconce.loads";

} // namespace sconce::codegen

#endif
