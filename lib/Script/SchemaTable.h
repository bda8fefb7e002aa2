// The schemas of all known operators: the compiled-in table and those added while running.
#ifndef SCONCE_SCRIPT_SCHEMATABLE_H
#define SCONCE_SCRIPT_SCHEMATABLE_H

#include "lib/Script/Schema.h"
#include "llvm/ADT/StringMap.h"

namespace sconce::script {

/// Looks schemas up by name and parses those of a name when it is first asked for. Not for several
/// threads at once.
class SchemaTable {
public:
  explicit SchemaTable(TypeContext &types) : typeContext(types) {}
  SchemaTable(const SchemaTable &) = delete;
  SchemaTable &operator=(const SchemaTable &) = delete;

  TypeContext &types() { return typeContext; }

  /// The overloads of `aten::add` in the order in which resolution tries them: as PyTorch registers
  /// them, then those added. Empty if the name is unknown. Valid until a schema of that name is
  /// added.
  llvm::ArrayRef<const Schema *> lookup(llvm::StringRef name);
  /// The overload of that name (empty for the unnamed one), or null.
  const Schema *lookup(llvm::StringRef name, llvm::StringRef overload);
  /// As `lookup(name, overload)`, from `aten::add.Tensor`.
  const Schema *lookupFullName(llvm::StringRef fullName);
  /// Whether some operator has that name. Parses nothing.
  bool contains(llvm::StringRef name) const;

  /// Adds a schema, such as that of a library primitive, behind the overloads of its name. An error
  /// if the text is no schema or the overload exists.
  llvm::Expected<const Schema *> add(llvm::StringRef text);

  /// Calls `visit` with the text of each compiled-in schema: sorted by name, overloads in order.
  static void forEachText(llvm::function_ref<void(llvm::StringRef)> visit);

private:
  struct Overloads {
    std::vector<const Schema *> order;
    std::vector<std::unique_ptr<Schema>> owned;
  };

  Overloads &load(llvm::StringRef name);

  TypeContext &typeContext;
  llvm::StringMap<Overloads> loaded;
};

} // namespace sconce::script

#endif // SCONCE_SCRIPT_SCHEMATABLE_H
