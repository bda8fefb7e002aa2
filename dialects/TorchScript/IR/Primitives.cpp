#include "dialects/TorchScript/IR/Primitives.h"

#include "dialects/TorchScript/IR/TorchScript.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Verifier.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;

namespace sconce::ts {

//===----------------------------------------------------------------------===//
// The table
//===----------------------------------------------------------------------===//

using Kind = PrimitiveParameter::Kind;

static Kind parseKind(StringRef type) {
  return llvm::StringSwitch<Kind>(type)
      .Case("Tensor", Kind::Tensor)
      .Case("Tensor[]", Kind::TensorList)
      .Case("int", Kind::Int)
      .Case("int[]", Kind::IntList)
      .Case("float", Kind::Float)
      .Case("bool", Kind::Bool)
      .Case("str", Kind::String)
      .Default(Kind::Scalar);
}

/// Splits `ts::name(T a, T b) -> R`; the schemas are ours and well-formed.
static PrimitiveInfo parseSchema(StringRef schema, ArrayRef<StringRef> attributes) {
  auto [head, tail] = schema.split('(');
  auto [list, result] = tail.split(") -> ");
  PrimitiveInfo info{head.substr(head.rfind(':') + 1), schema, {}, 1};
  if (result.starts_with("("))
    info.numResults = result == "()" ? 0 : result.count(',') + 1;
  SmallVector<StringRef> parts;
  list.split(parts, ", ", /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  for (StringRef part : parts) {
    auto [type, name] = part.split('=').first.split(' ');
    info.parameters.push_back({name, parseKind(type), llvm::is_contained(attributes, name)});
  }
  return info;
}

template <typename Op> static void addOne(SmallVectorImpl<PrimitiveInfo> &table) {
  if constexpr (Op::template hasTrait<PrimitiveOpInterface::Trait>())
    table.push_back(parseSchema(Op::getLibrarySchema(), Op::getAttributeNames()));
}

template <typename... Ops> static void addAll(SmallVectorImpl<PrimitiveInfo> &table) { (addOne<Ops>(table), ...); }

static SmallVector<PrimitiveInfo> buildTable() {
  SmallVector<PrimitiveInfo> table;
  addAll<
#define GET_OP_LIST
#include "dialects/TorchScript/IR/Cast.cpp.inc"
      >(table);
  addAll<
#define GET_OP_LIST
#include "dialects/TorchScript/IR/Compare.cpp.inc"
      >(table);
  addAll<
#define GET_OP_LIST
#include "dialects/TorchScript/IR/Convolution.cpp.inc"
      >(table);
  addAll<
#define GET_OP_LIST
#include "dialects/TorchScript/IR/Create.cpp.inc"
      >(table);
  addAll<
#define GET_OP_LIST
#include "dialects/TorchScript/IR/Elementwise.cpp.inc"
      >(table);
  addAll<
#define GET_OP_LIST
#include "dialects/TorchScript/IR/Index.cpp.inc"
      >(table);
  addAll<
#define GET_OP_LIST
#include "dialects/TorchScript/IR/Join.cpp.inc"
      >(table);
  addAll<
#define GET_OP_LIST
#include "dialects/TorchScript/IR/Matmul.cpp.inc"
      >(table);
  addAll<
#define GET_OP_LIST
#include "dialects/TorchScript/IR/Pooling.cpp.inc"
      >(table);
  addAll<
#define GET_OP_LIST
#include "dialects/TorchScript/IR/Random.cpp.inc"
      >(table);
  addAll<
#define GET_OP_LIST
#include "dialects/TorchScript/IR/Reduction.cpp.inc"
      >(table);
  addAll<
#define GET_OP_LIST
#include "dialects/TorchScript/IR/Runtime.cpp.inc"
      >(table);
  addAll<
#define GET_OP_LIST
#include "dialects/TorchScript/IR/Sort.cpp.inc"
      >(table);
  addAll<
#define GET_OP_LIST
#include "dialects/TorchScript/IR/Special.cpp.inc"
      >(table);
  addAll<
#define GET_OP_LIST
#include "dialects/TorchScript/IR/Transcendental.cpp.inc"
      >(table);
  addAll<
#define GET_OP_LIST
#include "dialects/TorchScript/IR/View.cpp.inc"
      >(table);
  llvm::sort(table, [](const PrimitiveInfo &a, const PrimitiveInfo &b) { return a.name < b.name; });
  return table;
}

ArrayRef<PrimitiveInfo> allPrimitives() {
  static const SmallVector<PrimitiveInfo> table = buildTable();
  return table;
}

const PrimitiveInfo *findPrimitive(StringRef name) {
  if (name == "and_" || name == "or_" || name == "not_")
    name = name.drop_back();
  ArrayRef<PrimitiveInfo> table = allPrimitives();
  const PrimitiveInfo *found =
      llvm::lower_bound(table, name, [](const PrimitiveInfo &info, StringRef wanted) { return info.name < wanted; });
  return found != table.end() && found->name == name ? found : nullptr;
}

//===----------------------------------------------------------------------===//
// Building
//===----------------------------------------------------------------------===//

namespace {

/// Collects the operands and attributes of one operation.
class PrimitiveBuilder {
public:
  PrimitiveBuilder(OpBuilder &builder, Location loc, const PrimitiveInfo &info)
      : builder(builder), loc(loc), info(info), state(loc, ("ts." + info.name).str()) {}

  FailureOr<Operation *> build(ArrayRef<PrimitiveArgument> arguments) {
    registered = state.name.getRegisteredInfo();
    if (!registered)
      return emitError(loc) << "the ts dialect is not loaded";
    if (arguments.size() != info.parameters.size())
      return emitError(loc) << "'" << info.schema << "' expected " << info.parameters.size() << " arguments, got "
                            << arguments.size();
    for (auto [parameter, argument] : llvm::zip_equal(info.parameters, arguments))
      if (failed(add(parameter, argument)))
        return discard();
    if (registered->hasTrait<OpTrait::AttrSizedOperandSegments>())
      state.addAttribute("operandSegmentSizes", builder.getDenseI32ArrayAttr(segments));
    // Inference reads the operation, so it is made with result types that are set right after.
    state.addTypes(SmallVector<Type>(info.numResults, builder.getNoneType()));
    Operation *op = builder.create(state);
    SmallVector<Type> types;
    if (failed(cast<PrimitiveOpInterface>(op).inferTypes(types)))
      return discard(op);
    for (auto [result, type] : llvm::zip_equal(op->getResults(), types))
      result.setType(type);
    if (failed(verify(op, /*verifyRecursively=*/false)))
      return discard(op);
    return op;
  }

private:
  InFlightDiagnostic mismatch(const PrimitiveParameter &parameter, const Twine &expected) {
    return emitError(loc) << "argument '" << parameter.name << "' of '" << info.schema << "' expected " << expected;
  }

  FailureOr<Operation *> discard(Operation *op = nullptr) {
    if (op)
      op->erase();
    for (Operation *constant : llvm::reverse(constants))
      constant->erase();
    return failure();
  }

  LogicalResult add(const PrimitiveParameter &parameter, const PrimitiveArgument &argument) {
    if (parameter.isKnown)
      return addAttribute(parameter, argument);
    std::string mixed = ("static_" + parameter.name).str();
    if (llvm::any_of(registered->getAttributeNames(), [&](StringAttr name) { return name == mixed; }))
      return addMixed(parameter, argument, mixed);
    size_t before = state.operands.size();
    if (failed(addOperands(parameter, argument)))
      return failure();
    segments.push_back(state.operands.size() - before);
    return success();
  }

  LogicalResult addAttribute(const PrimitiveParameter &parameter, const PrimitiveArgument &argument) {
    Attribute attribute;
    if (parameter.name == "dtype") {
      const int64_t *code = argument.get<int64_t>();
      std::optional<rt::Dtype> dtype = code ? rt::dtypeFromCode(*code) : std::nullopt;
      Type type = dtype ? elementTypeOf(builder.getContext(), *dtype) : Type();
      if (!type)
        return mismatch(parameter, "the code of a dtype, known at compile time");
      attribute = TypeAttr::get(type);
    } else if (const int64_t *value = argument.get<int64_t>(); value && parameter.kind == Kind::Int) {
      attribute = builder.getI64IntegerAttr(*value);
    } else if (const bool *value = argument.get<bool>(); value && parameter.kind == Kind::Bool) {
      attribute = builder.getBoolAttr(*value);
    } else if (const std::string *value = argument.get<std::string>(); value && parameter.kind == Kind::String) {
      attribute = wordAttribute(parameter, *value);
    } else if (const PrimitiveArgument::Ints *value = argument.get<PrimitiveArgument::Ints>();
               value && parameter.kind == Kind::IntList) {
      SmallVector<int64_t> ints;
      for (const MixedInt &i : *value) {
        if (i.value)
          return mismatch(parameter, "ints known at compile time");
        ints.push_back(i.known);
      }
      attribute = builder.getDenseI64ArrayAttr(ints);
    }
    if (!attribute)
      return mismatch(parameter, "a value known at compile time");
    state.addAttribute(parameter.name, attribute);
    return success();
  }

  /// A string, or one of the words of an enumeration.
  Attribute wordAttribute(const PrimitiveParameter &parameter, StringRef word) {
    if (parameter.name != "kind" && parameter.name != "mode")
      return builder.getStringAttr(word);
    auto number = [&](auto value) -> Attribute {
      return value ? builder.getI32IntegerAttr(static_cast<int32_t>(*value)) : Attribute();
    };
    return llvm::StringSwitch<llvm::function_ref<Attribute()>>(info.name)
        .Case("reduce", [&] { return number(symbolizeReductionKind(word)); })
        .Case("scan", [&] { return number(symbolizeScanKind(word)); })
        .Cases({"arg_reduce", "arg_scan"}, [&] { return number(symbolizeExtremumKind(word)); })
        .Cases({"pool", "arg_pool"}, [&] { return number(symbolizePoolKind(word)); })
        .Case("decompose", [&] { return number(symbolizeDecompositionKind(word)); })
        .Case("scatter", [&] { return number(symbolizeScatterMode(word)); })
        .Case("sort", [&] { return number(symbolizeSortKind(word)); })
        .Default([&] { return number(symbolizeRandomKind(word)); })();
  }

  /// A list with run-time entries; one int is a list of one.
  LogicalResult addMixed(const PrimitiveParameter &parameter, const PrimitiveArgument &argument, StringRef attribute) {
    SmallVector<MixedInt> ints;
    if (const auto *list = argument.get<PrimitiveArgument::Ints>())
      ints.assign(list->begin(), list->end());
    else if (const int64_t *known = argument.get<int64_t>())
      ints.push_back(*known);
    else if (const Value *value = argument.get<Value>())
      ints.push_back(*value);
    else
      return mismatch(parameter, "ints");
    SmallVector<int64_t> statics;
    int32_t runTime = 0;
    for (const MixedInt &i : ints) {
      if (!i.value && ShapedType::isDynamic(i.known))
        return mismatch(parameter, "ints above the lowest");
      statics.push_back(i.value ? ShapedType::kDynamic : i.known);
      if (!i.value)
        continue;
      if (!i.value.getType().isInteger(64))
        return mismatch(parameter, "run-time ints of type i64");
      state.addOperands(i.value);
      ++runTime;
    }
    state.addAttribute(attribute, builder.getDenseI64ArrayAttr(statics));
    segments.push_back(runTime);
    return success();
  }

  LogicalResult addOperands(const PrimitiveParameter &parameter, const PrimitiveArgument &argument) {
    if (const Value *value = argument.get<Value>())
      return addOperand(parameter, *value);
    if (const auto *values = argument.get<PrimitiveArgument::Values>()) {
      if (parameter.kind != Kind::TensorList)
        return mismatch(parameter, "one value");
      for (Value value : *values)
        if (failed(addOperand(parameter, value)))
          return failure();
      return success();
    }
    if (const auto *ints = argument.get<PrimitiveArgument::Ints>()) {
      for (const MixedInt &i : *ints)
        if (failed(addOperands(parameter, i.value ? PrimitiveArgument::ofValue(i.value) : PrimitiveArgument::ofInt(i.known))))
          return failure();
      return success();
    }
    TypedAttr constant;
    if (const int64_t *known = argument.get<int64_t>())
      constant = builder.getI64IntegerAttr(*known);
    else if (const double *known = argument.get<double>())
      constant = builder.getF64FloatAttr(*known);
    else if (const bool *known = argument.get<bool>())
      constant = builder.getBoolAttr(*known);
    else
      return mismatch(parameter, "a value");
    constants.push_back(arith::ConstantOp::create(builder, loc, constant));
    return addOperand(parameter, constants.back()->getResult(0));
  }

  /// Elementwise primitives take scalars for tensors; elsewhere inference relies on the right kind.
  LogicalResult addOperand(const PrimitiveParameter &parameter, Value value) {
    Type type = value.getType();
    bool isTensor = isa<RankedTensorType>(type), isScalar = isScalarOf(type, "BIFC");
    bool isElementwise = registered->hasInterface<ScalarBodyOpInterface>();
    switch (parameter.kind) {
    case Kind::Tensor:
      if (!isTensor && !(isElementwise && isScalar))
        return mismatch(parameter, "a tensor");
      break;
    case Kind::TensorList:
      if (!isTensor)
        return mismatch(parameter, "tensors");
      break;
    case Kind::Bool:
      if (!type.isInteger(1))
        return mismatch(parameter, "a bool");
      break;
    default:
      if (!isScalar)
        return mismatch(parameter, "a number");
    }
    state.addOperands(value);
    return success();
  }

  OpBuilder &builder;
  Location loc;
  const PrimitiveInfo &info;
  OperationState state;
  std::optional<RegisteredOperationName> registered;
  SmallVector<int32_t> segments;
  SmallVector<Operation *> constants;
};

} // namespace

FailureOr<Operation *> buildPrimitive(OpBuilder &builder, Location loc, StringRef name,
                                      ArrayRef<PrimitiveArgument> arguments) {
  const PrimitiveInfo *info = findPrimitive(name);
  if (!info)
    return emitError(loc) << "there is no primitive 'ts::" << name << "'";
  return PrimitiveBuilder(builder, loc, *info).build(arguments);
}

} // namespace sconce::ts
