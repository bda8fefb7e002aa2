/// The stages of the code generator, as `--emit`, test folders and pipelines name them.
#ifndef SCONCE_CODEGEN_PIPELINES_STAGES_H
#define SCONCE_CODEGEN_PIPELINES_STAGES_H

#include "llvm/ADT/StringRef.h"
#include <optional>

namespace sconce::codegen {

/// What a module is at a point of its way; each is made of the one before.
enum class Stage { Imported, Specialized, Linalg, Kernels, Buffers, Vector, LLVM, Object };

/// "imported", "specialized", …
llvm::StringRef getStageName(Stage stage);

/// The stage of that name, if there is one.
std::optional<Stage> parseStage(llvm::StringRef name);

} // namespace sconce::codegen

#endif
