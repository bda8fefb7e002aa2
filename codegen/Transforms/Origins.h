/// Where work comes from, in the terms of the program: locations keep the operators that ops were made of when ops are merged.
///
/// Specialize names the location of an operator's ops by the operator: CallSiteLoc(NameLoc("aten::relu", line), callers).
#ifndef SCONCE_CODEGEN_TRANSFORMS_ORIGINS_H
#define SCONCE_CODEGEN_TRANSFORMS_ORIGINS_H

#include "mlir/IR/Operation.h"
#include "llvm/ADT/SmallVector.h"
#include <string>

namespace sconce::codegen {

/// The location of what was made of ops at `earlier` and `later`, in program order.
mlir::Location mergeOrigins(mlir::Location earlier, mlir::Location later);

/// An operator of the program.
struct Origin {
  std::string name;  ///< "aten::relu"; empty where it is not known
  std::string place; ///< "code/__torch__/model.py:12:4"; empty where it is not known
  friend bool operator==(const Origin &, const Origin &) = default;
};

/// The operators that `location` was made of, each once.
llvm::SmallVector<Origin> listOrigins(mlir::Location location);

/// "aten::add, aten::relu (code/__torch__/model.py:12:4)": the same as words.
std::string describeOrigins(mlir::Location location);
/// The last of them, whose result it is: "aten::relu (code/__torch__/model.py:12:4)".
std::string describeLastOrigin(mlir::Location location);

/// Remarks at `op`, in the category `fusion`, why what `from` made is not merged into what `into` made. Nothing where nobody
/// listens.
void remarkNotMerged(mlir::Operation *op, mlir::Location from, mlir::Location into, const char *reason);

} // namespace sconce::codegen

#endif
