// Moves each linalg operation on buffers into a function of its own.
//
// A kernel is the unit that a strategy turns into loops, that is compiled beside others, and that equal models share.
// It is cut after bufferization because only then is it known what is computed in place.
// Requires: buffers. Ensures: linalg ops only in functions with the attribute `sconce.kernel`.

#include "codegen/Transforms/BufferPointer.h"
#include "codegen/Transforms/BufferRoots.h"
#include "codegen/Transforms/KernelGroup.h"
#include "codegen/Transforms/KernelMarks.h"
#include "codegen/Transforms/Origins.h"
#include "codegen/Transforms/OperationInputs.h"
#include "codegen/Transforms/Passes.h"
#include "codegen/Transforms/SplitPanels.h"

#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
namespace sconce::codegen {
#define GEN_PASS_DEF_OUTLINEKERNELSPASS
#include "codegen/Transforms/Passes.h.inc"

namespace {
/// Cuts the kernels of one function.
class Outliner {
public:
  Outliner(func::FuncOp host, BufferRoots &roots) : host(host), roots(roots), builder(host.getContext()) {}
  /// Makes a kernel of `ops`, which run one after the other; the call takes the place of the last.
  void outline(ArrayRef<linalg::LinalgOp> ops, linalg::LinalgOp leader);

private:
  void sortInputs(ArrayRef<linalg::LinalgOp> ops);
  func::FuncOp makeFunction(linalg::LinalgOp leader, ArrayRef<Value> arguments);
  void fillBody(func::FuncOp kernel, ArrayRef<linalg::LinalgOp> ops);
  bool mayOverlap(Value written);

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

void Outliner::sortInputs(ArrayRef<linalg::LinalgOp> ops) {
  inputs.clear();
  constants.clear();
  SetVector<Value> used;
  for (linalg::LinalgOp op : ops)
    collectInputs(op, used);
  for (Value value : used)
    (isa_and_nonnull<arith::ConstantOp, complex::ConstantOp>(value.getDefiningOp()) ? constants : inputs).insert(value);
}

/// Whether something else that the kernel is given may be the memory that it writes through `written`.
bool Outliner::mayOverlap(Value written) {
  return llvm::any_of(inputs, [&](Value other) {
    return other != written && isa<MemRefType>(other.getType()) && roots.mayOverlap(written, other);
  });
}

func::FuncOp Outliner::makeFunction(linalg::LinalgOp leader, ArrayRef<Value> arguments) {
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(host);
  StringRef stem = leader->getName().stripDialect();
  std::string name = (host.getName() + "." + Twine(count++) + "." + stem).str();
  SmallVector<Type> types(TypeRange{ValueRange(arguments)});
  auto kernel = func::FuncOp::create(builder, leader.getLoc(), name, builder.getFunctionType(types, {}));
  kernel.setPrivate();
  kernel->setAttr("sconce.kernel", builder.getUnitAttr());
  kernel.addEntryBlock();
  return kernel;
}

void Outliner::fillBody(func::FuncOp kernel, ArrayRef<linalg::LinalgOp> ops) {
  Location loc = kernel.getLoc();
  OpBuilder body = OpBuilder::atBlockBegin(&kernel.front());
  IRMapping mapping;
  unsigned next = 0;
  for (Value input : inputs) {
    auto type = dyn_cast<MemRefType>(input.getType());
    if (isa<ComplexType>(input.getType())) {
      mapping.map(input, complex::CreateOp::create(body, loc, input.getType(), kernel.getArgument(next),
                                                   kernel.getArgument(next + 1)));
      next += 2;
      continue;
    }
    if (input.getType().isIndex()) {
      mapping.map(input, arith::IndexCastOp::create(body, loc, input.getType(), kernel.getArgument(next++)));
      continue;
    }
    if (!type) {
      mapping.map(input, kernel.getArgument(next++));
      continue;
    }
    auto parts = kernel.getArguments().slice(next, getBufferParts(dropOffset(type)).size());
    mapping.map(input, putTogether(body, loc, dropOffset(type), parts));
    next += parts.size();
  }
  for (Value constant : constants)
    mapping.map(constant, body.clone(*constant.getDefiningOp())->getResult(0));
  for (linalg::LinalgOp op : ops)
    body.clone(*op, mapping);
  func::ReturnOp::create(body, loc);
}

void Outliner::outline(ArrayRef<linalg::LinalgOp> ops, linalg::LinalgOp leader) {
  sortInputs(ops);
  Location loc = leader.getLoc();
  builder.setInsertionPoint(ops.back());
  SmallVector<Value> arguments;
  SmallVector<unsigned> unaliased;
  for (Value input : inputs) {
    if (isa<ComplexType>(input.getType())) {
      // A kernel takes LLVM's types only.
      arguments.push_back(complex::ReOp::create(builder, loc, input));
      arguments.push_back(complex::ImOp::create(builder, loc, input));
      continue;
    }
    if (input.getType().isIndex()) {
      arguments.push_back(arith::IndexCastOp::create(builder, loc, builder.getI64Type(), input));
      continue;
    }
    if (!isa<MemRefType>(input.getType())) {
      arguments.push_back(input);
      continue;
    }
    if (!mayOverlap(input))
      unaliased.push_back(arguments.size());
    llvm::append_range(arguments, takeApart(builder, loc, input));
  }
  func::FuncOp kernel = makeFunction(leader, arguments);
  for (unsigned index : unaliased)
    kernel.setArgAttr(index, "llvm.noalias", builder.getUnitAttr());
  fillBody(kernel, ops);
  KernelWork work = countWork(ops);
  kernel->setAttr(workAttrName, builder.getDenseI64ArrayAttr({work.operations, work.bytes}));
  recordBuffers(kernel, ops);
  // The leader comes first, then what reads it; where the initial value comes from is of no interest.
  Location origins = loc;
  for (linalg::LinalgOp op : ops)
    if (op != leader && !isa<linalg::FillOp>(op))
      origins = mergeOrigins(origins, op->getLoc());
  func::CallOp::create(builder, origins, kernel, arguments);
  for (linalg::LinalgOp op : ops)
    op->erase();
}

/// The groups of a function's ops, in the order of their leaders.
static SmallVector<KernelGroup> collectGroups(func::FuncOp func, BufferRoots &roots) {
  SmallVector<KernelGroup> groups;
  func.walk([&](linalg::LinalgOp op) {
    if (op.hasPureBufferSemantics())
      groups.push_back(KernelGroup::collect(op, roots));
  });
  // Of two reductions that one op reads, the later has it for its epilogue.
  DenseSet<Operation *> taken;
  for (KernelGroup &group : llvm::reverse(groups)) {
    if (group.epilogue && !taken.insert(group.epilogue).second) {
      group.refused = std::exchange(group.epilogue, {});
      group.refusal = "it is merged into another that it reads";
    }
    if (group.fill)
      taken.insert(group.fill);
  }
  llvm::erase_if(groups, [&](KernelGroup &group) { return taken.contains(group.leader); });
  return groups;
}

namespace {
struct OutlineKernelsPass : impl::OutlineKernelsPassBase<OutlineKernelsPass> {
  void runOnOperation() override {
    for (auto func : llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>())) {
      if (func.isDeclaration() || func->hasAttr("sconce.kernel"))
        continue;
      BufferRoots roots(func);
      Outliner outliner(func, roots);
      OpBuilder splitter(func.getContext());
      for (KernelGroup &group : collectGroups(func, roots)) {
        if (group.refused)
          remarkNotMerged(group.refused, group.leader->getLoc(), group.refused->getLoc(), group.refusal);
        for (KernelGroup &part : splitPanels(splitter, group, roots)) {
          outliner.outline(part.getOps(), part.leader);
          ++numOutlined;
        }
      }
    }
  }
};
} // namespace
} // namespace sconce::codegen
