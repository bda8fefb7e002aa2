// From the syntax tree of one function to its ts.func.
//
// The emitter is one object whose parts stand in several files: statements and control flow
// (Statements.cpp, Branches.cpp, Loops.cpp), conditions and refinement (Conditions.cpp),
// expressions (Expressions.cpp, Subscripts.cpp, Attributes.cpp) and calls (Calls.cpp,
// SpecialForms.cpp, Operators are looked up in OperatorTable).
//
// Errors: the first one is kept, and every function then returns an empty result; callers look at
// `hasFailed()`, or at the result where an empty one cannot be meant.
#ifndef SCONCE_IMPORT_FUNCTIONEMITTER_H
#define SCONCE_IMPORT_FUNCTIONEMITTER_H

#include "lib/Import/Environment.h"
#include "lib/Import/FunctionSource.h"
#include "lib/Import/Importer.h"
#include "lib/Import/Matching.h"
#include "lib/Import/TypeRules.h"
#include "lib/Import/ValueNames.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SetVector.h"

namespace sconce::import {

class FunctionEmitter {
public:
  /// `names`, if given, is told what happens.
  FunctionEmitter(Program &program, const FunctionSource &source, ValueNames *names = nullptr);
  ~FunctionEmitter();

  /// Emits the function at the end of the module. The module is left as it was on failure.
  [[nodiscard]] llvm::Expected<ts::FuncOp> emit();

private:
  using Range = script::SourceRange;

  //===-- Errors
  //----------------------------------------------------------------------------------===//

  /// Converts to the empty value of every result type.
  struct Failure {
    template <typename T> operator T() const { return T(); }
  };
  Failure fail(Range range, const llvm::Twine &text, ErrorKind kind = ErrorKind::BadInput);
  Failure fail(llvm::Error error);
  bool hasFailed() const { return failure.has_value(); }
  /// The value, or null after keeping the error.
  template <typename T> T orFail(llvm::Expected<T> value) {
    if (value)
      return *value;
    return fail(value.takeError());
  }

  //===-- Control flow
  //----------------------------------------------------------------------------===//

  /// A bool that is often known while emitting.
  struct Flag {
    enum Kind { Unset, False, True, Dynamic } kind = Unset;
    mlir::Value value = {};
  };
  /// A variable whose type before a merge with an exiting branch was narrower.
  struct Narrowed {
    llvm::StringRef name;
    mlir::Type type;
  };
  /// How control leaves a block. Exits are `return`, `break` and `continue`; their kind is in the
  /// flags, which mean something only where `exited` holds.
  struct Flow {
    enum Kind { Falls, Exits, MayExit } kind = Falls;
    bool raises = false;     ///< Exits, and never but by an exception.
    Flag exited = {};        ///< Of MayExit.
    Flag leaves = {};        ///< The innermost loop ends.
    Flag returns = {};       ///< The function ends.
    mlir::Value result = {}; ///< The function's result if it ends; null if no path gives one.
    llvm::SmallVector<Narrowed, 0> narrowed = {};

    bool isExit() const { return kind == Exits && !raises; }
  };
  struct Refinement {
    llvm::StringRef name;
    mlir::Type type;
  };
  using Refinements = llvm::SmallVector<Refinement, 1>;
  struct Condition {
    mlir::Value value = {}; ///< May be null where `known`.
    std::optional<bool> known = {};
    Refinements whenTrue = {};
    Refinements whenFalse = {};
  };
  struct Branch {
    std::unique_ptr<mlir::Region> region;
    Frame frame;
    Flow flow;
    llvm::SmallVector<mlir::Value> yields = {};
    mlir::Block *block() const { return &region->front(); }
  };
  struct LoopContext {
    bool isUnrolled;
    llvm::SetVector<llvm::StringRef> carried;
  };
  using EmitFlow = llvm::function_ref<Flow()>;
  using EmitValue = llvm::function_ref<mlir::Value()>;

