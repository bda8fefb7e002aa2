// The notation of `function.graph`: values with their types in schema spelling, `prim::` nodes for
// structure, blocks indented below the node they belong to, and the source line behind `#`.
#include "lib/Import/ScriptGraph.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"
#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace mlir;

namespace sconce::import {

namespace {

/// The schema spelling: `int[]`, `Tensor?`, `Dict(str, Tensor)`. Named tuples stand with their
/// fields, but inside of a dict by name.
std::string typeText(Type type, bool byName = false);

std::string typeList(ArrayRef<Type> types, bool byName = false) {
  std::vector<std::string> texts;
  for (Type type : types)
    texts.push_back(typeText(type, byName));
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::string typeText(Type type, bool byName) {
  return llvm::TypeSwitch<Type, std::string>(type)
      .Case<ts::ListType>([&](auto list) { return typeText(list.getElementType(), byName) + "[]"; })
      .Case<ts::OptionalType>(
          [&](auto optional) { return typeText(optional.getElementType(), byName) + "?"; })
      .Case<ts::DictType>([](auto dict) {
        return "Dict(" + typeText(dict.getKeyType(), true) + ", " +
               typeText(dict.getValueType(), true) + ")";
      })
      .Case<ts::TupleType>([&](auto tuple) { return "(" + typeList(tuple.getTypes(), byName) + ")"; })
      .Case<ts::NamedTupleType>([&](auto tuple) {
        if (byName)
          return tuple.getName().str();
        std::vector<std::string> fields;
        for (auto [name, field] : llvm::zip_equal(tuple.getFieldNames(), tuple.getTypes()))
          fields.push_back(name.str() + " : " + typeText(field));
        return fmt::format("NamedTuple({})", fmt::join(fields, ", "));
      })
      .Case<ts::UnionType>(
          [&](auto types) { return "Union(" + typeList(types.getTypes(), byName) + ")"; })
      .Case<ts::FutureType>(
          [&](auto future) { return "Future[" + typeText(future.getValueType(), byName) + "]"; })
      .Case<ts::EnumType>([](auto named) { return "Enum<" + named.getName().str() + ">"; })
      .Case<ts::NumberType>([](auto) { return std::string("Scalar"); })
      .Default([](Type other) { return spelling(other); });
}

/// Literals as attributes of nodes: bools are numbers here.
std::string attributeText(Attribute literal, Type type) {
  if (auto flag = dyn_cast<BoolAttr>(literal))
    return flag.getValue() ? "1" : "0";
  if (isa<ts::DeviceType>(type))
    return quotedText(cast<StringAttr>(literal).getValue());
  return literalText(literal, type);
}

class GraphPrinter {
public:
  explicit GraphPrinter(const GraphNotes &notes) : notes(notes) {}
  std::string print(const ScriptGraph &graph);

private:
  void printBody(const ScriptGraph &graph);
  void printNodes(const GraphBlock &block, unsigned indent);
  void printNode(const GraphNode &node, unsigned indent);
  std::string headOf(const GraphNode &node);
  std::string constantText(const GraphNode &node) const;
  std::string placeText(const GraphNode &node) const;
  static std::string defined(const GraphValue &value) {
    return "%" + value.name + " : " + typeText(value.type);
  }
  static std::string used(ArrayRef<GraphValue *> values) {
    std::vector<std::string> texts;
    for (const GraphValue *value : values)
      texts.push_back("%" + value->name);
    return fmt::format("({})", fmt::join(texts, ", "));
  }

  const GraphNotes &notes;
  std::string out;
  unsigned warnings = 0;
  std::vector<std::pair<std::string, const ScriptGraph *>> subgraphs;
};

std::string GraphPrinter::print(const ScriptGraph &graph) {
  out = "graph";
  printBody(graph);
  // What runs beside the function stands behind it.
  for (size_t index = 0; index < subgraphs.size(); ++index) {
    auto [name, inner] = subgraphs[index];
    out += "with " + name + " = graph";
    printBody(*inner);
  }
  return std::move(out);
}

void GraphPrinter::printBody(const ScriptGraph &graph) {
  std::vector<std::string> parameters;
  for (const auto &argument : graph.body.arguments)
    parameters.push_back(defined(*argument));
  out += fmt::format("({}):\n", fmt::join(parameters, ",\n      "));
  printNodes(graph.body, 1);
  out += "  return " + used(graph.body.result->inputs) + "\n";
}

void GraphPrinter::printNodes(const GraphBlock &block, unsigned indent) {
  for (const auto &node : block.nodes)
    printNode(*node, indent);
}

std::string GraphPrinter::placeText(const GraphNode &node) const {
  auto line = node.place ? mlir::dyn_cast<FileLineColLoc>(*node.place) : nullptr;
  if (!line)
    return "";
  std::string place =
      notes.place(line.getFilename().strref(), line.getLine(), line.getColumn());
  return place.empty() ? place : " # " + place;
}

std::string GraphPrinter::constantText(const GraphNode &node) const {
  if (node.poolIndex)
    return "[value=" + notes.constant(*node.poolIndex) + "]";
  if (!node.name.empty()) {
    if (isa<ts::FunctionType>(node.output()->type))
      return "[name=" + quotedText(StringRef(node.name).rsplit('.').second) + "]";
    return "[value=" + node.name + "]";
  }
  if (!node.literal || isa<UnitAttr>(node.literal))
    return "";
  return "[value=" + attributeText(node.literal, node.output()->type) + "]";
}

std::string GraphPrinter::headOf(const GraphNode &node) {
  if (node.isConstant())
    return node.kind + constantText(node);
  if (node.forked) {
    subgraphs.push_back({fmt::format("{}_{}", node.kind, subgraphs.size()), node.forked.get()});
    return subgraphs.back().first;
  }
  if (node.is("prim::TupleSlice"))
    return fmt::format("prim::TupleSlice[beg={}, end={}]", node.begin, node.end);
  if (node.is("prim::isinstance"))
    return fmt::format(
        "prim::isinstance[types=[{}]]",
        fmt::join(testedTypes(node, [](Type type) { return typeText(type); }), ", "));
  // The reference counts warnings over all functions that it compiles; here over this one.
  if (node.is("aten::warn"))
    return fmt::format("aten::warn[warn_id={}]", warnings++);
  if (!node.name.empty())
    return node.kind + "[name=\"" + node.name + "\"]";
  return node.kind;
}

void GraphPrinter::printNode(const GraphNode &node, unsigned indent) {
  std::string space(2 * indent, ' ');
  std::vector<std::string> results;
  for (const auto &output : node.outputs)
    results.push_back(defined(*output));
  out += fmt::format("{}{} = {}{}{}\n", space, fmt::join(results, ", "), headOf(node),
                     used(node.inputs), placeText(node));
  for (auto [number, block] : llvm::enumerate(node.blocks)) {
    std::vector<std::string> arguments;
    for (const auto &argument : block->arguments)
      arguments.push_back(defined(*argument));
    out += fmt::format("{}  block{}({}):\n", space, number, fmt::join(arguments, ", "));
    printNodes(*block, indent + 2);
    out += fmt::format("{}    -> {}\n", space, used(block->result->inputs));
  }
}

} // namespace

std::vector<std::string> testedTypes(const GraphNode &node,
                                     llvm::function_ref<std::string(Type)> spell) {
  std::vector<std::string> types;
  for (Type type : node.types) {
    auto kind = dyn_cast<ts::OpaqueType>(type);
    types.push_back(kind && kind.getName() == "AnyListType"    ? "list"
                    : kind && kind.getName() == "AnyTupleType" ? "tuple"
                                                               : spell(type));
  }
  return types;
}

std::string quotedText(StringRef text) {
  std::string quoted = "\"";
  for (unsigned char c : text) {
    static constexpr StringRef special = "\\'\"\a\b\f\n\r\t\v", escape = "\\'\"abfnrtv";
    if (size_t found = special.find(static_cast<char>(c)); found != StringRef::npos)
      (quoted += '\\') += escape[found];
    else if (llvm::isPrint(static_cast<char>(c)))
      quoted += static_cast<char>(c);
    else
      quoted += fmt::format("\\{:03o}", c);
  }
  return quoted + '"';
}

static std::string floatText(double value) {
  // Whole numbers are short up to a size that keeps them exact.
  if (value == 0 || (std::isnormal(value) && std::abs(value) < 1e10))
    if (value == std::trunc(value))
      return fmt::format("{:.0f}.", value);
  if (std::isnan(value))
    return "nan";
  return fmt::format("{:.17g}", value);
}

std::string literalText(Attribute literal, Type type) {
  if (!literal || isa<UnitAttr>(literal))
    return "None";
  if (auto text = dyn_cast<StringAttr>(literal)) {
    std::string quoted = quotedText(text.getValue());
    return isa<ts::DeviceType>(type) ? "torch.device(" + quoted + ")" : quoted;
  }
  if (auto flag = dyn_cast<BoolAttr>(literal))
    return flag.getValue() ? "True" : "False";
  if (auto integer = dyn_cast<IntegerAttr>(literal))
    return isa<ts::FloatType>(type) ? floatText(static_cast<double>(integer.getInt()))
                                    : std::to_string(integer.getInt());
  if (auto floating = dyn_cast<FloatAttr>(literal))
    return floatText(floating.getValueAsDouble());
  auto parts = cast<ArrayAttr>(literal);
  if (isa<ts::ComplexType>(type)) {
    double real = cast<FloatAttr>(parts[0]).getValueAsDouble(),
           imaginary = cast<FloatAttr>(parts[1]).getValueAsDouble();
    return floatText(real) + (imaginary < 0 || std::signbit(imaginary) ? "" : "+") +
           floatText(imaginary) + "j";
  }
  Type plain = unwrapOptional(type);
  std::vector<std::string> elements;
  for (auto [index, part] : llvm::enumerate(parts)) {
    Type element;
    if (auto list = dyn_cast<ts::ListType>(plain))
      element = list.getElementType();
    else if (auto types = tupleTypes(plain); types && index < types->size())
      element = (*types)[index];
    else
      element = ts::NoneType::get(literal.getContext());
    elements.push_back(literalText(part, element));
  }
  if (tupleTypes(plain))
    return fmt::format("({}{})", fmt::join(elements, ", "), elements.size() == 1 ? "," : "");
  if (elements.empty())
    return "annotate(" + spelling(plain) + ", [])";
  return fmt::format("[{}]", fmt::join(elements, ", "));
}

std::string printGraph(const ScriptGraph &graph, const GraphNotes &notes) {
  return GraphPrinter(notes).print(graph);
}

} // namespace sconce::import
