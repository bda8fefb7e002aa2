// The syntax of archives, printed from a function's graph.
//
// A value becomes an expression where it is used if it has no name, is used once, and would be
// computed at the same point when the text is read again; other values become statements. Constants
// always are expressions, but for long ones, which stand at the beginning of the function. An
// expression of some length is no part of another one: it becomes a statement, and so do those that
// are computed before it in the same statement.
#include "lib/Import/ScriptGraph.h"

#include "lib/Import/ValueNames.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace sconce::import {

namespace {

/// Words that would be something else when the text is read.
bool isReserved(StringRef name) {
  static const llvm::StringSet<> words = {
      "_",         "as",      "aten",     "attribute", "CONSTANTS", "fork",   "getattr",
      "inf",       "nan",     "infj",     "nanj",      "ops",       "and",    "assert",
      "__torch__", "async",   "await",    "break",     "class",     "continue",
      "def",       "del",     "elif",     "else",      "except",    "False",  "finally",
      "for",       "from",    "global",   "if",        "import",    "in",     "is",
      "lambda",    "None",    "nonlocal", "not",       "or",        "pass",   "raise",
      "return",    "True",    "try",      "with",      "while",     "yield",  "uninitialized",
      "unchecked_cast"};
  return words.contains(name);
}

bool isIdentifier(StringRef name) {
  return !name.empty() && !llvm::isDigit(name[0]) &&
         llvm::all_of(name, [](char c) { return llvm::isAlnum(c) || c == '_'; });
}

/// The name without its number (`x` of `x.1`), made an identifier.
std::string identifierOf(StringRef name) {
  auto [front, digits] = name.rsplit('.');
  if (!front.empty() && !digits.empty() && llvm::all_of(digits, llvm::isDigit))
    name = front;
  std::string made = name.empty() || llvm::isDigit(name[0]) ? "_" : "";
  for (char c : name)
    made += llvm::isAlnum(c) ? c : '_';
  return made;
}

/// Whether the type of a list or dict can be told from the types of what is in it.
bool isInferable(Type element) {
  return !isa<ts::OptionalType, ts::UnionType, ts::AnyType, ts::NumberType>(element);
}

class CodePrinter {
public:
  explicit CodePrinter(const GraphNotes &notes) : notes(notes) {}
  std::string print(const ScriptGraph &graph);

private:
  void printBody(const GraphBlock &body);
  void collectConstants(const GraphBlock &block, llvm::SetVector<GraphNode *> &constants);
  void collectConstants(const GraphNode &node, llvm::SetVector<GraphNode *> &constants);

  // What becomes an expression.
  bool canInline(const GraphValue &value);
  GraphNode *beforeConstants(GraphNode *node);
  GraphNode *scanValue(GraphNode *point, GraphValue &value);
  GraphNode *scanNode(GraphNode &node);
  void scanBlock(GraphBlock &block);

  // Statements.
  void printBlock(const GraphBlock &block, bool hasMore);
  void printNode(GraphNode &node, bool isConstantTable = false);
  void printIf(GraphNode &node);
  void printLoop(GraphNode &node);
  void printFork(GraphNode &node);
  void printAssignment(ArrayRef<GraphValue *> targets, ArrayRef<GraphValue *> values);
  void define(GraphNode &node, const std::string &expression);
  void splitLong(GraphValue &value);
  void collectLong(GraphNode *user, int64_t offset, SmallVectorImpl<GraphValue *> &reversed);

  // Expressions.
  std::string expressionOf(GraphNode &node);
  std::string constantText(GraphNode &node);
  std::string operatorText(GraphNode &node);
  std::string listText(GraphNode &node, size_t first = 0);
  std::string callArguments(GraphNode &node);
  std::string poolText(uint64_t index);
  std::string defaultText(const Parameter &parameter, const Signature &signature);
  std::string useOf(const GraphValue *value) {
    auto name = identifiers.find(value);
    return name != identifiers.end() ? name->second : expressions[value];
  }
  std::string annotated(Type type, const std::string &text) {
    return "annotate(" + spelling(type) + ", " + text + ")";
  }

