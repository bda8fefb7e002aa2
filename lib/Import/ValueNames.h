// The names and numbers that the reference gives to values while it compiles a function.
//
// Its graphs are shown with them, so whoever prints a graph as the reference does has to know what
// the reference does on the way: every use of a variable makes a value of its own, which takes the
// variable's name from the value that had it (`x` becomes `x.1`) and is dropped later; every value,
// kept or not, takes a number.
#ifndef SCONCE_IMPORT_VALUENAMES_H
#define SCONCE_IMPORT_VALUENAMES_H

#include "dialects/TorchScript/IR/TorchScript.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringMap.h"
#include <string>
#include <vector>

namespace sconce::import {

/// Told by the emitter what happens, in order.
class ValueNames : public mlir::OpBuilder::Listener {
public:
  //===-- What happens
  //----------------------------------------------------------------------------===//

  void begin(mlir::Block *functionEntry) { entry = functionEntry; }
  /// Results are numbered as their operations are made.
  void notifyOperationInserted(mlir::Operation *op, mlir::OpBuilder::InsertPoint) override;
  void parameter(mlir::Value value, llvm::StringRef name);
  /// An index of iterations.
  void tripIndex(mlir::Value value) { number(value); }
  /// A variable is read; `value` is what it holds, where that goes on.
  void load(llvm::StringRef name, mlir::Value value = {});
  /// A variable is set in `block`.
  void assign(mlir::Value value, llvm::StringRef name, mlir::Block *block);
  /// The last operation was a number that stands in the source: each is there once.
  void literal(mlir::Value constant);
  /// The reference makes a value that it does without in the end: a zero for each conversion by
  /// `int(…)` and the like and for each condition, a tuple of an operator's results.
  void skip(unsigned count = 1) {
    if (!isPaused)
      next += count;
  }
  /// From now on the reference makes nothing of what happens, or does again.
  void pause(bool pauses) { isPaused = pauses; }
  /// The last operation is a cast that the reference makes, too.
  void keepCast(mlir::Value cast);
  /// From now on operations belong to defaults, or not.
  void inDefault(bool isDefault) { isInDefault = isDefault; }
  /// The last list is the default of a parameter: one constant.
  void defaultList(mlir::Value list);
  /// The next call's function becomes a constant.
  void function() {
    if (!isPaused)
      called = next++;
  }
  /// The class of an exception where the source gives none.
  void raised(mlir::Operation *raise, mlir::Value noClass) { noClasses[raise] = noClass; }
  /// A conditional ends. Its first results are the variables `names`; it has others if it stands
  /// for an expression.
  void conditional(mlir::Operation *op, llvm::ArrayRef<llvm::StringRef> names);
  void loop(mlir::Operation *op, llvm::ArrayRef<llvm::StringRef> names);
  /// The function ends. Names what conditionals and loops carry.
  void finish();

  //===-- What is known then
  //----------------------------------------------------------------------===//

  /// As the reference prints the value, without `%`: `x.1` or `17`.
  std::string nameOf(mlir::Value value) const;
  /// Of the constant that is the called function, and of the result that the reference gives to the
  /// end of a `with`.
  std::string nameBeside(mlir::Operation *op) const;
  mlir::Value noClassOf(mlir::Operation *raise) const { return noClasses.lookup(raise); }
  /// A number for a value that simplification makes.
  std::string fresh() { return std::to_string(next++); }
  /// Whether the value's operation has no place in the source: it is a default.
  bool isDefault(mlir::Operation *op) const { return defaults.contains(op); }
  bool isConstantList(mlir::Operation *op) const { return constantLists.contains(op); }
  bool isKeptCast(mlir::Operation *op) const { return keptCasts.contains(op); }
  /// Numbers of the source, the first of each value, in the order in which they are met.
  llvm::ArrayRef<mlir::Value> literals() const { return firstLiterals; }
  /// The first number of the source with that value.
  mlir::Value firstLiteral(mlir::Value constant) const { return sameLiteral.lookup(constant); }

  /// The variables that are the results of a conditional or loop.
  llvm::ArrayRef<std::string> variablesOf(mlir::Operation *op) const {
    auto known = variables.find(op);
    return known == variables.end() ? llvm::ArrayRef<std::string>()
                                    : llvm::ArrayRef<std::string>(known->second);
  }

private:
  unsigned number(mlir::Value value);
  void setName(unsigned id, llvm::StringRef name);
  void finishBlock(mlir::Block &block);

  mlir::Block *entry = nullptr;
  unsigned next = 0;
  bool isInDefault = false, isPaused = false;
  std::optional<unsigned> called; ///< The function of the next call.
  std::vector<std::string> names; ///< By number; empty for values that have only that.
  llvm::StringMap<unsigned> owners;
  llvm::StringMap<uint64_t> suffixes;
  llvm::DenseMap<mlir::Value, unsigned> ids;
  llvm::DenseMap<mlir::Value, unsigned> lastLoads; ///< Under what number a value was read last.
  llvm::DenseMap<mlir::Operation *, unsigned> idsBeside;
  llvm::DenseMap<mlir::Operation *, mlir::Value> noClasses;
  llvm::DenseSet<mlir::Operation *> defaults, constantLists, keptCasts;
  llvm::DenseMap<mlir::Value, mlir::Value> sameLiteral;
  llvm::DenseMap<std::pair<mlir::Attribute, mlir::Type>, mlir::Value> literalsByValue;
  llvm::SmallVector<mlir::Value> firstLiterals;
  llvm::DenseMap<mlir::Operation *, llvm::SmallVector<std::string>> variables;
};

/// Whether a variable's name says something: those of temporaries (`_12`) do not.
bool isMeaningful(llvm::StringRef name);

} // namespace sconce::import

#endif // SCONCE_IMPORT_VALUENAMES_H
