#include "codegen/Transforms/FillBorders.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Dominance.h"

using namespace mlir;
namespace sconce::codegen {

/// A tensor of fewer bytes is filled in less time than the calls for its slabs take.
static constexpr int64_t fewestBytes = 16384;

namespace {
/// A part of a tensor: where it begins and how long it is along each dimension.
struct Box {
  SmallVector<OpFoldResult> offsets, sizes;
};
} // namespace

static bool isView(Operation *op) { return isa<tensor::CollapseShapeOp, tensor::ExpandShapeOp, tensor::ExtractSliceOp>(op); }

namespace {
/// What depends on a tensor: views of it, each behind what it is a view of, and the first op that is none; null where there is one in
/// another block.
struct Users {
  SmallVector<Operation *> views;
  Operation *first = nullptr;
};
} // namespace

/// Elimination puts a fill and the views of it as early as it can, but a buffer should not live before it is needed.
static Users findUsers(linalg::FillOp fill) {
  Users users;
  auto visit = [&](Operation *op) {
    for (Operation *user : op->getUsers()) {
      if (user->getBlock() != fill->getBlock())
        return false;
      if (isView(user))
        users.views.push_back(user);
      else if (!users.first || user->isBeforeInBlock(users.first))
        users.first = user;
    }
    return true;
  };
  bool isLocal = visit(fill);
  for (size_t i = 0; isLocal && i < users.views.size(); ++i)
    isLocal = visit(users.views[i]);
  if (!isLocal)
    users.first = nullptr;
  return users;
}

/// Whether what `value` holds is only overwritten.
static bool isOnlyOverwritten(Value value) {
  const bufferization::BufferizationOptions options;
  const bufferization::AnalysisState state(options);
  SmallVector<Value> open{value};
  while (!open.empty())
    for (OpOperand &use : open.pop_back_val().getUses()) {
      Operation *user = use.getOwner();
      if (isView(user)) {
        open.push_back(user->getResult(0));
        continue;
      }
      auto op = dyn_cast<DestinationStyleOpInterface>(user);
      auto model = dyn_cast<bufferization::BufferizableOpInterface>(user);
      if (!op || !model || !op.isDpsInit(&use) || model.bufferizesToMemoryRead(use, state))
        return false;
    }
  return true;
}

/// The fill whose result `insert` overwrites a part of, if nothing else needs what it leaves in that part and it is large enough.
static linalg::FillOp findFill(tensor::InsertSliceOp insert) {
  auto fill = insert.getDest().getDefiningOp<linalg::FillOp>();
  RankedTensorType type = insert.getType();
  if (!fill || insert.getSourceType().getRank() != type.getRank() || !insert.hasUnitStride() || !type.getElementType().isIntOrFloat())
    return {};
  if (type.hasStaticShape() && type.getNumElements() * type.getElementTypeBitWidth() < fewestBytes * 8)
    return {};
  for (OpOperand &use : fill->getUses()) {
    if (use.getOwner() == insert)
      continue;
    auto part = dyn_cast<tensor::ExtractSliceOp>(use.getOwner());
    if (!part || part.getMixedOffsets() != insert.getMixedOffsets() || part.getMixedSizes() != insert.getMixedSizes() ||
        !part.hasUnitStride() || !isOnlyOverwritten(part))
      return {};
  }
  return fill;
}

/// What of `tensor` is around the box that `insert` overwrites: for each dimension, from the outermost in memory, what is before
/// and behind it, as far as no slab of a dimension further out has it.
static SmallVector<Box> getSlabs(OpBuilder &builder, tensor::InsertSliceOp insert, Value tensor) {
  Location loc = insert.getLoc();
  AffineExpr s0, s1, s2;
  bindSymbols(builder.getContext(), s0, s1, s2);
  Box rest;
  for (int64_t d = 0; d < insert.getType().getRank(); ++d) {
    rest.offsets.push_back(builder.getIndexAttr(0));
    rest.sizes.push_back(tensor::getMixedSize(builder, loc, tensor, d));
  }
  SmallVector<Box> slabs;
  auto add = [&](unsigned d, OpFoldResult offset, OpFoldResult size) {
    if (isConstantIntValue(size, 0))
      return;
    slabs.push_back(rest);
    slabs.back().offsets[d] = offset;
    slabs.back().sizes[d] = size;
  };
  for (auto [d, offset, size] : llvm::enumerate(insert.getMixedOffsets(), insert.getMixedSizes())) {
    OpFoldResult extent = rest.sizes[d];
    add(d, builder.getIndexAttr(0), offset);
    add(d, affine::makeComposedFoldedAffineApply(builder, loc, s0 + s1, {offset, size}),
        affine::makeComposedFoldedAffineApply(builder, loc, s0 - s1 - s2, {extent, offset, size}));
    rest.offsets[d] = offset;
    rest.sizes[d] = size;
  }
  return slabs;
}

void fillBorders(RewriterBase &rewriter, func::FuncOp func) {
  SmallVector<tensor::InsertSliceOp> inserts;
  func.walk([&](tensor::InsertSliceOp insert) { inserts.push_back(insert); });
  DominanceInfo dominance(func);
  for (tensor::InsertSliceOp insert : inserts) {
    linalg::FillOp fill = findFill(insert);
    // The box must be known where the fill is.
    if (!fill || !llvm::all_of(llvm::concat<Value>(SmallVector<Value>(insert.getOffsets()), SmallVector<Value>(insert.getSizes())),
                               [&](Value value) { return dominance.properlyDominates(value, fill); }))
      continue;
    Users users = findUsers(fill);
    Location loc = fill.getLoc();
    rewriter.setInsertionPoint(users.first ? users.first : fill);
    Value tensor = fill.getDpsInits()[0];
    for (const Box &slab : getSlabs(rewriter, insert, tensor)) {
      SmallVector<OpFoldResult> ones(slab.offsets.size(), rewriter.getIndexAttr(1));
      Value part = tensor::ExtractSliceOp::create(rewriter, loc, tensor, slab.offsets, slab.sizes, ones);
      part = linalg::FillOp::create(rewriter, loc, fill.value(), part).getResult(0);
      tensor = tensor::InsertSliceOp::create(rewriter, loc, part, tensor, slab.offsets, slab.sizes, ones);
    }
    if (users.first)
      for (Operation *view : users.views)
        rewriter.moveOpBefore(view, users.first);
    rewriter.replaceOp(fill, tensor);
  }
}

} // namespace sconce::codegen
