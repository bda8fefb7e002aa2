/// Compiles MLIR text of stage linalg and calls it with numbers.
#ifndef SCONCE_TEST_UNIT_CODEGEN_HARNESS_H
#define SCONCE_TEST_UNIT_CODEGEN_HARNESS_H

#include "codegen/Emit/JitSession.h"
#include "codegen/Pipelines/Pipelines.h"
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

namespace sconce::codegen {

/// One entry of a compiled text, with the frame that the next call uses.
class Harness {
public:
  /// Compiles `text` and finds its entry `name`; `error()` says why not. `change` may alter the options.
  explicit Harness(const std::string &text, const std::string &name = "f",
                   void (*change)(PipelineOptions &, EmitOptions &) = nullptr);
  ~Harness();

  const std::string &error() const { return message; }
  int64_t workspaceBytes() const { return entry.workspace; }

  /// Adds an argument or result slot; the pointers must outlive the call.
  Harness &in(const void *data, std::vector<int64_t> extents = {});
  Harness &inInt(int64_t value);
  Harness &inDouble(double value);
  Harness &out(void *data);
  /// A result of run-time shape of that rank, or a scalar (rank -1).
  Harness &outSlots(int count);
  Harness &weights(std::vector<const void *> addresses);

  /// Calls the entry; its status. Slots are kept until `clear`.
  int32_t call();
  void clear();
  void *resultSlot(size_t index) { return results[index]; }
  template <class T> T result(size_t index) {
    T value;
    std::memcpy(&value, &results[index], sizeof(T));
    return value;
  }

  /// Bytes from sc_rt_alloc that were not given back.
  static int64_t liveAllocations();

private:
  std::unique_ptr<JitSession> jit;
  JitEntry entry;
  std::string message;
  std::vector<void *> args, results;
  std::vector<const void *> weightTable;
  std::unique_ptr<void, decltype(&std::free)> workspace{nullptr, &std::free};
};

} // namespace sconce::codegen

#endif
