// Moves each linalg operation on buffers into a function of its own.
//
// A kernel is the unit that a strategy turns into loops, that is compiled beside others, and that equal models share.
// It is cut after bufferization because only then is it known what is computed in place.
// Requires: buffers. Ensures: linalg ops only in functions with the attribute `sconce.kernel`.

#include "codegen/Transforms/BufferPointer.h"
#include "codegen/Transforms/BufferRoots.h"
#include "codegen/Transforms/Passes.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
namespace sconce::codegen {
#define GEN_PASS_DEF_OUTLINEKERNELSPASS
#include "codegen/Transforms/Passes.h.inc"

namespace {
/// Cuts the kernels of one function.
class Outliner {
public:
  Outliner(func::FuncOp host, BufferRoots &roots) : host(host), roots(roots), builder(host.getContext()) {}
  void outline(linalg::LinalgOp op);

private:
  void collectInputs(linalg::LinalgOp op);
  func::FuncOp makeFunction(linalg::LinalgOp op, ArrayRef<Value> arguments);
  void fillBody(func::FuncOp kernel, linalg::LinalgOp op);
  bool mayOverlap(Value written, linalg::LinalgOp op);

  func::FuncOp host;
  BufferRoots &roots;
  OpBuilder builder;
  /// What the kernel takes: each buffer and scalar once.
  SetVector<Value> inputs;
  /// Constants that are made anew in the kernel.
  SetVector<Value> constants;
  unsigned count = 0;
};
} // namespace

void Outliner::collectInputs(linalg::LinalgOp op) {
  inputs.clear();
  constants.clear();
  SetVector<Value> used(op->operand_begin(), op->operand_end());
  getUsedValuesDefinedAbove(op->getRegions(), used);
  for (Value value : used)
    (value.getDefiningOp<arith::ConstantOp>() ? constants : inputs).insert(value);
}

/// Whether something else that the kernel is given may be the memory that it writes through `written`.
bool Outliner::mayOverlap(Value written, linalg::LinalgOp op) {
  return llvm::any_of(inputs, [&](Value other) {
    return other != written && isa<MemRefType>(other.getType()) && roots.mayOverlap(written, other);
  });
}

func::FuncOp Outliner::makeFunction(linalg::LinalgOp op, ArrayRef<Value> arguments) {
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(host);
  StringRef stem = op->getName().stripDialect();
  std::string name = (host.getName() + "." + Twine(count++) + "." + stem).str();
  SmallVector<Type> types(TypeRange{ValueRange(arguments)});
  auto kernel = func::FuncOp::create(builder, op.getLoc(), name, builder.getFunctionType(types, {}));
  kernel.setPrivate();
  kernel->setAttr("sconce.kernel", builder.getUnitAttr());
  kernel.addEntryBlock();
  return kernel;
}

void Outliner::fillBody(func::FuncOp kernel, linalg::LinalgOp op) {
  OpBuilder body = OpBuilder::atBlockBegin(&kernel.front());
  IRMapping mapping;
  unsigned next = 0;
  for (Value input : inputs) {
    auto type = dyn_cast<MemRefType>(input.getType());
    if (!type) {
      mapping.map(input, kernel.getArgument(next++));
      continue;
    }
    auto parts = kernel.getArguments().slice(next, getBufferParts(dropOffset(type)).size());
    mapping.map(input, putTogether(body, op.getLoc(), dropOffset(type), parts));
    next += parts.size();
  }
  for (Value constant : constants)
    mapping.map(constant, body.clone(*constant.getDefiningOp())->getResult(0));
  body.clone(*op, mapping);
  func::ReturnOp::create(body, op.getLoc());
}

void Outliner::outline(linalg::LinalgOp op) {
  collectInputs(op);
  builder.setInsertionPoint(op);
  SmallVector<Value> arguments;
  SmallVector<unsigned> unaliased;
  for (Value input : inputs) {
    if (!isa<MemRefType>(input.getType())) {
      arguments.push_back(input);
      continue;
    }
    if (!mayOverlap(input, op))
      unaliased.push_back(arguments.size());
    llvm::append_range(arguments, takeApart(builder, op.getLoc(), input));
  }
  func::FuncOp kernel = makeFunction(op, arguments);
  for (unsigned index : unaliased)
    kernel.setArgAttr(index, "llvm.noalias", builder.getUnitAttr());
  fillBody(kernel, op);
  func::CallOp::create(builder, op.getLoc(), kernel, arguments);
  op->erase();
}

namespace {
struct OutlineKernelsPass : impl::OutlineKernelsPassBase<OutlineKernelsPass> {
  void runOnOperation() override {
    for (auto func : llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>())) {
      if (func.isDeclaration() || func->hasAttr("sconce.kernel"))
        continue;
      BufferRoots roots(func);
      Outliner outliner(func, roots);
      SmallVector<linalg::LinalgOp> ops;
      func.walk([&](linalg::LinalgOp op) {
        if (op.hasPureBufferSemantics())
          ops.push_back(op);
      });
      for (linalg::LinalgOp op : ops)
        outliner.outline(op);
      numOutlined += ops.size();
    }
  }
};
} // namespace
} // namespace sconce::codegen
