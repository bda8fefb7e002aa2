// Lets concatenations that begin with what another one has share its memory.
//
// In a densely connected net each layer reads the concatenation of all that the layers before it have made. Each one by itself
// copies everything again; but the next only adds to the last, so one tensor of the longest one's extents grows, each
// value is computed in its place in it once, and the shorter ones are slices of it.
// Requires: linalg on tensors. Ensures: nothing beyond that.

#include "codegen/Transforms/Passes.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
namespace sconce::codegen {
#define GEN_PASS_DEF_GROWCONCATENATIONSPASS
#include "codegen/Transforms/Passes.h.inc"

namespace {

/// A tensor of known extents that is made by putting others behind each other along one dimension.
struct Concatenation {
  SmallVector<tensor::InsertSliceOp> inserts; ///< in order
  unsigned dim = 0;

  static std::optional<Concatenation> match(tensor::InsertSliceOp last);
  tensor::InsertSliceOp last() const { return inserts.back(); }
  bool beginsWith(const Concatenation &other) const;
};

} // namespace

/// The dimension along which `insert` puts its source from `begin` on, all of the others; none where it does otherwise.
static std::optional<unsigned> findDim(tensor::InsertSliceOp insert, int64_t begin) {
  RankedTensorType source = insert.getSourceType(), type = insert.getType();
  if (!insert.hasUnitStride() || source.getRank() != type.getRank() || !source.hasStaticShape() ||
      insert.getStaticSizes() != source.getShape())
    return std::nullopt;
  std::optional<unsigned> dim;
  for (int64_t d = 0; d < type.getRank(); ++d) {
    if (insert.getStaticOffset(d) == 0 && source.getDimSize(d) == type.getDimSize(d))
      continue;
    if (dim || insert.getStaticOffset(d) != begin)
      return std::nullopt;
    dim = d;
  }
  return dim;
}

std::optional<Concatenation> Concatenation::match(tensor::InsertSliceOp last) {
  if (!last.getType().hasStaticShape())
    return std::nullopt;
  // The last part reaches the end; what does not is soon said of the many others.
  for (auto [offset, size, extent] : llvm::zip_equal(last.getStaticOffsets(), last.getStaticSizes(), last.getType().getShape()))
    if (ShapedType::isDynamic(offset) || ShapedType::isDynamic(size) || offset + size != extent)
      return std::nullopt;
  Concatenation result;
  for (tensor::InsertSliceOp insert = last; insert; insert = insert.getDest().getDefiningOp<tensor::InsertSliceOp>()) {
    if ((insert != last && !insert->hasOneUse()) || insert->getBlock() != last->getBlock())
      return std::nullopt;
    result.inserts.push_back(insert);
  }
  std::reverse(result.inserts.begin(), result.inserts.end());
  if (result.inserts.size() < 2 || !result.inserts.front().getDest().getDefiningOp<tensor::EmptyOp>())
    return std::nullopt;
  int64_t end = 0;
  for (tensor::InsertSliceOp insert : result.inserts) {
    std::optional<unsigned> dim = findDim(insert, end);
    if (!dim || (end != 0 && *dim != result.dim))
      return std::nullopt;
    result.dim = *dim;
    end += insert.getSourceType().getDimSize(*dim);
  }
  return end == last.getType().getDimSize(result.dim) ? std::optional(result) : std::nullopt;
}

bool Concatenation::beginsWith(const Concatenation &other) const {
  if (dim != other.dim || inserts.size() <= other.inserts.size())
    return false;
  for (auto [own, first] : llvm::zip(inserts, other.inserts))
    if (own->getOperand(0) != first->getOperand(0))
      return false;
  return true;
}

/// Whether all that reads `value` reads elements of it, before `end`: what is read later would be copied when more is added.
static bool isReadBefore(Value value, Operation *end) {
  return llvm::all_of(value.getUsers(), [&](Operation *user) {
    Operation *outer = end->getBlock()->findAncestorOpInBlock(*user);
    return isa<linalg::LinalgOp>(user) && outer && outer->isBeforeInBlock(end);
  });
}

/// Makes `family`, each of which begins with the one before it, slices of one tensor.
static void grow(RewriterBase &rewriter, ArrayRef<Concatenation> family) {
  RankedTensorType whole = family.back().last().getType();
  rewriter.setInsertionPoint(family.front().inserts.front());
  Value tensor = tensor::EmptyOp::create(rewriter, family.front().last().getLoc(), whole.getShape(), whole.getElementType());
  size_t done = 0;
  for (const Concatenation &concatenation : family) {
    rewriter.setInsertionPoint(concatenation.last());
    for (tensor::InsertSliceOp insert : ArrayRef(concatenation.inserts).drop_front(done))
      tensor = tensor::InsertSliceOp::create(rewriter, insert.getLoc(), insert.getSource(), tensor, insert.getMixedOffsets(),
                                             insert.getMixedSizes(), insert.getMixedStrides());
    done = concatenation.inserts.size();
    RankedTensorType type = concatenation.last().getType();
    Value part = tensor;
    if (type != whole) {
      SmallVector<OpFoldResult> zeros(type.getRank(), rewriter.getIndexAttr(0)), ones(type.getRank(), rewriter.getIndexAttr(1));
      SmallVector<OpFoldResult> sizes = getAsIndexOpFoldResult(rewriter.getContext(), type.getShape());
      part = tensor::ExtractSliceOp::create(rewriter, concatenation.last().getLoc(), tensor, zeros, sizes, ones);
    }
    rewriter.replaceAllUsesWith(concatenation.last(), part);
    for (tensor::InsertSliceOp insert : llvm::reverse(concatenation.inserts))
      rewriter.eraseOp(insert);
  }
}

namespace {
struct GrowConcatenationsPass : impl::GrowConcatenationsPassBase<GrowConcatenationsPass> {
  void runOnOperation() override {
    SmallVector<Concatenation> all;
    getOperation().walk([&](tensor::InsertSliceOp insert) {
      if (std::optional<Concatenation> found = Concatenation::match(insert))
        all.push_back(*found);
    });
    // In a block they are in order: what one is put before by is what its parts are made of.
    IRRewriter rewriter(&getContext());
    llvm::SmallDenseSet<size_t> taken;
    for (size_t i = 0; i < all.size(); ++i) {
      if (taken.contains(i))
        continue;
      SmallVector<Concatenation> family{all[i]};
      for (size_t j = i + 1; j < all.size(); ++j) {
        if (taken.contains(j) || all[j].last()->getBlock() != all[i].last()->getBlock() || !all[j].beginsWith(family.back()) ||
            !isReadBefore(family.back().last(), all[j].last()))
          continue;
        family.push_back(all[j]);
        taken.insert(j);
      }
      if (family.size() == 1)
        continue;
      grow(rewriter, family);
      numGrown += family.size() - 1;
    }
  }
};
} // namespace
} // namespace sconce::codegen
