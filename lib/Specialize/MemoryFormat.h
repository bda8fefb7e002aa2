/// The memory order of what operators of the library make.
///
/// Values have none, but programs see strides: `view` takes some shapes only where they allow it, `is_contiguous` and `stride` say
/// them, and so do results.
#ifndef SCONCE_LIB_SPECIALIZE_MEMORYFORMAT_H
#define SCONCE_LIB_SPECIALIZE_MEMORYFORMAT_H

#include "lib/Specialize/Evaluator.h"

namespace sconce::specialize {

/// What is to be done with an operator's results: gives them the strides that PyTorch's kernel of that name gives, and then goes on with
/// `done`, which is also the answer for operators whose strides follow from what they are made of.
Completion inMemoryFormat(Evaluator &eval, llvm::StringRef name, llvm::ArrayRef<AbstractValue> arguments, Completion done);

} // namespace sconce::specialize

#endif
