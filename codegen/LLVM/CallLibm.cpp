// Calls libm for the functions that LLVM has no intrinsic for.
//
// A pass on modules, because it declares what it calls; and last, when all that has a better form is gone.
// Requires: nothing. Ensures: the math ops that are left have LLVM intrinsics.

#include "codegen/LLVM/Passes.h"
#include "codegen/Transforms/RuntimeFunctions.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
namespace sconce::codegen {
#define GEN_PASS_DEF_CALLLIBMPASS
#include "codegen/LLVM/Passes.h.inc"

/// The name of libm's f64 function for `op`; empty when LLVM knows the function itself.
static StringRef getFunction(Operation *op) {
  return llvm::TypeSwitch<Operation *, StringRef>(op)
      .Case([](math::AcosOp) { return "acos"; })
      .Case([](math::AcoshOp) { return "acosh"; })
      .Case([](math::AsinOp) { return "asin"; })
      .Case([](math::AsinhOp) { return "asinh"; })
      .Case([](math::Atan2Op) { return "atan2"; })
      .Case([](math::AtanOp) { return "atan"; })
      .Case([](math::AtanhOp) { return "atanh"; })
      .Case([](math::CbrtOp) { return "cbrt"; })
      .Case([](math::CosOp) { return "cos"; })
      .Case([](math::CoshOp) { return "cosh"; })
      .Case([](math::ErfOp) { return "erf"; })
      .Case([](math::ErfcOp) { return "erfc"; })
      .Case([](math::Exp2Op) { return "exp2"; })
      .Case([](math::ExpM1Op) { return "expm1"; })
      .Case([](math::ExpOp) { return "exp"; })
      .Case([](math::Log10Op) { return "log10"; })
      .Case([](math::Log1pOp) { return "log1p"; })
      .Case([](math::Log2Op) { return "log2"; })
      .Case([](math::LogOp) { return "log"; })
      .Case([](math::PowFOp) { return "pow"; })
      .Case([](math::SinOp) { return "sin"; })
      .Case([](math::SinhOp) { return "sinh"; })
      .Case([](math::TanOp) { return "tan"; })
      .Case([](math::TanhOp) { return "tanh"; })
      .Default([](Operation *) { return StringRef(); });
}

/// One call on scalars; f32 goes to the function with an f after its name.
static Value callScalar(OpBuilder &builder, func::FuncOp func, Operation *op, StringRef name, ValueRange operands) {
  Type type = operands.front().getType();
  std::string symbol = name.str() + (type.isF32() ? "f" : "");
  return callRuntime(builder, func, op->getLoc(), symbol, type, operands).front();
}

/// One call for each lane.
static Value callLanes(OpBuilder &builder, func::FuncOp func, Operation *op, StringRef name) {
  auto type = dyn_cast<VectorType>(op->getResult(0).getType());
  if (!type)
    return callScalar(builder, func, op, name, op->getOperands());
  SmallVector<Value> lanes;
  for (int64_t lane = 0; lane < type.getNumElements(); ++lane) {
    SmallVector<Value> scalars;
    for (Value operand : op->getOperands())
      scalars.push_back(vector::ExtractOp::create(builder, op->getLoc(), operand, ArrayRef<int64_t>{lane}));
    lanes.push_back(callScalar(builder, func, op, name, scalars));
  }
  return vector::FromElementsOp::create(builder, op->getLoc(), type, lanes);
}

namespace {
struct CallLibmPass : impl::CallLibmPassBase<CallLibmPass> {
  void runOnOperation() override {
    for (auto func : llvm::to_vector(getOperation().getOps<func::FuncOp>())) {
      SmallVector<Operation *> ops;
      func.walk([&](Operation *op) {
        Type type = op->getNumResults() == 1 ? getElementTypeOrSelf(op->getResult(0).getType()) : Type();
        if (type && (type.isF32() || type.isF64()) && !getFunction(op).empty())
          ops.push_back(op);
      });
      for (Operation *op : ops) {
        OpBuilder builder(op);
        op->getResult(0).replaceAllUsesWith(callLanes(builder, func, op, getFunction(op)));
        op->erase();
      }
    }
  }
};
} // namespace
} // namespace sconce::codegen