  // Statements.cpp
  Flow emitBlock(script::Block block);
  Flow emitStatement(const script::Stmt *stmt, script::Block rest, bool &tookRest);
  void emitAssign(const script::AssignStmt *stmt);
  void emitSingleAssign(Range range, const script::Expr *target, const script::Expr *annotation,
                        const script::Expr *value);
  void assignTo(const script::Expr *target, const SugaredValue &value, Range range);
  void assignTuple(const script::TupleExpr *target, const SugaredValue &value, Range range);
  void emitAugAssign(const script::AugAssignStmt *stmt);
  mlir::Value augment(const script::AugAssignStmt *stmt, mlir::Value left);
  void augmentSubscript(const script::AugAssignStmt *stmt, const script::SubscriptExpr *target);
  void emitDelete(const script::DeleteStmt *stmt);
  Flow emitReturn(const script::ReturnStmt *stmt);
  Flow emitRaise(const script::RaiseStmt *stmt);
  Flow emitAssert(const script::AssertStmt *stmt);
  Flow emitWith(const script::WithStmt *stmt);
  void defineClosure(const script::DefStmt *def);
  void setVariable(Range range, llvm::StringRef name, SugaredValue value,
                   mlir::Type annotated = {});

  // Branches.cpp
  Flow emitIf(const script::IfStmt *stmt, size_t clause, script::Block rest, bool &tookRest);
  Flow emitBranches(Range range, const Condition &condition, EmitFlow whenTrue, EmitFlow whenFalse,
                    script::Block rest, bool &tookRest);
  Branch emitBranch(Range range, const Refinements &refinements, EmitFlow body);
  void continueIn(Branch &branch, script::Block rest);
  Flow closeBranches(Range range, mlir::Value condition, Branch &first, Branch &second);
  /// Emits `rest` for the paths of `flow` that have not exited.
  Flow emitUnlessExited(Range range, const Flow &flow, EmitFlow rest);
  /// One of two values, by a condition.
  mlir::Value emitChoice(Range range, const Condition &condition, EmitValue whenTrue,
                         EmitValue whenFalse, mlir::Type hint);
  struct Merge;
  void nameMerged(const Merge &merge, mlir::Operation *ifOp);
  void mergeVariables(Merge &merge);
  void mergeVariable(Merge &merge, llvm::StringRef name);
  Flag mergeFlags(Range range, Branch &first, Flag a, Branch &second, Flag b);
  mlir::Value resultIn(Branch &branch, mlir::Value value, mlir::Type type, Range range);
  mlir::Value materialize(Flag flag, Range range);

  // Loops.cpp
  Flow emitWhile(const script::WhileStmt *stmt);
  Flow emitFor(const script::ForStmt *stmt);
  using BindTarget = llvm::function_ref<void(const SugaredValue &element)>;
  Flow emitForLoop(Range range, const SugaredValue &source,
                   const llvm::SetVector<llvm::StringRef> &assigned, BindTarget bind,
                   EmitFlow body);
  Flow emitLoop(Range range, mlir::Value maxTrip, const script::Expr *condition,
                const llvm::SetVector<llvm::StringRef> &assigned,
                llvm::function_ref<void(mlir::Value)> bind, EmitFlow body);
  struct LoopParts;
  mlir::Value emitNextCondition(Range range, const script::Expr *condition, Flag leaves);
  void endLoopBody(Range range, LoopParts &parts, const Flow &flow);
  Flow closeLoop(Range range, LoopParts &parts);
  Flow emitUnrolled(Range range, const SugaredValue &iterable, int64_t index, int64_t length,
                    BindTarget bind, EmitFlow body);
  SugaredValue iterableOf(Range range, const SugaredValue &value);
  std::optional<int64_t> staticLength(const SugaredValue &iterable);
  bool isUnrolled(const SugaredValue &iterable);
  mlir::Value lengthOf(Range range, const SugaredValue &iterable);
  SugaredValue elementOf(Range range, const SugaredValue &iterable, mlir::Value index);
  SugaredValue staticElementOf(Range range, const SugaredValue &iterable, int64_t index);
  mlir::Value emitComprehension(Range range, const script::Expr *target,
                                const SugaredValue &iterable, const script::Expr *key,
                                const script::Expr *element, mlir::Type hint);

  // Conditions.cpp
  Condition emitCondition(const script::Expr *expr);
  Condition emitLogical(const script::BinaryExpr *expr);
  Condition emitIdentity(const script::BinaryExpr *expr);
  Condition emitIsInstance(const script::CallExpr *call);
  bool gatherTypes(const script::Expr *expr, llvm::SmallVectorImpl<mlir::Type> &types);
  Condition emitHasAttr(const script::CallExpr *call);
  Condition conditionOf(Range range, mlir::Value value);
  Condition known(bool value);
  mlir::Value valueOf(Range range, const Condition &condition);
  void refine(Range range, const Refinements &refinements);
  Refinements both(const Refinements &a, const Refinements &b);
  Refinements either(const Refinements &a, const Refinements &b);

