//===- Workshop.h - A program and the MLIR context it lives in ------------===//
//
// MLIR keeps every type, attribute and location that was ever made in a context, so who compiles or interprets for ever new
// shapes starts from a new one now and then. One thread at a time uses a workshop.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "llvm/Support/Error.h"

#include <memory>

namespace mlir {
class MLIRContext;
} // namespace mlir

namespace sconce::archive {
class Archive;
} // namespace sconce::archive

namespace sconce::import {
class Program;
} // namespace sconce::import

namespace sconce::driver {

class Workshop {
public:
  /// A workshop that is good for so many uses.
  explicit Workshop(unsigned maxUses);
  ~Workshop();

  /// Imports the archive's program anew; the archive must outlive the workshop.
  llvm::Error open(archive::Archive &archive);
  /// To be called before each use that leaves something in the context: starts afresh after many of them. What was had
  /// from the workshop before is then gone.
  llvm::Error use();

  import::Program &program() { return *modelProgram; }
  mlir::MLIRContext &context() { return *mlirContext; }
  bool isOpen() const { return modelProgram != nullptr; }

private:
  const unsigned maxUses;
  unsigned uses = 0;
  archive::Archive *modelArchive = nullptr;
  std::unique_ptr<mlir::MLIRContext> mlirContext;
  std::unique_ptr<import::Program> modelProgram;
};

} // namespace sconce::driver
