//===- Graph.cpp - Functions in PyTorch's graph notation ------------------===//
//
// The notation of `module.graph`: values with their types in schema spelling, `prim::` nodes for structure, blocks indented
// below the node they belong to, and the source line behind `#`.
//
//===----------------------------------------------------------------------===//

#include "lib/Driver/Show.h"

#include "dialects/TorchScript/IR/TorchScript.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/TypeSwitch.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace sconce;
using llvm::StringRef;

namespace {

std::string typeText(mlir::Type type);

template <typename Range> std::string typeList(Range types) {
  std::vector<std::string> texts;
  for (mlir::Type type : types)
    texts.push_back(typeText(type));
  return fmt::format("{}", fmt::join(texts, ", "));
}

/// The schema spelling: `int[]`, `Tensor?`, `Dict(str, Tensor)`.
std::string typeText(mlir::Type type) {
  return llvm::TypeSwitch<mlir::Type, std::string>(type)
      .Case<ts::ListType>([](auto list) { return typeText(list.getElementType()) + "[]"; })
      .Case<ts::OptionalType>([](auto optional) { return typeText(optional.getElementType()) + "?"; })
      .Case<ts::DictType>([](auto dict) {
        return "Dict(" + typeText(dict.getKeyType()) + ", " + typeText(dict.getValueType()) + ")";
      })
      .Case<ts::TupleType>([](auto tuple) { return "(" + typeList(tuple.getTypes()) + ")"; })
      .Case<ts::NamedTupleType>([](auto tuple) {
        std::vector<std::string> fields;
        for (auto [name, field] : llvm::zip_equal(tuple.getFieldNames(), tuple.getTypes()))
          fields.push_back(name.str() + " : " + typeText(field));
        return fmt::format("NamedTuple({})", fmt::join(fields, ", "));
      })
      .Case<ts::UnionType>([](auto types) { return "Union(" + typeList(types.getTypes()) + ")"; })
      .Case<ts::FutureType>([](auto future) { return "Future[" + typeText(future.getValueType()) + "]"; })
      .Case<ts::ClassType>([](auto named) { return named.getName().str(); })
      .Case<ts::EnumType>([](auto named) { return "Enum<" + named.getName().str() + ">"; })
      .Case<ts::OpaqueType>([](auto named) { return named.getName().str(); })
      .Case<ts::FunctionType>([](auto) { return std::string("Function"); })
      .Case<ts::AnyType>([](auto) { return std::string("Any"); })
      .Case<ts::BoolType>([](auto) { return std::string("bool"); })
      .Case<ts::ComplexType>([](auto) { return std::string("complex"); })
      .Case<ts::DeviceType>([](auto) { return std::string("Device"); })
      .Case<ts::FloatType>([](auto) { return std::string("float"); })
      .Case<ts::GeneratorType>([](auto) { return std::string("Generator"); })
      .Case<ts::IntType>([](auto) { return std::string("int"); })
      .Case<ts::NoneType>([](auto) { return std::string("NoneType"); })
      .Case<ts::NumberType>([](auto) { return std::string("Scalar"); })
      .Case<ts::StrType>([](auto) { return std::string("str"); })
      .Default([](auto) { return std::string("Tensor"); });
}

bool isConstant(mlir::Operation &op) { return mlir::isa<ts::ConstantOp, ts::PoolConstantOp>(op); }

class GraphPrinter {
public:
  explicit GraphPrinter(const driver::GraphNotes &notes) : notes(notes) {}

  std::string print(ts::FuncOp function);

private:
  void printConstants(ts::FuncOp function);
  std::string placeText(mlir::Operation &op) const;
  void printBlock(mlir::Block &block, unsigned indent);
  void printOp(mlir::Operation &op, unsigned indent);
  void printNested(mlir::Operation &op, unsigned indent);
  std::string nodeText(mlir::Operation &op);
  std::string constantText(ts::ConstantOp op);
  std::string nameOf(mlir::Value value);
  std::string defined(mlir::Value value) { return nameOf(value) + " : " + typeText(value.getType()); }
  template <typename Range> std::string names(Range values) {
    std::vector<std::string> texts;
    for (mlir::Value value : values)
      texts.push_back(nameOf(value));
    return fmt::format("({})", fmt::join(texts, ", "));
  }

