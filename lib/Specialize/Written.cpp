#include "lib/Specialize/Written.h"
#include "lib/Specialize/Boxing.h"
#include "lib/Specialize/InstanceObjects.h"
#include "lib/Specialize/Results.h"
#include "lib/Specialize/RuntimeValues.h"
#include "runtime/Compiled.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace sconce;
using namespace sconce::specialize;
using mlir::failed;
using mlir::failure;
using mlir::LogicalResult;
using mlir::success;

namespace {
/// Values that all checks of operators together keep: each costs code that hardly ever runs.
constexpr size_t maxKept = 256;
/// Types of the state that calls that raise leave: each is a further entry of what is compiled ahead of time.
constexpr size_t maxRaised = 8;
/// Deeper containers are cyclic.
constexpr unsigned maxDepth = 32;
} // namespace

/// What a value is made of: two that are alike in this hold the same.
static void takeApart(const AbstractValue &value, std::vector<AbstractValue> &parts, unsigned depth = 0) {
  parts.push_back(value);
  if (depth > maxDepth)
    return;
  auto add = [&](llvm::ArrayRef<AbstractValue> values) {
    parts.push_back(AbstractValue::ofInt(static_cast<int64_t>(values.size())));
    for (const AbstractValue &element : values)
      takeApart(element, parts, depth + 1);
  };
  if (value.isTensor()) {
    const StorageNode *storage = value.asTensor()->storage;
    parts.push_back(AbstractValue::ofInt(static_cast<int64_t>(storage->version)));
  } else if (value.isList()) {
    add(value.asList()->elements);
  } else if (value.isTuple()) {
    add(value.asTuple()->elements);
  } else if (value.isDict()) {
    for (const auto &[key, element] : value.asDict()->entries)
      add({key, element});
  }
}

static std::vector<AbstractValue> partsOf(const AbstractValue &value) {
  std::vector<AbstractValue> parts;
  takeApart(value, parts);
  return parts;
}

static bool areAlike(const std::vector<AbstractValue> &a, const std::vector<AbstractValue> &b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const AbstractValue &x, const AbstractValue &y) { return x.isIdentical(y); });
}

/// Whether an object of the program is in it, which has to stay that object.
static bool holdsObject(const AbstractValue &value, unsigned depth = 0) {
  auto any = [&](llvm::ArrayRef<AbstractValue> values) {
    return llvm::any_of(values, [&](const AbstractValue &element) { return holdsObject(element, depth + 1); });
  };
  if (depth > maxDepth || value.isObject())
    return true;
  if (value.isList())
    return any(value.asList()->elements);
  if (value.isTuple())
    return any(value.asTuple()->elements);
  return value.isDict() &&
         llvm::any_of(value.asDict()->entries, [&](const auto &entry) { return holdsObject(entry.second, depth + 1); });
}

void Written::start(llvm::ArrayRef<std::string> paths, llvm::ArrayRef<rt::Slot> typesOfState, size_t count) {
  state = paths;
  types = typesOfState;
  numOfArguments = count;
  for (const std::string &path : state) {
    const AbstractValue *value = eval.attributeAt(path);
    stateBefore.push_back(value ? partsOf(*value) : std::vector<AbstractValue>());
  }
  for (const AbstractValue &container : binding.containers())
    containersBefore.push_back(partsOf(container));
}

bool Written::isWritten(size_t container) const {
  const AbstractValue &value = binding.containers()[container];
  if (isAtRunTime(value))
    return eval.knowledge.writesHeld || eval.knowledge.writtenArguments.contains(container);
  return eval.knowledge.writtenArguments.contains(container) && !areAlike(partsOf(value), containersBefore[container]);
}

std::vector<Written::Kept> Written::find() {
  std::vector<Kept> found;
  auto add = [&](int64_t place, size_t index, const AbstractValue &value) {
    if (!holdsObject(value) && shapeOf(eval, value, nullptr))
      found.push_back({place, static_cast<int64_t>(index), value});
  };
  for (size_t i = 0; i < numOfArguments; ++i)
    if (StorageNode *storage = binding.tensors()[i]->storage; storage->written && storage->input == static_cast<int64_t>(i))
      found.push_back({SC_RT_KEEP_ARGUMENT, static_cast<int64_t>(i), {}, storage});
  for (size_t i = 0; i < binding.containers().size(); ++i)
    if (isWritten(i))
      add(SC_RT_KEEP_CONTAINER, i, binding.containers()[i]);
  for (size_t i = 0; i < stateBefore.size(); ++i) {
    const AbstractValue *value = eval.attributeAt(state[i]);
    if (!value || !(isAtRunTime(*value) || !areAlike(partsOf(*value), stateBefore[i])))
      continue;
    if (isPointer(state[i]))
      found.push_back({SC_RT_KEEP_STATE, static_cast<int64_t>(i), *value});
    else
      add(SC_RT_KEEP_STATE, i, *value);
  }
  return found;
}

