/// The logical strides of an elementwise operation's result.
#ifndef SCONCE_LIB_SPECIALIZE_ELEMENTWISELAYOUT_H
#define SCONCE_LIB_SPECIALIZE_ELEMENTWISELAYOUT_H

#include "lib/Specialize/Heap.h"

namespace sconce::specialize {

/// Strides in the memory order that PyTorch's TensorIterator takes from the
/// inputs; empty for row-major, which is also the answer where numbers are not
/// known. All inputs have the result's sizes.
llvm::SmallVector<Extent> elementwiseStrides(llvm::ArrayRef<const TensorNode *> inputs, llvm::ArrayRef<Extent> sizes);

} // namespace sconce::specialize

#endif
