#include "lib/Script/Builtins.h"
#include "lib/Script/Parser.h"

using namespace llvm;

namespace sconce::script {

static constexpr char builtinText[] =
#include "lib/Script/Builtins.py.inc"
    ;

static constexpr char upgraderText[] =
#include "lib/Script/Upgraders.py.inc"
    ;

/// The sources are ours and tested; that they parse is an invariant.
static std::unique_ptr<File> parseOwn(StringRef text, StringRef name) {
  ParseOptions options;
  options.isLibrary = true;
  return cantFail(parseFile(text, name, options));
}

/// The arguments of the one decorator.
static ArrayRef<Expr *> decoration(const DefStmt *def) {
  return cast<CallExpr>(def->decorators[0])->arguments;
}

Builtins::Builtins() : source(parseOwn(builtinText, "Builtins.py")) {
  for (const Stmt *stmt : source->declarations()) {
    const auto *def = cast<DefStmt>(stmt);
    functions[cast<StringLiteral>(decoration(def)[0])->value].push_back(def);
  }
}

ArrayRef<const DefStmt *> Builtins::lookup(StringRef name) const {
  auto found = functions.find(name);
  return found == functions.end() ? ArrayRef<const DefStmt *>()
                                  : ArrayRef<const DefStmt *>(found->second);
}

Upgraders::Upgraders(TypeContext &context) : source(parseOwn(upgraderText, "Upgraders.py")) {
  for (const Stmt *stmt : source->declarations()) {
    const auto *def = cast<DefStmt>(stmt);
    ArrayRef<Expr *> arguments = decoration(def);
    StringRef schema = cast<StringLiteral>(arguments[0])->value;
    upgraders.push_back({def, cantFail(parseSchema(context, schema)),
                         cast<IntLiteral>(arguments[1])->value});
  }
}

const Upgrader *Upgraders::find(StringRef fullName, int64_t version) const {
  for (const Upgrader &upgrader : upgraders)
    if (version <= upgrader.lastVersion && upgrader.oldSchema->fullName() == fullName)
      return &upgrader;
  return nullptr;
}

} // namespace sconce::script
