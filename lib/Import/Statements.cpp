// Statements: assignments in all forms, returns, exceptions, context managers, closures.
#include "lib/Import/AssignedNames.h"
#include "lib/Import/FunctionEmitter.h"

using namespace mlir;

namespace sconce::import {

FunctionEmitter::Flow FunctionEmitter::emitBlock(script::Block block) {
  while (!block.empty()) {
    const script::Stmt *stmt = block.front();
    block = block.drop_front();
    bool tookRest = false;
    Flow flow = emitStatement(stmt, block, tookRest);
    if (hasFailed())
      return {};
    if (tookRest || flow.kind == Flow::Exits || (flow.kind == Flow::MayExit && block.empty()))
      return flow;
    if (flow.kind == Flow::MayExit)
      return emitUnlessExited(stmt->range, flow, [&] { return emitBlock(block); });
  }
  return {};
}

FunctionEmitter::Flow FunctionEmitter::emitStatement(const script::Stmt *stmt, script::Block rest,
                                                     bool &tookRest) {
  using script::NodeKind;
  switch (stmt->kind) {
  case NodeKind::ExprStmt:
    emitSugared(cast<script::ExprStmt>(stmt)->expr);
    return {};
  case NodeKind::Assign:
    emitAssign(cast<script::AssignStmt>(stmt));
    return {};
  case NodeKind::AugAssign:
    emitAugAssign(cast<script::AugAssignStmt>(stmt));
    return {};
  case NodeKind::Return:
    return emitReturn(cast<script::ReturnStmt>(stmt));
  case NodeKind::If:
    return emitIf(cast<script::IfStmt>(stmt), 0, rest, tookRest);
  case NodeKind::While:
    return emitWhile(cast<script::WhileStmt>(stmt));
  case NodeKind::For:
    return emitFor(cast<script::ForStmt>(stmt));
  case NodeKind::With:
    return emitWith(cast<script::WithStmt>(stmt));
  case NodeKind::Raise:
    return emitRaise(cast<script::RaiseStmt>(stmt));
  case NodeKind::Assert:
    return emitAssert(cast<script::AssertStmt>(stmt));
  case NodeKind::Break:
  case NodeKind::Continue: {
    StringRef word = stmt->kind == NodeKind::Break ? "break" : "continue";
    if (loops.empty())
      return fail(stmt->range, "'" + word + "' outside of a loop");
    if (loops.back()->isUnrolled)
      return fail(stmt->range, "'" + word + "' inside a loop over values of different types",
                  ErrorKind::Unsupported);
    Flow flow{Flow::Exits};
    flow.leaves = {stmt->kind == NodeKind::Break ? Flag::True : Flag::False};
    flow.returns = {Flag::False};
    return flow;
  }
  case NodeKind::Pass:
    return {};
  case NodeKind::Delete:
    emitDelete(cast<script::DeleteStmt>(stmt));
    return {};
  case NodeKind::Def:
    defineClosure(cast<script::DefStmt>(stmt));
    return {};
  case NodeKind::Global:
    return fail(stmt->range, "'global' has no meaning in TorchScript");
  default:
    return fail(stmt->range, "a " + script::kindName(stmt->kind) + " cannot stand in a function");
  }
}

//===-- Assignment
//--------------------------------------------------------------------------------===//

void FunctionEmitter::setVariable(Range range, StringRef name, SugaredValue value, Type annotated) {
  if (value.is(SugaredValue::Kind::Pack))
    value = SugaredValue::simple(asValue(range, value));
  if (!value)
    return;
  bool isSimple = value.is(SugaredValue::Kind::Simple);
  if (names && isSimple) {
    names->assign(value.value, name, builder.getInsertionBlock());
    if (env.findOutside(name))
      names->load(name);
  }
  if (isSimple && !checkSize(range, value.value.getType()))
    return;
  if (const Binding *outer = env.findOutside(name); outer && outer->error.empty()) {
    if (annotated && !(outer->value.is(SugaredValue::Kind::Simple) &&
                       outer->value.value.getType() == annotated)) {
      fail(range, "the type of variable '" + name +
                      "' was fixed in an outer block and cannot be annotated again");
      return;
    }
    if (!isSimple || !outer->value.is(SugaredValue::Kind::Simple)) {
      fail(range, "cannot assign a " + value.describe() + " to '" + name +
                      "', which an outer block has set to a " + outer->value.describe());
      return;
    }
    Type type = outer->value.value.getType();
    mlir::Value converted =
        convert(range, value.value, type,
                "variable '" + name + "' previously had type '" + spelling(type) + "'");
    if (!converted)
      return;
    value = SugaredValue::simple(converted);
  }
  if (annotated) {
    mlir::Value converted =
        convert(range, value.value, annotated,
                "variable '" + name + "' is annotated with type '" + spelling(annotated) + "'");
    if (!converted)
      return;
    value = SugaredValue::simple(castTo(range, converted, annotated));
  }
  env.set(name, {std::move(value)});
}

void FunctionEmitter::emitAssign(const script::AssignStmt *stmt) {
  if (!stmt->value) {
    fail(stmt->range, "expected a value for the annotated variable");
    return;
  }
  if (stmt->targets.size() == 1)
    return emitSingleAssign(stmt->range, stmt->targets[0], stmt->annotation, stmt->value);
  SugaredValue value = emitSugared(stmt->value);
  if (value.is(SugaredValue::Kind::Pack))
    value = SugaredValue::simple(asValue(stmt->value->range, value));
  for (const script::Expr *target : stmt->targets)
    if (!hasFailed())
      assignTo(target, value, stmt->range);
}

void FunctionEmitter::emitSingleAssign(Range range, const script::Expr *target,
                                       const script::Expr *annotation,
                                       const script::Expr *valueExpr) {
  Type type;
  if (annotation) {
    type = parseType(annotation);
    if (!type)
      return;
  }
  // The object of an attribute is computed before its new value.
  auto *select = dyn_cast<script::AttributeExpr>(target);
  mlir::Value object = select ? emitExpr(select->object) : mlir::Value();
  if (select && !object)
    return;
  SugaredValue value = emitSugared(valueExpr, type);
  if (!value)
    return;
  if (auto *name = dyn_cast<script::NameExpr>(target)) {
    if (type) {
      mlir::Value simple = asValue(valueExpr->range, value);
      if (!simple)
        return;
      value = SugaredValue::simple(simple);
    }
    return setVariable(range, name->name, value, type);
  }
  if (type) {
    mlir::Value converted = convert(range, asValue(valueExpr->range, value), type,
                                    "the target is annotated with type '" + spelling(type) + "'");
    if (!converted)
      return;
    value = SugaredValue::simple(converted);
  }
  if (!select)
    return assignTo(target, value, range);
  if (mlir::Value simple = asValue(range, value))
    setAttribute(range, object, select->name, simple);
}

void FunctionEmitter::assignTo(const script::Expr *target, const SugaredValue &value, Range range) {
  if (hasFailed())
    return;
  if (auto *name = dyn_cast<script::NameExpr>(target))
    return setVariable(range, name->name, value);
  if (auto *tuple = dyn_cast<script::TupleExpr>(target))
    return assignTuple(tuple, value, range);
  mlir::Value simple = asValue(range, value);
  if (!simple)
    return;
  if (auto *subscript = dyn_cast<script::SubscriptExpr>(target))
    return assignSubscript(subscript, simple, range);
  if (auto *select = dyn_cast<script::AttributeExpr>(target)) {
    if (mlir::Value object = emitExpr(select->object))
      setAttribute(range, object, select->name, simple);
    return;
  }
  fail(target->range, "cannot assign to a " + script::kindName(target->kind));
}

void FunctionEmitter::assignTuple(const script::TupleExpr *target, const SugaredValue &value,
                                  Range range) {
  auto starred = llvm::find_if(target->elements, [](const script::Expr *element) {
    return isa<script::StarredExpr>(element);
  });
  bool hasStarred = starred != target->elements.end();
  size_t count = target->elements.size() - hasStarred;
  SmallVector<SugaredValue> elements =
      unpack(range, value, hasStarred ? std::nullopt : std::optional<size_t>(count));
  if (hasFailed())
    return;
  if (elements.size() < count || (elements.size() > count && !hasStarred)) {
    fail(range, "expected " + Twine(hasStarred ? "at least " : "") + Twine(count) +
                    " values to unpack, found " + Twine(elements.size()));
    return;
  }
  size_t next = 0;
  for (const script::Expr *element : target->elements) {
    if (hasFailed())
      return;
    auto *star = dyn_cast<script::StarredExpr>(element);
    if (!star) {
      assignTo(element, elements[next++], range);
      continue;
    }
    SmallVector<mlir::Value> rest;
    for (size_t end = next + elements.size() - count; next < end; ++next)
      rest.push_back(asValue(range, elements[next]));
    if (!hasFailed())
      assignTo(star->operand, SugaredValue::simple(makeTuple(range, rest)), range);
  }
}

//===-- Augmented assignment
//----------------------------------------------------------------------===//

/// The operator of `left op= right`; lists and tensors change in place where they can.
static StringRef augmentedOperator(script::BinaryOp op, bool inPlace) {
  using script::BinaryOp;
  switch (op) {
  case BinaryOp::Add:
    return inPlace ? "aten::add_" : "aten::add";
  case BinaryOp::Subtract:
    return inPlace ? "aten::sub_" : "aten::sub";
  case BinaryOp::Multiply:
    return inPlace ? "aten::mul_" : "aten::mul";
  case BinaryOp::Divide:
    return inPlace ? "aten::div_" : "aten::div";
  case BinaryOp::Modulo: // fmod, not remainder: as the reference has it.
    return inPlace ? "aten::fmod_" : "aten::fmod";
  case BinaryOp::BitOr:
    return inPlace ? "aten::bitwise_or" : "aten::__or__";
  case BinaryOp::BitAnd:
    return inPlace ? "aten::bitwise_and" : "aten::__and__";
  case BinaryOp::BitXor:
    return inPlace ? "aten::bitwise_xor" : "aten::__xor__";
  case BinaryOp::ShiftLeft:
    return "aten::__lshift__";
  case BinaryOp::ShiftRight:
    return inPlace ? "aten::__irshift__" : "aten::__rshift__";
  case BinaryOp::Power:
    return "aten::pow";
  default:
    return {};
  }
}

/// The pair of methods that a class can define for `op=`: in place, and not.
static std::pair<StringRef, StringRef> augmentedMethods(script::BinaryOp op) {
  using script::BinaryOp;
  switch (op) {
  case BinaryOp::Add:
    return {"__iadd__", "__add__"};
  case BinaryOp::Subtract:
    return {"__isub__", "__sub__"};
  case BinaryOp::Multiply:
    return {"__imul__", "__mul__"};
  case BinaryOp::Divide:
    return {"__itruediv__", "__truediv__"};
  case BinaryOp::Modulo:
    return {"__imod__", "__mod__"};
  default:
    return {};
  }
}

static bool isChangedInPlace(Type type) { return isa<ts::TensorType, ts::ListType>(type); }

void FunctionEmitter::emitAugAssign(const script::AugAssignStmt *stmt) {
  if (auto *subscript = dyn_cast<script::SubscriptExpr>(stmt->target))
    return augmentSubscript(stmt, subscript);
  if (auto *select = dyn_cast<script::AttributeExpr>(stmt->target)) {
    mlir::Value object = emitExpr(select->object);
    mlir::Value left =
        object ? asValue(select->range, attributeOfValue(select->range, object, select->name))
               : object;
    if (mlir::Value result = left ? augment(stmt, left) : left)
      setAttribute(stmt->range, object, select->name, result);
    return;
  }
  auto *name = dyn_cast<script::NameExpr>(stmt->target);
  if (!name) {
    fail(stmt->target->range, "cannot assign to a " + script::kindName(stmt->target->kind));
    return;
  }
  mlir::Value left = emitExpr(name);
  if (mlir::Value result = left ? augment(stmt, left) : left)
    setVariable(stmt->range, name->name, SugaredValue::simple(result));
}

mlir::Value FunctionEmitter::augment(const script::AugAssignStmt *stmt, mlir::Value left) {
  mlir::Value right = emitExpr(stmt->value);
  if (!right)
    return {};
  if (auto object = dyn_cast<ts::ClassType>(left.getType())) {
    const ClassInfo *info = orFail(program.classInfo(object.getName()));
    if (!info)
      return {};
    auto [inPlace, outOfPlace] = augmentedMethods(stmt->op);
    for (StringRef method : {inPlace, outOfPlace})
      if (!method.empty() && info->findMethod(method))
        return asValue(stmt->range, callMethod(stmt->range, left, method, {argument(right)}, {}));
    return fail(stmt->range, "'" + spelling(left.getType()) + "' does not define '" + inPlace +
                                 "' or '" + outOfPlace + "'");
  }
  StringRef name = augmentedOperator(stmt->op, isChangedInPlace(left.getType()));
  if (name.empty())
    return fail(stmt->range,
                "augmented assignment with '" + script::spelling(stmt->op) + "' is not allowed");
  return op(stmt->range, name, {left, right});
}

void FunctionEmitter::augmentSubscript(const script::AugAssignStmt *stmt,
                                       const script::SubscriptExpr *target) {
  mlir::Value object = emitExpr(target->object);
  if (!object)
    return;
  StringRef name = augmentedOperator(stmt->op, isChangedInPlace(object.getType()));
  if (isa<ts::TensorType>(object.getType())) {
    TensorIndex index = emitTensorIndex(target->range, object, target->items);
    mlir::Value right = hasFailed() ? mlir::Value() : emitExpr(stmt->value);
    if (!right)
      return;
    if (index.indices.empty()) {
      op(stmt->range, name, {index.sliced, right});
      return;
    }
    mlir::Value indices = emitIndexList(stmt->range, index.indices);
    mlir::Value old = op(stmt->range, "aten::index", {index.sliced, indices});
    mlir::Value augmented = old ? op(stmt->range, name, {old, right}) : old;
    if (augmented)
      op(stmt->range, "aten::index_put_", {index.sliced, indices, augmented});
    return;
  }
  if (target->items.size() != 1 || isa<script::SliceExpr>(target->items[0])) {
    fail(target->range, "a slice of '" + spelling(object.getType()) + "' cannot be assigned to");
    return;
  }
  mlir::Value index = emitExpr(target->items[0]);
  mlir::Value right = index ? emitExpr(stmt->value) : index;
  mlir::Value old = right ? op(stmt->range, "aten::__getitem__", {object, index}) : right;
  if (!old)
    return;
  mlir::Value augmented =
      op(stmt->range, augmentedOperator(stmt->op, isChangedInPlace(old.getType())), {old, right});
  if (augmented)
    callOperator(stmt->range, "aten::_set_item",
                 {argument(object), argument(index), argument(augmented)});
}

void FunctionEmitter::emitDelete(const script::DeleteStmt *stmt) {
  for (const script::Expr *target : stmt->targets) {
    auto *subscript = dyn_cast<script::SubscriptExpr>(target);
    if (!subscript || subscript->items.size() != 1 || isa<script::SliceExpr>(subscript->items[0])) {
      fail(target->range, "'del' is allowed only for an element of a list or dict");
      return;
    }
    mlir::Value object = emitExpr(subscript->object);
    mlir::Value index = object ? emitExpr(subscript->items[0]) : object;
    if (!index)
      return;
    if (isa<ts::ClassType>(object.getType()))
      callMethod(stmt->range, object, "__delitem__", {argument(index)}, {});
    else
      callOperator(stmt->range, "aten::Delete", {argument(object), argument(index)});
  }
}

//===-- Leaving
//-----------------------------------------------------------------------------------===//

FunctionEmitter::Flow FunctionEmitter::emitReturn(const script::ReturnStmt *stmt) {
  mlir::Value result = stmt->value ? emitExpr(stmt->value, declaredResult) : none(stmt->range);
  if (!result)
    return {};
  if (declaredResult) {
    result = convert(stmt->range, result, declaredResult,
                     "the result of '" + source.def->name + "' is annotated with type '" +
                         spelling(declaredResult) + "'");
    if (!result)
      return {};
    result = this->castTo(stmt->range, result, declaredResult);
  }
  Flow flow{Flow::Exits};
  flow.leaves = {Flag::True};
  flow.returns = {Flag::True};
  flow.result = result;
  return flow;
}

FunctionEmitter::Flow FunctionEmitter::emitRaise(const script::RaiseStmt *stmt) {
  SugaredValue exception;
  auto *call = dyn_cast<script::CallExpr>(stmt->exception);
  auto *name = dyn_cast<script::NameExpr>(call ? call->callee : stmt->exception);
  if (name && !env.find(name->name) && name->name != "AssertionError") {
    // Exceptions are not declared: any free name is one.
    exception = SugaredValue::named(SugaredValue::Kind::ExceptionClass, name->name);
    if (call) {
      SmallVector<Argument> positional, keywords;
      if (!gatherArguments(call, positional, keywords))
        return {};
      exception = this->call(stmt->range, exception, positional, keywords);
    }
  } else {
    exception = emitSugared(stmt->exception);
  }
  if (!exception)
    return {};
  using Kind = SugaredValue::Kind;
  if (!exception.is(Kind::ExceptionClass) && !exception.is(Kind::Exception))
    return fail(stmt->exception->range,
                "expected an exception to raise, found a " + exception.describe());
  bool isAssertion = exception.name == "AssertionError";
  mlir::Value message = exception.value;
  if (!message)
    message = strConstant(stmt->range, isAssertion ? "AssertionError: " : "");
  mlir::Value cls;
  if (!isAssertion)
    cls = strConstant(stmt->range, exception.name.find('.') == std::string::npos
                                       ? "builtins." + exception.name
                                       : exception.name);
  ts::RaiseOp::create(builder, loc(stmt->range), message, cls);
  Flow flow{Flow::Exits};
  flow.raises = true;
  return flow;
}

FunctionEmitter::Flow FunctionEmitter::emitAssert(const script::AssertStmt *stmt) {
  Condition condition = emitCondition(stmt->condition);
  if (hasFailed())
    return {};
  bool ignored = false;
  auto raise = [&]() -> Flow {
    mlir::Value message = strConstant(stmt->range, "AssertionError: ");
    if (auto *literal = dyn_cast_or_null<script::StringLiteral>(stmt->message)) {
      message = strConstant(stmt->range, ("AssertionError: " + literal->value).str());
    } else if (stmt->message) {
      mlir::Value text = emitExpr(stmt->message);
      if (text && !isa<ts::StrType>(text.getType()))
        text = op(stmt->range, "aten::str", {text});
      message = text ? op(stmt->range, "aten::add", {message, text}) : text;
    }
    if (!message)
      return {};
    ts::RaiseOp::create(builder, loc(stmt->range), message, mlir::Value());
    Flow flow{Flow::Exits};
    flow.raises = true;
    return flow;
  };
  return emitBranches(stmt->range, condition, [] { return Flow(); }, raise, {}, ignored);
}

FunctionEmitter::Flow FunctionEmitter::emitWith(const script::WithStmt *stmt) {
  SmallVector<std::pair<mlir::Value, Range>> entered;
  for (const script::WithItem &item : stmt->items) {
    mlir::Value object = emitExpr(item.context);
    if (!object)
      return {};
    auto type = dyn_cast<ts::ClassType>(object.getType());
    const ClassInfo *info = type ? orFail(program.classInfo(type.getName())) : nullptr;
    if (hasFailed())
      return {};
    if (!info || !info->findMethod("__enter__") || !info->findMethod("__exit__"))
      return fail(item.range, "the object of a 'with' does not define '__enter__' and '__exit__'");
    const Signature *enter = orFail(program.signature(info->name + ".__enter__"));
    const Signature *exit = orFail(program.signature(info->name + ".__exit__"));
    if (!enter || !exit)
      return {};
    if (enter->parameters.size() != 1 || exit->parameters.size() != 4)
      return fail(item.range, "expected '__enter__' to take one argument and '__exit__' four");
    mlir::Value result =
        ts::EnterOp::create(builder, loc(item.range), enter->results.front(), object);
    entered.push_back({object, item.range});
    if (item.target)
      setVariable(item.range, item.target->name, SugaredValue::simple(result));
  }
  // The objects are left in all cases but an exception: what the body's paths give is merged at its
  // end.
  Flow flow = emitBlock(stmt->body);
  if (hasFailed())
    return {};
  for (auto [object, range] : llvm::reverse(entered))
    ts::ExitOp::create(builder, loc(range), object);
  return flow;
}

void FunctionEmitter::defineClosure(const script::DefStmt *def) {
  auto closure = std::make_shared<Closure>();
  closure->def = def;
  NameSet names;
  collectRead(def->body, names);
  for (StringRef name : names)
    if (const Binding *binding = env.find(name); binding && binding->error.empty())
      closure->captured[name] = binding->value;
  SugaredValue value{SugaredValue::Kind::Closure};
  value.closure = std::move(closure);
  setVariable(def->range, def->name, value);
}

} // namespace sconce::import
