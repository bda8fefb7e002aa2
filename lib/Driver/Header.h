//===- Header.h - The C header of a compiled model ------------------------===//
#pragma once

#include "codegen/Emit/ModelObject.h"
#include "runtime/Signature.h"

#include "llvm/ADT/StringRef.h"

#include <string>

namespace sconce::driver {

/// Fills in the entry's own C function where its arguments are tensors and numbers and its results have static shapes.
/// `argumentNames` are the method's parameters.
void describeDirectCall(codegen::ModelEntry &entry, const rt::Signature &signature,
                        llvm::ArrayRef<std::string> argumentNames, llvm::StringRef prefix);

/// The text of the header.
std::string headerText(const codegen::ModelDescription &model);

} // namespace sconce::driver