  //===-- Expressions
  //-----------------------------------------------------------------------------===//

  // Expressions.cpp
  SugaredValue emitSugared(const script::Expr *expr, mlir::Type hint = {});
  mlir::Value emitExpr(const script::Expr *expr, mlir::Type hint = {});
  mlir::Value asValue(Range range, const SugaredValue &sugared);
  llvm::SmallVector<mlir::Value> emitAll(llvm::ArrayRef<script::Expr *> exprs);
  mlir::Value emitUnary(const script::UnaryExpr *expr);
  mlir::Value emitBinary(const script::BinaryExpr *expr);
  mlir::Value emitList(const script::ListExpr *expr, mlir::Type hint);
  mlir::Value emitDict(const script::DictExpr *expr, mlir::Type hint);
  mlir::Value emitTuple(const script::TupleExpr *expr, mlir::Type hint);
  mlir::Value toBool(Range range, mlir::Value value);
  SugaredValue resolveName(Range range, llvm::StringRef name);
  /// The elements of a tuple (or of a list, where `count` is given).
  llvm::SmallVector<SugaredValue> unpack(Range range, const SugaredValue &value,
                                         std::optional<size_t> count);

  // Subscripts.cpp
  struct TensorIndex {
    mlir::Value sliced;
    llvm::SmallVector<mlir::Value>
        indices; ///< Null where the dimension is not indexed by a tensor.
  };
  mlir::Value emitSubscript(const script::SubscriptExpr *expr, mlir::Type hint);
  mlir::Value emitTupleIndex(Range range, mlir::Value tuple, mlir::Value index);
  mlir::Value emitTupleSlice(const script::SliceExpr *slice, mlir::Value tuple);
  mlir::Value emitSlice(Range range, mlir::Value object, mlir::Value dim,
                        const script::SliceExpr *slice);
  TensorIndex emitTensorIndex(Range range, mlir::Value tensor,
                              llvm::ArrayRef<script::Expr *> items);
  mlir::Value emitIndexList(Range range, llvm::ArrayRef<mlir::Value> indices);
  mlir::Value emitModuleItem(Range range, mlir::Value object, mlir::Value index, mlir::Type hint);
  void assignSubscript(const script::SubscriptExpr *target, mlir::Value value, Range range);

  // Attributes.cpp
  SugaredValue attribute(Range range, const SugaredValue &base, llvm::StringRef name);
  SugaredValue attributeOfValue(Range range, mlir::Value value, llvm::StringRef name);
  SugaredValue attributeOfClass(Range range, const SugaredValue &base, llvm::StringRef name);
  SugaredValue attributeOfObject(Range range, mlir::Value object, llvm::StringRef name);
  void setAttribute(Range range, mlir::Value object, llvm::StringRef name, mlir::Value value);
  bool hasAttribute(const SugaredValue &base, llvm::StringRef name);

  //===-- Calls
  //-----------------------------------------------------------------------------------===//

  // Calls.cpp
  SugaredValue emitCall(const script::CallExpr *call, mlir::Type hint);
  bool gatherArguments(const script::CallExpr *call, llvm::SmallVectorImpl<Argument> &positional,
                       llvm::SmallVectorImpl<Argument> &keywords, size_t skip = 0);
  Argument argument(mlir::Value value, llvm::StringRef name = {});
  SugaredValue call(Range range, const SugaredValue &callee, llvm::ArrayRef<Argument> positional,
                    llvm::ArrayRef<Argument> keywords);
  SugaredValue callFunction(Range range, llvm::StringRef name, llvm::ArrayRef<Argument> positional,
                            llvm::ArrayRef<Argument> keywords);
  SugaredValue callMethod(Range range, mlir::Value object, llvm::StringRef name,
                          llvm::ArrayRef<Argument> positional, llvm::ArrayRef<Argument> keywords);
  SugaredValue construct(Range range, const SugaredValue &callee,
                         llvm::ArrayRef<Argument> positional, llvm::ArrayRef<Argument> keywords);
  SugaredValue callOperator(Range range, llvm::StringRef name, llvm::ArrayRef<Argument> positional,
                            llvm::ArrayRef<Argument> keywords = {}, const Argument *self = nullptr);
  /// Calls an operator with plain values and gives its only result.
  mlir::Value op(Range range, llvm::StringRef name, llvm::ArrayRef<mlir::Value> operands);
  std::optional<Match> matchOne(Range range, const Signature &signature, const CallArguments &call);
  llvm::SmallVector<mlir::Value> operandsOf(Range range, const Match &match,
                                            const CallArguments &call);
  SugaredValue emitOperator(Range range, const Match &match, const CallArguments &call);
  mlir::Value emitDefault(Range range, const Signature &signature, const Parameter &parameter,
                          mlir::Type type);
  const script::File *fileOf(const Signature &signature) const {
    return signature.file ? signature.file : file;
  }

