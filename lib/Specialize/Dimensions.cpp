// Operators of the program whose structure hangs on ints that only run time knows: the numbers of dimensions, and the lengths of lists of
// ints. Code is made for each value that an int can have, which for a dimension's number are as many as the tensor has.
#include "lib/Specialize/ElementTypes.h"
#include "lib/Specialize/RuntimeValues.h"

#include "llvm/ADT/StringSet.h"

using namespace sconce;
using namespace sconce::specialize;
using mlir::failed;
using mlir::failure;
using mlir::LogicalResult;

namespace {
/// Calls with known numbers that one operator becomes at most.
constexpr int64_t maxCalls = 64;
/// The longest list of ints, other than of dimensions, of which run time gives the length.
constexpr int64_t maxLength = 8;
} // namespace

static bool isDimension(llvm::StringRef base, const SchemaArgument &argument) {
  static const llvm::StringSet<> names = {"axis", "axis0",     "axis1",       "destination", "dim",        "dim0",   "dim1",
                                          "dim2", "dimension", "dims",        "dims_other",  "dims_self",  "end_dim", "source",
                                          "start_dim"};
  auto list = llvm::dyn_cast<ts::ListType>(argument.type);
  if (auto optional = llvm::dyn_cast<ts::OptionalType>(argument.type))
    list = llvm::dyn_cast<ts::ListType>(optional.getElementType());
  bool isInt = llvm::isa<ts::IntType>(list ? list.getElementType() : argument.type) || llvm::isa<ts::OptionalType>(argument.type);
  return isInt && names.contains(argument.name) && base != "tile"; // How often it repeats each dimension.
}

/// How many dimensions the tensor, or each of a list of them, has; nullopt where that is not known.
static std::optional<int64_t> rankOf(const AbstractValue &value) {
  if (value.isTensor())
    return static_cast<int64_t>(value.asTensor()->rank());
  if (!value.isList())
    return std::nullopt;
  const ListNode *list = value.asList();
  if (!list->reference)
    return list->elements.empty() ? std::nullopt : rankOf(list->elements.front());
  auto tensor = llvm::dyn_cast_or_null<mlir::RankedTensorType>(list->elementShape.valueType());
  return tensor ? std::optional(tensor.getRank()) : std::nullopt;
}

/// How many numbers a dimension that an argument names may have.
static std::optional<int64_t> extentOf(llvm::StringRef base, llvm::StringRef name, llvm::ArrayRef<AbstractValue> arguments) {
  static const llvm::StringSet<> adds = {"diag_embed", "stack", "unsqueeze", "unsqueeze_"};
  std::optional<int64_t> rank = rankOf(arguments[name == "dims_other" ? 1 : 0]);
  return rank ? std::optional(adds.contains(base) ? *rank + 1 : std::max<int64_t>(*rank, 1)) : std::nullopt;
}

static bool isOpen(const AbstractValue &value) {
  return value.isInt() ? value.isRunTime()
                       : value.isList() && !value.asList()->reference &&
                             llvm::any_of(value.asList()->elements, [](const AbstractValue &e) { return e.isInt() && e.isRunTime(); });
}

/// A list of ints of run-time length.
static bool hasOpenLength(const AbstractValue &value) {
  return value.isList() && value.asList()->reference && llvm::isa<ts::IntType>(value.asList()->elementType);
}

std::optional<Evaluator::OpenArgument> Evaluator::openArgument(ts::OpOp op, llvm::ArrayRef<AbstractValue> arguments) {
  bool anyOpen = llvm::any_of(arguments, [](const AbstractValue &value) { return isOpen(value) || hasOpenLength(value); });
  if (!anyOpen || stack.back().isLibrary || arguments.empty())
    return std::nullopt;
  auto parameters = program.schemaArguments(op.getName());
  if (!parameters || parameters->size() != arguments.size())
    return std::nullopt;
  llvm::StringRef base = op.getName().split("::").second.split('.').first;
  bool takesTensors = llvm::any_of(*parameters, [](const SchemaArgument &parameter) { return parameter.name == "size"; }) ||
                      rankOf(arguments.front()).has_value();
  for (auto [i, argument] : llvm::enumerate(arguments)) {
    if (!takesTensors || !(isOpen(argument) || hasOpenLength(argument)))
      continue;
    bool isNumber = isDimension(base, (*parameters)[i]);
    std::optional<int64_t> extent = isNumber ? extentOf(base, (*parameters)[i].name, arguments) : std::nullopt;
    if (isNumber && extent)
      return OpenArgument{i, *extent, /*mayRepeat=*/base == "roll"};
    if (hasOpenLength(argument))
      return OpenArgument{i, maxLength, /*mayRepeat=*/true};
  }
  return std::nullopt;
}

