// Conditionals, and the lowering of early exits.
//
// A branch that returns, breaks or continues takes no part in what follows it. Where one branch
// certainly exits and the other certainly falls through, the rest of the block is emitted inside
// the falling one:
//
//   if c:                      %r = ts.if %c {
//     return a                   ts.yield %a
//   return f(b)                } else {
//                                %x = ts.call @f(%b)
//                                ts.yield %x
//                              }
//
// so that a condition known later leaves straight code. Where a nested branch exits on some paths
// only, a flag says whether it did, and the rest of each block around it is emitted under `if not
// exited`. An exception needs neither: what follows a raise does not run, so the branch gives
// uninitialized values.
//
// A variable assigned in a branch becomes a result of the conditional. The values it has where a
// branch exits matter only to `break` and `continue`, and only if the loop carries it.
#include "lib/Import/FunctionEmitter.h"

#include "lib/Import/NestingGuard.h"

using namespace mlir;

namespace sconce::import {

/// Two branches that end, and where their variables meet.
struct FunctionEmitter::Merge {
  Range range;
  Branch &first;
  Branch &second;
  SmallVector<std::pair<StringRef, Type>> results = {};
  SmallVector<std::pair<StringRef, Binding>> others = {};
  SmallVector<Narrowed, 0> narrowed = {};
};

FunctionEmitter::Flow FunctionEmitter::emitIf(const script::IfStmt *stmt, size_t clause,
                                              script::Block rest, bool &tookRest) {
  if (clause == stmt->clauses.size())
    return emitBlock(stmt->orElse);
  const script::IfClause &current = stmt->clauses[clause];
  Condition condition = emitCondition(current.condition);
  if (hasFailed())
    return {};
  bool ignored = false;
  return emitBranches(
      current.range, condition, [&] { return emitBlock(current.body); },
      [&] { return emitIf(stmt, clause + 1, {}, ignored); }, rest, tookRest);
}

FunctionEmitter::Flow FunctionEmitter::emitBranches(Range range, const Condition &condition,
                                                    EmitFlow whenTrue, EmitFlow whenFalse,
                                                    script::Block rest, bool &tookRest) {
  if (condition.known) {
    refine(range, *condition.known ? condition.whenTrue : condition.whenFalse);
    return *condition.known ? whenTrue() : whenFalse();
  }
  Branch first = emitBranch(range, condition.whenTrue, whenTrue);
  if (hasFailed())
    return {};
  Branch second = emitBranch(range, condition.whenFalse, whenFalse);
  if (hasFailed())
    return {};
  if (!rest.empty()) {
    Branch *open = nullptr;
    if (first.flow.isExit() && second.flow.kind == Flow::Falls)
      open = &second;
    else if (second.flow.isExit() && first.flow.kind == Flow::Falls)
      open = &first;
    if (open) {
      tookRest = true;
      continueIn(*open, rest);
      if (hasFailed())
        return {};
    }
  }
  return closeBranches(range, condition.value, first, second);
}

FunctionEmitter::Branch FunctionEmitter::emitBranch(Range range, const Refinements &refinements,
                                                    EmitFlow body) {
  NestingGuard guard(*this, range);
  OpBuilder::InsertionGuard point(builder);
  Branch branch{std::make_unique<Region>(), {}, {}};
  builder.createBlock(branch.region.get());
  env.push();
  refine(range, refinements);
  if (!hasFailed())
    branch.flow = body();
  branch.frame = env.pop();
  return branch;
}

void FunctionEmitter::continueIn(Branch &branch, script::Block rest) {
  NestingGuard guard(*this, rest.front()->range);
  if (hasFailed())
    return;
  OpBuilder::InsertionGuard point(builder);
  builder.setInsertionPointToEnd(branch.block());
  branch.frame.isContinuation = true;
  env.push(std::move(branch.frame));
  branch.flow = emitBlock(rest);
  branch.frame = env.pop();
}

FunctionEmitter::Flow FunctionEmitter::emitUnlessExited(Range range, const Flow &flow,
                                                        EmitFlow rest) {
  Condition condition;
  condition.value = materialize(flow.exited, range);
  Branch exited = emitBranch(range, {}, [&] {
    Flow exit = flow;
    exit.kind = Flow::Exits;
    exit.narrowed.clear();
    return exit;
  });
  Branch going = emitBranch(range, {}, [&] {
    // What the exiting paths widened is known here to be as it was.
    for (const Narrowed &variable : flow.narrowed)
      if (const Binding *binding = env.find(variable.name);
          binding && binding->value.is(SugaredValue::Kind::Simple))
        env.set(variable.name,
                {SugaredValue::simple(castTo(range, binding->value.value, variable.type)),
                 {},
                 /*isRefinement=*/true});
    env.top().isContinuation = true;
    return rest();
  });
  if (hasFailed())
    return {};
  return closeBranches(range, condition.value, exited, going);
}

//===-- Merging
//-----------------------------------------------------------------------------------===//

mlir::Value FunctionEmitter::materialize(Flag flag, Range range) {
  return flag.kind == Flag::Dynamic ? flag.value : boolConstant(range, flag.kind == Flag::True);
}

/// The flag after two branches. A flag that has no meaning in one of them takes the other's value.
FunctionEmitter::Flag FunctionEmitter::mergeFlags(Range range, Branch &first, Flag a,
                                                  Branch &second, Flag b) {
  if (a.kind == Flag::Unset)
    a = b.kind == Flag::Dynamic ? Flag{Flag::False} : b;
  if (b.kind == Flag::Unset)
    b = a.kind == Flag::Dynamic ? Flag{Flag::False} : a;
  if (a.kind == b.kind && (a.kind != Flag::Dynamic || a.value == b.value))
    return a;
  OpBuilder::InsertionGuard point(builder);
  builder.setInsertionPointToEnd(first.block());
  first.yields.push_back(materialize(a, range));
  builder.setInsertionPointToEnd(second.block());
  second.yields.push_back(materialize(b, range));
  return {Flag::Dynamic, {}};
}

mlir::Value FunctionEmitter::resultIn(Branch &branch, mlir::Value value, Type type, Range range) {
  OpBuilder::InsertionGuard point(builder);
  builder.setInsertionPointToEnd(branch.block());
  return value ? castTo(range, value, type) : uninitialized(range, type);
}

void FunctionEmitter::mergeVariables(Merge &merge) {
  llvm::SetVector<StringRef> names;
  for (Branch *branch : {&merge.first, &merge.second})
    for (auto &[name, binding] : branch->frame.bindings)
      if (!binding.isRefinement || branch->flow.kind == Flow::Falls)
        names.insert(name);
  for (StringRef name : names)
    mergeVariable(merge, name);
}

void FunctionEmitter::mergeVariable(Merge &merge, StringRef name) {
  struct Side {
    Branch &branch;
    const Branch &other;
    const Binding *own, *binding;
    bool matters = false, falls = false;
    mlir::Value value = {};
  };
  bool isCarried = !loops.empty() && loops.back()->carried.contains(name);
  auto makeSide = [&](Branch &branch, const Branch &other) {
    Side side{branch, other, branch.frame.find(name), nullptr};
    side.binding = side.own ? side.own : env.find(name);
    side.falls = branch.flow.kind != Flow::Exits;
    side.matters = side.falls || (!branch.flow.raises && isCarried);
    if (side.binding && side.binding->value.is(SugaredValue::Kind::Simple))
      side.value = side.binding->value.value;
    return side;
  };
  Side a = makeSide(merge.first, merge.second), b = makeSide(merge.second, merge.first);
  if (!a.matters && !b.matters)
    return;
  // A mere refinement is not assigned. It holds after the conditional if the other branch has
  // raised.
  auto isRefined = [](const Side &side) { return side.own && side.own->isRefinement; };
  if ((isRefined(a) || !a.own) && (isRefined(b) || !b.own)) {
    for (const Side *side : {&a, &b})
      if (isRefined(*side) && side->falls && side->other.flow.raises)
        merge.others.push_back({name, *side->own});
    return;
  }
  for (const Side *side : {&a, &b}) {
    const Side &other = side == &a ? b : a;
    if (!side->matters)
      continue;
    if (!side->binding || !side->binding->error.empty()) {
      std::string why = side->binding ? side->binding->error
                                      : name.str() + " is not defined in the " +
                                            (side == &a ? "true" : "false") + " branch";
      if (other.matters || side->binding)
        merge.others.push_back({name, {{}, why}});
      return;
    }
    if (!side->value)
      return; // Functions and the like do not leave the branch that names them.
  }
  Type type;
  if (a.matters && b.matters) {
    if (a.value == b.value) {
      merge.others.push_back({name, {SugaredValue::simple(a.value)}});
      return;
    }
    const Binding *outer = env.find(name);
    Type outerType = outer && outer->value.is(SugaredValue::Kind::Simple)
                         ? outer->value.value.getType()
                         : Type();
    bool orUnion = outerType && isa<ts::UnionType, ts::AnyType>(outerType);
    type = rules.unify(a.value.getType(), b.value.getType(), orUnion);
    if (!type && outerType && rules.isSubtype(a.value.getType(), outerType) &&
        rules.isSubtype(b.value.getType(), outerType))
      type = outerType;
    if (!type && a.falls != b.falls) // The exiting side's value is not of the loop's variable.
      type = (a.falls ? a : b).value.getType();
    if (!type) {
      merge.others.push_back({name,
                              {{},
                               "type mismatch: " + name.str() + " is set to type '" +
                                   spelling(a.value.getType()) + "' in the true branch and type '" +
                                   spelling(b.value.getType()) + "' in the false branch"}});
      return;
    }
    if (a.falls != b.falls) {
      const Side &falling = a.falls ? a : b;
      if (falling.value.getType() != type)
        merge.narrowed.push_back({name, falling.value.getType()});
    }
  } else {
    type = (a.matters ? a : b).value.getType();
  }
  for (Side *side : {&a, &b}) {
    bool fits = side->matters && rules.isSubtype(side->value.getType(), type);
    side->branch.yields.push_back(
        resultIn(side->branch, fits ? side->value : mlir::Value(), type, merge.range));
  }
  merge.results.push_back({name, type});
}

/// The reference looks each assigned variable up in the other branch, and those that are set in
/// both once more in each.
void FunctionEmitter::nameMerged(const Merge &merge, Operation *ifOp) {
  llvm::SetVector<StringRef> mutated;
  for (const Branch *branch : {&merge.first, &merge.second}) {
    const Branch &other = branch == &merge.first ? merge.second : merge.first;
    for (auto &[name, binding] : branch->frame.bindings) {
      if (!binding.value.is(SugaredValue::Kind::Simple))
        continue;
      const Binding *known = other.frame.find(name) ? other.frame.find(name) : env.find(name);
      if (!known || !known->value.is(SugaredValue::Kind::Simple))
        continue;
      names->load(name);
      mutated.insert(name);
    }
  }
  for (StringRef name : mutated) {
    names->load(name);
    names->load(name);
  }
  SmallVector<StringRef> results;
  for (auto &[name, type] : merge.results)
    results.push_back(name);
  names->conditional(ifOp, results);
}

FunctionEmitter::Flow FunctionEmitter::closeBranches(Range range, mlir::Value condition,
                                                     Branch &first, Branch &second) {
  Flow flow;
  Merge merge{range, first, second};
  mergeVariables(merge);
  size_t variables = merge.results.size();

  auto exitedIn = [](const Flow &side) {
    if (side.kind == Flow::Falls)
      return Flag{Flag::False};
    if (side.kind == Flow::Exits)
      return Flag{side.raises ? Flag::Unset : Flag::True};
    return side.exited;
  };
  const Flow &a = first.flow, &b = second.flow;
  // Dynamic flags are the results after the variables, in this order.
  flow.exited = mergeFlags(range, first, exitedIn(a), second, exitedIn(b));
  flow.leaves = mergeFlags(range, first, a.leaves, second, b.leaves);
  flow.returns = mergeFlags(range, first, a.returns, second, b.returns);
  Type resultType;
  if (a.result && b.result)
    resultType =
        a.result == b.result ? Type() : rules.unify(a.result.getType(), b.result.getType());
  else if (a.result || b.result)
    resultType = (a.result ? a.result : b.result).getType();
  if (a.result && b.result && a.result != b.result && !resultType)
    return fail(range, "expected all returns to have the same type, found '" +
                           spelling(a.result.getType()) + "' and '" + spelling(b.result.getType()) +
                           "'");
  if (resultType) {
    first.yields.push_back(resultIn(first, a.result, resultType, range));
    second.yields.push_back(resultIn(second, b.result, resultType, range));
  }

  for (Branch *branch : {&first, &second}) {
    OpBuilder::InsertionGuard point(builder);
    builder.setInsertionPointToEnd(branch->block());
    ts::YieldOp::create(builder, loc(range), branch->yields);
  }
  OperationState state(loc(range), ts::IfOp::getOperationName());
  state.addOperands(condition);
  state.addTypes(ValueRange(first.yields).getTypes());
  state.addRegion(std::move(first.region));
  state.addRegion(std::move(second.region));
  Operation *ifOp = builder.create(state);
  if (names)
    nameMerged(merge, ifOp);

  for (auto [index, result] : llvm::enumerate(merge.results))
    env.set(result.first, {SugaredValue::simple(ifOp->getResult(index))});
  size_t next = variables;
  for (Flag *flag : {&flow.exited, &flow.leaves, &flow.returns})
    if (flag->kind == Flag::Dynamic && !flag->value)
      flag->value = ifOp->getResult(next++);
  flow.result = resultType ? mlir::Value(ifOp->getResult(next)) : a.result ? a.result : b.result;
  for (auto &[name, binding] : merge.others) {
    if (binding.isRefinement) {
      const Binding *outer = env.find(name);
      mlir::Value narrowed = castTo(range, outer->value.value, binding.value.value.getType());
      binding.value = SugaredValue::simple(narrowed);
    }
    env.set(name, binding);
  }

  bool bothRaise = a.kind == Flow::Exits && a.raises && b.kind == Flow::Exits && b.raises;
  if (a.kind == Flow::Exits && b.kind == Flow::Exits)
    flow.kind = Flow::Exits;
  else if (flow.exited.kind == Flag::False)
    flow.kind = Flow::Falls;
  else
    flow.kind = Flow::MayExit;
  flow.raises = bothRaise;
  flow.narrowed = std::move(merge.narrowed);
  for (const Flow *side : {&a, &b})
    if (side->kind == Flow::MayExit && (side == &a ? b : a).kind == Flow::Exits)
      llvm::append_range(flow.narrowed, side->narrowed);
  return flow;
}

mlir::Value FunctionEmitter::emitChoice(Range range, const Condition &condition, EmitValue whenTrue,
                                        EmitValue whenFalse, Type hint) {
  if (condition.known) {
    env.push();
    refine(range, *condition.known ? condition.whenTrue : condition.whenFalse);
    mlir::Value value = *condition.known ? whenTrue() : whenFalse();
    env.pop();
    return value;
  }
  auto emitSide = [&](const Refinements &refinements, EmitValue emitValue) {
    return emitBranch(range, refinements, [&] {
      Flow flow;
      flow.result = emitValue();
      return flow;
    });
  };
  Branch first = emitSide(condition.whenTrue, whenTrue);
  if (hasFailed())
    return {};
  Branch second = emitSide(condition.whenFalse, whenFalse);
  if (hasFailed())
    return {};
  Type a = first.flow.result.getType(), b = second.flow.result.getType();
  Type type = rules.unify(a, b, hint && isa<ts::UnionType>(hint));
  if (!type && hint && rules.isSubtype(a, hint) && rules.isSubtype(b, hint))
    type = hint;
  if (!type)
    return fail(range, "the if-expression's true branch has type '" + spelling(a) +
                           "' but its false branch has type '" + spelling(b) + "'");
  first.flow.result = resultIn(first, first.flow.result, type, range);
  second.flow.result = resultIn(second, second.flow.result, type, range);
  // Branches of an expression assign nothing.
  first.frame = {};
  second.frame = {};
  return closeBranches(range, condition.value, first, second).result;
}

} // namespace sconce::import
