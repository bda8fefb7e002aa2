/// The objects of an instance, and attributes that come to hold another one of them.
///
/// A program may assign one submodule's place to another (`self.current = self.other`). The instance's objects stay where the archive
/// has them, so that a path means one object for good; beside an attribute that is assigned there is another one, `current@`, with the
/// number of the object that it holds. That number is state: entries take it as a constant, since it decides structure.
#ifndef SCONCE_LIB_SPECIALIZE_INSTANCEOBJECTS_H
#define SCONCE_LIB_SPECIALIZE_INSTANCEOBJECTS_H

#include "runtime/Value.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace sconce::specialize {

/// The objects that attributes of objects hold, from the root on, each once; an object's number is its place.
std::vector<rt::Value> objectsOf(const rt::Value &root);

/// "layer.current@" for "layer.current".
std::string pointerTo(llvm::StringRef attribute);
bool isPointer(llvm::StringRef path);
/// "layer.current" for "layer.current@".
llvm::StringRef attributeOfPointer(llvm::StringRef path);

/// The attribute at a dotted path below an object; null where there is none.
rt::Value *findAttribute(rt::Value &root, llvm::StringRef path);
/// The number of the object that a pointer's attribute holds; nullopt where it is none of the instance's.
std::optional<int64_t> numberBehind(rt::Value &root, llvm::StringRef pointer);
/// Adds those of the pointers among `paths` that the instance does not have yet.
void addPointers(rt::Value &root, llvm::ArrayRef<std::string> paths);

/// Whether a list, dict or object is reached from both values.
bool shareContainers(const rt::Value &a, const rt::Value &b);
/// Adds the attributes that share a list, dict or object with the value of one of `paths`: what is written through one shows in all.
void addSharing(rt::Value &root, std::set<std::string> &paths);

} // namespace sconce::specialize

#endif
