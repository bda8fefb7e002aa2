//===- Show.h - What is in an archive, as text ----------------------------===//
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>

namespace sconce::driver {

class Session;

/// The TorchScript source of a method, as PyTorch's `.code` shows it. `method` may lead to a submodule's: "layer1.forward".
llvm::Expected<std::string> showCode(Session &session, llvm::StringRef method);
/// The graph of a method in PyTorch's notation.
llvm::Expected<std::string> showGraph(Session &session, llvm::StringRef method);
/// The tree of modules with their classes and the parameters below each: of the whole, or of the submodule whose method is named.
llvm::Expected<std::string> showTree(Session &session, llvm::StringRef method = {});
/// Every tensor of the archive, or below that submodule, with its path, dtype and shape.
llvm::Expected<std::string> showWeights(Session &session, llvm::StringRef method = {});
/// The operators of the code, or of what that method reaches, how often each stands there, and whether Sconce has it.
llvm::Expected<std::string> showOperators(Session &session, llvm::StringRef method = {});

} // namespace sconce::driver
