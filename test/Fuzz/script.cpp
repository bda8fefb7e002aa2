// Any bytes as source text, as a type annotation and as a schema: an error or a tree, never a crash.
// What parses is walked, and its types and schemas must print to what parses to the same again.
#include "lib/Script/Parser.h"
#include "lib/Script/Schema.h"
#include "lib/Script/TypeExpression.h"
#include <cstdlib>

using namespace sconce::script;
using llvm::StringRef;

static void fuzzSource(StringRef text) {
  ParseOptions options;
  options.isLibrary = true;
  auto file = parseFile(text, "fuzz", options);
  if (!file)
    return llvm::consumeError(file.takeError());
  for (const Stmt *stmt : (*file)->declarations()) {
    if (stmt->range.begin > stmt->range.end || stmt->range.end > text.size())
      abort();
    llvm::consumeError((*file)->error(stmt->range, "place"));
  }
}

static void fuzzAnnotation(StringRef text) {
  TypeContext types;
  auto resolver = [&](StringRef name) -> llvm::Expected<Type> {
    return name.starts_with("__torch__.") ? types.classType(name) : Type();
  };
  auto type = parseAnnotation(types, text, resolver);
  if (!type)
    return llvm::consumeError(type.takeError());
  auto again = parseAnnotation(types, type->annotation(), resolver);
  if (!again)
    return llvm::consumeError(again.takeError());
  if (*again != *type || !isSubtype(*type, *again) || unify(types, *type, *again) != *type)
    abort();
}

static void fuzzSchema(StringRef text) {
  TypeContext types;
  auto schema = parseSchema(types, text);
  if (!schema)
    return llvm::consumeError(schema.takeError());
  auto again = parseSchema(types, (*schema)->str());
  if (again)
    (void)(*again)->str();
  else
    llvm::consumeError(again.takeError());
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0)
    return 0;
  StringRef text(reinterpret_cast<const char *>(data) + 1, size - 1);
  switch (data[0] % 4) {
  case 0: fuzzAnnotation(text); break;
  case 1: fuzzSchema(text); break;
  default: fuzzSource(text); break;
  }
  return 0;
}
