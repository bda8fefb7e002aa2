#include "lib/Specialize/AbstractValue.h"
#include "lib/Specialize/Heap.h"

#include "mlir/IR/BuiltinTypes.h"

#include <cstring>

using namespace sconce;
using namespace sconce::specialize;

static ValueKind kindOfType(mlir::Type type) {
  if (type.isInteger(1))
    return ValueKind::Bool;
  if (type.isInteger(64))
    return ValueKind::Int;
  if (type.isF64())
    return ValueKind::Float;
  assert(llvm::isa<mlir::ComplexType>(type) && "not the type of a run-time scalar");
  return ValueKind::Complex;
}

AbstractValue AbstractValue::ofRunTime(mlir::Value value) {
  AbstractValue result(kindOfType(value.getType()));
  result.runTime = true;
  result.payload.pointer = value.getAsOpaquePointer();
  return result;
}

AbstractValue AbstractValue::ofTensor(TensorNode *node) { return ofNode(ValueKind::Tensor, node); }
AbstractValue AbstractValue::ofList(ListNode *node) { return ofNode(ValueKind::List, node); }
AbstractValue AbstractValue::ofTuple(TupleNode *node) { return ofNode(ValueKind::Tuple, node); }

llvm::StringRef AbstractValue::asString() const {
  assert((tag == ValueKind::String || tag == ValueKind::Device) && "not a text");
  return static_cast<StringNode *>(payload.node)->text;
}
EnumNode *AbstractValue::asEnum() const { return static_cast<EnumNode *>(payload.node); }
FunctionNode *AbstractValue::asFunction() const { return static_cast<FunctionNode *>(payload.node); }
OpaqueNode *AbstractValue::asOpaque() const { return static_cast<OpaqueNode *>(payload.node); }
TensorNode *AbstractValue::asTensor() const { return static_cast<TensorNode *>(payload.node); }
TupleNode *AbstractValue::asTuple() const { return static_cast<TupleNode *>(payload.node); }
ListNode *AbstractValue::asList() const { return static_cast<ListNode *>(payload.node); }
DictNode *AbstractValue::asDict() const { return static_cast<DictNode *>(payload.node); }
ObjectNode *AbstractValue::asObject() const { return static_cast<ObjectNode *>(payload.node); }
ChoiceNode *AbstractValue::asChoice() const { return static_cast<ChoiceNode *>(payload.node); }
FutureNode *AbstractValue::asFuture() const { return static_cast<FutureNode *>(payload.node); }
ReferenceNode *AbstractValue::asReference() const { return static_cast<ReferenceNode *>(payload.node); }

double AbstractValue::toDouble() const {
  assert(isKnown() && "only known numbers convert");
  return tag == ValueKind::Bool || tag == ValueKind::Int ? static_cast<double>(payload.integer) : payload.real;
}

std::complex<double> AbstractValue::toComplex() const {
  return tag == ValueKind::Complex ? asComplex() : std::complex<double>(toDouble(), 0);
}

bool AbstractValue::isIdentical(const AbstractValue &other) const {
  if (tag != other.tag || runTime != other.runTime)
    return false;
  if (tag == ValueKind::Uninitialized || tag == ValueKind::None)
    return true;
  if (tag == ValueKind::String || tag == ValueKind::Device)
    return asString() == other.asString();
  if (tag == ValueKind::Enum)
    return asEnum()->className == other.asEnum()->className && asEnum()->name == other.asEnum()->name;
  if (tag == ValueKind::Function)
    return asFunction()->name == other.asFunction()->name && asFunction()->self.isIdentical(other.asFunction()->self);
  bool sameImaginary = std::memcmp(&imaginary, &other.imaginary, sizeof imaginary) == 0;
  return payload.integer == other.payload.integer && sameImaginary;
}

llvm::StringRef specialize::kindName(const AbstractValue &value) {
  switch (value.kind()) {
  case ValueKind::Uninitialized:
    return "uninitialized";
  case ValueKind::None:
    return "NoneType";
  case ValueKind::Bool:
    return "bool";
  case ValueKind::Int:
    return "int";
  case ValueKind::Float:
    return "float";
  case ValueKind::Complex:
    return "complex";
  case ValueKind::String:
    return "str";
  case ValueKind::Device:
    return "Device";
  case ValueKind::Enum:
    return "Enum";
  case ValueKind::Function:
    return "Function";
  case ValueKind::Opaque:
    return "opaque value";
  case ValueKind::Tensor:
    return "Tensor";
  case ValueKind::Tuple:
    return "Tuple";
  case ValueKind::List:
    return "List";
  case ValueKind::Dict:
    return "Dict";
  case ValueKind::Object:
    return "object";
  case ValueKind::Future:
    return "Future";
  case ValueKind::Reference:
    return "run-time value";
  case ValueKind::Choice:
    return "module that run time chooses";
  }
  return "value";
}
