// PyTorch gives the result of an elementwise operation the memory order of its
// inputs (TensorIterator::reorder_dimensions): dimensions are sorted by the first
// input's strides, then by the next one's where that one does not tell.
#include "lib/Specialize/ElementwiseLayout.h"

using namespace sconce;
using namespace sconce::specialize;

namespace {
using Strides = llvm::SmallVector<int64_t, 4>;
} // namespace

/// Known strides of an input; nullopt when some are not known.
static std::optional<Strides> knownStrides(const TensorNode *input, llvm::ArrayRef<int64_t> sizes) {
  Strides strides(sizes.size(), 1);
  if (input->strides.empty()) {
    for (size_t i = sizes.size(); i-- > 1;)
      strides[i - 1] = strides[i] * std::max<int64_t>(sizes[i], 1);
    return strides;
  }
  for (auto [to, from] : llvm::zip(strides, input->strides)) {
    if (!from.isKnownInt())
      return std::nullopt;
    to = from.asInt();
  }
  return strides;
}

/// Whether dimension `a` lies outside `b` (1), inside (-1), or no input tells (0).
static int compareDims(llvm::ArrayRef<Strides> inputs, llvm::ArrayRef<int64_t> sizes, int64_t a, int64_t b) {
  for (const Strides &strides : inputs) {
    if (strides[a] == 0 || strides[b] == 0)
      continue;
    if (strides[a] != strides[b])
      return strides[a] < strides[b] ? -1 : 1;
    if (sizes[a] > sizes[b])
      return 1;
  }
  return 0;
}

llvm::SmallVector<Extent> specialize::elementwiseStrides(llvm::ArrayRef<const TensorNode *> inputs, llvm::ArrayRef<Extent> extents) {
  bool allRowMajor = llvm::all_of(inputs, [](const TensorNode *input) { return input->strides.empty(); });
  if (inputs.empty() || allRowMajor || extents.size() < 2)
    return {};
  llvm::SmallVector<int64_t> sizes;
  for (const Extent &extent : extents) {
    if (!extent.isKnownInt())
      return {};
    sizes.push_back(extent.asInt());
  }
  llvm::SmallVector<Strides> known;
  for (const TensorNode *input : inputs) {
    if (input->rank() != sizes.size())
      return {};
    std::optional<Strides> strides = knownStrides(input, sizes);
    if (!strides)
      return {};
    known.push_back(*strides);
  }
  // Innermost first; insertion sort, as ambiguous dimensions stay where they are.
  llvm::SmallVector<int64_t> order;
  for (size_t i = sizes.size(); i-- > 0;)
    order.push_back(i);
  for (size_t i = 1; i < order.size(); ++i) {
    size_t place = i;
    for (size_t j = i; j-- > 0;) {
      int comparison = compareDims(known, sizes, order[j], order[place]);
      if (comparison > 0) {
        std::swap(order[j], order[place]);
        place = j;
      } else if (comparison < 0) {
        break;
      }
    }
  }
  llvm::SmallVector<Extent> strides(sizes.size(), Extent::ofInt(1));
  int64_t stride = 1;
  for (int64_t dim : order) {
    strides[dim] = Extent::ofInt(stride);
    stride *= std::max<int64_t>(sizes[dim], 1);
  }
  return strides;
}
