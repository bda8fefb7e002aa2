/// The operators that the evaluator answers itself: one table for each file.
#ifndef SCONCE_LIB_SPECIALIZE_INTRINSICS_H
#define SCONCE_LIB_SPECIALIZE_INTRINSICS_H

#include "lib/Specialize/Evaluator.h"

#include "llvm/ADT/StringMap.h"

namespace sconce::specialize {

using Intrinsic = mlir::LogicalResult (*)(Call &);

struct IntrinsicEntry {
  llvm::StringLiteral name; ///< of the schema; one without overload stands for all overloads
  Intrinsic function;
};

/// What an operator that the runtime answers works on: several types share names ("aten::__getitem__").
enum class Subject : uint8_t { List, Dict, Text, Any };

class IntrinsicTable {
public:
  /// Operators that are intrinsics whatever their arguments are.
  void add(llvm::ArrayRef<IntrinsicEntry> entries);
  /// Operators that are intrinsics of numbers, strings and containers, but the
  /// library's when an argument is a tensor ("aten::add").
  void addOfValues(llvm::ArrayRef<IntrinsicEntry> entries);
  /// Operators that the runtime answers where only run time knows what they work on.
  void addAtRunTime(Subject subject, llvm::ArrayRef<IntrinsicEntry> entries);
  /// The intrinsic for these arguments; null when there is none.
  Intrinsic find(llvm::StringRef name, llvm::ArrayRef<AbstractValue> arguments) const;
  /// The one that asks the runtime; null when there is none for such arguments.
  Intrinsic findAtRunTime(llvm::StringRef name, llvm::ArrayRef<AbstractValue> arguments) const;
  /// Whether the name is that of an intrinsic for any arguments.
  bool has(llvm::StringRef name) const;

private:
  llvm::StringMap<Intrinsic> any, ofValues;
  std::array<llvm::StringMap<Intrinsic>, 4> atRunTime; ///< by subject
};

const IntrinsicTable &intrinsics();

/// Whether the value is a submodule, which a program can only call.
bool isModule(Evaluator &eval, const AbstractValue &value);
/// Gives the one of several modules whose condition holds; raises where none does.
mlir::LogicalResult giveChoice(Call &call, llvm::ArrayRef<ChoiceNode::Option> options, llvm::StringRef exceptionClass,
                               const llvm::Twine &message);

// The tables, by the file that holds them.
void addScalarIntrinsics(IntrinsicTable &table);
void addScalarMathIntrinsics(IntrinsicTable &table);
void addListIntrinsics(IntrinsicTable &table);
void addRuntimeDictIntrinsics(IntrinsicTable &table);
void addRuntimeListIntrinsics(IntrinsicTable &table);
void addRuntimeStringIntrinsics(IntrinsicTable &table);
void addDictIntrinsics(IntrinsicTable &table);
void addStringIntrinsics(IntrinsicTable &table);
void addTensorMetaIntrinsics(IntrinsicTable &table);
void addTensorDataIntrinsics(IntrinsicTable &table);
void addLibraryHelperIntrinsics(IntrinsicTable &table);
void addEffectIntrinsics(IntrinsicTable &table);
void addModeIntrinsics(IntrinsicTable &table);

} // namespace sconce::specialize

#endif
