/// From a program and the signature of one entry to a function of ranked
/// tensors and scalars: the partial evaluator's API.
#ifndef SCONCE_LIB_SPECIALIZE_SPECIALIZER_H
#define SCONCE_LIB_SPECIALIZE_SPECIALIZER_H

#include "lib/Specialize/Weights.h"
#include "runtime/Signature.h"
#include "runtime/Value.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <optional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace sconce::import {
class Program;
}

namespace sconce::specialize {

class ProgramView;

/// What is known of one argument.
struct ArgumentSpec {
  enum class Kind { Tensor, Int, Float, Bool, Complex, Known, List, Tuple, Dict, RunTime };
  static constexpr int64_t dynamic = INT64_MIN;

  Kind kind = Kind::RunTime;
  rt::Dtype dtype = rt::Dtype::Float32; ///< Tensor
  std::vector<int64_t> sizes;           ///< Tensor; `dynamic` where run time gives it
  std::vector<int64_t> strides;         ///< Tensor; empty: contiguous
  rt::Value value;                      ///< Known; Dict: unused
  std::vector<ArgumentSpec> elements;   ///< List, Tuple; Dict: the values
  std::vector<rt::Value> keys;          ///< Dict
  std::string elementType;              ///< List: annotation syntax, for empty ones
  std::string className;                ///< Tuple: of a named tuple
  std::vector<std::string> fieldNames;  ///< Tuple: of a named tuple
};

struct SpecOptions {
  /// ints, floats and bools of arguments are known by value.
  bool knownScalars = true;
  /// Extents are known.
  bool staticShapes = true;
};

/// The spec of a value as the just-in-time driver sees it.
ArgumentSpec specFromValue(const rt::Value &value, const SpecOptions &options = {});
/// Whether the spec is that of the value, and a number that is the same for values of one spec: what a call is found by, so
/// they take no memory. Dicts, devices, enum members and what only its identity tells apart have none here.
bool isSpecOf(const ArgumentSpec &spec, const rt::Value &value);
uint64_t hashOfSpec(const rt::Value &value);
/// From the command line: `1x3x?x224xf32`, `f32` (a 0-dim tensor), `int`,
/// `int=5`, `float`, `bool=true`, `str="x"`, `none`, `list<2x3xf32,2x3xf32>`,
/// `tuple<…>`, `dict<"k": 2xf32>`, `any`.
llvm::Expected<ArgumentSpec> parseArgumentSpec(llvm::StringRef text);
/// The command-line spelling of a spec.
std::string spellArgumentSpec(const ArgumentSpec &spec);

/// Limits on what one entry may cost. Past one, the error says which.
struct Options {
  uint64_t maxSteps = 50'000'000;   ///< operations evaluated
  uint64_t maxOperations = 100'000; ///< operations of the compiled entry
  uint64_t maxUnrolled = 10'000;    ///< iterations of one loop
  unsigned maxVersions = 16;        ///< copies of the rest of a function
  unsigned maxCallDepth = 512;      ///< calls within calls
  /// Compute whatever is known, of any size, and do effects at once.
  bool interprets = false;
  /// Interpretation is abandoned where its estimated time, in nanoseconds, is beyond.
  uint64_t maxNanoseconds = UINT64_MAX;
  /// Attributes ("layer.count") that other methods write: state here too.
  std::set<std::string> state;
  /// Extents of tensors among them that are given at run time whatever the instance's are: a flag for each.
  std::map<std::string, std::vector<bool>> openExtents;
  /// Lists and dicts among them whose structure is given at run time whatever the instance's are.
  std::set<std::string> runTimeState;
  /// The instance's root object; null: the archive's.
  rt::Value instance;
  /// Results that are views of an argument's memory are that, as in PyTorch; else they have memory of their own, as the caller's
  /// buffers of a compiled function are.
  bool viewsOfArguments = false;
};

/// An attribute that entries read and write.
struct StateSlot {
  std::string path; ///< "layer.running_mean"
  ArgumentSpec type;
  bool written = false;
  bool isAtRunTime = false; ///< a list or dict whose structure run time gives
};

/// An `if` after which the rest of the program is there twice.
struct Split {
  std::string place; ///< "code/__torch__.py:12:2"
  std::string reason;
  unsigned times = 1; ///< in loops that are unrolled, and functions that are called several times
};

/// What one entry cost, of what its budgets allow.
struct Report {
  uint64_t steps = 0, maxSteps = 0;
  unsigned versions = 0, maxVersions = 0;
  unsigned evaluations = 0;
  std::vector<Split> splits;
  /// The entry raises whatever it is given; the message.
  std::optional<std::string> alwaysRaises;
};

struct SpecializedEntry {
  mlir::OwningOpRef<mlir::ModuleOp> module; ///< one func.func, named as the method
  std::string signature;
  WeightTable weights;
  std::vector<StateSlot> state;
  /// The types, besides those of the signature, that a call may leave the state with when it raises.
  std::vector<std::vector<rt::Slot>> statesRaised;
  Report report;
};

/// Evaluates `method` ("forward") of the program's root object. On failure a
/// diagnostic with the TorchScript stack is out.
mlir::FailureOr<SpecializedEntry> specialize(import::Program &program, llvm::StringRef method,
                                             llvm::ArrayRef<ArgumentSpec> arguments, const Options &options = {});
/// The same for any program, such as hand-written IR.
mlir::FailureOr<SpecializedEntry> specialize(ProgramView &program, mlir::MLIRContext *context, llvm::StringRef method,
                                             llvm::ArrayRef<ArgumentSpec> arguments, const Options &options = {});

} // namespace sconce::specialize

#endif
