//===- Header.cpp - The C header of a compiled model ----------------------===//

#include "lib/Driver/Header.h"

#include "runtime/Dtype.h"

#include "llvm/ADT/StringExtras.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace sconce;
using codegen::DirectKind;
using codegen::DirectParameter;
using llvm::StringRef;
using Kind = rt::Slot::Kind;

//===-- The entry's own function --------------------------------------------------------------------===//

static bool isStatic(const rt::Slot &tensor) {
  return llvm::none_of(tensor.sizes, [](int64_t size) { return size == rt::Slot::dynamic; });
}

/// "float32[2,?,3]"
static std::string tensorText(const rt::Slot &slot) {
  std::vector<std::string> sizes;
  for (int64_t size : slot.sizes)
    sizes.push_back(size == rt::Slot::dynamic ? "?" : std::to_string(size));
  return fmt::format("{}[{}]", rt::name(slot.dtype), fmt::join(sizes, ","));
}

/// How C passes a slot; none where it has no such form.
static std::optional<DirectParameter> parameterOf(const rt::Slot &slot, std::string name) {
  switch (slot.kind) {
  case Kind::Tensor: return DirectParameter{DirectKind::Tensor, std::move(name), tensorText(slot)};
  case Kind::Int: return DirectParameter{DirectKind::Int, std::move(name), "int"};
  case Kind::Float: return DirectParameter{DirectKind::Float, std::move(name), "float"};
  case Kind::Bool: return DirectParameter{DirectKind::Bool, std::move(name), "bool"};
  default: return std::nullopt;
  }
}

/// Adds the results that the caller gives memory for; false where one has no static form.
static bool addResults(const rt::Slot &slot, std::vector<DirectParameter> &results) {
  if (auto result = parameterOf(slot, "")) {
    results.push_back(std::move(*result));
    return slot.kind != Kind::Tensor || isStatic(slot);
  }
  if (slot.kind == Kind::Complex || slot.isHeld() || slot.kind == Kind::Alias || slot.kind == Kind::Same)
    return false;
  return llvm::all_of(slot.children, [&](const rt::Slot &child) { return addResults(child, results); });
}

/// A parameter's name as C and C++ accept it.
static std::string identifier(StringRef name) {
  static constexpr StringRef taken[] = {
      "alignas",  "alignof",   "asm",       "auto",      "bool",     "break",  "case",      "catch",    "char",
      "class",    "concept",   "const",     "context",   "continue", "decltype", "default", "delete",   "do",
      "double",   "else",      "enum",      "explicit",  "export",   "extern", "false",     "float",    "for",
      "friend",   "goto",      "if",        "inline",    "instance", "int",    "long",      "mutable",  "namespace",
      "new",      "noexcept",  "nullptr",   "operator",  "private",  "protected", "public", "register", "requires",
      "restrict", "return",    "short",     "signed",    "sizeof",   "static", "struct",    "switch",   "template",
      "this",     "throw",     "true",      "try",       "typedef",  "typeid", "typename",  "union",    "unsigned",
      "using",    "virtual",   "void",      "volatile",  "while",    "workspace"};
  std::string text = name.str();
  bool plain = !text.empty() && !llvm::isDigit(text[0]) &&
               llvm::all_of(text, [](char c) { return llvm::isAlnum(c) || c == '_'; });
  if (!plain)
    return "";
  return llvm::is_contained(taken, name) || name.starts_with("_") ? "arg_" + text : text;
}

void driver::describeDirectCall(codegen::ModelEntry &entry, const rt::Signature &signature,
                                llvm::ArrayRef<std::string> argumentNames, StringRef prefix) {
  std::vector<DirectParameter> parameters, results;
  for (auto [number, slot] : llvm::enumerate(signature.inputs)) {
    if (slot.kind == Kind::Constant || slot.kind == Kind::None)
      continue;
    std::string name = number < argumentNames.size() ? identifier(argumentNames[number]) : "";
    auto parameter = parameterOf(slot, name.empty() ? fmt::format("in{}", number) : name);
    if (!parameter)
      return;
    parameters.push_back(std::move(*parameter));
  }
  for (const rt::Slot &slot : signature.outputs)
    if (!addResults(slot, results))
      return;
  for (auto [number, result] : llvm::enumerate(results))
    result.name = fmt::format("out{}", number);
  // These names are the model's own.
  if (llvm::is_contained({"api", "call", "create", "model"}, entry.method) || identifier(entry.method).empty())
    return;
  entry.function = (prefix + "_" + entry.method).str();
  entry.parameters = std::move(parameters);
  entry.results = std::move(results);
  entry.writesState = !signature.stateOut.empty();
}