  // Conversions.cpp
  mlir::Value apply(Range range, const Conversion &conversion, mlir::Value value);
  /// The value converted towards `type` as in an assignment; fails with `what` if it does not fit.
  mlir::Value convert(Range range, mlir::Value value, mlir::Type type, const llvm::Twine &what);
  /// The same value under the static type `type`.
  mlir::Value castTo(Range range, mlir::Value value, mlir::Type type);
  mlir::Value constant(Range range, mlir::Attribute value, mlir::Type type);
  mlir::Value intConstant(Range range, int64_t value);
  mlir::Value boolConstant(Range range, bool value);
  mlir::Value asLiteral(mlir::Value constant);
  mlir::Value refineTo(Range range, mlir::Value value, mlir::Type type);
  mlir::Value strConstant(Range range, llvm::StringRef value);
  mlir::Value none(Range range);
  mlir::Value uninitialized(Range range, mlir::Type type);
  mlir::Value makeList(Range range, mlir::Type element, mlir::ValueRange values);
  mlir::Value makeTuple(Range range, mlir::ValueRange values);

  // SpecialForms.cpp
  SugaredValue emitSpecial(const script::CallExpr *call, llvm::StringRef word, mlir::Type type,
                           mlir::Type hint);
  SugaredValue emitAnnotate(const script::CallExpr *call);
  SugaredValue emitGetAttr(const script::CallExpr *call);
  SugaredValue emitTupleCall(const script::CallExpr *call);
  SugaredValue emitListCall(const script::CallExpr *call, mlir::Type hint);
  SugaredValue emitDictCall(const script::CallExpr *call, mlir::Type hint);
  SugaredValue emitRangeCall(const script::CallExpr *call);
  SugaredValue emitIterables(const script::CallExpr *call, llvm::StringRef word);
  SugaredValue emitFork(const script::CallExpr *call);
  SugaredValue forkClosure(Range range, const Closure &closure, llvm::StringRef word);
  mlir::Value emitToList(Range range, mlir::Value tensor, mlir::Type hint);

  //===-- Setting up
  //------------------------------------------------------------------------------===//

  // FunctionEmitter.cpp
  bool emitBody(mlir::Block *entry, const Signature &signature);
  mlir::Type parseType(const script::Expr *expr);
  /// Fails where a type has grown beyond what can be worked with, as by `t = (t, t)` many times.
  bool checkSize(Range range, mlir::Type type);
  mlir::Location loc(Range range);
  /// Counts the regions around the current point; fails past the limit.
  class NestingGuard;
  class DepthGuard;

  // The types of generic IR, for short.
  mlir::Type tensorType() { return ts::TensorType::get(context); }
  mlir::Type intType() { return ts::IntType::get(context); }
  mlir::Type boolType() { return ts::BoolType::get(context); }
  mlir::Type strType() { return ts::StrType::get(context); }
  mlir::Type noneType() { return ts::NoneType::get(context); }

  Program &program;
  const FunctionSource &source;
  ValueNames *names;
  const TypeRules &rules;
  mlir::MLIRContext *context;
  const script::File *file;
  mlir::OpBuilder builder;
  Environment env;
  /// The declared result type; null where it is inferred.
  mlir::Type declaredResult;
  llvm::SmallVector<LoopContext *> loops;
  llvm::DenseSet<mlir::Value> emptyLists;
  unsigned nesting = 0;
  unsigned closures = 0;
  unsigned unrolled = 0;
  std::optional<llvm::Error> failure;
};

} // namespace sconce::import

#endif // SCONCE_IMPORT_FUNCTIONEMITTER_H
