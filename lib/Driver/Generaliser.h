//===- Generaliser.h - What of a call's types is compiled for run time ----===//
//
// A model that is called with ever new extents or numbers must not be compiled for each. Calls that differ in nothing else
// are a family; after a few of its members what differed among them is left to run time.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "lib/Specialize/Specializer.h"

#include "llvm/ADT/StringMap.h"

#include <list>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace sconce::driver {

/// The types of one call's arguments, taken apart into what its family shares and what may vary in it: the extents of
/// contiguous tensors, and ints, floats and bools. Extents 0 and 1 do not vary, as broadcasting treats them apart.
struct CallTypes {
  CallTypes(llvm::StringRef method, llvm::ArrayRef<rt::Value> arguments);

  enum class Variable : uint8_t { Extent, Number };

  std::string method;
  std::vector<specialize::ArgumentSpec> specs; ///< everything known
  std::string family;
  std::vector<Variable> kinds;
  std::vector<int64_t> values; ///< of the variables; a float's bits

  /// The specs with these variables left to run time; all known where `open` is empty.
  std::vector<specialize::ArgumentSpec> opened(const std::vector<bool> &open) const;
};

/// The key of specs in the cache.
std::string entryKey(llvm::StringRef method, llvm::ArrayRef<specialize::ArgumentSpec> specs);

/// Remembers the families, a bounded number of them. Any thread may use it.
class Generaliser {
public:
  /// So many members of a family are compiled as they are.
  explicit Generaliser(size_t membersAlone = 3, size_t maxFamilies = 256) : membersAlone(membersAlone), maxFamilies(maxFamilies) {}

  /// Which variables of this call are to be left to run time; empty for none. The call is remembered.
  std::vector<bool> open(const CallTypes &types);
  /// Code for that could not be made: the next answer leaves less to run time.
  void refuse(const CallTypes &types, const std::vector<bool> &open);

  /// The time that an interpreted call of the family took; 0 where there was none yet.
  uint64_t interpretedNanoseconds(const CallTypes &types);
  void setInterpretedNanoseconds(const CallTypes &types, uint64_t time);

private:
  struct Family {
    std::string name;
    std::set<std::vector<int64_t>> seen;
    std::vector<bool> varies;
    /// Whether code could not be made with [extents][numbers] left to run time.
    bool refused[2][2] = {};
    uint64_t nanoseconds = 0;
  };

  Family &family(const CallTypes &types);

  const size_t membersAlone, maxFamilies;
  std::mutex lock;
  std::list<Family> families; ///< most recently used first
  llvm::StringMap<std::list<Family>::iterator> byName;
};

} // namespace sconce::driver
