#include "lib/Import/OperatorTable.h"

#include "lib/Import/ScriptTypes.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;

namespace sconce::import {

std::string OperatorTable::upgraderName(const script::Upgrader &upgrader) {
  return "upgrade." + upgrader.function->name.str();
}

llvm::Error OperatorTable::addSchema(StringRef text) {
  auto added = schemas.add(text);
  if (!added)
    return added.takeError();
  cache.clear();
  return llvm::Error::success();
}

const Signature *OperatorTable::signatureOf(const script::Schema &schema) {
  const Signature *&known = bySchema[&schema];
  if (known)
    return known;
  Signature signature{schema.fullName()};
  signature.isVariadic = schema.isVariadic;
  for (const script::SchemaArgument &argument : schema.arguments) {
    Parameter parameter{argument.name, toGeneric(context, argument.type)};
    parameter.repeat = argument.fixedSize;
    parameter.keywordOnly = argument.keywordOnly;
    parameter.isWritten = argument.alias.isWrite || argument.elementAlias.isWrite;
    if (argument.defaultValue)
      parameter.defaultValue = toGeneric(context, *argument.defaultValue);
    signature.parameters.push_back(std::move(parameter));
  }
  for (const script::SchemaArgument &result : schema.returns) {
    signature.results.push_back(toGeneric(context, result.type));
    if (schema.hasNamedReturns())
      signature.resultNames.push_back(result.name);
  }
  signatures.push_back(std::move(signature));
  return known = &signatures.back();
}

/// Overloads that the reference registers but never chooses.
static bool isNeverChosen(StringRef fullName) {
  return llvm::StringSwitch<bool>(fullName)
      .Cases({"aten::view.dtype", "aten::max.unary_out", "aten::min.unary_out"}, true)
      .Default(false);
}

llvm::Expected<ArrayRef<Candidate>> OperatorTable::candidates(StringRef name, int64_t version) {
  auto key = std::make_pair(name.str(), version);
  if (auto found = cache.find(key); found != cache.end())
    return ArrayRef<Candidate>(found->second);
  std::vector<Candidate> list, old;
  for (const script::Schema *schema : schemas.lookup(name)) {
    std::string fullName = schema->fullName();
    if (isNeverChosen(fullName))
      continue;
    if (const script::Upgrader *upgrader = upgraders.find(fullName, version))
      old.push_back({signatureOf(*upgrader->oldSchema), upgraderName(*upgrader)});
    else
      list.push_back({signatureOf(*schema)});
  }
  llvm::append_range(list, old);
  for (const script::DefStmt *def : builtins.lookup(name)) {
    auto builtin = defineBuiltin(def);
    if (!builtin)
      return builtin.takeError();
    list.push_back(std::move(*builtin));
  }
  return ArrayRef<Candidate>(cache[key] = std::move(list));
}

const Signature *OperatorTable::find(StringRef fullName) {
  const script::Schema *schema = schemas.lookupFullName(fullName);
  return schema ? signatureOf(*schema) : nullptr;
}

} // namespace sconce::import