/// Raises what PyTorch does with the number in it.
static LogicalResult raiseOutOfRange(Evaluator &eval, const AbstractValue &number, int64_t extent) {
  std::string text = ("Dimension out of range (expected to be in range of [" + llvm::Twine(-extent) + ", " + llvm::Twine(extent - 1) + "], but got {})").str();
  mlir::FailureOr<AbstractValue> message = eval.runOperator("aten::format", {eval.string(text), number});
  return failed(message) ? failure() : eval.raiseText("RuntimeError", *message);
}

/// Goes on with each number from `next` on that a dimension can have; `taken` are not among them.
static LogicalResult branchOnNumber(Evaluator &eval, ts::OpOp op, const AbstractValue &number, const AbstractValue &fromFront, int64_t extent, int64_t next,
                                    llvm::SmallVector<int64_t> taken, Evaluator::Use use, Completion done) {
  while (llvm::is_contained(taken, next))
    ++next;
  if (next < extent) {
    auto take = [use, next](Evaluator &eval, Completion end) { return use(eval, AbstractValue::ofInt(next), std::move(end)); };
    auto goOn = [=](Evaluator &eval, Completion end) {
      return branchOnNumber(eval, op, number, fromFront, extent, next + 1, taken, use, std::move(end));
    };
    return eval.branch(op, eval.emitter.compare("eq", fromFront, AbstractValue::ofInt(next)), take, goOn, std::move(done));
  }
  if (taken.empty())
    return raiseOutOfRange(eval, number, extent);
  // Which of both it is: one of those before, or none at all.
  AbstractValue zero = AbstractValue::ofInt(0), isLess = eval.emitter.compare("lt", fromFront, zero),
                isMore = eval.emitter.compare("ge", fromFront, AbstractValue::ofInt(extent));
  bool isPermute = op.getName().starts_with("aten::permute");
  AbstractValue isInside = eval.emitter.logicalAnd(eval.emitter.logicalNot(isLess), eval.emitter.logicalNot(isMore));
  return eval.branch(
      op, isInside,
      [isPermute, fromFront](Evaluator &eval, Completion) -> LogicalResult {
        if (isPermute)
          return eval.raise("builtins.RuntimeError", "permute(): duplicate dims are not allowed.");
        mlir::FailureOr<AbstractValue> message =
            eval.runOperator("aten::format", {eval.string("dim {} appears multiple times in the list of dims"), fromFront});
        return failed(message) ? failure() : eval.raiseText("RuntimeError", *message);
      },
      [number, extent](Evaluator &eval, Completion) { return raiseOutOfRange(eval, number, extent); }, std::move(done));
}

/// Sizes for the elements of a tensor, of which one may be -1: what is left for it.
static void inferSize(Evaluator &eval, TensorNode *tensor, llvm::MutableArrayRef<Extent> sizes) {
  Emitter &emitter = eval.emitter;
  Extent minusOne = Extent::ofInt(-1), others = minusOne;
  for (const Extent &size : sizes)
    others = emitter.mul(others, size);
  Extent inferred = emitter.floorDiv(eval.tensors.numel(tensor), emitter.maximum(others, Extent::ofInt(1)));
  for (Extent &size : sizes)
    size = emitter.select(emitter.compare("eq", size, minusOne), inferred, size);
}

