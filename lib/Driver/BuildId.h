//===- BuildId.h - Which compiler this is ---------------------------------===//
#pragma once

#include <string>

namespace sconce::driver {

/// Names this build of Sconce and of the LLVM and MLIR that it runs with: other bytes of theirs give another name.
const std::string &buildId();

} // namespace sconce::driver
