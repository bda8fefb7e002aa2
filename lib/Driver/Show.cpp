//===- Show.cpp - What is in an archive, as text --------------------------===//

#include "lib/Driver/Show.h"

#include "lib/Archive/Archive.h"
#include "lib/Driver/Session.h"
#include "lib/Import/Importer.h"
#include "lib/Specialize/Support.h"
#include "runtime/Dtype.h"
#include "runtime/Tensor.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace sconce;
using namespace sconce::driver;
using llvm::StringRef;
using rt::Value;

namespace {

/// A method and the class of the object that a dotted path leads to.
struct MethodPath {
  const import::ClassInfo *info;
  const script::DefStmt *method;
};

llvm::Expected<MethodPath> findMethod(Session &session, StringRef path) {
  auto [objectPath, name] = path.rsplit('.');
  if (name.empty())
    std::swap(objectPath, name);
  Value root = session.program().root();
  Value *object = findAttribute(root, objectPath);
  if (!object || !object->isObject())
    return badInput(fmt::format("the module has no submodule '{}'", objectPath.str()), {.file = session.file()});
  auto info = session.program().classInfo(object->asObject().className);
  if (!info)
    return info.takeError();
  if (const script::DefStmt *method = (*info)->findMethod(name))
    return MethodPath{*info, method};
  std::vector<std::string> names;
  for (const auto &[known, definition] : (*info)->methods)
    names.push_back(known.str());
  return badInput(fmt::format("{} has no method '{}'; its methods are {}", (*info)->name, name.str(),
                              fmt::join(names, ", ")),
                  {.file = session.file()});
}

/// Visits every object and tensor below `value` once, with its dotted path.
template <typename Visit> void walkAttributes(const Value &value, const std::string &path, unsigned depth, Visit visit) {
  if (depth > 200)
    return;
  if (value.isTensor()) {
    visit(path, value);
    return;
  }
  if (!value.isObject())
    return;
  visit(path, value);
  for (const auto &[name, slot] : value.asObject().slots)
    walkAttributes(slot, path.empty() ? name : path + "." + name, depth + 1, visit);
}

int64_t countParameters(const Value &object) {
  int64_t count = 0;
  walkAttributes(object, "", 0, [&](const std::string &, const Value &value) {
    if (value.isTensor() && value.asTensor().requiresGrad())
      count += value.asTensor().numel();
  });
  return count;
}

/// The author's name of a class: without the package and the mangling.
std::string plainClassName(StringRef qualified) { return qualified.rsplit('.').second.str(); }

void printTree(std::string &out, const std::string &name, const Value &object, unsigned depth) {
  out += fmt::format("{}{}{} ({} parameters)\n", std::string(2 * depth, ' '), name.empty() ? "" : name + ": ",
                     plainClassName(object.asObject().className), countParameters(object));
  for (const auto &[child, slot] : object.asObject().slots)
    if (slot.isObject() && depth < 200)
      printTree(out, child, slot, depth + 1);
}

} // namespace

llvm::Expected<std::string> driver::showCode(Session &session, StringRef method) {
  auto found = findMethod(session, method);
  if (!found)
    return found.takeError();
  auto text = session.archive().code(archive::Archive::codeMemberOf(found->info->name));
  if (!text)
    return text.takeError();
  // The method stands indented in its class; its first parameter carries the class's name.
  StringRef source = text->slice(found->method->range.begin, found->method->range.end).rtrim();
  std::string code;
  bool first = true;
  for (StringRef rest = source; !rest.empty();) {
    auto [line, next] = rest.split('\n');
    rest = next;
    if (first) {
      auto [head, tail] = line.split(": ");
      size_t end = tail.find_first_of(",)");
      code += head.str() + (end == StringRef::npos ? "" : tail.substr(end).str());
      first = false;
    } else {
      line.consume_front("  ");
      code += line.str();
    }
    code += '\n';
  }
  return code;
}

llvm::Expected<std::string> driver::showGraph(Session &session, StringRef method) {
  auto found = findMethod(session, method);
  if (!found)
    return found.takeError();
  auto function = session.program().importFunction(found->info->name + "." + found->method->name.str());
  if (!function)
    return function.takeError();
  return printGraph(*function);
}

llvm::Expected<std::string> driver::showTree(Session &session) {
  std::string out;
  printTree(out, "", session.program().root(), 0);
  return out;
}

llvm::Expected<std::string> driver::showWeights(Session &session) {
  std::string out;
  auto add = [&](const std::string &path, const Value &value) {
    if (!value.isTensor())
      return;
    rt::Tensor tensor = value.asTensor();
    out += fmt::format("{}: {}[{}]{}\n", path, rt::name(tensor.dtype()), fmt::join(tensor.sizes(), ", "),
                       tensor.requiresGrad() ? " parameter" : "");
  };
  walkAttributes(session.program().root(), "", 0, add);
  for (auto [number, value] : llvm::enumerate(session.program().constants()))
    walkAttributes(value, fmt::format("CONSTANTS.c{}", number), 0, add);
  return out;
}

llvm::Expected<std::string> driver::showOperators(Session &session) {
  if (llvm::Error error = session.program().importAll())
    return std::move(error);
  std::map<std::string, int64_t> counts;
  session.program().module().walk([&](ts::FuncOp function) {
    // Functions of the operator library are named by their schemas.
    if (function.getSymName().starts_with("__torch__."))
      function.walk([&](ts::OpOp op) { ++counts[op.getName().str()]; });
  });
  std::string out;
  for (const auto &[name, count] : counts)
    out += fmt::format("{:>6}  {}{}\n", count, name,
                       specialize::isSupported(session.program(), name) ? "" : "  (not supported)");
  return out;
}
