// What an expression of the source can denote besides a value of IR.
#ifndef SCONCE_IMPORT_SUGAREDVALUE_H
#define SCONCE_IMPORT_SUGAREDVALUE_H

#include "lib/Script/Ast.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/MapVector.h"
#include <memory>
#include <string>
#include <vector>

namespace sconce::import {

struct Closure;

/// The meaning of an expression: a value, or something that only a call, an attribute or a loop
/// makes use of.
struct SugaredValue {
  enum class Kind {
    Invalid,
    Simple,         ///< `value`
    Pack,           ///< the results `values` of one operator, of tuple type `type`
    Special,        ///< a word with rules of its own: `name` is annotate, print, range …
    Namespace,      ///< operators of namespace `name` (`torch` is aten)
    OperatorRoot,   ///< `ops`
    Constants,      ///< `CONSTANTS`
    Scope,          ///< the dotted prefix `name` of qualified names
    Builtin,        ///< operator `name` without overload; the object of a method call is `value`
    Magic,          ///< as Builtin, unless the first argument's class defines method `magic`
    Cast,           ///< as Magic, and values of type `type` are taken as they are
    Function,       ///< the function `name`
    Method,         ///< method `name` of object `value`
    Class,          ///< the class `name`, whose values have type `type`
    ExceptionClass, ///< `name`
    Exception,      ///< of class `name`, with message `value`, which may be null
    Range,          ///< `values`: stop; or start, stop, step
    Zip,            ///< of `elements`
    Enumerate,      ///< of `elements[0]` from `value`, which may be null
    Closure,        ///< `closure`
  };

  Kind kind = Kind::Invalid;
  mlir::Value value = {};
  std::string name = {};
  mlir::Type type = {};
  std::string magic = {};
  llvm::SmallVector<mlir::Value, 2> values = {};
  std::vector<SugaredValue> elements = {};
  std::shared_ptr<Closure> closure = {};

  explicit operator bool() const { return kind != Kind::Invalid; }
  bool is(Kind other) const { return kind == other; }

  static SugaredValue simple(mlir::Value value) {
    return {value ? Kind::Simple : Kind::Invalid, value};
  }
  static SugaredValue special(llvm::StringRef word) { return {Kind::Special, {}, word.str()}; }
  static SugaredValue builtin(const llvm::Twine &name, mlir::Value self = {}) {
    return {Kind::Builtin, self, name.str()};
  }
  static SugaredValue named(Kind kind, const llvm::Twine &name) { return {kind, {}, name.str()}; }

  /// The word for messages.
  llvm::StringRef describe() const;
};

/// A function defined inside a function, with the meaning of its free names at that point.
struct Closure {
  const script::DefStmt *def;
  llvm::MapVector<llvm::StringRef, SugaredValue> captured;
};

} // namespace sconce::import

#endif // SCONCE_IMPORT_SUGAREDVALUE_H
