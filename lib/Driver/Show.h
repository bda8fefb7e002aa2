//===- Show.h - What is in an archive, as text ----------------------------===//
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <functional>
#include <string>

namespace sconce::ts {
class FuncOp;
} // namespace sconce::ts

namespace sconce::driver {

class Session;

/// The TorchScript source of a method, as PyTorch's `.code` shows it. `method` may lead to a submodule's: "layer1.forward".
llvm::Expected<std::string> showCode(Session &session, llvm::StringRef method);
/// The graph of a method in PyTorch's notation.
llvm::Expected<std::string> showGraph(Session &session, llvm::StringRef method);
/// The tree of modules with their classes and the parameters below each.
llvm::Expected<std::string> showTree(Session &session);
/// Every tensor of the archive with its path, dtype and shape.
llvm::Expected<std::string> showWeights(Session &session);
/// The operators of the code, how often each stands there, and whether Sconce has it.
llvm::Expected<std::string> showOperators(Session &session);

/// What the printer of graphs asks about an archive.
struct GraphNotes {
  /// Where a line of the archive's code comes from: "model.py:12:4".
  std::function<std::string(llvm::StringRef member, unsigned line, unsigned column)> place;
  /// The text of a constant of the archive: "{2}" or "<Tensor>".
  std::function<std::string(uint64_t index)> constant;
};

/// A function in PyTorch's graph notation.
std::string printGraph(ts::FuncOp function, const GraphNotes &notes);

} // namespace sconce::driver