/// Goes on with lists of each length from `length` on.
static LogicalResult branchOnLength(Evaluator &eval, ts::OpOp op, ListNode *list, TensorNode *viewed, const AbstractValue &size, int64_t length, int64_t most,
                                    Evaluator::Use use, Completion done) {
  if (length > most)
    return eval.raise("builtins.RuntimeError", "'" + op.getName() + "' got a list of more than " + llvm::Twine(most) +
                                                   " ints, of which only run time knows the number");
  auto take = [list, viewed, length, use](Evaluator &eval, Completion end) {
    llvm::SmallVector<Extent> elements;
    for (int64_t i = 0; i < length; ++i) {
      mlir::Value element = callForReference(eval, "sc_rt_list_get", {list->reference, numberConstant(eval, i)});
      elements.push_back(Extent::ofRunTime(
          ts::UnboxOp::create(eval.emitter.ops(), eval.location(), scalarTypeOf(eval.emitter.context(), ValueKind::Int), element)));
    }
    if (viewed)
      inferSize(eval, viewed, elements);
    return use(eval, eval.intList(elements), std::move(end));
  };
  auto goOn = [=](Evaluator &eval, Completion end) { return branchOnLength(eval, op, list, viewed, size, length + 1, most, use, std::move(end)); };
  return eval.branch(op, eval.emitter.compare("eq", size, AbstractValue::ofInt(length)), take, goOn, std::move(done));
}

LogicalResult Evaluator::applyToEach(ts::OpOp op, llvm::SmallVector<AbstractValue> arguments, const OpenArgument &open, Completion done) {
  AbstractValue argument = arguments[open.argument];
  Use use = [op, arguments, open](Evaluator &eval, const AbstractValue &known, Completion end) {
    llvm::SmallVector<AbstractValue> all(arguments);
    all[open.argument] = known;
    return eval.applyOperator(op, std::move(all), std::move(end));
  };
  if (hasOpenLength(argument)) {
    AbstractValue size = callForInt(*this, "sc_rt_list_size", argument.asList()->reference);
    static const llvm::StringSet<> infers = {"aten::_unsafe_view", "aten::reshape", "aten::view", "aten::view_copy"};
    TensorNode *viewed = infers.contains(op.getName()) && arguments.front().isTensor() ? arguments.front().asTensor() : nullptr;
    return branchOnLength(*this, op, argument.asList(), viewed, size, 0, open.extent, std::move(use), std::move(done));
  }
  llvm::SmallVector<int64_t> taken;
  AbstractValue number = argument;
  if (argument.isList()) {
    llvm::ArrayRef<AbstractValue> elements = argument.asList()->elements;
    int64_t calls = 1, left = open.extent - llvm::count_if(elements, [](const Extent &element) { return element.isKnownInt(); });
    for (const AbstractValue &element : elements) {
      if (element.isKnownInt())
        taken.push_back(element.asInt() + (element.asInt() < 0 ? open.extent : 0));
      else if (calls <= maxCalls)
        calls *= open.mayRepeat ? open.extent : std::max<int64_t>(left--, 1);
    }
    if (open.mayRepeat)
      taken.clear();
    if (calls > maxCalls)
      return unsupported("'" + op.getName() + "' with numbers of dimensions that only run time knows: it would be compiled for more than " +
                         llvm::Twine(maxCalls) + " combinations of them; make some of them constants");
    size_t place = llvm::find_if(elements, [](const Extent &element) { return element.isRunTime(); }) - elements.begin();
    number = elements[place];
    use = [use, argument, place](Evaluator &eval, const AbstractValue &known, Completion end) {
      auto elements = argument.asList()->elements;
      elements[place] = known;
      return use(eval, eval.intList(elements), std::move(end));
    };
  }
  AbstractValue extent = AbstractValue::ofInt(open.extent);
  AbstractValue fromFront = emitter.select(emitter.compare("lt", number, AbstractValue::ofInt(0)), emitter.add(number, extent), number);
  return branchOnNumber(*this, op, number, fromFront, open.extent, 0, std::move(taken), std::move(use), std::move(done));
}
