/// The inputs of an entry: its function's arguments, the abstract values they
/// stand for, and their slots in the signature.
#ifndef SCONCE_LIB_SPECIALIZE_BINDING_H
#define SCONCE_LIB_SPECIALIZE_BINDING_H

#include "lib/Specialize/Evaluator.h"
#include "runtime/Signature.h"

namespace sconce::specialize {

/// Extents of state tensors that differ between entry and exit: run time gives
/// them. By path and position among the path's tensors.
using OpenExtents = std::map<std::pair<std::string, unsigned>, std::vector<bool>>;

class Binding {
public:
  Binding(Evaluator &eval) : eval(eval) {}

  /// Binds one argument.
  mlir::FailureOr<AbstractValue> bind(const ArgumentSpec &spec, rt::Slot &slot);
  /// Binds an attribute of the instance, as state: numbers and tensors are run
  /// time's, everything else is known.
  mlir::FailureOr<AbstractValue> bindState(const rt::Value &value, const std::string &path, const OpenExtents &open, rt::Slot &slot);
  /// Binds the number of the object that an attribute of the instance holds: a constant, or run time's where several are known.
  AbstractValue bindPointer(int64_t number, const std::string &path, rt::Slot &slot);
  /// Binds a list or dict whose structure run time gives, of elements of a shape.
  AbstractValue bindRunTimeState(const rt::Value &value, const std::string &path, const ElementShape &shape, rt::Slot &slot);

  /// The tensors among the inputs, by their number.
  llvm::ArrayRef<TensorNode *> tensors() const { return inputs; }
  /// The lists and dicts among the arguments (not the state), one before those that it holds.
  llvm::ArrayRef<AbstractValue> containers() const { return arguments; }

private:
  mlir::FailureOr<AbstractValue> bindTensor(const ArgumentSpec &spec, rt::Slot &slot);
  AbstractValue bindScalar(ValueKind kind, rt::Slot &slot);
  mlir::FailureOr<AbstractValue> bindKnown(const rt::Value &value, rt::Slot &slot);
  mlir::FailureOr<AbstractValue> bindDict(const ArgumentSpec &spec, rt::Slot &slot);
  mlir::Value addArgument(mlir::Type type);
  int64_t reserveContainer();
  void bindElements(const rt::Value &value, size_t &next);

  Evaluator &eval;
  std::vector<TensorNode *> inputs;
  std::vector<AbstractValue> arguments;
  bool isState = false;
};

} // namespace sconce::specialize

#endif
