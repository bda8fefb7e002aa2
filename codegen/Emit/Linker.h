/// ELF linking, in this process where LLVM's linker is built in, by running ld.lld otherwise.
#ifndef SCONCE_CODEGEN_EMIT_LINKER_H
#define SCONCE_CODEGEN_EMIT_LINKER_H

#include "codegen/Target/TargetInfo.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include <string>

namespace sconce::codegen {

struct LinkJob {
  enum Kind { SharedLibrary, Relocatable } kind = SharedLibrary;
  std::string output;
  std::vector<std::string> inputs; ///< objects, and archives of which what is needed is taken
  /// The symbols that others see; all others are local.
  std::vector<std::string> exports;
};

/// Runs `job`. The output is complete or not there.
llvm::Error link(const LinkJob &job, const TargetInfo &target);

} // namespace sconce::codegen

#endif
