// Primitives compiled beside their reference evaluation.
#ifndef SCONCE_TEST_UNIT_CODEGEN_PRIMITIVEPROGRAM_H
#define SCONCE_TEST_UNIT_CODEGEN_PRIMITIVEPROGRAM_H

#include "codegen/Emit/CompiledModule.h"
#include "codegen/Emit/JitSession.h"
#include "codegen/Pipelines/Pipelines.h"
#include "runtime/Tensor.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include <string>
#include <variant>
#include <vector>

struct sc_context;

namespace sconce::codegen {

/// A primitive with its arguments in schema order.
struct PrimitiveCase {
  using Argument = std::variant<std::monostate, rt::Tensor, std::vector<rt::Tensor>, std::vector<int64_t>, int64_t, bool, std::string>;
  std::string name;
  std::vector<Argument> arguments;
  std::string text() const;
};

/// One function `c0`, `c1`, … for each of some primitives.
class PrimitiveProgram {
public:
  explicit PrimitiveProgram(void (*change)(PipelineOptions &) = nullptr);
  ~PrimitiveProgram();

  /// Adds a function; false where the dialect refuses the arguments.
  bool add(PrimitiveCase testCase);
  const std::vector<PrimitiveCase> &cases() const { return all; }
  /// Compiles them; the error, or empty.
  std::string compile();
  /// The machine code, after `compile`.
  const CompiledModule &code() const { return compiled; }
  /// The results of the compiled function, after `compile`; the message of a failing call in `error`.
  std::vector<rt::Tensor> call(size_t index, std::string &error);

private:
  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  PipelineOptions options;
  std::vector<PrimitiveCase> all;
  std::vector<std::vector<mlir::RankedTensorType>> resultTypes;
  CompiledModule compiled;
  std::unique_ptr<JitSession> jit;
  sc_context *runtime;
};

/// What the reference evaluation gives; no tensors where it fails.
std::vector<rt::Tensor> evaluateReference(const PrimitiveCase &testCase);

/// A tensor with these numbers, converted as PyTorch converts.
rt::Tensor tensorOf(rt::Dtype dtype, std::vector<int64_t> sizes, const std::vector<double> &numbers);

/// All operands of elementwise primitives for a dtype: special numbers, each with each.
std::vector<double> interestingNumbers(rt::Dtype dtype);

} // namespace sconce::codegen

#endif
