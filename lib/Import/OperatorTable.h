// The overloads of an operator, in the order in which a call tries them.
#ifndef SCONCE_IMPORT_OPERATORTABLE_H
#define SCONCE_IMPORT_OPERATORTABLE_H

#include "lib/Import/Signature.h"
#include "lib/Script/Builtins.h"
#include "lib/Script/SchemaTable.h"
#include "llvm/ADT/StringMap.h"
#include <deque>
#include <functional>
#include <map>

namespace sconce::import {

/// One way to resolve a call.
struct Candidate {
  const Signature *signature;
  /// The function that is called instead of an operator: a builtin written in TorchScript, or the
  /// upgrader that stands for what the operator meant in an older version. Empty for operators.
  std::string function = {};
};

class OperatorTable {
public:
  /// The newest version of archives: no operator means something else since.
  static constexpr int64_t currentVersion = 10;

  /// Makes the signature of a builtin and the function to call for it.
  using DefineBuiltin = std::function<llvm::Expected<Candidate>(const script::DefStmt *)>;

  OperatorTable(mlir::MLIRContext *context, script::TypeContext &types, DefineBuiltin defineBuiltin)
      : context(context), schemas(types), upgraders(types),
        defineBuiltin(std::move(defineBuiltin)) {}

  /// Adds the schema of a primitive or of an operator that no table knows.
  [[nodiscard]] llvm::Error addSchema(llvm::StringRef text);
  const script::File &builtinFile() const { return builtins.file(); }
  const script::File &upgraderFile() const { return upgraders.file(); }
  llvm::ArrayRef<script::Upgrader> allUpgraders() const { return upgraders.all(); }
  /// The symbol of the function that an upgrader is.
  static std::string upgraderName(const script::Upgrader &upgrader);

  /// Whether some operator or builtin has the name, such as `aten::add`.
  bool contains(llvm::StringRef name) const {
    return schemas.contains(name) || !builtins.lookup(name).empty();
  }
  /// The candidates for a call of `name` in an archive of that version. Empty if the name is
  /// unknown.
  [[nodiscard]] llvm::Expected<llvm::ArrayRef<Candidate>> candidates(llvm::StringRef name,
                                                                     int64_t version);
  /// The signature of one overload, or null.
  const Signature *find(llvm::StringRef fullName);

private:
  const Signature *signatureOf(const script::Schema &schema);

  mlir::MLIRContext *context;
  script::SchemaTable schemas;
  std::deque<Signature> signatures;
  llvm::DenseMap<const script::Schema *, const Signature *> bySchema;
  script::Builtins builtins;
  script::Upgraders upgraders;
  DefineBuiltin defineBuiltin;
  std::map<std::pair<std::string, int64_t>, std::vector<Candidate>> cache;
};

} // namespace sconce::import

#endif // SCONCE_IMPORT_OPERATORTABLE_H
