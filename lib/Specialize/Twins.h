/// Operators derived from others by rule: in-place, `out=` and scalar forms.
#ifndef SCONCE_LIB_SPECIALIZE_TWINS_H
#define SCONCE_LIB_SPECIALIZE_TWINS_H

#include "lib/Specialize/Evaluator.h"

namespace sconce::specialize {

/// Evaluates an operator that neither the evaluator nor the library has by its
/// functional twin; an "unsupported" error when it has none.
mlir::LogicalResult callTwin(Call &call);
/// Whether `callTwin` would find one, as far as that does not depend on arguments.
bool hasTwin(ProgramView &program, llvm::StringRef name);

} // namespace sconce::specialize

#endif
