// Moves what a sum of products is multiplied by, one number for each channel, into its weights.
//
// A convolution that a batch norm follows multiplies each result by a number of its channel. Each of the channel's weights multiplied by
// it, once when the model is loaded, gives the same but for the last bit. What is added after it stays.
//
// Squeeze and excitation multiplies each element of an image by a number of its channel that each call computes. Where the convolution
// that takes the image has fewer weights than the image has elements, its weights are multiplied instead.
// Requires: nothing that is fused yet. Ensures: nothing beyond that.

#include "codegen/Transforms/ContractionMarks.h"
#include "codegen/Transforms/CopyInOrder.h"
#include "codegen/Transforms/Passes.h"
#include "codegen/Transforms/WeightValues.h"
#include "dialects/TorchScript/IR/TorchScript.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
namespace sconce::codegen {
#define GEN_PASS_DEF_FOLDSCALESPASS
#include "codegen/Transforms/Passes.h.inc"

namespace {
/// A multiplication that goes into the weights of a sum of products.
struct Scaling {
  linalg::GenericOp multiply, product;
  Value image;          ///< what is multiplied in front of the product; null where its result is
  Value scale;          ///< what is multiplied by, a tensor that varies along one dimension only
  unsigned dim = 0;     ///< that dimension of the image or the result
  unsigned weights = 0; ///< the operand of `product` that is multiplied instead
  unsigned place = 0;   ///< which of its dimensions the same loop of `product` goes along
};
} // namespace

/// Whether the block multiplies its arguments 0 and 1 and does nothing else.
static bool multipliesArguments(Block &body) {
  auto multiply = dyn_cast_or_null<arith::MulFOp>(body.getTerminator()->getOperand(0).getDefiningOp());
  return multiply && llvm::hasNItems(body, 2) && llvm::is_contained(multiply->getOperands(), body.getArgument(0)) &&
         llvm::is_contained(multiply->getOperands(), body.getArgument(1));
}

/// Whether the op adds products of its two inputs up, from zero, in numbers of which one multiplication more is but a last bit.
static bool isSumFromZero(linalg::GenericOp op) {
  if (!isSumOfProducts(op) || op.getNumDpsInputs() != 2 || op.getNumDpsInits() != 1)
    return false;
  Type element = getElementTypeOrSelf(op.getResult(0));
  return (element.isF32() || element.isF64()) && startsFromZero(op);
}

/// The dimension along which alone a tensor varies; none where there are several or extents are not known. `strides` may be null.
static std::optional<unsigned> findOnlyDim(RankedTensorType type, std::optional<ArrayRef<int64_t>> strides) {
  std::optional<unsigned> found;
  for (int64_t dim = 0; dim < type.getRank(); ++dim) {
    if (type.getDimSize(dim) == 1 || (strides && (*strides)[dim] == 0))
      continue;
    if (found || type.isDynamicDim(dim))
      return std::nullopt;
    found = dim;
  }
  return found;
}

/// The tensor of which the op's result is copies along other dimensions; null where the op does something else.
static Value findBroadcast(Value value, unsigned &dim) {
  auto copy = value.getDefiningOp<linalg::GenericOp>();
  if (!copy || copy.getNumDpsInputs() != 1 || copy.getNumDpsInits() != 1 || !copy.getIndexingMapsArray()[1].isIdentity() ||
      copy.getRegion().front().getTerminator()->getOperand(0) != copy.getRegion().front().getArgument(0))
    return {};
  Value source = copy.getDpsInputs()[0];
  std::optional<unsigned> only = findOnlyDim(cast<RankedTensorType>(source.getType()), std::nullopt);
  if (!only || !isa<AffineDimExpr>(copy.getIndexingMapsArray()[0].getResult(*only)))
    return {};
  dim = cast<AffineDimExpr>(copy.getIndexingMapsArray()[0].getResult(*only)).getPosition();
  return source;
}

/// Finds the operand of `product` that is made of weights and that loop `channel` goes along.
static bool findWeights(Scaling &scaling, AffineExpr channel, const WeightValues &values) {
  for (unsigned operand : {0u, 1u}) {
    Value weights = scaling.product.getDpsInputs()[operand];
    std::optional<unsigned> place = scaling.product.getIndexingMapsArray()[operand].getResultPosition(channel);
    if (place && values.contains(weights) && cast<RankedTensorType>(weights.getType()).hasStaticShape() &&
        getElementTypeOrSelf(weights) == getElementTypeOrSelf(scaling.scale)) {
      scaling.weights = operand;
      scaling.place = *place;
      return isa<AffineDimExpr>(channel);
    }
  }
  return false;
}

/// The product whose result `multiply` takes times a weight.
static std::optional<Scaling> matchBehind(linalg::GenericOp multiply, const WeightValues &values) {
  for (unsigned side : {0u, 1u}) {
    auto product = multiply.getDpsInputs()[side].getDefiningOp<linalg::GenericOp>();
    auto scale = multiply.getDpsInputs()[1 - side].getDefiningOp<ts::WeightOp>();
    if (!product || !scale || !scale.getStrides() || !product->hasOneUse() || !isSumFromZero(product))
      continue;
    std::optional<unsigned> dim = findOnlyDim(cast<RankedTensorType>(scale.getType()), scale.getStrides());
    if (!dim)
      continue;
    Scaling scaling;
    scaling.multiply = multiply;
    scaling.product = product;
    scaling.scale = scale;
    scaling.dim = *dim;
    if (findWeights(scaling, product.getIndexingMapsArray()[2].getResult(*dim), values))
      return scaling;
  }
  return std::nullopt;
}

/// The product that takes what `multiply` makes of an image and of a number for each channel.
static std::optional<Scaling> matchBefore(linalg::GenericOp multiply, const WeightValues &values) {
  auto product = multiply->hasOneUse() ? dyn_cast<linalg::GenericOp>(*multiply->user_begin()) : linalg::GenericOp();
  // Where the product is in a loop, the image is multiplied once for all of its iterations.
  if (!product || product->getBlock() != multiply->getBlock() || !isSumFromZero(product))
    return std::nullopt;
  unsigned operand = multiply->use_begin()->getOperandNumber();
  for (unsigned side : {0u, 1u}) {
    Scaling scaling;
    scaling.scale = findBroadcast(multiply.getDpsInputs()[side], scaling.dim);
    if (!scaling.scale || operand > 1)
      continue;
    scaling.multiply = multiply;
    scaling.product = product;
    scaling.image = multiply.getDpsInputs()[1 - side];
    AffineExpr channel = product.getIndexingMapsArray()[operand].getResult(scaling.dim);
    auto image = cast<RankedTensorType>(scaling.image.getType());
    // Both are read and written once.
    if (findWeights(scaling, channel, values) && scaling.weights != operand && image.hasStaticShape() &&
        cast<RankedTensorType>(product.getDpsInputs()[scaling.weights].getType()).getNumElements() * 2 <= image.getNumElements())
      return scaling;
  }
  return std::nullopt;
}

/// Whether the op multiplies the elements of two tensors, at the top of a function, where weights are prepared.
static bool isMultiplication(linalg::GenericOp op) {
  return op.getNumDpsInputs() == 2 && op.getNumDpsInits() == 1 && isa<func::FuncOp>(op->getParentOp()) &&
         multipliesArguments(op.getRegion().front()) && llvm::all_of(op.getIndexingMapsArray(), [](AffineMap map) { return map.isIdentity(); });
}

/// The numbers by which channels are multiplied, in one dimension.
static Value listNumbers(OpBuilder &builder, const Scaling &scaling) {
  auto type = cast<RankedTensorType>(scaling.scale.getType());
  Location loc = scaling.multiply->getLoc();
  if (!scaling.image) {
    auto weight = scaling.scale.getDefiningOp<ts::WeightOp>();
    return ts::WeightOp::create(builder, loc, type.clone({type.getDimSize(scaling.dim)}), weight.getStorage(), weight.getOffset(),
                                builder.getDenseI64ArrayAttr({(*weight.getStrides())[scaling.dim]}));
  }
  return tensor::CollapseShapeOp::create(builder, loc, type.clone({type.getNumElements()}), scaling.scale,
                                         ArrayRef<ReassociationIndices>{llvm::to_vector<2>(llvm::seq<int64_t>(0, type.getRank()))});
}

/// The order of the weights' dimensions in which the loops of the result come last: vectors of them are read by each step of the sum.
/// Layouts are chosen for weights of their own accord, but not for what each call makes of them.
static SmallVector<int64_t> orderForLanes(linalg::GenericOp product, unsigned operand) {
  AffineMap map = product.getIndexingMapsArray()[operand], result = product.getIndexingMapsArray()[2];
  SmallVector<int64_t> order, last;
  for (auto [dim, expr] : llvm::enumerate(map.getResults())) {
    auto loop = dyn_cast<AffineDimExpr>(expr);
    bool isOfResult = loop && result.isFunctionOfDim(loop.getPosition());
    (isOfResult ? last : order).push_back(static_cast<int64_t>(dim));
  }
  order.append(last);
  return order;
}

static void fold(OpBuilder &builder, Scaling &scaling) {
  linalg::GenericOp product = scaling.product;
  Location loc = scaling.multiply.getLoc();
  builder.setInsertionPoint(product);
  Value weights = product.getDpsInputs()[scaling.weights], numbers = listNumbers(builder, scaling);
  unsigned place = scaling.place;
  if (scaling.image) {
    SmallVector<int64_t> order = orderForLanes(product, scaling.weights);
    weights = copyInOrder(builder, loc, weights, order);
    place = llvm::find(order, place) - order.begin();
    SmallVector<AffineMap> maps = product.getIndexingMapsArray();
    maps[scaling.weights] = AffineMap::getPermutationMap(order, builder.getContext()).compose(maps[scaling.weights]);
    product.setIndexingMapsAttr(builder.getAffineMapArrayAttr(maps));
  }
  auto type = cast<RankedTensorType>(weights.getType());
  AffineMap identity = builder.getMultiDimIdentityMap(type.getRank());
  SmallVector<AffineMap> maps = {identity, AffineMap::get(type.getRank(), 0, builder.getAffineDimExpr(place)), identity};
  Value into = tensor::EmptyOp::create(builder, loc, type.getShape(), type.getElementType());
  auto scaled = linalg::GenericOp::create(builder, loc, TypeRange(type), ValueRange{weights, numbers}, into, maps,
                                          SmallVector<utils::IteratorType>(type.getRank(), utils::IteratorType::parallel),
                                          [](OpBuilder &nested, Location inner, ValueRange elements) {
                                            Value number = arith::MulFOp::create(nested, inner, elements[0], elements[1]);
                                            linalg::YieldOp::create(nested, inner, number);
                                          });
  product->setOperand(scaling.weights, scaled.getResult(0));
  scaling.multiply.getResult(0).replaceAllUsesWith(scaling.image ? scaling.image : product.getResult(0));
  scaling.multiply.erase();
}

namespace {
struct FoldScalesPass : impl::FoldScalesPassBase<FoldScalesPass> {
  void runOnOperation() override {
    // What each call computes goes into what loading has made of the weights.
    foldAll(matchBehind);
    foldAll(matchBefore);
  }

  void foldAll(llvm::function_ref<std::optional<Scaling>(linalg::GenericOp, const WeightValues &)> match) {
    WeightValues values(getOperation());
    SmallVector<linalg::GenericOp> multiplications;
    getOperation().walk([&](linalg::GenericOp op) {
      if (isMultiplication(op))
        multiplications.push_back(op);
    });
    OpBuilder builder(&getContext());
    for (linalg::GenericOp op : multiplications)
      if (std::optional<Scaling> scaling = match(op, values)) {
        fold(builder, *scaling);
        ++numFolded;
      }
  }
};
} // namespace
} // namespace sconce::codegen
