//===- ModelState.h - What methods of a session write ---------------------===//
//
// A session's instance shares its tensors with the archive and with compiled code, until a method turns out to write one:
// then the instance gets a copy, and the attribute's path is state, which entries take as an argument. So new state is
// learned as methods are compiled or interpreted, and code that took it for constant must go.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "lib/Specialize/InstanceObjects.h"
#include "runtime/Instance.h"
#include "runtime/Value.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <mutex>
#include <string>
#include <vector>

namespace sconce::driver {

using specialize::findAttribute;

/// One thread at a time: whoever calls a function holds `hold()`.
class ModelState {
public:
  [[nodiscard]] std::unique_lock<std::mutex> hold() { return std::unique_lock<std::mutex>(lock); }

  /// Begins with the archive's root object.
  llvm::Error begin(const rt::Value &root);
  /// Back to what the archive holds.
  llvm::Error reset();

  /// Paths of attributes that are known to be written.
  const std::vector<std::string> &paths() const { return statePaths; }
  /// Makes these attributes state, and those that share lists, dicts or objects with them; true where some were not.
  llvm::Expected<bool> learn(llvm::ArrayRef<std::string> paths);

  /// The attribute at a path; null where there is none.
  rt::Value *find(llvm::StringRef path) { return findAttribute(instance, path); }
  std::vector<rt::Value> read(llvm::ArrayRef<std::string> paths);
  void write(llvm::ArrayRef<std::string> paths, llvm::ArrayRef<rt::Value> values);

  /// Goes on with what copy() gave and a call has written to. True where attributes have become state because they now share
  /// lists, dicts or objects with others.
  llvm::Expected<bool> replace(rt::Value written);

  /// A copy of the instance that shares its tensors.
  llvm::Expected<rt::Value> share() const;
  /// A copy that may be written to where there is state.
  llvm::Expected<rt::Value> copy() const;

private:
  std::mutex lock;
  rt::Value instance, initial;
  rt::TensorCopies copies; ///< of the instance's tensors that are state
  std::vector<std::string> statePaths;
};

} // namespace sconce::driver
