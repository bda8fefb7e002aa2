// What a call needs to know of its callee: parameters, defaults and results, of operators and
// functions alike.
#ifndef SCONCE_IMPORT_SIGNATURE_H
#define SCONCE_IMPORT_SIGNATURE_H

#include "lib/Script/Ast.h"
#include "mlir/IR/Attributes.h"
#include "mlir/IR/Types.h"
#include <string>

namespace sconce::import {

struct Parameter {
  std::string name = {};
  mlir::Type type = {}; ///< May hold type variables in schemas.
  /// N of `int[N]` and `float[N]`: one number stands for N of them. 0 for other types.
  unsigned repeat = 0;
  bool keywordOnly = false;
  /// Of schemas: the operator writes into the value, or into the elements of the list.
  bool isWritten = false;
  /// The default in the form of ts.constant's attribute, an array attribute for a list, unit for
  /// None; null if there is none or it is no literal.
  mlir::Attribute defaultValue = {};
  /// The default as it is written, for those that are no literals.
  const script::Expr *defaultExpr = nullptr;

  /// Of schemas: where the caller wants a result to go.
  bool isOut() const { return keywordOnly && isWritten; }
  bool hasDefault() const { return defaultValue || defaultExpr; }
  /// N where the default is `CONSTANTS.cN`, of which `defaultValue` knows nothing.
  std::optional<uint64_t> poolConstant() const;
};

struct Signature {
  /// As messages and IR spell it: `aten::add.Tensor`, `__torch__.Net.forward`.
  std::string name;
  std::vector<Parameter> parameters = {};
  bool isVariadic = false;
  std::vector<mlir::Type> results = {};
  /// One for each result where all results have names, otherwise empty.
  std::vector<std::string> resultNames = {};
  /// The file that default expressions stand in.
  const script::File *file = nullptr;

  /// The signature in annotation syntax, for messages.
  std::string str() const;
};

} // namespace sconce::import

#endif // SCONCE_IMPORT_SIGNATURE_H
