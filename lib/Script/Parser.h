// From text to syntax tree: the grammar of saved TorchScript code, with its own precedences.
#ifndef SCONCE_SCRIPT_PARSER_H
#define SCONCE_SCRIPT_PARSER_H

#include "lib/Script/Ast.h"

namespace sconce::script {

struct ParseOptions {
  /// Accept decorators before functions, as the operator library writes them.
  bool isLibrary = false;
  /// How deep blocks and brackets may nest.
  unsigned maxNesting = 256;
  /// How deep an expression may be, also where it is deep without brackets (`a + b + …`, `a.b.…`).
  unsigned maxExpressionDepth = 1024;
  /// How long the text may be, in bytes.
  size_t maxBytes = size_t(256) << 20;
};

/// Parses a whole file. Errors are `LocatedError`s with line, column and source line.
llvm::Expected<std::unique_ptr<File>> parseFile(llvm::StringRef text, llvm::StringRef memberName,
                                                const ParseOptions &options = {});

/// A file that holds one expression and nothing else, such as a type annotation.
struct ExprFile {
  std::unique_ptr<File> file;
  Expr *expr;
};

/// Parses one expression.
llvm::Expected<ExprFile> parseExpression(llvm::StringRef text, llvm::StringRef memberName,
                                         const ParseOptions &options = {});

} // namespace sconce::script

#endif // SCONCE_SCRIPT_PARSER_H
