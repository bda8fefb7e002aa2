// Which names a block of statements assigns.
#ifndef SCONCE_IMPORT_ASSIGNEDNAMES_H
#define SCONCE_IMPORT_ASSIGNEDNAMES_H

#include "lib/Script/Ast.h"
#include "llvm/ADT/SetVector.h"

namespace sconce::import {

using NameSet = llvm::SetVector<llvm::StringRef>;

/// Adds the names in an assignment's target.
void collectTargets(const script::Expr *target, NameSet &names);
/// Adds the names that the block may assign, in the order of the text. Nested functions have names
/// of their own.
void collectAssigned(script::Block block, NameSet &names);
/// Adds the names that a function's body reads, whether or not it assigns them before.
void collectRead(script::Block block, NameSet &names);

} // namespace sconce::import

#endif // SCONCE_IMPORT_ASSIGNEDNAMES_H
