#include "codegen/Strategies/SharedLoop.h"
#include "codegen/Transforms/KernelMarks.h"
#include "codegen/Transforms/RowKernel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
namespace sconce::codegen {

bool isWorthSharing(func::FuncOp kernel) {
  if (kernel->hasAttr(innerAttrName))
    return false; // Who calls it is shared.
  auto work = kernel->getAttrOfType<DenseI64ArrayAttr>(workAttrName);
  if (!work || (work[0] == 0 && work[1] == 0))
    return true; // Only run time knows.
  // To hand a range to a thread that polls takes about a microsecond; in one, a core does at least this many operations and
  // moves this many bytes.
  constexpr int64_t operationsPerMicrosecond = 50'000, bytesPerMicrosecond = 20'000, worthwhile = 10;
  return work[0] / operationsPerMicrosecond + work[1] / bytesPerMicrosecond >= worthwhile;
}

scf::ForOp findRowLoop(func::FuncOp kernel) {
  for (auto loop : kernel.getOps<scf::ForOp>())
    if (loop->hasAttr(rowLoopAttrName))
      return loop;
  return {};
}

unsigned splitLoop(GroupNest &group, unsigned d, int64_t inner) {
  for (LoopNest &nest : group.nests) {
    LoopDim outer = nest.dims[d];
    outer.size = Product(outer.size.factor / inner);
    outer.originalStep *= inner;
    nest.dims.push_back(outer);
    nest.dims[d].size = Product(inner);
    for (Access &access : nest.accesses)
      access.strides.push_back(Product(inner) * access.strides[d]);
  }
  return group.nests.front().dims.size() - 1;
}

int64_t shareSize(int64_t size, int64_t unit) {
  if (unit <= 0 || size % unit != 0)
    return 0;
  // As many shares as divide the units, but few.
  int64_t units = size / unit, shares = units;
  for (int64_t divisor = 1; divisor * divisor <= units; ++divisor)
    if (units % divisor == 0)
      for (int64_t count : {divisor, units / divisor})
        if (count >= fewestShares)
          shares = std::min(shares, count);
  return units >= 2 ? size / shares : 0;
}

Value openSharedLoop(OpBuilder &builder, Location loc, const Product &size) {
  Value zero = arith::ConstantIndexOp::create(builder, loc, 0), one = arith::ConstantIndexOp::create(builder, loc, 1);
  auto loop = scf::ForOp::create(builder, loc, zero, size.build(builder, loc), one);
  loop->setAttr(sharedLoopAttrName, builder.getUnitAttr());
  builder.setInsertionPointToStart(loop.getBody());
  return loop.getInductionVar();
}

void turnLoop(OpBuilder &builder, scf::ForOp loop, Value backwards) {
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBody());
  Location loc = loop.getLoc();
  Value position = loop.getInductionVar();
  Value zero = arith::ConstantOp::create(builder, loc, builder.getI64IntegerAttr(0));
  Value turns = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ne, backwards, zero);
  Value behind = arith::SubIOp::create(builder, loc, position, loop.getLowerBound());
  Value last = arith::SubIOp::create(builder, loc, loop.getUpperBound(), loop.getStep());
  Value mirrored = arith::SubIOp::create(builder, loc, last, behind);
  auto chosen = arith::SelectOp::create(builder, loc, turns, mirrored, position);
  llvm::SmallPtrSet<Operation *, 2> own = {behind.getDefiningOp(), chosen};
  position.replaceAllUsesExcept(chosen, own);
}

} // namespace sconce::codegen
