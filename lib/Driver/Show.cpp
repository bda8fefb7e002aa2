//===- Show.cpp - What is in an archive, as text --------------------------===//

#include "lib/Driver/Show.h"

#include "lib/Archive/Archive.h"
#include "lib/Driver/Session.h"
#include "lib/Import/ScriptGraph.h"
#include "lib/Specialize/Support.h"
#include "runtime/Dtype.h"
#include "runtime/Tensor.h"

#include "llvm/ADT/StringSet.h"

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
  std::string qualifiedName() const { return info->name + "." + method->name.str(); }
};

/// "layer1.0" of "layer1.0.forward"; empty for a method of the module itself.
StringRef objectOf(StringRef method) {
  auto [objectPath, name] = method.rsplit('.');
  return name.empty() ? StringRef() : objectPath;
}

llvm::Expected<Value> findObject(Session &session, StringRef path) {
  Value root = session.program().root();
  Value *object = findAttribute(root, path);
  if (!object || !object->isObject())
    return badInput(fmt::format("the module has no submodule '{}'", path.str()), {.file = session.file()});
  return *object;
}

llvm::Expected<MethodPath> findMethod(Session &session, StringRef path) {
  StringRef name = path.rsplit('.').second.empty() ? path : path.rsplit('.').second;
  auto object = findObject(session, objectOf(path));
  if (!object)
    return object.takeError();
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

/// Where a line of the archive's code comes from, in the user's own file where the archive says, as PyTorch shows it: columns
/// from 0.
std::string placeOf(Session &session, StringRef member, unsigned line, unsigned column) {
  auto code = session.archive().code(member);
  auto map = session.archive().sourceMap(member);
  if (code && map && *map) {
    StringRef rest = *code;
    for (unsigned skipped = 1; skipped < line; ++skipped)
      rest = rest.split('\n').second;
    uint64_t offset = static_cast<uint64_t>(rest.data() - code->data()) + (column ? column - 1 : 0);
    if (auto place = (*map)->find(offset))
      return fmt::format("{}:{}:{}", place->file, place->line, place->column - 1);
    if ((*map)->isRecorded(offset)) // As PyTorch has it for what no line of a file made.
      return ":0:0";
  }
  llvm::consumeError(code.takeError());
  llvm::consumeError(map.takeError());
  return fmt::format("{}:{}:{}", member.str(), line, column ? column - 1 : 0);
}

/// Tensors of a few elements are shown, on one line; larger ones are not.
std::string constantText(Session &session, uint64_t index) {
  auto constants = session.program().constants();
  if (index >= constants.size())
    return "<missing>";
  const Value &value = constants[index];
  if (!value.isTensor())
    return value.isString() ? import::quotedText(value.asString()) : driver::printValue(value);
  const rt::Tensor &tensor = value.asTensor();
  if (tensor.numel() > 10 || !tensor.storage())
    return "<Tensor>";
  if (tensor.numel() != 1) {
    std::string text = driver::printValue(value);
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
  }
  std::vector<int64_t> first(tensor.sizes().size());
  bool isWhole = !rt::isFloating(tensor.dtype()) && !rt::isComplex(tensor.dtype());
  return "{" +
         (isWhole ? std::to_string(tensor.loadInt(first))
                  : fmt::format("{:g}", tensor.loadComplex(first).real())) +
         "}";
}

/// Whether both constants are tensors of one dtype with the same elements.
bool isSameTensor(Session &session, uint64_t a, uint64_t b) {
  auto constants = session.program().constants();
  if (a >= constants.size() || b >= constants.size() || !constants[a].isTensor() ||
      !constants[b].isTensor())
    return false;
  const rt::Tensor &first = constants[a].asTensor(), &second = constants[b].asTensor();
  return first.dtype() == second.dtype() && first.equals(second);
}

import::GraphNotes notesOn(Session &session) {
  import::GraphNotes notes;
  notes.place = [&](StringRef member, unsigned line, unsigned column) {
    return placeOf(session, member, line, column);
  };
  notes.constant = [&](uint64_t index) { return constantText(session, index); };
  notes.isSameTensor = [&](uint64_t a, uint64_t b) { return isSameTensor(session, a, b); };
  return notes;
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
  auto lock = session.lockProgram();
  if (!lock)
    return lock.takeError();
  auto found = findMethod(session, method);
  if (!found)
    return found.takeError();
  auto graph = import::scriptGraph(session.program(), found->qualifiedName());
  if (!graph)
    return graph.takeError();
  return import::printCode(**graph, notesOn(session));
}

llvm::Expected<std::string> driver::showGraph(Session &session, StringRef method) {
  auto lock = session.lockProgram();
  if (!lock)
    return lock.takeError();
  auto found = findMethod(session, method);
  if (!found)
    return found.takeError();
  auto graph = import::scriptGraph(session.program(), found->qualifiedName());
  if (!graph)
    return graph.takeError();
  return import::printGraph(**graph, notesOn(session));
}

llvm::Expected<std::string> driver::showTree(Session &session, StringRef method) {
  auto lock = session.lockProgram();
  if (!lock)
    return lock.takeError();
  auto object = findObject(session, objectOf(method));
  if (!object)
    return object.takeError();
  std::string out;
  printTree(out, objectOf(method).str(), *object, 0);
  return out;
}

llvm::Expected<std::string> driver::showWeights(Session &session, StringRef method) {
  auto lock = session.lockProgram();
  if (!lock)
    return lock.takeError();
  StringRef path = objectOf(method);
  auto object = findObject(session, path);
  if (!object)
    return object.takeError();
  std::string out;
  auto add = [&](const std::string &path, const Value &value) {
    if (!value.isTensor())
      return;
    rt::Tensor tensor = value.asTensor();
    out += fmt::format("{}: {}[{}]{}\n", path, rt::name(tensor.dtype()), fmt::join(tensor.sizes(), ", "),
                       tensor.requiresGrad() ? " parameter" : "");
  };
  walkAttributes(*object, path.str(), 0, add);
  if (!path.empty())
    return out;
  for (auto [number, value] : llvm::enumerate(session.program().constants()))
    walkAttributes(value, fmt::format("CONSTANTS.c{}", number), 0, add);
  return out;
}

/// The functions of the archive's code that `name` reaches, itself among them. Methods of interfaces are known only when the
/// model runs.
static llvm::Expected<std::vector<ts::FuncOp>> reachedFrom(import::Program &program, const std::string &name) {
  std::vector<ts::FuncOp> functions;
  std::vector<std::string> names{name};
  llvm::StringSet<> seen{name};
  for (size_t next = 0; next < names.size(); ++next) {
    auto function = program.importFunction(names[next]);
    if (!function)
      return function.takeError();
    functions.push_back(*function);
    auto reach = [&](const std::string &callee) {
      if (StringRef(callee).starts_with("__torch__.") && seen.insert(callee).second)
        names.push_back(callee);
    };
    function->walk([&](mlir::Operation *op) {
      if (auto call = mlir::dyn_cast<ts::CallOp>(op))
        reach(call.getCallee().str());
      if (auto fork = mlir::dyn_cast<ts::ForkOp>(op))
        reach(fork.getCallee().str());
      if (auto reference = mlir::dyn_cast<ts::FunctionRefOp>(op))
        reach(reference.getCallee().str());
      auto call = mlir::dyn_cast<ts::CallMethodOp>(op);
      auto type = call ? mlir::dyn_cast<ts::ClassType>(call.getObject().getType()) : nullptr;
      auto info = type ? program.classInfo(type.getName()) : nullptr;
      if (info && *info && (*info)->kind != ts::ClassKind::Interface)
        reach((type.getName() + "." + call.getMethod()).str());
      llvm::consumeError(info.takeError());
    });
  }
  return functions;
}

llvm::Expected<std::string> driver::showOperators(Session &session, StringRef method) {
  auto lock = session.lockProgram();
  if (!lock)
    return lock.takeError();
  std::map<std::string, int64_t> counts;
  auto countIn = [&](ts::FuncOp function) { function.walk([&](ts::OpOp op) { ++counts[op.getName().str()]; }); };
  if (method.empty()) {
    if (llvm::Error error = session.program().importAll())
      return std::move(error);
    session.program().module().walk([&](ts::FuncOp function) {
      // Functions of the operator library are named by their schemas.
      if (function.getSymName().starts_with("__torch__."))
        countIn(function);
    });
  } else {
    auto found = findMethod(session, method);
    if (!found)
      return found.takeError();
    auto functions = reachedFrom(session.program(), found->qualifiedName());
    if (!functions)
      return functions.takeError();
    llvm::for_each(*functions, countIn);
  }
  std::string out;
  size_t missing = 0;
  for (const auto &[name, count] : counts) {
    bool isSupported = specialize::isSupported(session.program(), name);
    missing += !isSupported;
    out += fmt::format("{:>6}  {}{}\n", count, name, isSupported ? "" : "  (not supported)");
  }
  out += missing ? fmt::format("{} of {} operators are not supported\n", missing, counts.size())
                 : fmt::format("all {} operators are supported\n", counts.size());
  return out;
}
