// From annotation to type: `Optional[List[int]]`, `__torch__.a.B`, as code and pickled type tags
// spell it.
#ifndef SCONCE_SCRIPT_TYPEEXPRESSION_H
#define SCONCE_SCRIPT_TYPEEXPRESSION_H

#include "lib/Script/Ast.h"
#include "lib/Script/Type.h"

namespace sconce::script {

/// Finds a user's type by its qualified name (`__torch__.a.B`): a class, interface, enum or named
/// tuple. A null type means that there is none of that name. An error is passed on.
using TypeResolver = llvm::function_ref<llvm::Expected<Type>(llvm::StringRef qualifiedName)>;

/// The type that an annotation means. `Final[T]` is T; `BroadcastingListN[T]` is a list.
llvm::Expected<Type> resolveType(TypeContext &context, const File &file, const Expr *annotation,
                                 TypeResolver resolver);

/// The type that the text of an annotation means, such as the tag of a pickled list.
llvm::Expected<Type> parseAnnotation(TypeContext &context, llvm::StringRef text,
                                     TypeResolver resolver);

/// N of `BroadcastingListN[T]`: a list parameter that a single value fills N times. 0 for other
/// annotations.
unsigned broadcastingSize(const Expr *annotation);

/// Whether the annotation is `Final[…]`: the mark of a class constant.
bool isFinal(const Expr *annotation);

/// `a.b.c` if the expression is a name with attributes only, else an empty text.
std::string dottedName(const Expr *expr);

} // namespace sconce::script

#endif // SCONCE_SCRIPT_TYPEEXPRESSION_H
