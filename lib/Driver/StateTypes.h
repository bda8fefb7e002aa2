//===- StateTypes.h - The types that a model's state goes through ---------===//
//
// A call may leave the state with other types than it found: None becomes a tensor, a list grows. An entry takes one
// combination of types, so a model that is compiled ahead of time has entries for each combination that calls can lead to.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "runtime/Signature.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace sconce::driver {

/// The types of the state's attributes, in the order of the signatures.
using StateTypes = std::vector<rt::Slot>;

/// The types after a call of the entry; several where a flag may be either, or an attribute hold one of several objects. Both are
/// constants in them, as in the types that entries take.
std::vector<StateTypes> typesAfter(const rt::Signature &signature);

/// Whether an entry that takes `taken` can be called with state of the types `given`.
bool accepts(const StateTypes &taken, const StateTypes &given);

/// Some instance whose attributes at `paths` have these types, otherwise that of `instance`; none where a type is only known
/// at run time. `open` gets the extents that are.
std::optional<rt::Value> instanceOf(const StateTypes &types, const std::vector<std::string> &paths, rt::Value instance,
                                    std::map<std::string, std::vector<bool>> &open, std::set<std::string> &atRunTime);

} // namespace sconce::driver
