//===- Header.cpp - The C header of a compiled model ----------------------===//

#include "lib/Driver/Header.h"

#include "llvm/ADT/StringExtras.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace sconce;
using llvm::StringRef;
using Kind = rt::Slot::Kind;

/// Counts the results that the caller gives memory for; false where one has no static form.
static bool countResults(const rt::Slot &slot, unsigned &count) {
  switch (slot.kind) {
  case Kind::Tensor:
    ++count;
    return llvm::none_of(slot.sizes, [](int64_t size) { return size == rt::Slot::dynamic; });
  case Kind::Int:
  case Kind::Float:
  case Kind::Bool:
    ++count;
    return true;
  case Kind::Complex:
  case Kind::Runtime:
  case Kind::Alias:
    return false;
  default:
    return llvm::all_of(slot.children, [&](const rt::Slot &child) { return countResults(child, count); });
  }
}

void driver::describeDirectCall(codegen::ModelEntry &entry, const rt::Signature &signature, StringRef prefix) {
  std::vector<codegen::DirectParameter> parameters;
  unsigned results = 0;
  for (const rt::Slot &slot : signature.inputs) {
    switch (slot.kind) {
    case Kind::Tensor: parameters.push_back(codegen::DirectParameter::Tensor); break;
    case Kind::Int: parameters.push_back(codegen::DirectParameter::Int); break;
    case Kind::Float: parameters.push_back(codegen::DirectParameter::Float); break;
    case Kind::Bool: parameters.push_back(codegen::DirectParameter::Bool); break;
    case Kind::Constant:
    case Kind::None: break;
    default: return;
    }
  }
  for (const rt::Slot &slot : signature.outputs)
    if (!countResults(slot, results))
      return;
  if (!signature.stateIn.empty() || !signature.stateOut.empty())
    return;
  entry.function = (prefix + "_" + entry.method).str();
  entry.parameters = std::move(parameters);
  entry.results = results;
}

static const char *typeOf(codegen::DirectParameter parameter) {
  switch (parameter) {
  case codegen::DirectParameter::Tensor: return "const DLTensor *";
  case codegen::DirectParameter::Int: return "int64_t ";
  case codegen::DirectParameter::Float: return "double ";
  case codegen::DirectParameter::Bool: return "int32_t ";
  }
  return "";
}

std::string driver::headerText(const codegen::ModelDescription &model) {
  const std::string &p = model.prefix;
  std::string upper = StringRef(p).upper();
  std::string text = fmt::format(R"(/* The compiled model {0}. Link with the file that was written beside this header; it holds the runtime.
   Signatures: inputs {{state}} -> results {{state}}; T6[2,3] is a float32 tensor of shape 2x3, ? an extent given at run time,
   i, f and b are an int, a float and a bool. */
#ifndef {1}_H
#define {1}_H

#include "sconce-c/Sconce.h"

#ifdef __cplusplus
extern "C" {{
#endif

/* The description of the model, for the functions of sconce-c/Model.h. */
extern const sc_model {0}_model;

/* An instance with the model's initial state, to be given up with sc_instance_destroy; NULL with the error in context. */
sc_instance *{0}_create(sc_context *context);

/* Calls any method with any values that fit one of the entries:
)",
                                 p, upper);
  for (const codegen::ModelEntry &entry : model.entries)
    text += fmt::format("     {} {}\n", entry.method, entry.signature);
  text += fmt::format(R"(   Arguments are borrowed; the caller releases *result. */
sc_status {0}_call(sc_instance *instance, sc_context *context, const char *method, const sc_value *arguments, int64_t count,
{1} sc_value *result);
)",
                      p, std::string(p.size() + 15, ' '));
  for (const codegen::ModelEntry &entry : model.entries) {
    if (entry.function.empty())
      continue;
    std::vector<std::string> parameters = {"sc_instance *instance", "sc_context *context"};
    for (auto [number, parameter] : llvm::enumerate(entry.parameters))
      parameters.push_back(fmt::format("{}in{}", typeOf(parameter), number));
    for (unsigned i = 0; i < entry.results; ++i)
      parameters.push_back(fmt::format("void *out{}", i));
    parameters.push_back("void *workspace");
    std::string methodUpper = StringRef(entry.method).upper();
    text += fmt::format(R"(
/* {0} {1}
   on the caller's memory: each out is a DLTensor (contiguous), int64_t, double or int32_t to be written; workspace is
   {2}_{3}_WORKSPACE bytes, aligned to 64. */
#define {2}_{3}_WORKSPACE {4}
sc_status {5}({6});
)",
                        entry.method, entry.signature, upper, methodUpper, entry.workspace, entry.function,
                        fmt::join(parameters, ", "));
  }
  text += "\n#ifdef __cplusplus\n}\n#endif\n#endif\n";
  return text;
}
