//===- Benchmark.h - How long calls of a model take -----------------------===//
#pragma once

#include "lib/Driver/CodeCache.h"
#include "lib/Driver/Compiler.h"
#include "runtime/Value.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace sconce::driver {

struct BenchmarkOptions {
  std::string method = "forward";
  /// Calls that are repeated in turn.
  std::vector<std::vector<rt::Value>> arguments;
  int threads = 0;
  /// At least so long is measured, and at least ten calls.
  double seconds = 2;
  bool winograd = true; ///< see SessionOptions
  CodeCacheOptions disk = {};
  /// Compiled to a shared library and called through the C interface.
  bool aheadOfTime = false;
  /// Takes the time of each kernel; what that costs is in the times.
  bool profile = false;
};

/// Where the time of a call went.
struct KernelTime {
  KernelCall call;        ///< operations and bytes are those of all its runs
  int64_t runs = 0;       ///< in one call of the method: several where calls of equal name and line are one, or it is in a loop
  double nanoseconds = 0; ///< of all these runs; of several calls of the method, the least
};

/// Times in nanoseconds.
struct Benchmark {
  int64_t load = 0;  ///< opening the archive, or loading the library and making an instance
  int64_t first = 0; ///< the first call; just in time it compiles, or finds code on disk
  uint64_t compiles = 0, loads = 0; ///< just in time: what was compiled, and what was found on disk
  double median = 0, minimum = 0; ///< of the calls after it
  size_t calls = 0;
  double peakMegabytes = 0;       ///< resident memory of the process at its highest
  std::vector<KernelTime> kernels; ///< with `profile`, in program order; kernels of equal name and line are one
  std::vector<rt::Value> results; ///< of the first round of calls
};

llvm::Expected<Benchmark> benchmark(llvm::StringRef file, const BenchmarkOptions &options);

} // namespace sconce::driver
