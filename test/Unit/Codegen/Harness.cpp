#include "test/Unit/Codegen/Harness.h"

#include "codegen/Pipelines/Registration.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include <set>

namespace sconce::codegen {

// A stand-in for the runtime's allocator that counts.
static std::set<void *> live;
extern "C" {
/// Two ranges, the second first, as threads may run them.
static void testParallelFor(sc_context *, int64_t size, int64_t, sc_range_fn body, void *argument) {
  body(argument, size / 2, size);
  body(argument, 0, size / 2);
}
static void *testAlloc(sc_context *, int64_t bytes) {
  if (bytes < 0 || bytes > (int64_t(1) << 32))
    return nullptr;
  void *memory = std::aligned_alloc(64, (static_cast<size_t>(bytes) + 64) / 64 * 64);
  live.insert(memory);
  return memory;
}
static void *testAllocResult(sc_context *, int64_t bytes) {
  return bytes < 0 ? nullptr : std::aligned_alloc(64, (static_cast<size_t>(bytes) + 64) / 64 * 64);
}
static int32_t testLocate(sc_context *, int32_t status, const char *) { return status; }
static void testFree(sc_context *, void *memory) {
  if (!live.erase(memory))
    std::abort();
  std::free(memory);
}
}

int64_t Harness::liveAllocations() { return static_cast<int64_t>(live.size()); }

Harness::Harness(const std::string &text, const std::string &name, void (*change)(PipelineOptions &, EmitOptions &)) {
  mlir::DialectRegistry registry;
  registerCodegenDialects(registry);
  mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
  std::string diagnostics;
  mlir::ScopedDiagnosticHandler handler(&context, [&](mlir::Diagnostic &diagnostic) {
    diagnostics += diagnostic.str() + "\n";
    return mlir::success();
  });
  auto module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
  if (!module) {
    message = "cannot parse: " + diagnostics;
    return;
  }
  PipelineOptions options;
  EmitOptions emit;
  options.target = llvm::cantFail(TargetInfo::create());
  if (change)
    change(options, emit);
  mlir::PassManager passes(&context);
  buildPipeline(passes, Stage::Linalg, Stage::LLVM, options);
  if (mlir::failed(passes.run(*module))) {
    message = "cannot lower: " + diagnostics;
    return;
  }
  auto fail = [&](llvm::Error error) { message = llvm::toString(std::move(error)) + diagnostics; };
  auto compiled = compile(*module, options.target, emit);
  if (!compiled) {
    fail(compiled.takeError());
    return;
  }
  HostSymbol symbols[] = {{"sc_parallel_for", reinterpret_cast<void *>(&testParallelFor)},
                          {"sc_rt_alloc", reinterpret_cast<void *>(&testAlloc)},
                          {"sc_rt_alloc_result", reinterpret_cast<void *>(&testAllocResult)},
                          {"sc_rt_free", reinterpret_cast<void *>(&testFree)},
                          {"sc_rt_locate", reinterpret_cast<void *>(&testLocate)}};
  auto session = JitSession::create(symbols);
  if (!session) {
    fail(session.takeError());
    return;
  }
  jit = std::move(*session);
  if (llvm::Error error = jit->add(std::move(*compiled))) {
    fail(std::move(error));
    return;
  }
  auto found = jit->lookup(name);
  if (!found) {
    fail(found.takeError());
    return;
  }
  entry = *found;
  workspace.reset(std::aligned_alloc(64, (static_cast<size_t>(entry.workspace) + 127) / 64 * 64));
}

Harness::~Harness() = default;

Harness &Harness::in(const void *data, std::vector<int64_t> extents) {
  args.push_back(const_cast<void *>(data));
  for (int64_t extent : extents)
    args.push_back(reinterpret_cast<void *>(extent));
  return *this;
}
Harness &Harness::inInt(int64_t value) {
  args.push_back(reinterpret_cast<void *>(value));
  return *this;
}
Harness &Harness::inDouble(double value) {
  void *slot;
  std::memcpy(&slot, &value, sizeof(slot));
  args.push_back(slot);
  return *this;
}
Harness &Harness::out(void *data) {
  results.push_back(data);
  return *this;
}
Harness &Harness::outSlots(int count) {
  results.insert(results.end(), count, nullptr);
  return *this;
}
Harness &Harness::weights(std::vector<const void *> addresses) {
  weightTable = std::move(addresses);
  return *this;
}
int32_t Harness::call() {
  // The workspace is full of what a computation must not depend on.
  std::memset(workspace.get(), 0xFF, static_cast<size_t>(entry.workspace));
  sc_frame frame{nullptr, workspace.get(), weightTable.data(), args.data(), results.data()};
  return entry.function(&frame);
}
void Harness::clear() {
  args.clear();
  results.clear();
}

} // namespace sconce::codegen
