//===- DataFiles.h - Arguments and results as files -----------------------===//
#pragma once

#include "runtime/Value.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace sconce::driver {

/// The arguments of each call, and whether the file held several calls.
struct Calls {
  std::vector<std::vector<rt::Value>> arguments;
  bool several = false;
};

/// Reads one file of torch.save with a tuple of arguments or a list of such tuples, or one .npy for each argument. Without
/// files there is one call without arguments.
llvm::Expected<Calls> readCalls(const std::vector<std::string> &files);

/// Reads a value from a file of torch.save, or a tensor from a .npy.
llvm::Expected<rt::Value> readValue(llvm::StringRef file);

/// Fails on a name that is neither .pt nor .npy, or lies in no folder.
llvm::Error checkValueFile(llvm::StringRef file);
/// Writes a value as torch.save does, or a tensor as a .npy.
llvm::Error writeValue(const rt::Value &value, llvm::StringRef file);

} // namespace sconce::driver
