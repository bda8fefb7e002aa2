//===- Workshop.cpp - A program and the MLIR context it lives in ----------===//

#include "lib/Driver/Workshop.h"

#include "lib/Archive/Archive.h"
#include "lib/Driver/Compiler.h"
#include "lib/Import/Importer.h"

#include "mlir/IR/MLIRContext.h"

using namespace sconce;
using namespace sconce::driver;

Workshop::Workshop(unsigned maxUses) : maxUses(maxUses) {}

Workshop::~Workshop() = default;

llvm::Error Workshop::open(archive::Archive &archive) {
  std::unique_ptr<mlir::MLIRContext> freshContext = makeContext();
  auto freshProgram = loadProgram(archive, *freshContext);
  if (!freshProgram)
    return freshProgram.takeError();
  // The old program lives in the old context, which goes after it.
  modelProgram = std::move(*freshProgram);
  mlirContext = std::move(freshContext);
  modelArchive = &archive;
  uses = 0;
  return llvm::Error::success();
}

llvm::Error Workshop::use() {
  if (uses++ < maxUses)
    return llvm::Error::success();
  if (llvm::Error error = open(*modelArchive))
    return error;
  uses = 1;
  return llvm::Error::success();
}
