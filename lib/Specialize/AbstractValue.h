/// What the evaluator knows of a TorchScript value.
#ifndef SCONCE_LIB_SPECIALIZE_ABSTRACTVALUE_H
#define SCONCE_LIB_SPECIALIZE_ABSTRACTVALUE_H

#include "mlir/IR/Value.h"
#include "llvm/ADT/StringRef.h"

#include <complex>
#include <cstdint>

namespace sconce::specialize {

struct ChoiceNode;
struct DictNode;
struct EnumNode;
struct FunctionNode;
struct FutureNode;
struct ListNode;
struct Node;
struct ObjectNode;
struct OpaqueNode;
struct ReferenceNode;
struct StringNode;
struct TensorNode;
struct TupleNode;

enum class ValueKind : uint8_t {
  Uninitialized, ///< read by no path
  None,
  Bool,
  Int,
  Float,
  Complex,
  String,
  Device,
  Enum,
  Function,
  Opaque, ///< a generator, a stream: only passed around
  Tensor,
  Tuple,
  List,
  Dict,
  Object,
  Future,
  Reference, ///< a run-time value of unknown structure
  Choice,    ///< one of several known values, by a run-time condition
};

/// A bool, int, float or complex, known or an SSA value; a known constant; or a
/// reference to a node of the heap. Cheap to copy: nodes live as long as the
/// evaluation.
class AbstractValue {
public:
  AbstractValue() = default;

  static AbstractValue uninitialized() { return AbstractValue(); }
  static AbstractValue none() { return AbstractValue(ValueKind::None); }
  static AbstractValue ofBool(bool value) { return ofBits(ValueKind::Bool, value); }
  static AbstractValue ofInt(int64_t value) { return ofBits(ValueKind::Int, value); }
  static AbstractValue ofFloat(double value) {
    AbstractValue result(ValueKind::Float);
    result.payload.real = value;
    return result;
  }
  static AbstractValue ofComplex(std::complex<double> value) {
    AbstractValue result(ValueKind::Complex);
    result.payload.real = value.real();
    result.imaginary = value.imag();
    return result;
  }
  /// A scalar that run time computes; the kind follows from its type (i1, i64,
  /// f64, complex<f64>).
  static AbstractValue ofRunTime(mlir::Value value);
  static AbstractValue ofNode(ValueKind kind, Node *node) {
    AbstractValue result(kind);
    result.payload.node = node;
    return result;
  }
  static AbstractValue ofTensor(TensorNode *node);
  static AbstractValue ofList(ListNode *node);
  static AbstractValue ofTuple(TupleNode *node);

  ValueKind kind() const { return tag; }
  bool is(ValueKind kind) const { return tag == kind; }
  bool isUninitialized() const { return tag == ValueKind::Uninitialized; }
  bool isNone() const { return tag == ValueKind::None; }
  bool isBool() const { return tag == ValueKind::Bool; }
  bool isInt() const { return tag == ValueKind::Int; }
  bool isFloat() const { return tag == ValueKind::Float; }
  bool isComplex() const { return tag == ValueKind::Complex; }
  bool isString() const { return tag == ValueKind::String; }
  bool isTensor() const { return tag == ValueKind::Tensor; }
  bool isTuple() const { return tag == ValueKind::Tuple; }
  bool isList() const { return tag == ValueKind::List; }
  bool isDict() const { return tag == ValueKind::Dict; }
  bool isObject() const { return tag == ValueKind::Object; }
  bool isReference() const { return tag == ValueKind::Reference; }
  /// A bool, int, float or complex, known or not.
  bool isScalar() const { return tag >= ValueKind::Bool && tag <= ValueKind::Complex; }
  /// A number that run time computes.
  bool isRunTime() const { return isScalar() && runTime; }
  /// A scalar whose value is known.
  bool isKnown() const { return isScalar() && !runTime; }
  bool isKnownInt() const { return isInt() && !runTime; }
  bool isKnownInt(int64_t value) const { return isKnownInt() && payload.integer == value; }
  bool isKnownBool() const { return isBool() && !runTime; }
  bool hasNode() const { return tag >= ValueKind::String; }

  // The payload; the kind must be the matching one.
  bool asBool() const { return payload.integer != 0; }
  int64_t asInt() const { return payload.integer; }
  double asFloat() const { return payload.real; }
  std::complex<double> asComplex() const { return {payload.real, imaginary}; }
  mlir::Value asRunTime() const { return mlir::Value::getFromOpaquePointer(payload.pointer); }
  Node *node() const { return payload.node; }
  /// A string's or a device's text.
  llvm::StringRef asString() const;
  ChoiceNode *asChoice() const;
  EnumNode *asEnum() const;
  FunctionNode *asFunction() const;
  OpaqueNode *asOpaque() const;
  TensorNode *asTensor() const;
  TupleNode *asTuple() const;
  ListNode *asList() const;
  DictNode *asDict() const;
  ObjectNode *asObject() const;
  FutureNode *asFuture() const;
  ReferenceNode *asReference() const;

  /// A known number as a double or a complex (the real part where one is lost).
  double toDouble() const;
  std::complex<double> toComplex() const;

  /// The same value at run time for certain: equal known scalars (bit for bit),
  /// the same SSA value, the same node, strings of equal text.
  bool isIdentical(const AbstractValue &other) const;

private:
  explicit AbstractValue(ValueKind kind) : tag(kind) {}
  static AbstractValue ofBits(ValueKind kind, int64_t bits) {
    AbstractValue result(kind);
    result.payload.integer = bits;
    return result;
  }

  ValueKind tag = ValueKind::Uninitialized;
  bool runTime = false;
  union {
    int64_t integer;
    double real;
    const void *pointer;
    Node *node;
  } payload = {0};
  double imaginary = 0;
};

/// An extent, stride or offset: an int, known or not.
using Extent = AbstractValue;

/// "int", "Tensor": how messages name the kind of a value.
llvm::StringRef kindName(const AbstractValue &value);

} // namespace sconce::specialize

#endif
