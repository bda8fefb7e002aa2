// Operator schemas: `aten::add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor`.
#ifndef SCONCE_SCRIPT_SCHEMA_H
#define SCONCE_SCRIPT_SCHEMA_H

#include "lib/Script/Type.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sconce::script {

/// The annotation `(a! -> b|*)` behind a type: which memory a value may share, and whether it is
/// written.
struct AliasSet {
  bool isWrite = false;
  llvm::SmallVector<std::string, 1> before; ///< Set names; `*` is any memory.
  llvm::SmallVector<std::string, 0> after;  ///< The sets after the call; empty: as before.

  /// Whether there is no annotation.
  bool empty() const { return before.empty() && !isWrite; }
  /// Whether both may share memory by their names.
  bool intersects(const AliasSet &other) const;
};

/// The default value of an argument. Words such as `contiguous_format` and `Mean` are numbers here.
struct DefaultValue {
  enum Kind { None, Bool, Int, Float, Complex, String, List } kind = None;
  int64_t integer = 0; ///< Of an int, and 0 or 1 of a bool.
  double real = 0;     ///< Of a float; the imaginary part of a complex number.
  std::string string;
  std::vector<DefaultValue> elements;

  bool operator==(const DefaultValue &other) const;
};

/// An argument or a return.
struct SchemaArgument {
  std::string name; ///< Empty where a return has none.
  Type type;
  /// N of `int[N]`, else 0: a single value stands for N equal ones.
  unsigned fixedSize = 0;
  bool keywordOnly = false;
  std::optional<DefaultValue> defaultValue;
  /// The alias set of the value: of `Tensor(a!)`, and of the list in `t[](a!)`.
  AliasSet alias;
  /// The alias set of a list's or optional's elements: `Tensor(a)[]`, `Tensor(a!)?`.
  AliasSet elementAlias;
};

struct Schema {
  std::string name;     ///< With its namespace: `aten::add`.
  std::string overload; ///< `Tensor`; empty for the one without a name.
  std::vector<SchemaArgument> arguments;
  std::vector<SchemaArgument> returns;
  bool isVariadic = false;         ///< More positional arguments may follow: `...`.
  bool hasVariadicReturns = false; ///< `-> ...`

  /// `aten::add.Tensor`.
  std::string fullName() const { return overload.empty() ? name : name + "." + overload; }
  std::optional<unsigned> argumentIndex(llvm::StringRef argumentName) const;
  /// Whether some argument is written.
  bool isMutating() const;
  /// Whether there are several returns and each has a name: the result is then a named tuple.
  bool hasNamedReturns() const;
  /// The schema as text, in the normal form of the table.
  std::string str() const;
};

/// Parses a schema. Errors name the column in the text.
llvm::Expected<std::unique_ptr<Schema>> parseSchema(TypeContext &context, llvm::StringRef text);

/// Parses a type as schemas spell it: `Tensor?[]`, `Dict(str, int)`.
llvm::Expected<Type> parseSchemaType(TypeContext &context, llvm::StringRef text);

} // namespace sconce::script

#endif // SCONCE_SCRIPT_SCHEMA_H