bool Written::any(bool isCheck) {
  size_t count = find().size();
  if (isCheck && keptByChecks + count > maxKept)
    return false;
  keptByChecks += isCheck ? count : 0;
  return count != 0;
}

bool Written::writesState() {
  return llvm::any_of(find(), [](const Kept &kept) { return kept.place == SC_RT_KEEP_STATE; });
}

/// Notes the types of the state as it is here.
LogicalResult Written::noteState(llvm::ArrayRef<Kept> found) {
  auto isState = [](const Kept &kept) { return kept.place == SC_RT_KEEP_STATE; };
  if (statesRaised.size() >= maxRaised || llvm::none_of(found, isState))
    return success();
  std::vector<rt::Slot> after = types.vec();
  Results results(eval, binding.tensors(), numOfArguments);
  for (const Kept &kept : found) {
    if (!isState(kept))
      continue;
    after[kept.index] = rt::Slot();
    if (failed(results.addState(state[kept.index], kept.value, after[kept.index])))
      return failure();
  }
  auto print = [](const std::vector<rt::Slot> &slots) {
    std::string text;
    for (const rt::Slot &slot : slots)
      text += rt::printSlot(slot) + ",";
    return text;
  };
  bool isKnown = llvm::any_of(statesRaised, [&](const auto &state) { return print(state) == print(after); });
  if (!isKnown)
    statesRaised.push_back(std::move(after));
  return success();
}

LogicalResult Written::keep() {
  llvm::SaveAndRestore keeping(isKeeping, true);
  std::vector<Kept> found = find();
  if (failed(noteState(found)))
    return failure();
  for (const Kept &kept : found) {
    mlir::FailureOr<mlir::Value> value = failure();
    if (kept.storage) {
      mlir::Value content = eval.tensors.readBase(kept.storage);
      if (!content)
        return eval.giveUp();
      value = ts::BoxOp::create(eval.emitter.ops(), eval.location(), ts::RefType::get(eval.emitter.context()), content).getResult();
    } else {
      bool isNumber = kept.place == SC_RT_KEEP_STATE && isPointer(state[kept.index]);
      value = box(eval, isNumber ? eval.numberOf(kept.value) : kept.value);
    }
    if (failed(value))
      return failure();
    eval.emitter.runtimeCall("sc_rt_keep_written", {}, {numberConstant(eval, kept.place), numberConstant(eval, kept.index), *value});
  }
  return success();
}

static bool mayFail(llvm::StringRef callee) {
  static constexpr llvm::StringLiteral never[] = {
      "sc_rt_dict_new",  "sc_rt_dict_of",      "sc_rt_dict_set",        "sc_rt_dict_size",    "sc_rt_from_value",
      "sc_rt_list_append", "sc_rt_list_append_int", "sc_rt_list_new",   "sc_rt_list_of",      "sc_rt_list_size",
      "sc_rt_loop_carry", "sc_rt_loop_enter",  "sc_rt_loop_leave",      "sc_rt_loop_next",    "sc_rt_raise_string",
      "sc_rt_string_new"};
  return !llvm::is_contained(never, callee);
}

void Written::keepAfter(mlir::Operation *call) {
  if (isKeeping || !mayFail(llvm::cast<ts::RuntimeCallOp>(call).getCallee()) || !any(/*isCheck=*/true))
    return;
  llvm::SaveAndRestore keeping(isKeeping, true);
  mlir::OpBuilder &builder = eval.emitter.ops();
  call->setAttr("ts.continues", builder.getUnitAttr());
  AbstractValue failedCall = callForBool(eval, "sc_rt_has_failed", {});
  mlir::OpBuilder::InsertionGuard guard(builder);
  auto raising = mlir::scf::IfOp::create(builder, eval.location(), mlir::TypeRange(), eval.emitter.materialize(failedCall), /*withElseRegion=*/false);
  raising->setAttr(raisesAttrName, builder.getUnitAttr());
  builder.setInsertionPointToStart(&raising.getThenRegion().front());
  eval.tensors.enterRegion();
  (void)keep();
  eval.emitter.check(AbstractValue::ofBool(false), "", "");
  eval.tensors.leaveRegion();
}
