// What a class, module, interface, named tuple or enumeration of the archive declares.
#ifndef SCONCE_IMPORT_CLASSINFO_H
#define SCONCE_IMPORT_CLASSINFO_H

#include "dialects/TorchScript/IR/TorchScript.h"
#include "lib/Script/Ast.h"
#include "lib/Script/Type.h"
#include "llvm/ADT/MapVector.h"
#include <string>
#include <vector>

namespace sconce::import {

struct ClassInfo {
  struct Attribute {
    std::string name;
    mlir::Type type;
    /// Of constants, enumeration members and defaults of named tuples' fields, in the form of
    /// ts.constant's attribute (an array for lists and tuples); null otherwise.
    mlir::Attribute value = {};
    bool isParameter = false;
    bool isBuffer = false;
  };

  std::string name; ///< qualified
  ts::ClassKind kind = ts::ClassKind::Class;
  /// Provided by the loader (`__torch__.torch.classes.…`): there is no source, so no attributes and
  /// no methods.
  bool isNative = false;
  mlir::Type type;
  script::Type scriptType;
  std::vector<Attribute>
      attributes; ///< in slot order; fields of named tuples; members of enumerations
  std::vector<Attribute> constants;         ///< `Final` attributes, which have no slot
  std::vector<std::string> preHooks, hooks; ///< Methods to call around a root module's call.
  llvm::MapVector<llvm::StringRef, const script::DefStmt *> methods;
  const script::File *file = nullptr;
  const script::ClassStmt *stmt = nullptr;

  const Attribute *findAttribute(llvm::StringRef attribute) const {
    return find(attributes, attribute);
  }
  const Attribute *findConstant(llvm::StringRef constant) const {
    return find(constants, constant);
  }
  const script::DefStmt *findMethod(llvm::StringRef method) const { return methods.lookup(method); }
  bool isModule() const { return kind == ts::ClassKind::Module; }
  /// The archive holds the state that `__getstate__` gave, to be set by running `__setstate__`.
  bool needsSetState() const { return findMethod("__getstate__") && findMethod("__setstate__"); }

private:
  static const Attribute *find(const std::vector<Attribute> &list, llvm::StringRef name) {
    for (const Attribute &attribute : list)
      if (attribute.name == name)
        return &attribute;
    return nullptr;
  }
};

} // namespace sconce::import

#endif // SCONCE_IMPORT_CLASSINFO_H
