// Moves the linalg operations on buffers into functions of their own.
//
// A kernel is the unit that a strategy turns into loops, that is compiled beside others, and that equal models share: one
// operation with what is merged into it (KernelGroup), or several that run row by row (RowChain).
// It is cut after bufferization because only then is it known what is computed in place.
// Requires: buffers. Ensures: linalg ops only in functions with the attribute `sconce.kernel`.

#include "codegen/Transforms/BufferPointer.h"
#include "codegen/Transforms/BufferRoots.h"
#include "codegen/Transforms/HoistWeights.h"
#include "codegen/Transforms/KernelGroup.h"
#include "codegen/Transforms/KernelMarks.h"
#include "codegen/Transforms/Origins.h"
#include "codegen/Transforms/OperationInputs.h"
#include "codegen/Transforms/Passes.h"
#include "codegen/Transforms/RowKernel.h"
#include "codegen/Transforms/SplitPanels.h"
#include "codegen/Transforms/WinogradKernel.h"

#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
namespace sconce::codegen {
#define GEN_PASS_DEF_OUTLINEKERNELSPASS
#include "codegen/Transforms/Passes.h.inc"

namespace {
/// Cuts the kernels of one function.
class Outliner {
public:
  Outliner(func::FuncOp host, BufferRoots &roots) : host(host), roots(roots), builder(host.getContext()) {}
  /// Makes a kernel of the ops of `chain`; the call takes the place of the last.
  void outline(RowChain &chain);
  void outline(winograd::ConvolveOp op);

private:
  using BuildBody = llvm::function_ref<void(OpBuilder &, IRMapping &)>;

