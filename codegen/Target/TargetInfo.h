/// What code generation knows about the machine it emits code for.
#ifndef SCONCE_CODEGEN_TARGET_TARGETINFO_H
#define SCONCE_CODEGEN_TARGET_TARGETINFO_H

#include "llvm/Support/Error.h"
#include <memory>
#include <string>

namespace llvm {
class TargetMachine;
}

namespace sconce::codegen {

/// From so many vector registers on, as AVX-512 has them, strategies need not be sparing with them.
inline constexpr unsigned manyRegisters = 32;

/// A CPU: how LLVM names it, and the few numbers that kernel strategies choose tiles by.
struct TargetInfo {
  std::string triple;
  std::string cpu;
  std::string features;
  unsigned vectorBits = 128;
  unsigned vectorRegisters = 16;
  int64_t l1Bytes = 32 << 10;
  int64_t l2Bytes = 512 << 10;
  bool hasFMA = false;
  /// Vectors of f32 are multiplied by powers of two in one instruction, AVX-512's.
  bool hasScale = false;
  /// Loads and stores under a lane mask cost about as much as plain ones.
  bool hasMaskedMemory = false;
  /// Conversions between f16 and f32 are instructions.
  bool hasHalfConversion = false;
  /// The triple, CPU and features are those of the machine this runs on.
  bool isHost = false;

  /// Describes `triple`/`cpu`/`features` as LLVM spells them. An empty triple is the host's; an empty CPU
  /// is the host's own for the host's triple and the triple's generic one otherwise. Fails on a triple, CPU or
  /// feature that LLVM does not know.
  static llvm::Expected<TargetInfo> create(llvm::StringRef triple = "", llvm::StringRef cpu = "",
                                           llvm::StringRef features = "");

  /// A target machine for this description at optimization level 0 to 3; each thread needs its own.
  [[nodiscard]] llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
  createMachine(unsigned optLevel, bool jit = false) const;
};

} // namespace sconce::codegen

#endif
