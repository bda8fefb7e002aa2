// Operators with a definition in TorchScript: PyTorch's builtin functions, and what operators meant
// in older archives. Their sources are compiled in, `Builtins.py` and `Upgraders.py`.
#ifndef SCONCE_SCRIPT_BUILTINS_H
#define SCONCE_SCRIPT_BUILTINS_H

#include "lib/Script/Ast.h"
#include "lib/Script/Schema.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"
#include <vector>

namespace sconce::script {

/// The functions that overload resolution tries behind the schemas of a name.
class Builtins {
public:
  Builtins();

  const File &file() const { return *source; }
  /// The functions that stand for `aten::mul`, in the order in which they are tried.
  llvm::ArrayRef<const DefStmt *> lookup(llvm::StringRef name) const;

private:
  std::unique_ptr<File> source;
  llvm::StringMap<llvm::SmallVector<const DefStmt *, 2>> functions;
};

/// The meaning of one overload up to some version.
struct Upgrader {
  const DefStmt *function;           ///< Takes the old schema's arguments in their order.
  std::unique_ptr<Schema> oldSchema; ///< What calls match in place of the new schema.
  int64_t lastVersion;               ///< The last archive version that it applies to.
};

class Upgraders {
public:
  explicit Upgraders(TypeContext &context);

  const File &file() const { return *source; }
  llvm::ArrayRef<Upgrader> all() const { return upgraders; }
  /// The upgrader of an overload (`aten::div.Tensor`) in an archive of that version, or null.
  const Upgrader *find(llvm::StringRef fullName, int64_t version) const;

private:
  std::unique_ptr<File> source;
  std::vector<Upgrader> upgraders;
};

} // namespace sconce::script

#endif // SCONCE_SCRIPT_BUILTINS_H
