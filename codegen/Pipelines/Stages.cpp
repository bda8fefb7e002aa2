#include "codegen/Pipelines/Stages.h"

namespace sconce::codegen {

static constexpr llvm::StringRef names[] = {"imported", "specialized", "linalg", "kernels",
                                            "buffers",  "vector",      "llvm",   "object"};

llvm::StringRef getStageName(Stage stage) { return names[static_cast<size_t>(stage)]; }

std::optional<Stage> parseStage(llvm::StringRef name) {
  for (size_t i = 0; i < std::size(names); ++i)
    if (names[i] == name)
      return static_cast<Stage>(i);
  return std::nullopt;
}

} // namespace sconce::codegen
