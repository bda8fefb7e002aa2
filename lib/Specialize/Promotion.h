/// PyTorch's type promotion.
#ifndef SCONCE_LIB_SPECIALIZE_PROMOTION_H
#define SCONCE_LIB_SPECIALIZE_PROMOTION_H

#include "lib/Specialize/Evaluator.h"

namespace sconce::specialize {

/// The dtype that an operation on these tensors computes in; nullopt where
/// PyTorch has none for them.
std::optional<rt::Dtype> resultType(llvm::ArrayRef<const TensorNode *> tensors);
/// `tensor` in another dtype; itself when it has it.
mlir::FailureOr<TensorNode *> convertTensor(Evaluator &eval, TensorNode *tensor, rt::Dtype dtype);

} // namespace sconce::specialize

#endif
