#include "codegen/Transforms/SplitPanels.h"
#include "codegen/Transforms/ContractionMarks.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
namespace sconce::codegen {

namespace {
/// A stretch of the loop over columns.
struct Columns {
  int64_t begin, count, panelWidth;
};

/// Makes the group of one stretch.
class PartBuilder {
public:
  PartBuilder(OpBuilder &builder, BufferRoots &roots, Columns columns) : builder(builder), roots(roots), columns(columns) {}

  /// `op` on the columns of the stretch, which are its loop `loop`.
  linalg::LinalgOp clone(linalg::LinalgOp op, unsigned loop);

private:
  Value view(Value buffer, AffineMap map, unsigned loop);

  OpBuilder &builder;
  BufferRoots &roots;
  Columns columns;
  /// By the buffer and the dimensions of it that are cut.
  DenseMap<std::pair<Value, AffineMap>, Value> views;
};
} // namespace

/// The part of `buffer` that the stretch works on.
Value PartBuilder::view(Value buffer, AffineMap map, unsigned loop) {
  auto type = dyn_cast<MemRefType>(buffer.getType());
  if (!type || !map.isFunctionOfDim(loop))
    return buffer;
  // What is cut does not depend on the numbers of the loops, which differ between ops.
  AffineExpr column = builder.getAffineDimExpr(0), all = builder.getAffineConstantExpr(0);
  auto cut = llvm::map_to_vector(map.getResults(), [&](AffineExpr expr) {
    return expr.isFunctionOfDim(loop) ? expr.replace(builder.getAffineDimExpr(loop), column) : all;
  });
  Value &known = views[{buffer, AffineMap::get(1, 0, cut, builder.getContext())}];
  if (known)
    return known;
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointAfterValue(buffer);
  SmallVector<OpFoldResult> offsets, sizes, steps(type.getRank(), builder.getIndexAttr(1));
  for (auto [d, expr] : llvm::enumerate(cut)) {
    int64_t offset = 0, size = type.getDimSize(d);
    if (expr == column)
      offset = columns.begin, size = columns.count;
    else if (expr.getKind() == AffineExprKind::FloorDiv)
      offset = columns.begin / columns.panelWidth, size = llvm::divideCeil(columns.count, columns.panelWidth);
    else if (expr.getKind() == AffineExprKind::Mod)
      size = std::min(columns.count, columns.panelWidth);
    offsets.push_back(builder.getIndexAttr(offset));
    if (ShapedType::isDynamic(size))
      sizes.push_back(memref::DimOp::create(builder, buffer.getLoc(), buffer, d).getResult());
    else
      sizes.push_back(builder.getIndexAttr(size));
  }
  auto made = memref::SubViewOp::create(builder, buffer.getLoc(), buffer, offsets, sizes, steps);
  roots.add(made);
  return known = made;
}

linalg::LinalgOp PartBuilder::clone(linalg::LinalgOp op, unsigned loop) {
  SmallVector<Value> operands(op->getOperands());
  for (OpOperand &operand : op->getOpOperands())
    if (op.isDpsInput(&operand) || op.isDpsInit(&operand))
      operands[operand.getOperandNumber()] = view(operand.get(), op.getMatchingIndexingMap(&operand), loop);
  builder.setInsertionPoint(op);
  Operation *made = builder.clone(*op);
  made->setOperands(operands);
  return cast<linalg::LinalgOp>(made);
}

/// The loop over the columns, which lie in panels.
static unsigned findColumnLoop(linalg::LinalgOp op) {
  unsigned loop = 0;
  for (AffineMap map : op.getIndexingMapsArray())
    map.walkExprs([&](AffineExpr expr) {
      if (expr.getKind() == AffineExprKind::FloorDiv)
        loop = cast<AffineDimExpr>(cast<AffineBinaryOpExpr>(expr).getLHS()).getPosition();
    });
  return loop;
}

SmallVector<KernelGroup, 2> splitPanels(OpBuilder &builder, KernelGroup group, BufferRoots &roots) {
  auto width = group.leader->getAttrOfType<IntegerAttr>(panelWidthAttrName);
  if (!width)
    return {group};
  unsigned loop = findColumnLoop(group.leader);
  int64_t columns = group.leader.getStaticLoopRanges()[loop], rest = columns % width.getInt();
  if (rest == 0)
    return {group};
  // The same columns in the other ops.
  unsigned fillLoop = 0, epilogueLoop = 0;
  AffineMap written = group.leader.getMatchingIndexingMap(group.leader.getDpsInitOperand(0));
  fillLoop = *written.getResultPosition(builder.getAffineDimExpr(loop));
  if (group.epilogue)
    for (auto [own, leaders] : llvm::enumerate(group.getEpilogueLoops()))
      if (leaders == loop)
        epilogueLoop = own;
  SmallVector<KernelGroup, 2> parts;
  for (Columns part : {Columns{0, columns - rest, width.getInt()}, Columns{columns - rest, rest, width.getInt()}}) {
    PartBuilder clones(builder, roots, part);
    KernelGroup &made = parts.emplace_back();
    made.epilogueOperand = group.epilogueOperand;
    if (group.fill)
      made.fill = cast<linalg::FillOp>(clones.clone(group.fill, fillLoop).getOperation());
    made.leader = clones.clone(group.leader, loop);
    if (group.epilogue)
      made.epilogue = cast<linalg::GenericOp>(clones.clone(group.epilogue, epilogueLoop).getOperation());
  }
  for (linalg::LinalgOp op : group.getOps())
    op->erase();
  return parts;
}

} // namespace sconce::codegen
