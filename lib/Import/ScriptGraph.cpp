// From generic IR to the reference's graph, and what the reference simplifies in it.
#include "lib/Import/ScriptGraph.h"

#include "lib/Import/FunctionEmitter.h"
#include "lib/Import/ValueNames.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace sconce::import {

//===-- The structure
//-----------------------------------------------------------------------------===//

bool GraphValue::isConstant() const { return node && node->isConstant(); }

void GraphNode::addInput(GraphValue *value) {
  value->uses.push_back({this, static_cast<unsigned>(inputs.size())});
  inputs.push_back(value);
}

static void removeUse(GraphValue *value, const GraphNode *user, unsigned offset) {
  llvm::erase_if(value->uses,
                 [&](const GraphUse &use) { return use.user == user && use.offset == offset; });
}

void GraphNode::replaceInput(unsigned offset, GraphValue *value) {
  removeUse(inputs[offset], this, offset);
  value->uses.push_back({this, offset});
  inputs[offset] = value;
}

void GraphNode::removeInput(unsigned offset) {
  removeUse(inputs[offset], this, offset);
  for (unsigned later = offset + 1; later < inputs.size(); ++later)
    for (GraphUse &use : inputs[later]->uses)
      if (use.user == this && use.offset == later) {
        --use.offset;
        break;
      }
  inputs.erase(inputs.begin() + offset);
}

void GraphNode::eraseOutput(unsigned index) { outputs.erase(outputs.begin() + index); }

GraphNode *GraphNode::previous() const {
  return position == block->nodes.begin() ? nullptr : std::prev(position)->get();
}

void replaceAllUses(GraphValue *value, GraphValue *by) {
  for (const GraphUse &use : value->uses) {
    use.user->inputs[use.offset] = by;
    by->uses.push_back(use);
  }
  value->uses.clear();
}

static void dropInputs(GraphNode &node) {
  for (size_t offset = node.inputs.size(); offset-- > 0;)
    node.removeInput(offset);
  for (auto &block : node.blocks) {
    for (auto &inner : block->nodes)
      dropInputs(*inner);
    dropInputs(*block->result);
  }
}

void eraseNode(GraphNode *node) {
  dropInputs(*node);
  node->block->nodes.erase(node->position);
}

template <typename T>
static void permute(std::vector<T> &list, ArrayRef<size_t> order, size_t offset) {
  std::vector<T> old = std::move(list);
  list.clear();
  for (size_t index = 0; index < offset; ++index)
    list.push_back(std::move(old[index]));
  for (size_t index : order)
    list.push_back(std::move(old[index + offset]));
}

static void permuteInputs(GraphNode &node, ArrayRef<size_t> order, size_t offset) {
  SmallVector<GraphValue *> old(node.inputs.begin(), node.inputs.end());
  for (auto [position, index] : llvm::enumerate(order))
    node.replaceInput(position + offset, old[index + offset]);
}

/// Puts the results of a conditional or loop in another order, with what they come from.
static void permuteOutputs(GraphNode &node, ArrayRef<size_t> order) {
  bool isLoop = node.is("prim::Loop");
  permute(node.outputs, order, 0);
  for (auto &inner : node.blocks) {
    permuteInputs(*inner->result, order, isLoop);
    if (isLoop)
      permute(inner->arguments, order, 1);
  }
  if (isLoop)
    permuteInputs(node, order, 2);
}

static void addOutput(GraphNode &node, Type type, std::string name) {
  node.outputs.push_back(std::make_unique<GraphValue>());
  node.outputs.back()->name = std::move(name);
  node.outputs.back()->type = type;
  node.outputs.back()->node = &node;
}

//===-- Building
//----------------------------------------------------------------------------------===//

namespace {

class Builder {
public:
  Builder(Program &program, ValueNames &names) : program(program), names(names) {}

  llvm::Error build(ScriptGraph &graph, Block &body);

private:
  GraphValue *valueOf(Value value);
  std::unique_ptr<GraphValue> makeValue(Value value);
  GraphNode *append(GraphBlock &block, StringRef kind, Operation *op, bool hasPlace);
  GraphNode *synthesize(GraphBlock &block, Type type, std::string name);
  llvm::Error buildBlock(GraphBlock &block, Block &source);
  llvm::Error buildNode(GraphBlock &block, Operation &op);
  llvm::Error buildRegions(GraphNode &node, Operation &op);
  void buildRaise(GraphBlock &block, ts::RaiseOp raise);
  llvm::Error buildFork(GraphBlock &block, ts::ForkOp fork);
  void moveLiterals(GraphBlock &body);