//===-- The text ------------------------------------------------------------------------------------===//

static const char *argumentType(DirectKind kind) {
  switch (kind) {
  case DirectKind::Tensor: return "const DLTensor *";
  case DirectKind::Int: return "int64_t ";
  case DirectKind::Float: return "double ";
  case DirectKind::Bool: return "int32_t ";
  }
  return "";
}

static const char *resultType(DirectKind kind) {
  switch (kind) {
  case DirectKind::Tensor: return "const DLTensor *";
  case DirectKind::Int: return "int64_t *";
  case DirectKind::Float: return "double *";
  case DirectKind::Bool: return "int32_t *";
  }
  return "";
}

/// How to get at the runtime: it is hidden in a shared library, and linked with the program otherwise.
static std::string runtimeText(const codegen::ModelDescription &model) {
  if (!model.holdsRuntime)
    return "";
  return fmt::format(R"(
/* The runtime is inside the library, of which only the symbols with the prefix {0}_ are visible. Its functions (sc_…) are
   reached through this table: the lines below let them be called by their names. */
const sc_api *{0}_api(void);
#ifndef SC_API
#define SC_API {0}_api()
#include "sconce-c/Redirect.h"
#endif
)",
                     model.prefix);
}

/// Text that does not end the comment that it stands in.
static std::string commentText(StringRef text) {
  std::string safe;
  for (char c : text) {
    if (c == '/' && !safe.empty() && safe.back() == '*')
      safe += ' ';
    safe += c;
  }
  return safe;
}

static std::string functionText(const codegen::ModelEntry &entry) {
  std::vector<std::string> parameters = {entry.writesState ? "sc_instance *instance" : "const sc_instance *instance",
                                         "sc_context *context"};
  std::string comment;
  for (const DirectParameter &parameter : entry.parameters) {
    parameters.push_back(argumentType(parameter.kind) + parameter.name);
    comment += fmt::format("\n     {}: {}", parameter.name, parameter.description);
  }
  for (const DirectParameter &result : entry.results) {
    parameters.push_back(resultType(result.kind) + result.name);
    comment += fmt::format("\n     {}: {}, written", result.name, result.description);
  }
  parameters.push_back("void *workspace");
  return fmt::format(R"(
/* {0} on the caller's memory; nothing is allocated{4}. Results are contiguous.{1}
     workspace: {2}_workspace bytes, aligned to 64, of which {6} are in use at one time; or NULL, for memory that the context
     keeps */
#define {2}_workspace {3}
sc_status {2}({5});
)",
                     entry.method, comment, entry.function, entry.workspace,
                     entry.writesState ? " but the instance's new state" : "",
                     fmt::join(parameters, ",\n" + std::string(entry.function.size() + 11, ' ')), entry.liveBytes);
}

std::string driver::headerText(const codegen::ModelDescription &model) {
  const std::string &p = model.prefix;
  std::string upper = StringRef(p).upper();
  std::string text = fmt::format(R"(/* The compiled model {0}; {2}.
   Every function gives SC_OK, or a status whose message sc_context_message(context) tells. */
#ifndef {1}_H
#define {1}_H

#include "sconce-c/Sconce.h"

#ifdef __cplusplus
extern "C" {{
#endif
{3}
/* The description of the model, for the functions of sconce-c/Model.h. */
extern const sc_model {0}_model;

/* An instance with the model's initial state, to be given up with sc_instance_destroy; NULL with the error in context. */
sc_instance *{0}_create(sc_context *context);

/* Calls any method with any values that fit one of the entries (T6[2,3] is a float32 tensor of shape 2x3, ? an extent given
   at run time; i, f and b are an int, a float and a bool; docs/signature.md has the rest):
)",
                                 p, upper, model.holdsRuntime ? "the runtime is inside the library" : "link with libsconce_rt.a",
                                 runtimeText(model));
  for (const codegen::ModelEntry &entry : model.entries)
    text += fmt::format("     {} {}\n", entry.method, commentText(entry.signature));
  text += fmt::format(R"(   Arguments are borrowed; the caller releases *result. */
sc_status {0}_call(sc_instance *instance, sc_context *context, const char *method, const sc_value *arguments, int64_t count,
{1} sc_value *result);
)",
                      p, std::string(p.size() + 15, ' '));
  for (const codegen::ModelEntry &entry : model.entries)
    if (!entry.function.empty())
      text += functionText(entry);
  text += "\n#ifdef __cplusplus\n}\n#endif\n#endif\n";
  return text;
}
