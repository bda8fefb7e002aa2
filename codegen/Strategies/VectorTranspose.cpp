// Eklundh's method: blocks of half the size are swapped across the diagonal, then those inside them, in log2(n) rounds of
// n shuffles of two vectors.

#include "codegen/Strategies/VectorTranspose.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
namespace sconce::codegen {

Value fenceShuffles(OpBuilder &builder, Location loc, Value vector) {
  Type element = getElementTypeOrSelf(vector.getType());
  if (!element.isF32() && !element.isF64())
    return vector;
  return LLVM::CallIntrinsicOp::create(builder, loc, vector.getType(), builder.getStringAttr("llvm.arithmetic.fence"), vector).getResult(0);
}

void transposeInRegisters(OpBuilder &builder, Location loc, MutableArrayRef<Value> rows) {
  int64_t n = rows.size();
  for (int64_t block = n / 2; block >= 1; block /= 2) {
    SmallVector<int64_t> low, high;
    for (int64_t lane = 0; lane < n; ++lane) {
      bool second = lane & block;
      low.push_back(second ? n + lane - block : lane);
      high.push_back(second ? n + lane : lane + block);
    }
    for (int64_t i = 0; i < n; ++i) {
      if (i & block)
        continue;
      Value a = rows[i], b = rows[i + block];
      rows[i] = vector::ShuffleOp::create(builder, loc, a, b, low);
      rows[i + block] = vector::ShuffleOp::create(builder, loc, a, b, high);
    }
    // Rounds are two by two between fences: no instruction does what several rounds do, and the search for it takes longer than all
    // else about a kernel.
    if (block == n / 4 && block > 1)
      for (Value &row : rows)
        row = fenceShuffles(builder, loc, row);
  }
}

} // namespace sconce::codegen
