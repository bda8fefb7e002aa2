#include "codegen/Transforms/CopyInOrder.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"

using namespace mlir;
namespace sconce::codegen {

Value copyInOrder(OpBuilder &builder, Location loc, Value value, ArrayRef<int64_t> order) {
  if (isIdentityPermutation(order))
    return value;
  auto type = cast<RankedTensorType>(value.getType());
  auto made = type.clone(applyPermutation(type.getShape(), order));
  Value into = tensor::EmptyOp::create(builder, loc, made.getShape(), made.getElementType());
  SmallVector<AffineMap> maps = {inversePermutation(AffineMap::getPermutationMap(order, builder.getContext())),
                                 builder.getMultiDimIdentityMap(type.getRank())};
  return linalg::GenericOp::create(builder, loc, TypeRange(made), ValueRange(value), into, maps,
                                   SmallVector<utils::IteratorType>(type.getRank(), utils::IteratorType::parallel),
                                   [](OpBuilder &nested, Location at, ValueRange elements) {
                                     linalg::YieldOp::create(nested, at, elements.front());
                                   })
      .getResult(0);
}

} // namespace sconce::codegen
