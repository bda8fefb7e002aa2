#include "lib/Specialize/Boxing.h"
#include "lib/Specialize/RuntimeValues.h"
#include "lib/Specialize/Strings.h"

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

static mlir::Value boxText(Evaluator &eval, llvm::StringRef text) {
  mlir::OpBuilder &builder = eval.emitter.ops();
  mlir::Value literal = ts::ConstantOp::create(builder, eval.emitter.location(), text);
  return callForReference(eval, "sc_rt_string_new", literal);
}

static FailureOr<mlir::Value> boxList(Evaluator &eval, llvm::ArrayRef<AbstractValue> elements, int64_t kind) {
  mlir::Value list = callForReference(eval, "sc_rt_list_new", numberConstant(eval, kind));
  for (const AbstractValue &element : elements) {
    FailureOr<mlir::Value> boxed = box(eval, element);
    if (failed(boxed))
      return failure();
    eval.emitter.runtimeCall("sc_rt_list_append", {}, {list, *boxed});
  }
  return list;
}

static FailureOr<mlir::Value> boxDict(Evaluator &eval, const DictNode &node) {
  mlir::Value kinds[] = {numberConstant(eval, elementKindOf(node.keyType)), numberConstant(eval, elementKindOf(node.valueType))};
  mlir::Value dict = callForReference(eval, "sc_rt_dict_new", kinds);
  for (const auto &[key, value] : node.entries) {
    FailureOr<mlir::Value> k = box(eval, key), v = failed(k) ? k : box(eval, value);
    if (failed(v))
      return failure();
    eval.emitter.runtimeCall("sc_rt_dict_set", {}, {dict, *k, *v});
  }
  return dict;
}

FailureOr<mlir::Value> specialize::box(Evaluator &eval, const AbstractValue &value) {
  mlir::OpBuilder &builder = eval.emitter.ops();
  mlir::Type reference = ts::RefType::get(builder.getContext());
  if (mlir::Value held = heldReference(value))
    return held;
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
    return boxList(eval, value.asList()->elements, elementKindOf(value.asList()->elementType));
  case ValueKind::Tuple: {
    FailureOr<mlir::Value> list = boxList(eval, value.asTuple()->elements, 0);
    return failed(list) ? list : callForReference(eval, "sc_rt_tuple_from_list", *list);
  }
  case ValueKind::Dict:
    return boxDict(eval, *value.asDict());
  default:
    if (std::optional<std::string> text = textOf(eval, value))
      return boxText(eval, *text);
    return eval.unsupported("a " + kindName(value) + " as a run-time value");
  }
}