  const driver::GraphNotes &notes;
  std::string out;
  llvm::DenseMap<mlir::Value, std::string> valueNames;
  llvm::StringMap<unsigned> variables; ///< how many values have a variable's name
  unsigned next = 0;
};

std::string GraphPrinter::nameOf(mlir::Value value) {
  std::string &name = valueNames[value];
  if (!name.empty())
    return name;
  mlir::Operation *op = value.getDefiningOp();
  auto variable = op && op->getNumResults() == 1 && !isConstant(*op) ? op->getLoc()->findInstanceOf<mlir::NameLoc>() : nullptr;
  if (variable)
    return name = fmt::format("%{}.{}", variable.getName().str(), ++variables[variable.getName().getValue()]);
  return name = fmt::format("%{}", next++);
}

std::string GraphPrinter::print(ts::FuncOp function) {
  std::vector<std::string> parameters;
  auto argNames = function.getArgNames();
  for (auto [position, argument] : llvm::enumerate(function.getArguments())) {
    if (argNames && position < argNames->size()) {
      StringRef argName = mlir::cast<mlir::StringAttr>((*argNames)[position]).getValue();
      valueNames[argument] = fmt::format("%{}.{}", argName.str(), ++variables[argName]);
    }
    parameters.push_back(defined(argument));
  }
  out = fmt::format("graph({}):\n", fmt::join(parameters, ",\n      "));
  if (!function.isExternal()) {
    printConstants(function);
    printBlock(function.getBody().front(), 1);
  }
  return std::move(out);
}

/// Constants stand at the top, each once.
void GraphPrinter::printConstants(ts::FuncOp function) {
  llvm::StringMap<std::string> known;
  function.walk([&](mlir::Operation *op) {
    if (!isConstant(*op))
      return;
    std::string text = nodeText(*op);
    mlir::Value value = op->getResult(0);
    std::string key = typeText(value.getType()) + " " + text;
    if (auto pooled = mlir::dyn_cast<ts::PoolConstantOp>(op)) // its text may leave the elements out
      key += " " + std::to_string(pooled.getIndex());
    auto [place, isNew] = known.try_emplace(key);
    if (isNew) {
      place->second = nameOf(value);
      out += "  " + defined(value) + " = " + text + placeText(*op) + "\n";
    }
    valueNames[value] = place->second;
  });
}

std::string GraphPrinter::placeText(mlir::Operation &op) const {
  auto line = op.getLoc()->findInstanceOf<mlir::FileLineColLoc>();
  return line ? " # " + notes.place(line.getFilename().strref(), line.getLine(), line.getColumn()) : "";
}

void GraphPrinter::printBlock(mlir::Block &block, unsigned indent) {
  for (mlir::Operation &op : block)
    if (!isConstant(op))
      printOp(op, indent);
}

static std::string literalText(mlir::Attribute value) {
  if (auto text = mlir::dyn_cast<mlir::StringAttr>(value)) {
    std::string quoted;
    llvm::raw_string_ostream os(quoted);
    os << '"';
    os.write_escaped(text.getValue());
    os << '"';
    return quoted;
  }
  if (auto flag = mlir::dyn_cast<mlir::BoolAttr>(value))
    return flag.getValue() ? "1" : "0";
  if (auto integer = mlir::dyn_cast<mlir::IntegerAttr>(value))
    return std::to_string(integer.getInt());
  if (auto floating = mlir::dyn_cast<mlir::FloatAttr>(value)) {
    std::string text = fmt::format("{:.17g}", floating.getValueAsDouble());
    return text.find_first_of(".eni") == std::string::npos ? text + "." : text;
  }
  if (auto parts = mlir::dyn_cast<mlir::ArrayAttr>(value); parts && parts.size() == 2)
    return literalText(parts[0]) + "+" + literalText(parts[1]) + "j";
  return "";
}

std::string GraphPrinter::constantText(ts::ConstantOp op) {
  std::string literal = literalText(op.getValue());
  return literal.empty() ? "prim::Constant()" : "prim::Constant[value=" + literal + "]()";
}

std::string GraphPrinter::nodeText(mlir::Operation &op) {
  auto withName = [&](StringRef node, StringRef name) {
    return fmt::format("prim::{}[name=\"{}\"]{}", node.str(), name.str(), names(op.getOperands()));
  };
  auto plain = [&](StringRef node) { return "prim::" + node.str() + names(op.getOperands()); };
  return llvm::TypeSwitch<mlir::Operation *, std::string>(&op)
      .Case<ts::OpOp>([&](auto call) { return call.getName().split('.').first.str() + names(op.getOperands()); })
      .Case<ts::ConstantOp>([&](auto constant) { return constantText(constant); })
      .Case<ts::PoolConstantOp>(
          [&](auto constant) { return "prim::Constant[value=" + notes.constant(constant.getIndex()) + "]()"; })
      .Case<ts::GetAttrOp>([&](auto get) { return withName("GetAttr", get.getName()); })
      .Case<ts::SetAttrOp>([&](auto set) { return withName("SetAttr", set.getName()); })
      .Case<ts::CallMethodOp>([&](auto call) { return withName("CallMethod", call.getMethod()); })
      .Case<ts::CallOp>([&](auto call) { return withName("CallFunction", call.getCallee()); })
      .Case<ts::IfOp>([&](auto) { return plain("If"); })
      .Case<ts::LoopOp>([&](auto) { return plain("Loop"); })
      .Case<ts::ListOp>([&](auto) { return plain("ListConstruct"); })
      .Case<ts::ListUnpackOp>([&](auto) { return plain("ListUnpack"); })
      .Case<ts::DictOp>([&](auto) { return plain("DictConstruct"); })
      .Case<ts::TupleOp>([&](auto) { return plain("TupleConstruct"); })
      .Case<ts::TupleUnpackOp>([&](auto) { return plain("TupleUnpack"); })
      .Case<ts::TupleIndexOp>([&](auto) { return plain("TupleIndex"); })
      .Case<ts::TupleSliceOp>([&](auto slice) {
        return fmt::format("prim::TupleSlice[beg={}, end={}]{}", slice.getBegin(), slice.getEnd(), names(op.getOperands()));
      })
      .Case<ts::CreateObjectOp>([&](auto) { return plain("CreateObject"); })
      .Case<ts::RaiseOp>([&](auto) { return plain("RaiseException"); })
      .Case<ts::UncheckedCastOp>([&](auto) { return plain("unchecked_cast"); })
      .Case<ts::UninitializedOp>([&](auto) { return plain("Uninitialized"); })
      .Case<ts::IsInstanceOp>([&](auto test) {
        return fmt::format("prim::isinstance[types=[{}]]{}", typeList(test.getTypes().template getAsValueRange<mlir::TypeAttr>()),
                           names(op.getOperands()));
      })
      .Case<ts::EnterOp>([&](auto) { return plain("Enter"); })
      .Case<ts::ExitOp>([&](auto) { return plain("Exit"); })
      .Case<ts::ForkOp>([&](auto) { return plain("fork"); })
      .Default([&](mlir::Operation *other) { return plain(other->getName().stripDialect()); });
}

void GraphPrinter::printOp(mlir::Operation &op, unsigned indent) {
  std::string space(2 * indent, ' ');
  if (mlir::isa<ts::ReturnOp>(op)) {
    out += space + "return " + names(op.getOperands()) + "\n";
    return;
  }
  if (mlir::isa<ts::YieldOp>(op)) {
    out += space + "-> " + names(op.getOperands()) + "\n";
    return;
  }
  std::vector<std::string> results;
  for (mlir::Value result : op.getResults())
    results.push_back(defined(result));
  out += fmt::format("{}{} = {}", space, fmt::join(results, ", "), nodeText(op));
  out += placeText(op) + "\n";
  printNested(op, indent);
}

void GraphPrinter::printNested(mlir::Operation &op, unsigned indent) {
  for (auto [number, region] : llvm::enumerate(op.getRegions())) {
    std::vector<std::string> arguments;
    for (mlir::Value argument : region.getArguments())
      arguments.push_back(defined(argument));
    out += fmt::format("{}block{}({}):\n", std::string(2 * indent + 2, ' '), number, fmt::join(arguments, ", "));
    if (!region.empty())
      printBlock(region.front(), indent + 2);
  }
}

} // namespace

std::string driver::printGraph(ts::FuncOp function, const GraphNotes &notes) {
  return GraphPrinter(notes).print(function);
}
