// The operator library's files: which function implements which schema.
#include "lib/Import/Importer.h"

#include "lib/Script/Parser.h"

using namespace mlir;

namespace sconce::import {

/// The schema of `@op("aten::add.Tensor")`; null if the decorator is another one.
static const script::StringLiteral *schemaOf(const script::Expr *decorator) {
  auto *call = dyn_cast<script::CallExpr>(decorator);
  auto *callee = call ? dyn_cast<script::NameExpr>(call->callee) : nullptr;
  if (!callee || callee->name != "op" || call->arguments.size() != 1 || !call->keywords.empty())
    return nullptr;
  return dyn_cast<script::StringLiteral>(call->arguments[0]);
}

/// What stands between `before`, with which the line begins, and `after`.
static std::optional<StringRef> nameIn(StringRef line, StringRef before, StringRef after) {
  if (!line.consume_front(before) || !line.contains(after))
    return std::nullopt;
  return line.take_front(line.find(after));
}

static std::string helperSymbol(StringRef plainName) { return ("library." + plainName).str(); }

llvm::Error Program::addLibrary(StringRef fileName, StringRef text) {
  // A function ends where the decorators of the next one, or that itself, begin a line.
  bool isBegun = false;
  for (unsigned number = 1; !text.empty(); ++number) {
    StringRef line = text.take_front(text.find('\n'));
    bool isDecorator = line.starts_with("@"), isFunction = line.starts_with("def ");
    if (number == 1 || (isBegun && (isDecorator || isFunction))) {
      libraryFunctions.push_back({fileName, text.take_front(0), number});
      isBegun = false;
    }
    bool isHelper = isFunction && libraryFunctions.back().isPlain;
    libraryFunctions.back().isPlain &= !isDecorator;
    isBegun |= isFunction;
    auto index = [&](std::string symbol, const Twine &twice) -> llvm::Error {
      if (libraryIndex.try_emplace(symbol, libraryFunctions.size() - 1).second)
        return llvm::Error::success();
      Location place;
      place.member = fileName.str();
      place.line = number;
      return badInput(twice, std::move(place));
    };
    if (auto schema = nameIn(line, "@op(\"", "\")"))
      if (llvm::Error error = index(schema->str(), "schema '" + *schema + "' is implemented twice in the library"))
        return error;
    if (auto helper = nameIn(line, "def ", "("); helper && isHelper)
      if (llvm::Error error = index(helperSymbol(*helper), "helper '" + *helper + "' is defined twice in the library"))
        return error;
    text = text.drop_front(std::min(line.size() + 1, text.size()));
    StringRef &whole = libraryFunctions.back().text;
    whole = StringRef(whole.data(), text.data() - whole.data());
  }
  return llvm::Error::success();
}

llvm::Error Program::checkLibrary() {
  llvm::Error errors = llvm::Error::success();
  for (LibraryFunction &function : libraryFunctions)
    errors = llvm::joinErrors(std::move(errors), parseLibrary(function));
  return errors;
}

llvm::Error Program::parseLibrary(LibraryFunction &function) {
  if (function.file)
    return llvm::Error::success();
  script::ParseOptions options;
  options.isLibrary = true;
  // Empty lines in front of it leave the function where it is in its file.
  std::string text(function.line - 1, '\n');
  auto parsed = script::parseFile(text + function.text.str(), function.fileName, options);
  if (!parsed)
    return parsed.takeError();
  function.file = std::move(*parsed);
  const script::File &file = *function.file;
  for (const script::Stmt *stmt : file.declarations()) {
    auto *def = dyn_cast<script::DefStmt>(stmt);
    if (!def)
      return file.error(stmt->range, "expected a function in a file of the library");
    if (llvm::Error error = addLibraryFunction(file, def))
      return error;
  }
  return llvm::Error::success();
}

llvm::Error Program::addLibraryFunction(const script::File &in, const script::DefStmt *def) {
  if (def->decorators.empty())
    addSource({helperSymbol(def->name), &in, def, {}, /*isLibrary=*/true});
  for (const script::Expr *decorator : def->decorators) {
    const script::StringLiteral *name = schemaOf(decorator);
    if (!name)
      return in.error(decorator->range, "expected '@op(\"namespace::name.overload\")'");
    const Signature *schema = operatorTable.find(name->value);
    if (!schema)
      return in.error(name->range, "there is no schema '" + name->value + "'");
    if (llvm::Error error = checkLibraryFunction(in, def, *schema))
      return error;
    addSource({name->value.str(), &in, def, {}, /*isLibrary=*/true});
  }
  return llvm::Error::success();
}

StringRef Program::libraryHelper(StringRef plainName) const {
  auto found = libraryIndex.find(helperSymbol(plainName));
  return found == libraryIndex.end() ? StringRef() : found->getKey();
}

/// The parameters must be those of the schema, in its order: a call arrives with all arguments.
llvm::Error Program::checkLibraryFunction(const script::File &in, const script::DefStmt *def,
                                          const Signature &schema) {
  if (def->params.size() != schema.parameters.size())
    return in.error(def->nameRange, "expected the " + Twine(schema.parameters.size()) +
                                        " parameters of '" + schema.str() + "', found " +
                                        Twine(def->params.size()));
  for (auto [param, wanted] : llvm::zip(def->params, schema.parameters)) {
    if (param.name != wanted.name)
      return in.error(param.range, "expected parameter '" + wanted.name + "' of '" + schema.name +
                                       "', found '" + param.name + "'");
    auto type =
        param.annotation ? parseType(param.annotation, in) : Type(ts::TensorType::get(mlirContext));
    if (!type)
      return type.takeError();
    if (!hasTypeVariables(wanted.type) && *type != wanted.type)
      return in.error(param.range, "expected parameter '" + wanted.name + "' to have type '" +
                                       spelling(wanted.type) + "' as in '" + schema.name +
                                       "', found '" + spelling(*type) + "'");
    if (!param.defaultValue)
      continue;
    if (literal(param.defaultValue) != wanted.defaultValue)
      return in.error(param.range, "the default of parameter '" + wanted.name +
                                       "' is not that of '" + schema.name + "'");
  }
  if (!def->returnType)
    return in.error(def->nameRange, "expected a result type");
  auto result = parseType(def->returnType, in);
  if (!result)
    return result.takeError();
  Type wanted = schema.results.size() == 1 ? schema.results.front()
                : schema.results.empty()   ? Type(ts::NoneType::get(mlirContext))
                                           : Type(ts::TupleType::get(mlirContext, schema.results));
  if (!hasTypeVariables(wanted) && *result != wanted)
    return in.error(def->returnType->range, "expected the result type '" + spelling(wanted) +
                                                "' of '" + schema.name + "', found '" +
                                                spelling(*result) + "'");
  return llvm::Error::success();
}

std::vector<std::string> Program::librarySchemas() const {
  std::vector<std::string> names;
  for (const auto &entry : libraryIndex)
    if (!libraryFunctions[entry.getValue()].isPlain)
      names.push_back(entry.getKey().str());
  llvm::sort(names);
  return names;
}

} // namespace sconce::import
