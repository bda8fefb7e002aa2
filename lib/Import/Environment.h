// The names that are visible at a point of a function, in nested frames.
#ifndef SCONCE_IMPORT_ENVIRONMENT_H
#define SCONCE_IMPORT_ENVIRONMENT_H

#include "lib/Import/SugaredValue.h"

namespace sconce::import {

/// What a name stands for.
struct Binding {
  SugaredValue value = {};
  /// Why the name must not be used, when `value` is invalid.
  std::string error = {};
  /// The value is that of an outer frame under a narrower type: not assigned here.
  bool isRefinement = false;
};

/// The bindings of one block.
struct Frame {
  llvm::MapVector<llvm::StringRef, Binding> bindings;
  /// The block goes on in the same scope as the frame below, inside a branch: assignments may
  /// change the types of that scope's own variables.
  bool isContinuation = false;

  const Binding *find(llvm::StringRef name) const {
    auto found = bindings.find(name);
    return found == bindings.end() ? nullptr : &found->second;
  }
};

/// A stack of frames. Names are borrowed from syntax trees.
class Environment {
public:
  void push(Frame frame = {}) { frames.push_back(std::move(frame)); }
  Frame pop() { return frames.pop_back_val(); }
  Frame &top() { return frames.back(); }

  /// The innermost binding of `name`, or null.
  const Binding *find(llvm::StringRef name) const {
    for (const Frame &frame : llvm::reverse(frames))
      if (const Binding *binding = frame.find(name))
        return binding;
    return nullptr;
  }
  /// The binding in the scopes around the current one, or null: it fixes the type that the name
  /// keeps.
  const Binding *findOutside(llvm::StringRef name) const {
    size_t depth = frames.size();
    while (depth && frames[depth - 1].isContinuation)
      --depth;
    for (size_t index = depth ? depth - 1 : 0; index-- > 0;)
      if (const Binding *binding = frames[index].find(name); binding && !binding->isRefinement)
        return binding;
    return nullptr;
  }
  void set(llvm::StringRef name, Binding binding) { top().bindings[name] = std::move(binding); }

private:
  llvm::SmallVector<Frame, 8> frames;
};

} // namespace sconce::import

#endif // SCONCE_IMPORT_ENVIRONMENT_H