  void sortInputs(ArrayRef<Operation *> ops, ArrayRef<Value> locals);
  SmallVector<Value> makeArguments(Location loc, SmallVectorImpl<unsigned> &unaliased);
  func::FuncOp makeKernel(Location loc, StringRef stem, ArrayRef<Value> arguments, ArrayRef<unsigned> unaliased, BuildBody build);
  func::FuncOp makeFunction(Location loc, StringRef stem, ValueRange arguments, Operation *before);
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

void Outliner::sortInputs(ArrayRef<Operation *> ops, ArrayRef<Value> locals) {
  inputs.clear();
  constants.clear();
  SetVector<Value> used;
  for (Operation *op : ops)
    collectInputs(op, used);
  for (Value value : used)
    if (!llvm::is_contained(locals, dropReshapes(value)))
      (isa_and_nonnull<arith::ConstantOp, complex::ConstantOp>(value.getDefiningOp()) ? constants : inputs).insert(value);
}

/// Whether something else that the kernel is given may be the memory that it writes through `written`.
bool Outliner::mayOverlap(Value written) {
  return llvm::any_of(inputs, [&](Value other) {
    return other != written && isa<MemRefType>(other.getType()) && roots.mayOverlap(written, other);
  });
}

func::FuncOp Outliner::makeFunction(Location loc, StringRef stem, ValueRange arguments, Operation *before) {
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(before);
  std::string name = (host.getName() + "." + Twine(count++) + "." + stem).str();
  auto kernel = func::FuncOp::create(builder, loc, name, builder.getFunctionType(TypeRange(arguments), {}));
  kernel.setPrivate();
  kernel->setAttr("sconce.kernel", builder.getUnitAttr());
  if (host->hasAttr(loadsAttrName))
    kernel->setAttr(loadsAttrName, builder.getUnitAttr());
  kernel.addEntryBlock();
  return kernel;
}

/// What the kernel is given for its inputs, and which of that no other of them overlaps.
SmallVector<Value> Outliner::makeArguments(Location loc, SmallVectorImpl<unsigned> &unaliased) {
  SmallVector<Value> arguments;
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
  return arguments;
}

/// A kernel whose body `build` writes, given the kernel's own value for each input and constant.
func::FuncOp Outliner::makeKernel(Location loc, StringRef stem, ArrayRef<Value> arguments, ArrayRef<unsigned> unaliased, BuildBody build) {
  func::FuncOp kernel = makeFunction(loc, stem, arguments, host);
  for (unsigned index : unaliased)
    kernel.setArgAttr(index, "llvm.noalias", builder.getUnitAttr());
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
  build(body, mapping);
  func::ReturnOp::create(body, loc);
  return kernel;
}

/// Erases a buffer that nothing uses any more but its reshaped views.
static void eraseBuffer(Value buffer) {
  for (Operation *view : llvm::make_early_inc_range(buffer.getUsers()))
    eraseBuffer(view->getResult(0));
  buffer.getDefiningOp()->erase();
}

void Outliner::outline(RowChain &chain) {
  SmallVector<linalg::LinalgOp> ops;
  for (KernelGroup &group : chain.groups)
    llvm::append_range(ops, group.getOps());
  sortInputs(SmallVector<Operation *>(ops.begin(), ops.end()), chain.locals);
  bool isChain = chain.groups.size() > 1;
  linalg::LinalgOp leader = chain.groups.front().leader;
  Location loc = leader.getLoc();
  builder.setInsertionPoint(ops.back());
  SmallVector<unsigned> unaliased;
  SmallVector<Value> arguments = makeArguments(loc, unaliased);
  func::FuncOp kernel = makeKernel(loc, isChain ? "rows" : leader->getName().stripDialect(), arguments, unaliased,
                                   [&](OpBuilder &body, IRMapping &mapping) {
                                     if (isChain)
                                       buildRowLoop(body, loc, chain, mapping);
                                     else
                                       for (linalg::LinalgOp op : ops)
                                         body.clone(*op, mapping);
                                   });
  // What passes from a reduction to its epilogue stays in registers.
  auto isGiven = [&](Value buffer) {
    return !llvm::is_contained(chain.locals, dropReshapes(buffer)) && llvm::none_of(chain.groups, [&](KernelGroup &group) {
      return group.epilogue && group.leader.getDpsInits()[0] == buffer;
    });
  };
  KernelWork work = countWork(ops, isGiven);
  kernel->setAttr(workAttrName, builder.getDenseI64ArrayAttr({work.operations, work.bytes}));
  recordBuffers(kernel, ops, isGiven);
  if (isChain)
    recordPlan(kernel, {builder.getNamedAttr("strategy", builder.getStringAttr("rows")),
                        builder.getNamedAttr("rows", builder.getI64IntegerAttr(chain.rows)),
                        builder.getNamedAttr("block", builder.getI64IntegerAttr(chain.block)),
                        builder.getNamedAttr("blocks", builder.getI64IntegerAttr(chain.countBlocks())),
                        builder.getNamedAttr("groups", builder.getI64IntegerAttr(chain.groups.size())),
                        builder.getNamedAttr("row_bytes", builder.getI64IntegerAttr(chain.countLocalBytes()))});
  // The leader comes first, then what reads it; where the initial value comes from is of no interest.
  Location origins = loc;
  for (linalg::LinalgOp op : ops)
    if (op != leader && !isa<linalg::FillOp>(op))
      origins = mergeOrigins(origins, op->getLoc());
  func::CallOp::create(builder, origins, kernel, arguments);
  for (linalg::LinalgOp op : ops)
    op->erase();
  for (Value local : chain.locals)
    eraseBuffer(local);
}

void Outliner::outline(winograd::ConvolveOp op) {
  Location loc = op.getLoc();
  sortInputs(op.getOperation(), {});
  builder.setInsertionPoint(op);
  SmallVector<unsigned> unaliased;
  SmallVector<Value> arguments = makeArguments(loc, unaliased);
  WinogradKernel made;
  func::FuncOp kernel = makeKernel(loc, "winograd", arguments, unaliased, [&](OpBuilder &body, IRMapping &mapping) {
    made = buildWinogradLoop(body, loc, op, mapping, [&](ValueRange given) {
      func::FuncOp inner = makeFunction(loc, "products", given, body.getInsertionBlock()->getParent()->getParentOfType<func::FuncOp>());
      inner->setAttr(innerAttrName, builder.getUnitAttr());
      return inner;
    });
  });
  made.ops.push_back(made.products);
  const int64_t operations = countWork(made.ops, [](Value) { return false; }).operations * made.blocks;
  kernel->setAttr(workAttrName, builder.getDenseI64ArrayAttr({operations, countBytes(op->getOperands())}));
  SmallVector<Value> read = {op.getImage(), op.getWeights()};
  llvm::append_range(read, op.getOthers());
  recordBuffers(kernel, read, op.getInto());
  recordPlan(kernel, {builder.getNamedAttr("strategy", builder.getStringAttr("winograd")),
                      builder.getNamedAttr("tile", builder.getStringAttr(llvm::formatv("{0}x{1}", op.getTile()[0], op.getTile()[1]))),
                      builder.getNamedAttr("block", builder.getI64IntegerAttr(static_cast<int64_t>(op.getBlock()))),
                      builder.getNamedAttr("blocks", builder.getI64IntegerAttr(made.blocks)),
                      builder.getNamedAttr("block_bytes", builder.getI64IntegerAttr(made.localBytes))});
  func::CallOp::create(builder, loc, kernel, arguments);
  op.erase();
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

/// Says of reductions whose result goes through memory why.
static void remarkRefusals(RowChain &chain) {
  for (KernelGroup &group : chain.groups)
    if (group.refused && !chain.loops.contains(group.refused))
      remarkNotMerged(group.refused, group.leader->getLoc(), group.refused->getLoc(), group.refusal);
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
      SmallVector<KernelGroup> groups;
      for (KernelGroup &group : collectGroups(func, roots))
        llvm::append_range(groups, splitPanels(splitter, group, roots));
      std::vector<RowChain> chains = collectRowChains(groups, roots);
      for (RowChain &chain : chains)
        remarkRefusals(chain);
      for (RowChain &chain : chains) {
        outliner.outline(chain);
        ++numOutlined;
      }
      SmallVector<winograd::ConvolveOp> convolutions;
      func.walk([&](winograd::ConvolveOp op) { convolutions.push_back(op); });
      for (winograd::ConvolveOp op : convolutions) {
        outliner.outline(op);
        ++numOutlined;
      }
    }
  }
};
} // namespace
} // namespace sconce::codegen
