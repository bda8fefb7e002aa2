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

llvm::Error Program::addLibrary(StringRef fileName, StringRef text) {
  script::ParseOptions options;
  options.isLibrary = true;
  auto parsed = script::parseFile(text, fileName, options);
  if (!parsed)
    return parsed.takeError();
  const script::File &added = **parsed;
  libraryFiles.push_back(std::move(*parsed));
  llvm::Error errors = llvm::Error::success();
  for (const script::Stmt *stmt : added.declarations()) {
    auto *def = dyn_cast<script::DefStmt>(stmt);
    llvm::Error error =
        def ? addLibraryFunction(added, def)
            : added.error(stmt->range, "expected a function in a file of the library");
    errors = llvm::joinErrors(std::move(errors), std::move(error));
  }
  return errors;
}

llvm::Error Program::addLibraryFunction(const script::File &in, const script::DefStmt *def) {
  if (def->decorators.empty()) {
    std::string symbol = "library." + def->name.str();
    if (!libraryHelpers.try_emplace(def->name, symbol).second)
      return in.error(def->nameRange, "helper '" + def->name + "' is defined twice in the library");
    addSource({symbol, &in, def, {}, /*isLibrary=*/true});
    return llvm::Error::success();
  }
  for (const script::Expr *decorator : def->decorators) {
    const script::StringLiteral *name = schemaOf(decorator);
    if (!name)
      return in.error(decorator->range, "expected '@op(\"namespace::name.overload\")'");
    const Signature *schema = operatorTable.find(name->value);
    if (!schema)
      return in.error(name->range, "there is no schema '" + name->value + "'");
    if (llvm::Error error = checkLibraryFunction(in, def, *schema))
      return error;
    if (!libraryOps.insert(name->value).second)
      return in.error(name->range,
                      "schema '" + name->value + "' is implemented twice in the library");
    addSource({name->value.str(), &in, def, {}, /*isLibrary=*/true});
  }
  return llvm::Error::success();
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
  for (const auto &entry : libraryOps)
    names.push_back(entry.getKey().str());
  llvm::sort(names);
  return names;
}

} // namespace sconce::import
