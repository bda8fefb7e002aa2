#include "lib/Specialize/Boxing.h"
#include "lib/Specialize/RuntimeValues.h"
#include "lib/Specialize/Strings.h"
#include "lib/Specialize/TypeNames.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace sconce;
using namespace sconce::specialize;
using mlir::failed;
using mlir::failure;
using mlir::FailureOr;

int64_t specialize::elementKindOf(mlir::Type type) {
  return llvm::TypeSwitch<mlir::Type, int64_t>(type)
      .Case<ts::TensorType>([](auto) { return 1; })
      .Case<ts::IntType>([](auto) { return 2; })
      .Case<ts::FloatType>([](auto) { return 3; })
      .Case<ts::BoolType>([](auto) { return 4; })
      .Case<ts::StrType>([](auto) { return 5; })
      .Default([](mlir::Type) { return 0; });
}

mlir::Value specialize::newList(Evaluator &eval, mlir::Type elementType) {
  int64_t kind = elementKindOf(elementType);
  if (kind || llvm::isa<ts::AnyType>(elementType))
    return callForReference(eval, "sc_rt_list_new", numberConstant(eval, kind));
  return callForReference(eval, "sc_rt_list_of", textConstant(eval, annotationOf(elementType)));
}

mlir::Value specialize::newDict(Evaluator &eval, mlir::Type keyType, mlir::Type valueType) {
  int64_t key = elementKindOf(keyType), value = elementKindOf(valueType);
  if (key && value)
    return callForReference(eval, "sc_rt_dict_new", {numberConstant(eval, key), numberConstant(eval, value)});
  return callForReference(eval, "sc_rt_dict_of", {textConstant(eval, annotationOf(keyType)), textConstant(eval, annotationOf(valueType))});
}

mlir::Value specialize::tupleOf(Evaluator &eval, mlir::Value elements, const TupleNode &tuple) {
  if (tuple.className.empty())
    return callForReference(eval, "sc_rt_tuple_from_list", elements);
  return callForReference(eval, "sc_rt_named_tuple",
                          {elements, textConstant(eval, tuple.className), textConstant(eval, llvm::join(tuple.fieldNames, ","))});
}

static mlir::Value boxText(Evaluator &eval, llvm::StringRef text) {
  return callForReference(eval, "sc_rt_string_new", textConstant(eval, text));
}

static FailureOr<mlir::Value> boxEnum(Evaluator &eval, const EnumNode &member) {
  FailureOr<mlir::Value> value = box(eval, member.value);
  if (failed(value))
    return failure();
  return callForReference(eval, "sc_rt_enum_new", {textConstant(eval, member.className), textConstant(eval, member.name), *value});
}

static FailureOr<mlir::Value> boxList(Evaluator &eval, llvm::ArrayRef<AbstractValue> elements, mlir::Type elementType) {
  mlir::Value list = newList(eval, elementType);
  for (const AbstractValue &element : elements) {
    FailureOr<mlir::Value> boxed = box(eval, element);
    if (failed(boxed))
      return failure();
    eval.emitter.runtimeCall("sc_rt_list_append", {}, {list, *boxed});
  }
  return list;
}

static FailureOr<mlir::Value> boxDict(Evaluator &eval, const DictNode &node) {
  mlir::Value dict = newDict(eval, node.keyType, node.valueType);
  for (const auto &[key, value] : node.entries) {
    FailureOr<mlir::Value> k = box(eval, key), v = failed(k) ? k : box(eval, value);
    if (failed(v))
      return failure();
    eval.emitter.runtimeCall("sc_rt_dict_set", {}, {dict, *k, *v});
  }
  return dict;
}

FailureOr<mlir::Value> specialize::box(Evaluator &eval, const AbstractValue &value) {
  Walk walk(eval);
  if (walk.isTooDeep())
    return walk.refuse();
  mlir::OpBuilder &builder = eval.emitter.ops();
  mlir::Type reference = ts::RefType::get(builder.getContext());
  if (mlir::Value held = heldReference(value))
    return held;
  if (isModule(eval, value) && !eval.numbersOf(value).empty())
    return box(eval, eval.numberOf(value));
  if (value.isScalar())
    return ts::BoxOp::create(builder, eval.location(), reference, eval.emitter.materialize(value)).getResult();
  switch (value.kind()) {
  case ValueKind::None:
  case ValueKind::Uninitialized:
    return callForReference(eval, "sc_rt_from_value", {numberConstant(eval, 0), numberConstant(eval, 0)});
  case ValueKind::String:
    return boxText(eval, value.asString());
  case ValueKind::Tensor: {
    mlir::Value tensor = eval.tensors.read(value.asTensor());
    if (!tensor)
      return eval.giveUp();
    return ts::BoxOp::create(builder, eval.location(), reference, tensor).getResult();
  }
  case ValueKind::List:
    return boxList(eval, value.asList()->elements, value.asList()->elementType);
  case ValueKind::Tuple: {
    FailureOr<mlir::Value> list = boxList(eval, value.asTuple()->elements, ts::AnyType::get(builder.getContext()));
    return failed(list) ? list : tupleOf(eval, *list, *value.asTuple());
  }
  case ValueKind::Enum:
    return boxEnum(eval, *value.asEnum());
  case ValueKind::Object:
    return referenceOf(eval, value.asObject());
  case ValueKind::Dict:
    return boxDict(eval, *value.asDict());
  default:
    if (std::optional<std::string> text = textOf(eval, value))
      return boxText(eval, *text);
    return eval.unsupported("a " + kindName(value) + " as a run-time value");
  }
}
