// Makes pointers of views whose place in their buffer is known.
//
// A buffer is handed to a kernel as a pointer. Through upstream's conversion each view on the way there would be a descriptor of a
// dozen instructions, all of which LLVM has to fold again: nine tenths of the code of an entry with many kernels.
// Requires: buffers at functions' bounds as pointers. Ensures: nothing beyond that.

#include "codegen/LLVM/Passes.h"
#include "codegen/Transforms/BufferPointer.h"
#include "codegen/Transforms/Frame.h"
#include "codegen/Transforms/RuntimeFunctions.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Iterators.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
namespace sconce::codegen {
#define GEN_PASS_DEF_FOLDVIEWSPASS
#include "codegen/LLVM/Passes.h.inc"

/// The pointer to the first element of `buffer`; null where it is not a view, at a known place, of a pointer.
static Value findPointer(OpBuilder &builder, Location loc, Value buffer) {
  SmallVector<int64_t> strides;
  int64_t offset = 0;
  auto type = cast<MemRefType>(buffer.getType());
  if (failed(type.getStridesAndOffset(strides, offset)) || ShapedType::isDynamic(offset))
    return {};
  // The offset of a view's type counts from where its buffer begins.
  Operation *op = buffer.getDefiningOp();
  while (isa_and_nonnull<memref::SubViewOp, memref::CollapseShapeOp, memref::ExpandShapeOp, memref::CastOp>(op))
    op = op->getOperand(0).getDefiningOp();
  if (!op || !isPutTogether(op))
    return {};
  Value pointer = op->getOperand(0);
  return offsetPointer(builder, loc, pointer, offset * getElementBytes(type.getElementType()));
}

namespace {
struct FoldViewsPass : impl::FoldViewsPassBase<FoldViewsPass> {
  void runOnOperation() override {
    getOperation().walk([](UnrealizedConversionCastOp cast) {
      // Extents and strides of run time would be further results.
      if (!isTakenApart(cast) || cast->getNumResults() != 1)
        return;
      OpBuilder builder(cast);
      if (Value pointer = findPointer(builder, cast.getLoc(), cast->getOperand(0)))
        cast->getResult(0).replaceAllUsesWith(pointer);
    });
    getOperation().walk<WalkOrder::PostOrder, ReverseIterator>([](Operation *op) {
      if (isOpTriviallyDead(op))
        op->erase();
    });
  }
};
} // namespace
} // namespace sconce::codegen
