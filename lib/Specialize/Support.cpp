#include "lib/Specialize/Support.h"

#include "dialects/TorchScript/IR/Primitives.h"
#include "lib/Aten/Sources.h"
#include "lib/Import/Importer.h"
#include "lib/Script/SchemaTable.h"
#include "lib/Specialize/ImportedProgram.h"
#include "lib/Specialize/Intrinsics.h"
#include "lib/Specialize/Twins.h"

#include "llvm/ADT/StringSet.h"

namespace sconce::specialize {

/// Whether no argument of the operator is a tensor, nor holds one.
static bool takesNoTensor(llvm::StringRef name) {
  script::TypeContext types;
  script::SchemaTable schemas(types);
  const script::Schema *schema = schemas.lookupFullName(name);
  return schema && !llvm::StringRef(schema->str()).split(" -> ").first.contains("Tensor");
}

bool isSupported(import::Program &program, llvm::StringRef name) {
  if (intrinsics().has(name) || program.hasLibraryFunction(name))
    return true;
  if (takesNoTensor(name) && intrinsics().find(name, {}))
    return true;
  if (name.consume_front("ts::"))
    return ts::findPrimitive(name) != nullptr;
  ImportedProgram view(program);
  return hasTwin(view, name);
}

std::vector<std::string> librarySchemas() {
  std::vector<std::string> schemas;
  llvm::StringSet<> names;
  auto add = [&](llvm::StringRef schema) {
    if (names.insert(schema.take_until([](char c) { return c == '('; })).second)
      schemas.push_back(schema.str());
  };
  // The helpers come first: a primitive that the evaluator answers itself has the helper's schema.
  for (llvm::StringRef schema : aten::helperSchemas())
    add(schema);
  for (const ts::PrimitiveInfo &primitive : ts::allPrimitives())
    add(primitive.schema);
  return schemas;
}

} // namespace sconce::specialize
