/// Compiled code in this process, ready to be called.
#ifndef SCONCE_CODEGEN_EMIT_JITSESSION_H
#define SCONCE_CODEGEN_EMIT_JITSESSION_H

#include "codegen/Emit/CompiledModule.h"
#include "sconce-c/Entry.h"
#include "llvm/ADT/ArrayRef.h"

namespace sconce::codegen {

/// A function of this process that compiled code may call by name.
struct HostSymbol {
  const char *name;
  void *address;
};

/// An entry point that can be called.
struct JitEntry {
  sc_entry_fn function = nullptr;
  int64_t workspace = 0; ///< bytes, to be aligned to 64
};

/// Holds code and its memory; entries live as long as it does.
class JitSession {
public:
  /// `symbols` are the runtime's functions; libc and libm are found in the process.
  static llvm::Expected<std::unique_ptr<JitSession>> create(llvm::ArrayRef<HostSymbol> symbols);
  ~JitSession();

  /// Adds compiled code. Two modules must not define the same entry.
  llvm::Error add(CompiledModule module);

  /// The entry `name`; links what it needs when first asked for. Fails on a symbol that nobody defines.
  llvm::Expected<JitEntry> lookup(llvm::StringRef name);

private:
  JitSession();
  struct State;
  std::unique_ptr<State> state;
};

} // namespace sconce::codegen

#endif
