/// Tensors in messages, worded as PyTorch words them.
#ifndef SCONCE_LIB_SPECIALIZE_TENSORTEXT_H
#define SCONCE_LIB_SPECIALIZE_TENSORTEXT_H

#include "lib/Specialize/Heap.h"

#include <string>

namespace sconce::specialize {

/// "[2, 3]"; "?" for an extent that run time gives.
std::string sizesText(const TensorNode *tensor);
/// "Float", "Long": PyTorch's C++ names.
llvm::StringRef scalarTypeName(rt::Dtype dtype);

} // namespace sconce::specialize

#endif
