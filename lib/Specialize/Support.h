/// Which operators can be evaluated.
#ifndef SCONCE_LIB_SPECIALIZE_SUPPORT_H
#define SCONCE_LIB_SPECIALIZE_SUPPORT_H

#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace sconce::import {
class Program;
}

namespace sconce::specialize {

/// Whether the operator of that schema name ("aten::add.Tensor") is an intrinsic, a primitive, in the library, or derived
/// from one that is. What arguments it takes may still set limits.
bool isSupported(import::Program &program, llvm::StringRef name);

/// The schemas that library code calls besides ATen's: those of the primitives and of the evaluator's helpers.
std::vector<std::string> librarySchemas();

} // namespace sconce::specialize

#endif