  Program &program;
  ValueNames &names;
  DenseMap<Value, GraphValue *> values;
};

/// Casts that only our IR has stand for their operand.
GraphValue *Builder::valueOf(Value value) {
  while (auto cast = value.getDefiningOp<ts::UncheckedCastOp>()) {
    if (names.isKeptCast(cast))
      break;
    value = cast.getOperand();
  }
  if (Value first = names.firstLiteral(value))
    value = first;
  return values.lookup(value);
}

std::unique_ptr<GraphValue> Builder::makeValue(Value value) {
  auto made = std::make_unique<GraphValue>();
  made->name = names.nameOf(value);
  if (made->name.empty())
    made->name = names.fresh();
  made->type = value.getType();
  values[value] = made.get();
  return made;
}

GraphNode *Builder::append(GraphBlock &block, StringRef kind, Operation *op, bool hasPlace) {
  auto made = std::make_unique<GraphNode>();
  GraphNode *node = made.get();
  node->kind = kind.str();
  node->block = &block;
  block.nodes.push_back(std::move(made));
  node->position = std::prev(block.nodes.end());
  if (!op)
    return node;
  if (hasPlace && !names.isDefault(op))
    node->place = op->getLoc();
  for (Value operand : op->getOperands())
    node->addInput(valueOf(operand));
  for (Value result : op->getResults()) {
    node->outputs.push_back(makeValue(result));
    node->outputs.back()->node = node;
  }
  return node;
}

static bool isNegative(Attribute literal) {
  if (auto integer = dyn_cast<IntegerAttr>(literal))
    return !isa<BoolAttr>(literal) && integer.getInt() < 0;
  auto floating = dyn_cast<FloatAttr>(literal);
  return floating && std::signbit(floating.getValueAsDouble());
}

/// Where the reference sees a negative number.
static mlir::Location behindSign(mlir::Location place) {
  auto line = cast<FileLineColLoc>(place);
  return FileLineColLoc::get(line.getFilename(), line.getLine(), line.getColumn() + 1);
}

/// A constant that stands for no operation.
GraphNode *Builder::synthesize(GraphBlock &block, Type type, std::string name) {
  GraphNode *node = append(block, "prim::Constant", nullptr, false);
  addOutput(*node, type, std::move(name));
  return node;
}

llvm::Error Builder::buildRegions(GraphNode &node, Operation &op) {
  for (Region &region : op.getRegions()) {
    node.blocks.push_back(std::make_unique<GraphBlock>());
    node.blocks.back()->owner = &node;
    if (llvm::Error error = buildBlock(*node.blocks.back(), region.front()))
      return error;
  }
  return llvm::Error::success();
}

/// The class of an exception is an operand that may be None.
void Builder::buildRaise(GraphBlock &block, ts::RaiseOp raise) {
  Value given = raise.getExceptionClass() ? Value(raise.getExceptionClass()) : names.noClassOf(raise);
  GraphValue *cls =
      given ? valueOf(given)
            : synthesize(block, ts::NoneType::get(raise.getContext()), names.fresh())->output();
  auto made = append(block, "prim::RaiseException", nullptr, false);
  made->place = raise.getLoc();
  made->schema = program.operators().find("prim::RaiseException");
  made->addInput(valueOf(raise.getMessage()));
  made->addInput(cls);
}

llvm::Error Builder::buildFork(GraphBlock &block, ts::ForkOp fork) {
  auto inner = scriptGraph(program, fork.getCallee());
  if (!inner)
    return inner.takeError();
  GraphNode *node = append(block, "prim::fork", fork, true);
  node->forked = *inner;
  return llvm::Error::success();
}

llvm::Error Builder::buildNode(GraphBlock &block, Operation &op) {
  if (auto fork = dyn_cast<ts::ForkOp>(op))
    return buildFork(block, fork);
  if (auto raise = dyn_cast<ts::RaiseOp>(op)) {
    buildRaise(block, raise);
    return llvm::Error::success();
  }
  auto plain = [&](StringRef kind, bool hasPlace = false) {
    return append(block, kind, &op, hasPlace);
  };
  llvm::TypeSwitch<Operation *>(&op)
      .Case<ts::ConstantOp>([&](auto constant) {
        if (Value first = names.firstLiteral(constant.getResult());
            first && first != constant.getResult())
          return;
        // Devices are made from strings, and folded.
        bool isDevice = isa<ts::DeviceType>(constant.getType());
        GraphNode *node = plain("prim::Constant", !isDevice);
        if (node->place && names.firstLiteral(constant.getResult()) &&
            isNegative(constant.getValue()))
          node->place = behindSign(*node->place);
        node->literal = constant.getValue();
      })
      .Case<ts::PoolConstantOp>([&](auto constant) {
        plain("prim::Constant", true)->poolIndex = constant.getIndex();
      })
      .Case<ts::FunctionRefOp>(
          [&](auto function) { plain("prim::Constant")->name = function.getCallee().str(); })
      .Case<ts::EnumMemberOp>([&](auto member) {
        plain("prim::Constant", true)->name =
            cast<ts::EnumType>(member.getType()).getName().str() + "." + member.getName().str();
      })
      .Case<ts::OpOp>([&](auto call) {
        GraphNode *node = plain(call.getName().split('.').first, true);
        node->schema = program.operators().find(call.getName());
      })
      .Case<ts::UncheckedCastOp>([&](auto cast) {
        if (names.isKeptCast(cast))
          plain("prim::unchecked_cast");
      })
      .Case<ts::GetAttrOp>([&](auto get) { plain("prim::GetAttr")->name = get.getName().str(); })
      .Case<ts::SetAttrOp>([&](auto set) { plain("prim::SetAttr")->name = set.getName().str(); })
      .Case<ts::CallMethodOp>(
          [&](auto call) { plain("prim::CallMethod", true)->name = call.getMethod().str(); })
      .Case<ts::CallOp>([&](auto call) {
        std::string number = names.nameBeside(call);
        GraphNode *function = synthesize(
            block, ts::FunctionType::get(op.getContext(), {}, {}),
            number.empty() ? names.fresh() : number);
        function->name = call.getCallee().str();
        auto made = append(block, "prim::CallFunction", nullptr, true);
        made->place = op.getLoc();
        made->addInput(function->output());
        for (Value operand : op.getOperands())
          made->addInput(valueOf(operand));
        made->outputs.push_back(makeValue(op.getResult(0)));
        made->output()->node = made;
      })
      .Case<ts::CallValueOp>([&](auto) { plain("prim::CallFunction", true); })
      .Case<ts::IfOp>([&](auto) { plain("prim::If", true); })
      .Case<ts::LoopOp>([&](auto) { plain("prim::Loop", true); })
      .Case<ts::ListOp>([&](auto) {
        if (!names.isConstantList(&op)) {
          plain("prim::ListConstruct");
          return;
        }
        SmallVector<Attribute> elements;
        for (Value element : op.getOperands())
          elements.push_back(element.getDefiningOp<ts::ConstantOp>().getValue());
        GraphNode *node = synthesize(block, op.getResult(0).getType(), names.nameOf(op.getResult(0)));
        node->literal = ArrayAttr::get(op.getContext(), elements);
        values[op.getResult(0)] = node->output();
      })
      .Case<ts::ListUnpackOp>([&](auto) { plain("prim::ListUnpack"); })
      .Case<ts::DictOp>([&](auto dict) {
        GraphNode *node = append(block, "prim::DictConstruct", nullptr, false);
        for (auto [key, value] : llvm::zip(dict.getKeys(), dict.getValues())) {
          node->addInput(valueOf(key));
          node->addInput(valueOf(value));
        }
        node->outputs.push_back(makeValue(dict.getResult()));
        node->output()->node = node;
      })
      .Case<ts::TupleOp>([&](auto tuple) {
        plain("prim::TupleConstruct", isa<ts::NamedTupleType>(tuple.getType()));
      })
      .Case<ts::TupleUnpackOp>([&](auto) { plain("prim::TupleUnpack"); })
      .Case<ts::TupleIndexOp>([&](auto) { plain("prim::TupleIndex"); })
      .Case<ts::TupleSliceOp>([&](auto slice) {
        GraphNode *node = plain("prim::TupleSlice");
        node->begin = slice.getBegin();
        node->end = slice.getEnd();
      })
      .Case<ts::CreateObjectOp>([&](auto) { plain("prim::CreateObject", true); })
      .Case<ts::UninitializedOp>([&](auto) { plain("prim::Uninitialized", true); })
      .Case<ts::IsInstanceOp>([&](auto test) {
        GraphNode *node = plain("prim::isinstance");
        for (Type type : test.getTypes().template getAsValueRange<TypeAttr>())
          node->types.push_back(type);
      })
      .Case<ts::EnterOp>([&](auto) { plain("prim::Enter"); })
      .Case<ts::ExitOp>([&](auto) {
        GraphNode *node = plain("prim::Exit");
        addOutput(*node, ts::TensorType::get(op.getContext()), names.nameBeside(&op));
      })
      .Case<ts::ToListOp>([&](auto) { plain("prim::tolist", true); })
      .Case<ts::EnumNameOp>([&](auto) { plain("prim::EnumName"); })
      .Case<ts::EnumValueOp>([&](auto) { plain("prim::EnumValue"); })
      .Default([&](Operation *other) {
        plain(("prim::" + other->getName().stripDialect()).str(), true);
      });
  if (!isa<ts::IfOp, ts::LoopOp>(op))
    return llvm::Error::success();
  GraphNode &node = *block.nodes.back();
  if (llvm::Error error = buildRegions(node, op))
    return error;
  // Variables are in the order of their names, before they are put in that of their uses.
  ArrayRef<std::string> variables = names.variablesOf(&op);
  SmallVector<size_t> order;
  for (size_t index = 0; index < node.outputs.size(); ++index)
    order.push_back(index);
  llvm::sort(order, [&](size_t a, size_t b) {
    bool isNamed = a < variables.size() && b < variables.size();
    return isNamed ? variables[a] < variables[b] : a < b;
  });
  permuteOutputs(node, order);
  return llvm::Error::success();
}

llvm::Error Builder::buildBlock(GraphBlock &block, Block &source) {
  for (BlockArgument argument : source.getArguments()) {
    block.arguments.push_back(makeValue(argument));
    block.arguments.back()->block = &block;
  }
  for (Operation &op : source.without_terminator())
    if (llvm::Error error = buildNode(block, op))
      return error;
  block.result = std::make_unique<GraphNode>();
  block.result->kind = "prim::Return";
  block.result->block = &block;
  block.result->position = block.nodes.end();
  for (Value operand : source.getTerminator()->getOperands())
    block.result->addInput(valueOf(operand));
  return llvm::Error::success();
}

/// The reference puts each number of the source in front of what is there when it meets it.
void Builder::moveLiterals(GraphBlock &body) {
  for (Value literal : names.literals())
    if (GraphNode *node = values.lookup(literal) ? values.lookup(literal)->node : nullptr) {
      body.nodes.splice(body.nodes.begin(), node->block->nodes, node->position);
      node->block = &body;
    }
}

llvm::Error Builder::build(ScriptGraph &graph, Block &body) {
  if (llvm::Error error = buildBlock(graph.body, body))
    return error;
  moveLiterals(graph.body);
  return llvm::Error::success();
}

//===-- Simplifying
//-------------------------------------------------------------------------------===//

/// Whether the node does nothing but give its results.
bool isRemovable(const GraphNode &node) {
  if (node.schema)
    return !node.outputs.empty() && node.kind != "prim::RaiseException" &&
           llvm::none_of(node.schema->parameters,
                         [](const Parameter &parameter) { return parameter.isWritten; });
  static constexpr StringRef kept[] = {"prim::CallFunction", "prim::CallMethod", "prim::Enter",
                                       "prim::Exit",         "prim::Print",      "prim::SetAttr",
                                       "prim::fork",         "prim::If",         "prim::Loop"};
  return !node.outputs.empty() && !llvm::is_contained(kept, StringRef(node.kind));
}

void removeDead(GraphBlock &block);

bool isUnused(const GraphValue &value) { return value.uses.empty(); }

bool hasEffects(const GraphBlock &block) {
  return llvm::any_of(block.nodes, [](const auto &node) {
    if (node->is("prim::If") || node->is("prim::Loop"))
      return llvm::any_of(node->blocks, [](const auto &inner) { return hasEffects(*inner); });
    return !isRemovable(*node);
  });
}

void removeDeadOutputs(GraphNode &node) {
  bool isLoop = node.is("prim::Loop");
  for (size_t index = node.outputs.size(); index-- > 0;) {
    if (!isUnused(*node.outputs[index]))
      continue;
    if (isLoop) {
      GraphValue &argument = *node.blocks[0]->arguments[index + 1];
      GraphNode &result = *node.blocks[0]->result;
      bool isOnlyHanded = llvm::all_of(argument.uses, [&](const GraphUse &use) {
        return use.user == &result && use.offset == index + 1;
      });
      if (!isOnlyHanded)
        continue;
      result.removeInput(index + 1);
      node.blocks[0]->arguments.erase(node.blocks[0]->arguments.begin() + index + 1);
      node.removeInput(index + 2);
    } else {
      for (auto &block : node.blocks)
        block->result->removeInput(index);
    }
    node.eraseOutput(index);
  }
}

void removeDead(GraphBlock &block) {
  for (auto next = block.nodes.end(); next != block.nodes.begin();) {
    GraphNode *node = std::prev(next)->get();
    if (node->is("prim::If") || node->is("prim::Loop")) {
      removeDeadOutputs(*node);
      for (auto &inner : node->blocks)
        removeDead(*inner);
      if (node->outputs.empty() &&
          llvm::none_of(node->blocks, [](const auto &inner) { return hasEffects(*inner); })) {
        eraseNode(node);
        continue;
      }
    } else if (isRemovable(*node) &&
               llvm::all_of(node->outputs, [](const auto &value) { return isUnused(*value); })) {
      eraseNode(node);
      continue;
    }
    next = std::prev(next);
  }
}

/// Results on which both branches agree are no results; nor are variables that a loop hands on.
void removeExtraOutputs(GraphBlock &block) {
  for (auto &node : block.nodes) {
    for (auto &inner : node->blocks)
      removeExtraOutputs(*inner);
    if (node->is("prim::If")) {
      for (size_t index = 0; index < node->outputs.size();) {
        GraphValue *first = node->blocks[0]->result->inputs[index];
        if (first != node->blocks[1]->result->inputs[index]) {
          ++index;
          continue;
        }
        replaceAllUses(node->outputs[index].get(), first);
        for (auto &inner : node->blocks)
          inner->result->removeInput(index);
        node->eraseOutput(index);
      }
    } else if (node->is("prim::Loop")) {
      GraphBlock &body = *node->blocks[0];
      for (size_t index = node->outputs.size(); index-- > 0;) {
        if (body.result->inputs[index + 1] != body.arguments[index + 1].get())
          continue;
        GraphValue *init = node->inputs[index + 2];
        replaceAllUses(node->outputs[index].get(), init);
        replaceAllUses(body.arguments[index + 1].get(), init);
        body.result->removeInput(index + 1);
        body.arguments.erase(body.arguments.begin() + index + 1);
        node->removeInput(index + 2);
        node->eraseOutput(index);
      }
    }
  }
}

/// The position that a constant index into a tuple means.
std::optional<size_t> positionIn(const GraphNode &tuple, const GraphValue &index) {
  auto literal = index.isConstant() ? dyn_cast_or_null<IntegerAttr>(index.node->literal)
                                    : IntegerAttr();
  if (!literal)
    return std::nullopt;
  int64_t size = tuple.inputs.size();
  int64_t position = literal.getInt() < 0 ? literal.getInt() + size : literal.getInt();
  return position >= 0 && position < size ? std::optional<size_t>(position) : std::nullopt;
}

/// What is taken out of a tuple made in the function is what was put in.
void lowerTuples(GraphBlock &block) {
  for (auto &node : block.nodes) {
    for (auto &inner : node->blocks)
      lowerTuples(*inner);
    bool isUnpack = node->is("prim::TupleUnpack");
    if (!isUnpack && !node->is("prim::TupleIndex"))
      continue;
    GraphNode *tuple = node->inputs[0]->node;
    if (!tuple || !tuple->is("prim::TupleConstruct"))
      continue;
    if (!isUnpack) {
      if (auto position = positionIn(*tuple, *node->inputs[1]))
        replaceAllUses(node->output(), tuple->inputs[*position]);
      continue;
    }
    for (auto [output, input] : llvm::zip(node->outputs, tuple->inputs))
      replaceAllUses(output.get(), input);
  }
}

/// Devices and tuples of constants become constants themselves, and get new numbers.
void fold(GraphBlock &block, ValueNames &names) {
  for (auto &node : block.nodes) {
    for (auto &inner : node->blocks)
      fold(*inner, names);
    if (node->isConstant() && isa<ts::DeviceType>(node->output()->type))
      node->output()->name = names.fresh();
    if (!node->is("prim::TupleConstruct") || !isa<ts::TupleType>(node->output()->type))
      continue;
    SmallVector<Attribute> elements;
    for (GraphValue *input : node->inputs)
      if (Attribute literal = input->isConstant() ? input->node->literal : Attribute();
          literal && !isa<ts::ListType>(input->type))
        elements.push_back(literal);
    if (elements.size() != node->inputs.size())
      continue;
    dropInputs(*node);
    node->kind = "prim::Constant";
    node->literal = ArrayAttr::get(node->output()->type.getContext(), elements);
    node->output()->name = names.fresh();
  }
}

/// Constants move to the front one after the other, each once.
class ConstantPool {
public:
  explicit ConstantPool(GraphBlock &body) : body(body) {}
  void visit(GraphBlock &block) {
    for (auto next = block.nodes.begin(); next != block.nodes.end();) {
      GraphNode *node = (next++)->get();
      for (auto &inner : node->blocks)
        visit(*inner);
      if (!node->isConstant())
        continue;
      if (GraphNode *known = find(*node)) {
        replaceAllUses(node->output(), known->output());
        eraseNode(node);
        continue;
      }
      constants.push_back(node);
      if (node == body.nodes.front().get())
        continue;
      body.nodes.splice(body.nodes.begin(), node->block->nodes, node->position);
      node->block = &body;
    }
  }

private:
  GraphNode *find(const GraphNode &node) {
    for (GraphNode *known : constants)
      if (known->literal == node.literal && known->poolIndex == node.poolIndex &&
          known->name == node.name && known->output()->type == node.output()->type)
        return known;
    return nullptr;
  }