  std::string unusedName(const std::string &wanted);
  void nameOutputs(GraphNode &node) {
    for (auto &output : node.outputs)
      nameValue(*output);
  }
  void nameValue(const GraphValue &value) {
    identifiers[&value] = unusedName(value.hasName() ? identifierOf(value.name) : "_");
  }
  bool isLong(const std::string &text) const { return text.size() + 2 * level >= 40; }
  std::string &line() { return out.append(2 * level, ' '); }

  const GraphNotes &notes;
  std::string out;
  unsigned level = 0;
  llvm::StringSet<> usedNames;
  llvm::StringMap<unsigned> nextNumber;
  llvm::DenseSet<const GraphNode *> inlined;
  llvm::DenseMap<const GraphValue *, std::string> identifiers, expressions;
  llvm::DenseMap<const GraphNode *, int64_t> splitUpTo;
  llvm::DenseSet<const GraphValue *> annotatedVariables;
  std::vector<uint64_t> pool; ///< What `CONSTANTS.cN` of this text stands for.
};

std::string CodePrinter::unusedName(const std::string &wanted) {
  std::string name = wanted;
  while (usedNames.contains(name) || isReserved(name))
    name = wanted + std::to_string(nextNumber[name]++);
  usedNames.insert(name);
  return name;
}

//===-- What becomes an expression
//----------------------------------------------------------------===//

bool CodePrinter::canInline(const GraphValue &value) {
  const GraphNode &node = *value.node;
  if (node.outputs.size() != 1 || value.uses.size() != 1 || !node.blocks.empty() ||
      node.is("prim::isinstance"))
    return false;
  const GraphUse &use = value.uses.front();
  // A name says that the author made it a variable, but a result needs none.
  if (value.hasName() && !use.user->is("prim::Return"))
    return false;
  if (use.user->is("prim::Loop") && use.offset >= 2)
    return false;
  return !use.user->is("prim::fork");
}

GraphNode *CodePrinter::beforeConstants(GraphNode *node) {
  GraphNode *before = node;
  do
    before = before->position == before->block->nodes.begin() ? nullptr : before->previous();
  while (before && before->isConstant());
  return before;
}

/// Reading computes the inputs of an expression from left to right, so from right to left each has
/// to be the node before the last one found.
GraphNode *CodePrinter::scanValue(GraphNode *point, GraphValue &value) {
  GraphNode *node = value.node;
  if (!node)
    return point;
  if (node == point && canInline(value)) {
    point = scanNode(*node);
    inlined.insert(node);
  } else if (node->isConstant()) {
    inlined.insert(node);
  }
  return point;
}

GraphNode *CodePrinter::scanNode(GraphNode &node) {
  if (inlined.contains(&node))
    return &node;
  for (auto &block : node.blocks)
    scanBlock(*block);
  GraphNode *point = beforeConstants(&node);
  for (GraphValue *input : llvm::reverse(node.inputs))
    point = scanValue(point, *input);
  return point;
}

void CodePrinter::scanBlock(GraphBlock &block) {
  scanNode(*block.result);
  for (auto &node : llvm::reverse(block.nodes))
    scanNode(*node);
}

//===-- Statements
//--------------------------------------------------------------------------------===//

void CodePrinter::printAssignment(ArrayRef<GraphValue *> targets, ArrayRef<GraphValue *> values) {
  if (targets.empty())
    return;
  std::string left, right;
  for (auto [target, value] : llvm::zip(targets, values)) {
    left += (left.empty() ? "" : ", ") + useOf(target);
    right += (right.empty() ? "" : ", ") + useOf(value);
  }
  // Once, a variable's type is said where its value does not tell it.
  Type type = targets.front()->type;
  if (targets.size() == 1 && isa<ts::OptionalType, ts::UnionType>(type) &&
      !expressions.contains(targets.front()) && annotatedVariables.insert(targets.front()).second)
    left += " : " + spelling(type);
  line() += left + " = " + right + "\n";
}

static SmallVector<GraphValue *> pointers(const std::vector<std::unique_ptr<GraphValue>> &values,
                                          size_t first = 0) {
  SmallVector<GraphValue *> result;
  for (size_t index = first; index < values.size(); ++index)
    result.push_back(values[index].get());
  return result;
}

void CodePrinter::printIf(GraphNode &node) {
  nameOutputs(node);
  line() += "if " + useOf(node.inputs[0]) + ":\n";
  for (auto &block : node.blocks) {
    if (block != node.blocks.front())
      line() += "else:\n";
    ++level;
    printBlock(*block, !node.outputs.empty());
    printAssignment(pointers(node.outputs), block->result->inputs);
    --level;
  }
}

/// Variables that a loop carries are set before it and at the end of its body.
void CodePrinter::printLoop(GraphNode &node) {
  GraphBlock &body = *node.blocks[0];
  auto isTrue = [](const GraphValue *value) {
    auto flag = value->isConstant() ? dyn_cast_or_null<BoolAttr>(value->node->literal) : BoolAttr();
    return flag && flag.getValue();
  };
  auto count =
      node.inputs[0]->isConstant() ? dyn_cast_or_null<IntegerAttr>(node.inputs[0]->node->literal)
                                   : IntegerAttr();
  GraphValue *trip = body.arguments[0].get();
  bool isCounted = !count || count.getInt() != std::numeric_limits<int64_t>::max() ||
                   !trip->uses.empty();
  bool isFor = isCounted && isTrue(node.inputs[1]) && isTrue(body.result->inputs[0]);

  nameOutputs(node);
  for (auto [index, output] : llvm::enumerate(node.outputs)) {
    expressions[body.arguments[index + 1].get()] = identifiers[output.get()];
    GraphValue *init = node.inputs[index + 2];
    bool isAnnotated = isa<ts::OptionalType, ts::UnionType>(output->type)
                           ? annotatedVariables.insert(output.get()).second
                           : output->type != init->type;
    line() += useOf(output.get()) + (isAnnotated ? ": " + spelling(output->type) : "") + " = " +
              useOf(init) + "\n";
  }
  nameValue(*trip);
  if (isFor) {
    line() += "for " + useOf(trip) + " in range(" + useOf(node.inputs[0]) + "):\n";
  } else {
    // The index, which nobody uses, stands for the condition.
    printAssignment({trip}, {node.inputs[1]});
    line() += "while " + useOf(trip) + ":\n";
  }
  ++level;
  SmallVector<GraphValue *> carried = pointers(body.arguments, isFor);
  printBlock(body, !carried.empty());
  printAssignment(carried, ArrayRef<GraphValue *>(body.result->inputs).drop_front(isFor));
  --level;
}

void CodePrinter::printFork(GraphNode &node) {
  std::string name = unusedName("__forked_function");
  line() += "def " + name + "():\n";
  for (auto [argument, input] : llvm::zip(node.forked->body.arguments, node.inputs))
    expressions[argument.get()] = useOf(input);
  printBody(node.forked->body);
  define(node, "fork(" + name + ")");
}

void CodePrinter::define(GraphNode &node, const std::string &expression) {
  nameOutputs(node);
  std::string targets;
  for (auto &output : node.outputs)
    targets += (targets.empty() ? "" : ", ") + useOf(output.get());
  line() += targets + (targets.empty() ? "" : " = ") + expression + "\n";
}

void CodePrinter::splitLong(GraphValue &value) {
  SmallVector<GraphValue *> reversed;
  const GraphUse &use = value.uses.front();
  collectLong(use.user, use.offset, reversed);
  for (GraphValue *part : llvm::reverse(reversed))
    define(*part->node, std::string(useOf(part)));
}

void CodePrinter::collectLong(GraphNode *user, int64_t offset,
                              SmallVectorImpl<GraphValue *> &reversed) {
  auto known = splitUpTo.find(user);
  bool isKnown = known != splitUpTo.end();
  for (int64_t index = offset, end = isKnown ? known->second + 1 : 0; index >= end; --index) {
    GraphValue *input = user->inputs[index];
    if (input->node && !input->isConstant() && inlined.contains(input->node))
      reversed.push_back(input);
  }
  splitUpTo[user] = offset;
  if (!isKnown && inlined.contains(user)) {
    const GraphUse &use = user->output()->uses.front();
    collectLong(use.user, static_cast<int64_t>(use.offset) - 1, reversed);
  }
}

void CodePrinter::printBlock(const GraphBlock &block, bool hasMore) {
  if (!hasMore && block.nodes.empty())
    line() += "pass\n";
  for (auto &node : block.nodes)
    printNode(*node);
}

void CodePrinter::printNode(GraphNode &node, bool isConstantTable) {
  if (node.isConstant() && !isConstantTable)
    return;
  if (node.is("prim::If"))
    return printIf(node);
  if (node.is("prim::Loop"))
    return printLoop(node);
  if (node.is("prim::fork"))
    return printFork(node);
  if (node.is("prim::TupleUnpack") || node.is("prim::ListUnpack")) {
    nameOutputs(node);
    std::string targets;
    for (auto &output : node.outputs)
      targets += useOf(output.get()) + ", ";
    line() += targets + (targets.empty() ? "" : "= ") + useOf(node.inputs[0]) + "\n";
    return;
  }
  if (node.is("prim::SetAttr")) {
    line() += useOf(node.inputs[0]) + "." + node.name + " = " + useOf(node.inputs[1]) + "\n";
    return;
  }
  if (node.is("prim::Enter")) {
    line() += "with " + useOf(node.inputs[0]);
    if (!node.output()->uses.empty()) {
      nameValue(*node.output());
      out += " as " + useOf(node.output());
    }
    out += ":\n";
    ++level;
    return;
  }
  if (node.is("prim::Exit")) {
    if (node.previous() && node.previous()->is("prim::Enter"))
      line() += "pass\n";
    --level;
    return;
  }
  if (node.is("prim::ModuleContainerIndex")) {
    nameOutputs(node);
    line() += useOf(node.output()) + " : " + spelling(node.output()->type) + " = " +
              useOf(node.inputs[0]) + "[" + useOf(node.inputs[1]) + "]\n";
    return;
  }
  std::string text = expressionOf(node);
  if (!inlined.contains(&node) || (node.isConstant() && isLong(text))) {
    define(node, text);
    return;
  }
  expressions[node.output()] = text;
  if (isLong(text))
    splitLong(*node.output());
}

//===-- Expressions
//-------------------------------------------------------------------------------===//

std::string CodePrinter::listText(GraphNode &node, size_t first) {
  std::string text;
  for (size_t index = first; index < node.inputs.size(); ++index)
    text += (text.empty() ? "" : ", ") + useOf(node.inputs[index]);
  return text;
}

std::string CodePrinter::callArguments(GraphNode &node) {
  std::string text = "(";
  for (size_t index = 1; index < node.inputs.size(); ++index)
    text += useOf(node.inputs[index]) + ", ";
  return text + ")";
}

/// Tensors that are equal stand for each other.
std::string CodePrinter::poolText(uint64_t index) {
  auto known = llvm::find_if(pool, [&](uint64_t other) { return notes.isSameTensor(other, index); });
  if (known == pool.end())
    known = pool.insert(pool.end(), index);
  return "CONSTANTS.c" + std::to_string(known - pool.begin());
}

std::string CodePrinter::constantText(GraphNode &node) {
  if (node.poolIndex)
    return poolText(*node.poolIndex);
  if (!node.name.empty())
    return node.name;
  return literalText(node.literal, node.output()->type);
}

/// `int[2] padding=0` repeats its default.
static Attribute wholeDefault(const Parameter &parameter) {
  Attribute value = parameter.defaultValue;
  if (!value || !parameter.repeat || isa<ArrayAttr, UnitAttr>(value) ||
      !isa<ts::ListType>(unwrapOptional(parameter.type)))
    return value;
  return ArrayAttr::get(value.getContext(), SmallVector<Attribute>(parameter.repeat, value));
}

/// How many of the first `count` arguments are needed: trailing ones that equal their defaults are
/// not.
static size_t necessaryArguments(const GraphNode &node, size_t count) {
  const Signature &schema = *node.schema;
  if (node.inputs.size() > schema.parameters.size())
    return node.inputs.size();
  for (; count > 0; --count) {
    const Parameter &parameter = schema.parameters[count - 1];
    const GraphValue *input = node.inputs[count - 1];
    if (!parameter.defaultValue || !input->isConstant() || input->node->poolIndex ||
        !input->node->name.empty())
      return count;
    Attribute literal = input->node->literal;
    bool isNone = !literal || isa<UnitAttr>(literal);
    if (isNone != isa<UnitAttr>(parameter.defaultValue))
      return count;
    // An int is no default for a float, though it may stand for a number.
    bool isSame = isa<ts::NumberType>(unwrapOptional(parameter.type))
                      ? literal == parameter.defaultValue
                      : isNone || literalText(literal, input->type) ==
                                      literalText(wholeDefault(parameter), parameter.type);
    if (!isSame)
      return count;
  }
  return 0;
}

std::string CodePrinter::operatorText(GraphNode &node) {
  auto [space, name] = StringRef(node.kind).split("::");
  std::string text = space == "aten" ? "torch." + name.str() : ("ops." + space + "." + name).str();
  if (node.kind == "aten::backward" || node.kind == "aten::grad")
    text = "torch.autograd." + name.str();
  text += "(";
  if (!node.schema)
    return text + listText(node) + ")";
  const std::vector<Parameter> &parameters = node.schema->parameters;
  // Results that are handed in stand last.
  size_t outs = 0;
  while (outs < parameters.size() && parameters[parameters.size() - 1 - outs].isOut())
    ++outs;
  outs = std::min(outs, node.inputs.size());
  size_t count = necessaryArguments(node, node.inputs.size() - outs);
  auto add = [&](size_t index) {
    if (text.back() != '(')
      text += ", ";
    if (index < parameters.size() && parameters[index].keywordOnly)
      text += parameters[index].name + "=";
    text += useOf(node.inputs[index]);
  };
  for (size_t index = 0; index < count; ++index)
    add(index);
  for (size_t index = node.inputs.size() - outs; index < node.inputs.size(); ++index)
    add(index);
  return text + ")";
}

std::string CodePrinter::expressionOf(GraphNode &node) {
  auto input = [&](size_t index = 0) { return useOf(node.inputs[index]); };
  auto type = [&] { return node.output()->type; };
  StringRef kind = node.kind;
  if (node.isConstant())
    return constantText(node);
  if (kind == "prim::Uninitialized")
    return "uninitialized(" + spelling(type()) + ")";
  if (kind == "aten::ScalarImplicit" || kind == "aten::FloatImplicit" ||
      kind == "aten::IntImplicit")
    return annotated(type(), input());
  if (kind == "aten::Int" || kind == "aten::Float" || kind == "aten::Bool")
    return kind.drop_front(6).lower() + "(" + listText(node) + ")";
  if (kind == "aten::str" || kind == "aten::sorted")
    return kind.drop_front(6).str() + "(" + listText(node) + ")";
  if (kind == "prim::Print")
    return "print(" + listText(node) + ")";
  if (kind == "aten::__getitem__") {
    std::string object = input();
    return (isIdentifier(object) ? object : "(" + object + ")") + "[" + input(1) + "]";
  }
  if (kind == "prim::TupleConstruct")
    return (isa<ts::NamedTupleType>(type()) ? spelling(type()) : "") + "(" + listText(node) +
           (node.inputs.size() == 1 ? ",)" : ")");
  if (kind == "prim::TupleIndex")
    return "(" + input() + ")[" + input(1) + "]";
  if (kind == "prim::TupleSlice")
    return "(" + input() + ")[" + std::to_string(node.begin) + ":" + std::to_string(node.end) + "]";
  if (kind == "prim::ListConstruct") {
    std::string list = "[" + listText(node) + "]";
    bool isPlain =
        !node.inputs.empty() && isInferable(cast<ts::ListType>(type()).getElementType());
    return isPlain ? list : annotated(type(), list);
  }
  if (kind == "prim::DictConstruct") {
    std::string dict = "{";
    for (size_t index = 0; index < node.inputs.size(); index += 2)
      dict += (index ? ", " : "") + input(index) + ": " + input(index + 1);
    auto dictType = cast<ts::DictType>(type());
    bool isPlain = !node.inputs.empty() && isInferable(dictType.getKeyType()) &&
                   isInferable(dictType.getValueType());
    return isPlain ? dict + "}" : annotated(type(), dict + "}");
  }
  if (kind == "prim::CreateObject")
    return spelling(type()) + ".__new__(" + spelling(type()) + ")";
  if (kind == "prim::GetAttr")
    return isIdentifier(node.name) ? input() + "." + node.name
                                   : "getattr(" + input() + ", " + quotedText(node.name) + ")";
  if (kind == "prim::CallFunction")
    return input() + callArguments(node);
  if (kind == "prim::CallMethod")
    return "(" + input() + ")." + node.name + callArguments(node);
  if (kind == "prim::unchecked_cast")
    return "unchecked_cast(" + spelling(type()) + ", " + input() + ")";
  if (kind == "prim::isinstance") {
    std::string types;
    for (const std::string &tested : testedTypes(node, [](Type type) { return spelling(type); }))
      types += (types.empty() ? "" : ", ") + tested;
    return "isinstance(" + input() + ", " + (node.types.size() == 1 ? types : "(" + types + ")") +
           ")";
  }
  if (kind == "prim::tolist")
    return annotated(type(), input() + ".tolist()");
  if (kind == "prim::EnumName" || kind == "prim::EnumValue")
    return "(" + input() + ")." + kind.drop_front(10).lower();
  if (kind == "aten::_unwrap_optional" && isa<ts::NoneType>(node.inputs[0]->type))
    return "torch._unwrap_optional(" + annotated(optionalOf(type()), input()) + ")";
  return operatorText(node);
}

//===-- The function
//------------------------------------------------------------------------------===//

void CodePrinter::collectConstants(const GraphNode &node,
                                   llvm::SetVector<GraphNode *> &constants) {
  for (GraphValue *input : node.inputs)
    if (input->isConstant())
      constants.insert(input->node);
  for (auto &block : node.blocks)
    collectConstants(*block, constants);
}

void CodePrinter::collectConstants(const GraphBlock &block,
                                   llvm::SetVector<GraphNode *> &constants) {
  for (auto &node : block.nodes)
    collectConstants(*node, constants);
  collectConstants(*block.result, constants);
}

/// Constants first, in the order of their uses: most of them only become expressions there.
void CodePrinter::printBody(const GraphBlock &body) {
  llvm::SetVector<GraphNode *> constants;
  collectConstants(body, constants);
  scanBlock(const_cast<GraphBlock &>(body));
  ++level;
  for (GraphNode *constant : constants)
    printNode(*constant, /*isConstantTable=*/true);
  printBlock(body, !body.result->inputs.empty());
  if (!body.result->inputs.empty())
    line() += "return " + listText(*body.result) + "\n";
  --level;
}

/// Literals, the archive's constants (numbered anew), and anything else as it is written.
std::string CodePrinter::defaultText(const Parameter &parameter, const Signature &signature) {
  if (parameter.defaultValue)
    return literalText(wholeDefault(parameter), parameter.type);
  if (std::optional<uint64_t> index = parameter.poolConstant())
    return poolText(*index);
  script::SourceRange range = parameter.defaultExpr->range;
  return signature.file->text().slice(range.begin, range.end).str();
}

std::string CodePrinter::print(const ScriptGraph &graph) {
  out = "def " + graph.name + "(";
  for (auto [index, parameter] : llvm::enumerate(graph.signature->parameters)) {
    std::string name = unusedName(parameter.name);
    identifiers[graph.body.arguments[index].get()] = name;
    // The first one is the object, whose type goes without saying.
    out += index ? ",\n    " + name + ": " + spelling(parameter.type) : name;
    if (!parameter.hasDefault())
      continue;
    out += "=" + defaultText(parameter, *graph.signature);
  }
  out += ") -> " + spelling(graph.signature->results.front()) + ":\n";
  printBody(graph.body);
  return std::move(out);
}

} // namespace

std::string printCode(const ScriptGraph &graph, const GraphNotes &notes) {
  return CodePrinter(notes).print(graph);
}

} // namespace sconce::import
