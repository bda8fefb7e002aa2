// Loops and what they run over.
//
// Every variable that the body assigns and that exists before the loop is carried, under the type
// it has there. Exits leave through flags: the loop's condition for `break`, and a carried pair of
// flag and result for `return`.
#include "lib/Import/AssignedNames.h"
#include "lib/Import/FunctionEmitter.h"
#include "lib/Import/NestingGuard.h"

using namespace mlir;

namespace sconce::import {

/// A loop between its body and its end.
struct FunctionEmitter::LoopParts {
  mlir::Value maxTrip, firstCondition;
  const script::Expr *condition;
  std::unique_ptr<Region> region;
  SmallVector<StringRef> names = {};
  SmallVector<mlir::Value> inits = {};
  bool mayReturn = false;
  Type resultType = {};
};

FunctionEmitter::Flow FunctionEmitter::emitWhile(const script::WhileStmt *stmt) {
  llvm::SetVector<StringRef> assigned;
  collectAssigned(stmt->body, assigned);
  mlir::Value forever =
      asLiteral(intConstant(stmt->range, std::numeric_limits<int64_t>::max()));
  return emitLoop(
      stmt->range, forever, stmt->condition, assigned, [](mlir::Value) {},
      [&] { return emitBlock(stmt->body); });
}

FunctionEmitter::Flow FunctionEmitter::emitFor(const script::ForStmt *stmt) {
  llvm::SetVector<StringRef> assigned;
  collectTargets(stmt->target, assigned);
  collectAssigned(stmt->body, assigned);
  SugaredValue iterable = emitSugared(stmt->iterable);
  if (!iterable)
    return {};
  return emitForLoop(
      stmt->range, iterable, assigned,
      [&](const SugaredValue &element) { assignTo(stmt->target, element, stmt->target->range); },
      [&] { return emitBlock(stmt->body); });
}

FunctionEmitter::Flow FunctionEmitter::emitForLoop(Range range, const SugaredValue &source,
                                                   const llvm::SetVector<StringRef> &assigned,
                                                   BindTarget bind, EmitFlow body) {
  SugaredValue iterable = iterableOf(range, source);
  if (!iterable)
    return {};
  if (isUnrolled(iterable)) {
    std::optional<int64_t> length = staticLength(iterable);
    if (!length)
      return fail(range, "cannot iterate over values of different types together with an iterable "
                         "whose length is not known");
    LoopContext context{/*isUnrolled=*/true, {}};
    loops.push_back(&context);
    Flow flow = emitUnrolled(range, iterable, 0, *length, bind, body);
    loops.pop_back();
    return flow;
  }
  mlir::Value length = lengthOf(range, iterable);
  if (!length)
    return {};
  return emitLoop(
      range, length, nullptr, assigned,
      [&](mlir::Value index) {
        if (SugaredValue element = elementOf(range, iterable, index))
          bind(element);
      },
      body);
}

/// A loop over values that differ in type: one copy of the body for each, in the scope around the
/// loop.
FunctionEmitter::Flow FunctionEmitter::emitUnrolled(Range range, const SugaredValue &iterable,
                                                    int64_t index, int64_t length, BindTarget bind,
                                                    EmitFlow body) {
  for (; index < length; ++index) {
    if (++unrolled > program.options().maxUnrolled)
      return fail(range, "the loops over values of different types have too many iterations",
                  ErrorKind::Unsupported);
    SugaredValue element = staticElementOf(range, iterable, index);
    if (!element)
      return {};
    bind(element);
    if (hasFailed())
      return {};
    Flow flow = body();
    if (hasFailed() || flow.kind == Flow::Exits)
      return flow;
    if (flow.kind == Flow::MayExit)
      return emitUnlessExited(range, flow, [&] {
        return emitUnrolled(range, iterable, index + 1, length, bind, body);
      });
  }
  return {};
}

FunctionEmitter::Flow FunctionEmitter::emitLoop(Range range, mlir::Value maxTrip,
                                                const script::Expr *condition,
                                                const llvm::SetVector<StringRef> &assigned,
                                                llvm::function_ref<void(mlir::Value)> bind,
                                                EmitFlow body) {
  NestingGuard guard(*this, range);
  LoopParts parts{maxTrip, {}, condition, std::make_unique<Region>()};
  parts.firstCondition =
      condition ? valueOf(condition->range, emitCondition(condition)) : boolConstant(range, true);
  if (hasFailed())
    return {};
  for (StringRef name : assigned)
    if (const Binding *binding = env.find(name);
        binding && binding->value.is(SugaredValue::Kind::Simple)) {
      parts.names.push_back(name);
      parts.inits.push_back(binding->value.value);
    }

  {
    OpBuilder::InsertionGuard point(builder);
    Block *block = builder.createBlock(parts.region.get());
    mlir::Value index = block->addArgument(intType(), loc(range));
    if (names)
      names->tripIndex(index);
    LoopContext context{/*isUnrolled=*/false, {}};
    env.push();
    for (auto [name, init] : llvm::zip(parts.names, parts.inits)) {
      context.carried.insert(name);
      env.set(name, {SugaredValue::simple(block->addArgument(init.getType(), loc(range)))});
    }
    env.push();
    loops.push_back(&context);
    bind(index);
    Flow flow;
    if (!hasFailed())
      flow = body();
    loops.pop_back();
    if (!hasFailed())
      endLoopBody(range, parts, flow);
    env.pop();
    env.pop();
  }
  return hasFailed() ? Flow() : closeLoop(range, parts);
}

/// The condition of the next iteration, where `leaves` says whether the loop ends whatever the
/// condition.
mlir::Value FunctionEmitter::emitNextCondition(Range range, const script::Expr *condition,
                                               Flag leaves) {
  auto evaluate = [&]() -> mlir::Value {
    return condition ? valueOf(condition->range, emitCondition(condition))
                     : boolConstant(range, true);
  };
  if (leaves.kind == Flag::True)
    return boolConstant(range, false);
  if (leaves.kind != Flag::Dynamic)
    return evaluate();
  if (!condition)
    return op(range, "aten::__not__", {leaves.value});
  Condition ends;
  ends.value = leaves.value;
  return emitChoice(range, ends, [&] { return boolConstant(range, false); }, evaluate, {});
}

void FunctionEmitter::endLoopBody(Range range, LoopParts &parts, const Flow &flow) {
  // The flags mean something only where the body has exited.
  auto whereExited = [&](Flag flag) -> Flag {
    if (flow.kind == Flow::Falls || flow.raises || flag.kind == Flag::Unset ||
        flag.kind == Flag::False)
      return {Flag::False};
    if (flow.kind == Flow::Exits || flow.exited.kind != Flag::Dynamic)
      return flag;
    if (flag.kind == Flag::True)
      return flow.exited;
    return {Flag::Dynamic, op(range, "aten::__and__", {flow.exited.value, flag.value})};
  };
  Flag leaves = whereExited(flow.leaves);
  Flag returns = whereExited(flow.returns);
  // The reference has the condition once, and copies it later.
  if (names)
    names->pause(true);
  mlir::Value next = emitNextCondition(range, parts.condition, leaves);
  if (names)
    names->pause(false);
  if (!next)
    return;
  Block &block = *builder.getInsertionBlock();
  SmallVector<mlir::Value> yields{next};
  for (auto [name, init] : llvm::zip(parts.names, parts.inits)) {
    const Binding *binding = env.find(name);
    if (!binding->error.empty()) {
      fail(range, binding->error);
      return;
    }
    mlir::Value value = asValue(range, binding->value);
    if (!value)
      return;
    if (!rules.isSubtype(value.getType(), init.getType())) {
      fail(range, "variable '" + name + "' has type '" + spelling(init.getType()) +
                      "' before the loop but type '" + spelling(value.getType()) +
                      "' at the end of its body");
      return;
    }
    yields.push_back(castTo(range, value, init.getType()));
  }
  parts.mayReturn = returns.kind != Flag::False;
  if (parts.mayReturn) {
    yields.push_back(materialize(returns, range));
    block.addArgument(boolType(), loc(range));
  }
  if (parts.mayReturn && flow.result) {
    parts.resultType = flow.result.getType();
    yields.push_back(flow.result);
    block.addArgument(parts.resultType, loc(range));
  }
  ts::YieldOp::create(builder, loc(range), yields);
}

FunctionEmitter::Flow FunctionEmitter::closeLoop(Range range, LoopParts &parts) {
  OperationState state(loc(range), ts::LoopOp::getOperationName());
  state.addOperands({parts.maxTrip, parts.firstCondition});
  state.addOperands(parts.inits);
  if (parts.mayReturn)
    state.addOperands(boolConstant(range, false));
  if (parts.resultType)
    state.addOperands(uninitialized(range, parts.resultType));
  state.addTypes(ValueRange(state.operands).drop_front(2).getTypes());
  state.addRegion(std::move(parts.region));
  Operation *loop = builder.create(state);
  if (names)
    names->loop(loop, parts.names);
  for (auto [index, name] : llvm::enumerate(parts.names))
    env.set(name, {SugaredValue::simple(loop->getResult(index))});
  if (!parts.mayReturn)
    return {};
  Flow flow{Flow::MayExit};
  flow.exited = {Flag::Dynamic, loop->getResult(parts.names.size())};
  flow.leaves = {Flag::True};
  flow.returns = {Flag::True};
  if (parts.resultType)
    flow.result = loop->getResults().back();
  return flow;
}

//===-- Iterables
//---------------------------------------------------------------------------------===//

/// The attributes of a module that is a list of modules: "0", "1", …; empty if it is none.
static SmallVector<const ClassInfo::Attribute *> modulesOf(const ClassInfo &info) {
  SmallVector<const ClassInfo::Attribute *> modules;
  if (!info.isModule())
    return modules;
  for (const ClassInfo::Attribute &attribute : info.attributes)
    if (attribute.name == std::to_string(modules.size()) && isa<ts::ClassType>(attribute.type))
      modules.push_back(&attribute);
  return modules;
}

SugaredValue FunctionEmitter::iterableOf(Range range, const SugaredValue &value) {
  using Kind = SugaredValue::Kind;
  if (value.is(Kind::Range) || value.is(Kind::Zip) || value.is(Kind::Enumerate))
    return value;
  mlir::Value simple = asValue(range, value);
  if (!simple)
    return {};
  Type type = simple.getType();
  if (isa<ts::ListType, ts::StrType, ts::TensorType>(type) || tupleTypes(type))
    return SugaredValue::simple(simple);
  if (isa<ts::DictType>(type))
    return SugaredValue::simple(op(range, "aten::keys", {simple}));
  if (auto object = dyn_cast<ts::ClassType>(type)) {
    const ClassInfo *info = orFail(program.classInfo(object.getName()));
    if (!info)
      return {};
    if (!modulesOf(*info).empty())
      return SugaredValue::simple(simple);
  }
  return fail(range, "'" + spelling(type) + "' object is not iterable");
}

bool FunctionEmitter::isUnrolled(const SugaredValue &iterable) {
  if (iterable.is(SugaredValue::Kind::Simple))
    return tupleTypes(iterable.value.getType()) || isa<ts::ClassType>(iterable.value.getType());
  return llvm::any_of(iterable.elements,
                      [&](const SugaredValue &element) { return isUnrolled(element); });
}

std::optional<int64_t> FunctionEmitter::staticLength(const SugaredValue &iterable) {
  using Kind = SugaredValue::Kind;
  if (iterable.is(Kind::Simple)) {
    Type type = iterable.value.getType();
    if (auto types = tupleTypes(type))
      return types->size();
    if (auto object = dyn_cast<ts::ClassType>(type))
      if (const ClassInfo *info = orFail(program.classInfo(object.getName())))
        return modulesOf(*info).size();
    return std::nullopt;
  }
  if (iterable.is(Kind::Range)) {
    // Only range(n) of a literal: what `zip` beside a tuple can use.
    auto constant =
        iterable.values.size() == 1 ? iterable.values[0].getDefiningOp<ts::ConstantOp>() : nullptr;
    auto value = constant ? dyn_cast<IntegerAttr>(constant.getValue()) : IntegerAttr();
    return value ? std::optional<int64_t>(std::max<int64_t>(0, value.getInt())) : std::nullopt;
  }
  std::optional<int64_t> shortest;
  for (const SugaredValue &element : iterable.elements) {
    std::optional<int64_t> length = staticLength(element);
    if (!length)
      return std::nullopt;
    shortest = shortest ? std::min(*shortest, *length) : *length;
  }
  return shortest;
}

mlir::Value FunctionEmitter::lengthOf(Range range, const SugaredValue &iterable) {
  using Kind = SugaredValue::Kind;
  switch (iterable.kind) {
  case Kind::Range:
    if (iterable.values.size() == 1)
      return iterable.values[0];
    return op(range, "aten::__range_length", iterable.values);
  case Kind::Enumerate:
    return lengthOf(range, iterable.elements[0]);
  case Kind::Zip: {
    SmallVector<mlir::Value> lengths;
    for (const SugaredValue &element : iterable.elements) {
      lengths.push_back(lengthOf(range, element));
      if (!lengths.back())
        return {};
    }
    if (lengths.size() == 1)
      return lengths[0];
    return op(range, "prim::min", {makeList(range, intType(), lengths)});
  }
  default:
    return op(range, "aten::len", {iterable.value});
  }
}

SugaredValue FunctionEmitter::elementOf(Range range, const SugaredValue &iterable,
                                        mlir::Value index) {
  using Kind = SugaredValue::Kind;
  switch (iterable.kind) {
  case Kind::Range:
    if (iterable.values.size() == 1)
      return SugaredValue::simple(index);
    return SugaredValue::simple(
        op(range, "aten::__derive_index", {index, iterable.values[0], iterable.values[2]}));
  case Kind::Enumerate: {
    mlir::Value number = iterable.value ? op(range, "aten::__derive_index",
                                             {index, iterable.value, intConstant(range, 1)})
                                        : index;
    mlir::Value element = asValue(range, elementOf(range, iterable.elements[0], index));
    if (!number || !element)
      return {};
    return SugaredValue::simple(makeTuple(range, {number, element}));
  }
  case Kind::Zip: {
    SmallVector<mlir::Value> elements;
    for (const SugaredValue &child : iterable.elements) {
      elements.push_back(asValue(range, elementOf(range, child, index)));
      if (!elements.back())
        return {};
    }
    return SugaredValue::simple(makeTuple(range, elements));
  }
  default:
    if (isa<ts::TensorType>(iterable.value.getType()))
      return SugaredValue::simple(
          op(range, "aten::select", {iterable.value, intConstant(range, 0), index}));
    return SugaredValue::simple(op(range, "aten::__getitem__", {iterable.value, index}));
  }
}

SugaredValue FunctionEmitter::staticElementOf(Range range, const SugaredValue &iterable,
                                              int64_t index) {
  using Kind = SugaredValue::Kind;
  if (iterable.is(Kind::Simple)) {
    Type type = iterable.value.getType();
    if (tupleTypes(type))
      return SugaredValue::simple(emitTupleIndex(range, iterable.value, intConstant(range, index)));
    if (isa<ts::ClassType>(type))
      return attributeOfObject(range, iterable.value, std::to_string(index));
  }
  if (!iterable.is(Kind::Zip) && !iterable.is(Kind::Enumerate))
    return elementOf(range, iterable, intConstant(range, index));
  SmallVector<mlir::Value> elements;
  if (iterable.is(Kind::Enumerate)) {
    mlir::Value number = intConstant(range, index);
    elements.push_back(iterable.value ? op(range, "aten::add", {iterable.value, number}) : number);
  }
  for (const SugaredValue &child : iterable.elements)
    elements.push_back(asValue(range, staticElementOf(range, child, index)));
  if (hasFailed())
    return {};
  return SugaredValue::simple(makeTuple(range, elements));
}

mlir::Value FunctionEmitter::emitComprehension(Range range, const script::Expr *target,
                                               const SugaredValue &iterable,
                                               const script::Expr *key, const script::Expr *element,
                                               Type hint) {
  Type placeholder = key ? Type(ts::DictType::get(context, strType(), tensorType()))
                         : Type(ts::ListType::get(context, tensorType()));
  bool isTyped = hint && hint.getTypeID() == placeholder.getTypeID();
  Operation *made;
  if (key)
    made = ts::DictOp::create(builder, loc(range), isTyped ? hint : placeholder, ValueRange(),
                              ValueRange());
  else
    made = ts::ListOp::create(builder, loc(range), isTyped ? hint : placeholder, ValueRange());
  mlir::Value container = made->getResult(0);
  auto append = [&]() -> Flow {
    mlir::Value keyValue = key ? emitExpr(key) : mlir::Value();
    mlir::Value value = emitExpr(element);
    if (hasFailed())
      return {};
    if (!isTyped) {
      container.setType(key ? Type(ts::DictType::get(context, keyValue.getType(), value.getType()))
                            : Type(ts::ListType::get(context, value.getType())));
      isTyped = true;
    }
    Argument self = argument(container);
    if (key)
      callOperator(range, "aten::_set_item", {self, argument(keyValue), argument(value)});
    else
      callOperator(range, "aten::append", {argument(value)}, {}, &self);
    return {};
  };
  // The variables of a comprehension are its own.
  env.push();
  emitForLoop(
      range, iterable, {},
      [&](const SugaredValue &value) { assignTo(target, value, target->range); }, append);
  env.pop();
  return hasFailed() ? mlir::Value() : container;
}

} // namespace sconce::import