  GraphBlock &body;
  std::vector<GraphNode *> constants;
};

unsigned depthOf(const GraphNode *node) {
  unsigned depth = 0;
  for (; node->block->owner; node = node->block->owner)
    ++depth;
  return depth;
}

/// Whether `a` stands before `b` in the printed graph.
bool isBefore(const GraphNode *a, const GraphNode *b) {
  unsigned depthA = depthOf(a), depthB = depthOf(b);
  for (; depthA > depthB; --depthA)
    if ((a = a->block->owner) == b)
      return false;
  for (; depthB > depthA; --depthB)
    if ((b = b->block->owner) == a)
      return true;
  while (a->block != b->block) {
    if (a->block->owner == b->block->owner)
      return a->block == a->block->owner->blocks[0].get();
    a = a->block->owner;
    b = b->block->owner;
  }
  if (a->is("prim::Return"))
    return false;
  for (auto next = a->position; next != a->block->nodes.end(); ++next)
    if (next->get() == b)
      return true;
  return b->is("prim::Return");
}

bool isBefore(const GraphUse &a, const GraphUse &b) {
  return a.user == b.user ? a.offset < b.offset : isBefore(a.user, b.user);
}

/// Results of conditionals and loops in the order of their first uses.
void orderOutputs(GraphBlock &block) {
  for (auto &node : llvm::reverse(block.nodes)) {
    if (node->is("prim::If") || node->is("prim::Loop")) {
      SmallVector<std::optional<GraphUse>> firstUses;
      for (auto &output : node->outputs) {
        std::optional<GraphUse> first;
        for (const GraphUse &use : output->uses)
          if (!first || isBefore(use, *first))
            first = use;
        firstUses.push_back(first);
      }
      SmallVector<size_t> order;
      for (size_t index = 0; index < node->outputs.size(); ++index)
        order.push_back(index);
      llvm::sort(order, [&](size_t a, size_t b) {
        if (!firstUses[a] || !firstUses[b])
          return firstUses[a].has_value() != firstUses[b].has_value() ? firstUses[a].has_value()
                                                                       : a < b;
        return a != b && isBefore(*firstUses[a], *firstUses[b]);
      });
      permuteOutputs(*node, order);
    }
    for (auto &inner : node->blocks)
      orderOutputs(*inner);
  }
}

} // namespace

llvm::Expected<std::shared_ptr<ScriptGraph>> scriptGraph(Program &program, StringRef name) {
  ValueNames names;
  auto function = program.emitNamed(name, names);
  if (!function)
    return function.takeError();
  auto graph = std::make_shared<ScriptGraph>();
  graph->name = name.rsplit('.').second.str();
  auto signature = program.signature(name);
  if (!signature)
    return signature.takeError();
  graph->signature = *signature;
  if (llvm::Error error =
          Builder(program, names).build(*graph, (*function)->getBody().front()))
    return std::move(error);
  lowerTuples(graph->body);
  removeDead(graph->body);
  fold(graph->body, names);
  removeExtraOutputs(graph->body);
  removeDead(graph->body);
  ConstantPool(graph->body).visit(graph->body);
  orderOutputs(graph->body);
  return graph;
}

} // namespace sconce::import
