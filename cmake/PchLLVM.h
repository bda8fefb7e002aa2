// The headers that every LLVM-using (not MLIR-using) room includes, compiled once.

// LLVM's and MLIR's libraries are built without assertions, and llvm::Statistic is another class with them: a pass of ours that
// has statistics must have the base that the libraries construct.
#ifndef NDEBUG
#define NDEBUG
#include "llvm/ADT/Statistic.h"
#undef NDEBUG
#endif
#include <cassert>

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <string>
#include <vector>
