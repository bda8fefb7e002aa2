// Trees as text with every grouping shown, for tests to compare.
#ifndef SCONCE_TEST_UNIT_SCRIPT_TREETEXT_H
#define SCONCE_TEST_UNIT_SCRIPT_TREETEXT_H

#include "lib/Script/Parser.h"

namespace sconce::script {

/// `(+ a (* b c))`
std::string treeText(const Expr *expr);
std::string treeText(const Stmt *stmt);

/// The tree of an expression, or `error: …`.
std::string parsedExpr(llvm::StringRef text);
/// The trees of a file's declarations, one a line, or `error: …`.
std::string parsedFile(llvm::StringRef text, const ParseOptions &options = {});
/// The trees of the statements of a function's body (lines without indentation), or `error: …`.
std::string parsedBody(llvm::StringRef lines);

} // namespace sconce::script

#endif // SCONCE_TEST_UNIT_SCRIPT_TREETEXT_H
