/// The machine that walks generic IR with abstract values.
///
/// Its stack is explicit: one frame for each block being evaluated (a function,
/// a side of an `if`, an iteration of an unrolled loop), each with what to do
/// when its block ends. So the rest of a program is a value that can be copied
/// and evaluated twice, which is how an `if` whose sides cannot be merged is
/// split (block versioning).
#ifndef SCONCE_LIB_SPECIALIZE_EVALUATOR_H
#define SCONCE_LIB_SPECIALIZE_EVALUATOR_H

#include "dialects/TorchScript/IR/TorchScript.h"
#include "lib/Specialize/AbstractValue.h"
#include "lib/Specialize/Emitter.h"
#include "lib/Specialize/Heap.h"
#include "lib/Specialize/ProgramView.h"
#include "lib/Specialize/Specializer.h"
#include "lib/Specialize/Tensors.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringMap.h"

#include <functional>
#include <map>
#include <memory>
#include <set>

namespace sconce::specialize {

class Evaluator;
class Written;
struct Call;

/// What one evaluation of an entry teaches the next.
struct Knowledge {
  /// Paths of attributes that the method writes.
  std::set<std::string> state;
  /// Lists and dicts of the arguments that the method writes, by their numbers.
  std::set<int64_t> writtenArguments;
  /// A list or dict is written that only run time knows: it may be any that the runtime holds.
  bool writesHeld = false;
  /// Run-time `if`s whose sides must not be merged.
  llvm::SmallPtrSet<mlir::Operation *, 4> splitIfs;
  /// Run-time `if`s that hand to the runtime what their sides make different.
  llvm::SmallPtrSet<mlir::Operation *, 4> escapingIfs;
  /// Run-time `if`s and loops after which a list, dict or object is written that may be one of several.
  llvm::SmallPtrSet<mlir::Operation *, 4> rebinding;
  /// Run-time `if`s and loops after which a tensor is written that may be one of several: the runtime holds those.
  llvm::SmallPtrSet<mlir::Operation *, 4> sharing;
  /// A tensor is written that a run-time list holds: they share its memory.
  bool sharesTensors = false;
  /// What attributes of run-time objects hold, by "class.attribute": whatever path leads to an object.
  std::map<std::string, ElementShape, std::less<>> slotShapes;
  /// Lists, dicts and strs of the instance whose structure or text run time gives, by path.
  std::map<std::string, ElementShape, std::less<>> runTimeState;
  /// Pointers (InstanceObjects.h) of which run time gives the number, with all that it may be, by path.
  std::map<std::string, std::set<int64_t>, std::less<>> runTimePointers;
  /// Strs of the instance that become others, by path. What a method makes of one is text of run time if it depends on what the str was
  /// (then there is no end of strs), else one of a few that decide structure: the first is tried, and given up where it is not so.
  std::set<std::string, std::less<>> triedTexts, knownTexts;
};

using Environment = llvm::DenseMap<mlir::Value, AbstractValue>;
/// What happens with the values that a block ends with; the frame is popped.
using Completion = std::function<mlir::LogicalResult(Evaluator &, llvm::ArrayRef<AbstractValue>)>;

struct Frame {
  mlir::Block *block;
  mlir::Block::iterator next;
  std::shared_ptr<Environment> environment;
  mlir::LocationAttr caller; ///< null in the entry
  bool isLibrary = false;
  bool isFunction = false;
  Completion done;
};

/// Why evaluation stopped before its end.
enum class Stop : uint8_t {
  None,
  Raised,      ///< the program raises here for certain; a check that says so is emitted
  Error,       ///< a diagnostic is out
  Unmergeable, ///< the sides of a run-time `if` are too different
  Restart,     ///< evaluate again: what was assumed does not hold
  Abandoned,   ///< interpretation would take too long
};

/// One way through a region.
struct Side {
  mlir::Block *block = nullptr;
  Changes changes;
  llvm::SmallVector<AbstractValue> values;
  bool raised = false;
};

/// On an scf.if that ends the call: what is in it does not happen in a call that returns.
constexpr llvm::StringLiteral raisesAttrName = "ts.raises";

class Evaluator {
public:
  Evaluator(ProgramView &program, const Options &options, Knowledge &knowledge, mlir::MLIRContext *context);

  Heap heap;
  Emitter emitter;
  WeightTable weights;
  Tensors tensors;
  ProgramView &program;
  const Options &options;
  /// What earlier evaluations of the same entry found out.
  Knowledge &knowledge;
  /// Draws the random numbers of an interpreted program.
  rt::Generator *generator = nullptr;
  /// Receives what an interpreted program prints.
  std::function<void(int stream, llvm::StringRef text)> print;

  // Running.

  /// Evaluates a function, its arguments completed and coerced; `result` is its value. Stop says why on failure.
  mlir::LogicalResult evaluateEntry(ts::FuncOp function, llvm::SmallVectorImpl<AbstractValue> &arguments, AbstractValue &result);
  Stop stop() const { return stopped; }
  void clearStop() { stopped = Stop::None; }
  uint64_t stepCount() const { return steps; }
  unsigned versionCount() const { return versions; }
  llvm::StringRef raisedMessage() const { return lastMessage; }
  llvm::StringRef raisedClass() const { return lastClass; }
  mlir::Location raisedAt() const { return mlir::Location(lastLocation); }
  llvm::ArrayRef<Split> splits() const { return splitPlaces; }
  /// The estimated time of what was interpreted.
  uint64_t nanoseconds() const { return spentNanoseconds; }
  /// Counts work that is to be done; false where that is more than allowed, which stops evaluation at the next step.
  bool spend(uint64_t time) {
    spentNanoseconds = std::min(spentNanoseconds, UINT64_MAX - time) + time;
    return spentNanoseconds <= options.maxNanoseconds;
  }

  /// Pushes a call of a function; `done` gets its value.
  mlir::LogicalResult call(ts::FuncOp function, llvm::ArrayRef<AbstractValue> arguments, Completion done, bool isLibrary = false);
  /// Pushes a call by qualified name, or of a method of an object.
  mlir::LogicalResult callNamed(llvm::StringRef name, llvm::ArrayRef<AbstractValue> arguments, Completion done);
  mlir::LogicalResult callMethod(const AbstractValue &object, llvm::StringRef method, llvm::ArrayRef<AbstractValue> arguments,
                                 Completion done);
  /// Evaluates an operator by its schema name; `done` gets its results.
  mlir::LogicalResult callOperator(llvm::StringRef name, llvm::ArrayRef<AbstractValue> arguments, mlir::Operation *op,
                                   Completion done);
  /// Runs a call to its end before going on.
  mlir::FailureOr<AbstractValue> runOperator(llvm::StringRef name, llvm::ArrayRef<AbstractValue> arguments);
  mlir::FailureOr<AbstractValue> runMethod(const AbstractValue &object, llvm::StringRef method,
                                           llvm::ArrayRef<AbstractValue> arguments);

  // The values of the top frame.
  AbstractValue get(mlir::Value value) const;
  void set(mlir::Value value, const AbstractValue &abstract);
  llvm::SmallVector<AbstractValue> getAll(mlir::ValueRange values) const;

  // Stopping. Each returns failure.

  /// An operator raises here, of this class in Python: the program gets what PyTorch's interpreter makes of it.
  mlir::LogicalResult raise(llvm::StringRef exceptionClass, const llvm::Twine &message);
  /// The program raises an exception of this very class here.
  mlir::LogicalResult raiseAs(llvm::StringRef exceptionClass, const llvm::Twine &message);
  /// The same with a text that run time may give.
  mlir::LogicalResult raiseText(llvm::StringRef exceptionClass, const AbstractValue &message) {
    return raiseText(string(exceptionClass), message);
  }
  mlir::LogicalResult raiseText(const AbstractValue &exceptionClass, const AbstractValue &message);
  /// Before the program raises: what it has written until then is kept.
  mlir::LogicalResult keepWritten();
  /// Something Sconce cannot compile (exit 3), named with its source line.
  mlir::LogicalResult unsupported(const llvm::Twine &what);
  /// A broken program or wrong arguments (exit 2).
  mlir::LogicalResult error(const llvm::Twine &what);
  /// A diagnostic of the dialect is out already.
  mlir::LogicalResult giveUp();
  mlir::LogicalResult unmergeable(const llvm::Twine &why);
  mlir::LogicalResult restart();
  /// Raises at run time unless `condition` holds; failure when it never does. Where there are values, each "{}" of the message stands for
  /// the next.
  mlir::LogicalResult require(const AbstractValue &condition, llvm::StringRef exceptionClass, const llvm::Twine &message,
                              llvm::ArrayRef<Extent> values = {});

  /// The op being evaluated, with the calls that led to it.
  mlir::Location location();
  /// The same, named by the operator that is called: what it is made of is named so, and reports say it.
  mlir::Location operatorLocation();

  // Values.

  AbstractValue list(mlir::Type elementType, llvm::ArrayRef<AbstractValue> elements);
  AbstractValue intList(llvm::ArrayRef<Extent> elements);
  AbstractValue tuple(llvm::ArrayRef<AbstractValue> elements);
  AbstractValue string(llvm::StringRef text) { return heap.string(text); }
  /// A value of the runtime as an abstract value; heap objects of the program
  /// keep their identity.
  AbstractValue fromRuntime(const rt::Value &value, llvm::StringRef path);
  /// The instance's root object. Attributes that were assigned hold the objects that they hold now; from then on `numbered` gives all.
  AbstractValue bindInstance(const rt::Value &root);
  /// An attribute that holds a tensor in this storage gets another one: from then on it shares no memory with the others of the instance
  /// that do, and each is state of its own.
  void separateState(const StorageNode *storage);
  /// The instance's object of that number, or null.
  ObjectNode *numbered(int64_t number) const {
    return number >= 0 && static_cast<size_t>(number) < instanceObjects.size() ? instanceObjects[number] : nullptr;
  }
  /// The object to which the last part of a path of the instance belongs, whatever its attributes hold now; null where there is none.
  ObjectNode *ownerOf(llvm::StringRef path) const;
  /// The instance's attribute at a path; of a pointer (InstanceObjects.h) what it points to. Null where there is none.
  const AbstractValue *attributeAt(llvm::StringRef path) const;
  /// The numbers of the instance's objects that the value may be; empty where it is anything else.
  llvm::SmallVector<int64_t> numbersOf(const AbstractValue &value) const;
  /// The one that it is, as an int.
  AbstractValue numberOf(const AbstractValue &value);
  /// One of the instance's objects as an int says.
  AbstractValue choice(const AbstractValue &number, llvm::ArrayRef<int64_t> numbers);
  /// From now on this heap value of the instance is `bound`.
  void bindRuntime(const rt::Value &value, const AbstractValue &bound) {
    if (!value.isHeap())
      return;
    runtimeObjects[value.heap()] = bound;
    keptAlive.push_back(value);
  }
  /// Visits the heap values that `fromRuntime` converted.
  void forEachRuntimeObject(llvm::function_ref<void(const rt::Value &, const AbstractValue &)> visit) {
    for (const rt::Value &value : keptAlive)
      visit(value, runtimeObjects.lookup(value.heap()));
  }
  /// A fully known value as one of the runtime; nullopt when it is not.
  std::optional<rt::Value> toRuntime(const AbstractValue &value);
  /// Before each change of a node: fails where the write asks for a restart.
  mlir::LogicalResult prepareWrite(Node *node);
  /// The same before a node goes to the runtime: fails where it may be one of several.
  mlir::LogicalResult prepareMove(Node *node);
  /// Writes elements through a tensor. Elements at one place in memory are refused as PyTorch does, unless they `mayOverlap`: the source
  /// has the same for all of them.
  mlir::LogicalResult writeTensor(TensorNode *target, TensorNode *source, bool mayOverlap = false);
  /// Truth of a scalar or a tensor of one element, as a bool.
  mlir::FailureOr<AbstractValue> truth(const AbstractValue &value);
  /// An element of a tensor of one element as a scalar.
  mlir::FailureOr<AbstractValue> item(TensorNode *tensor);
  /// Goes on with a value of several kinds as each of them, where run time finds it to be that one.
  using Use = std::function<mlir::LogicalResult(Evaluator &, const AbstractValue &, Completion)>;
  mlir::LogicalResult branchOnKind(mlir::Operation *at, const AbstractValue &value, mlir::Type type, Use use, Completion done);

  /// The same with one of several modules, as each from `first` on.
  mlir::LogicalResult branchOnChoice(mlir::Operation *at, const AbstractValue &value, Use use, Completion done, size_t first = 0);

  // Control flow.

  /// Continues in one of two ways, as a condition says: known, the one;
  /// otherwise both, joined after (`done` gets the values) or, where they are
  /// too different, each to the end of what is being run.
  using Way = std::function<mlir::LogicalResult(Evaluator &, Completion)>;
  mlir::LogicalResult branch(mlir::Operation *at, const AbstractValue &condition, Way thenWay, Way elseWay, Completion done);
  /// Evaluates one way in a detached block, and takes its changes back.
  mlir::LogicalResult evaluateSide(Side &side, llvm::function_ref<mlir::LogicalResult(Completion)> push);
  /// Goes on with a loop at iteration `trip`; `done` gets the carried values after it.
  mlir::LogicalResult iterate(ts::LoopOp op, int64_t trip, const AbstractValue &maxTrip, const AbstractValue &condition,
                              llvm::ArrayRef<AbstractValue> carried, Completion done);
  /// Pushes a frame for a region of the current function.
  void pushRegion(mlir::Block &block, llvm::ArrayRef<AbstractValue> arguments, Completion done);
  /// Runs until the stack is as high as it was.
  mlir::LogicalResult run(size_t base);

  /// Storages of which a run-time list holds a copy, or which were read from one.
  llvm::DenseSet<StorageNode *> handed;
  /// Attributes of run-time objects that were read, as Knowledge::slotShapes names them.
  std::set<std::string, std::less<>> slotsRead;
  /// Loops being evaluated that stay in the program.
  unsigned residualLoops = 0;
  /// Of them, those that append to lists (ListNode::grows).
  unsigned growingLoops = 0;

  /// Attributes of the archive's objects that are known to be of the types that their classes declare.
  llvm::DenseSet<std::pair<ObjectNode *, mlir::StringAttr>> checkedAttributes;

  /// Attributes that are state: their values at the entry, by path.
  llvm::StringMap<AbstractValue> stateValues;
  /// State tensors by the memory that they had when the entry was begun: those that shared one are state of their own all the same.
  std::map<const rt::Storage *, llvm::SmallVector<const StorageNode *, 2>> stateByMemory;

  /// What is kept where the program raises; null for who does not want to know.
  Written *written = nullptr;

  /// How many containers are being walked through, each inside of the one before (Walk).
  unsigned walkDepth = 0;

  // Budgets.
  mlir::LogicalResult countVersion(mlir::Operation *at);
  /// Whether containers whose structure differs after the `if` at `at` go to the runtime rather than into versions of what
  /// follows: a few versions are faster, but an `if` in an unrolled loop doubles them each time.
  bool mayEscape(mlir::Operation *at) const;

  std::vector<Frame> stack;
  size_t runBase = 0;

private:
  friend class LoopEvaluation;
  mlir::LogicalResult step();
  mlir::LogicalResult evaluate(mlir::Operation *op);
  mlir::LogicalResult raiseKept(llvm::StringRef exceptionClass, const llvm::Twine &message, llvm::ArrayRef<Extent> values = {});
  bool asksGrowingList(mlir::Operation *op) const;
  mlir::LogicalResult evaluateStructural(mlir::Operation *op);
  mlir::LogicalResult evaluateContainer(mlir::Operation *op);
  mlir::LogicalResult evaluateObject(mlir::Operation *op);
  mlir::LogicalResult evaluateCall(mlir::Operation *op);
  mlir::LogicalResult evaluateIf(ts::IfOp op);
  mlir::LogicalResult evaluateLoop(ts::LoopOp op);
  mlir::LogicalResult evaluateOperator(ts::OpOp op);
  /// An argument of an operator that is, or holds, ints which only run time knows and which decide structure.
  struct OpenArgument {
    size_t argument;
    int64_t extent; ///< how many dimensions there are to number, or how long the list of ints may be
    bool mayRepeat; ///< one number may be there several times
  };
  std::optional<OpenArgument> openArgument(ts::OpOp op, llvm::ArrayRef<AbstractValue> arguments);
  /// Applies it for each value that the argument can have.
  mlir::LogicalResult applyToEach(ts::OpOp op, llvm::SmallVector<AbstractValue> arguments, const OpenArgument &open, Completion done);
  mlir::LogicalResult applyOperator(ts::OpOp op, llvm::SmallVector<AbstractValue> arguments, Completion whenDone);
  mlir::LogicalResult evaluateRaise(ts::RaiseOp op);
  mlir::LogicalResult finishFrame(mlir::Operation *terminator);
  mlir::LogicalResult splitRest(mlir::Operation *at, const AbstractValue &condition, const Way &thenWay, const Way &elseWay,
                                const Completion &done);
  mlir::LogicalResult joinSides(mlir::Operation *at, const AbstractValue &condition, Side &thenSide, Side &elseSide,
                                uint64_t start, bool boxes, llvm::SmallVectorImpl<AbstractValue> &joined,
                                llvm::SmallVectorImpl<struct Escape> *escapes = nullptr);
  mlir::LogicalResult joinAfterRaise(const AbstractValue &condition, Side &thenSide, Side &elseSide,
                                     llvm::SmallVectorImpl<AbstractValue> &joined);
  mlir::LogicalResult yieldLeaves(class Merger &merger, Side &side, bool isLeft);
  void discard(Side &side);
  void assume(const AbstractValue &condition, bool value);
  std::optional<bool> assumed(const AbstractValue &condition) const;
  unsigned countCalls() const;
  std::vector<Frame> copyFrames(size_t from) const;
  mlir::LogicalResult keepLoop(ts::LoopOp op, const AbstractValue &maxTrip, const AbstractValue &condition,
                               llvm::ArrayRef<AbstractValue> carried, llvm::SmallVectorImpl<AbstractValue> &results);
  mlir::LogicalResult peel(ts::LoopOp op, int64_t trip, const AbstractValue &maxTrip, const AbstractValue &condition,
                           llvm::ArrayRef<AbstractValue> carried, Completion done);
  mlir::LogicalResult evaluateResidualLoop(ts::LoopOp op, int64_t trip, const AbstractValue &maxTrip,
                                           const AbstractValue &condition, llvm::ArrayRef<AbstractValue> carried,
                                           Completion done);

  mlir::Operation *current = nullptr;
  mlir::LocationAttr currentLocation;
  Stop stopped = Stop::None;
  std::string lastMessage, lastClass;
  mlir::LocationAttr lastLocation;
  std::vector<Split> splitPlaces;
  uint64_t steps = 0, spentNanoseconds = 0;
  unsigned callDepth = 0;
  unsigned versions = 0;
  mlir::Region scratch; ///< holds the blocks of sides until their `if` is made
  std::vector<std::pair<mlir::Value, bool>> assumptions;
  llvm::DenseSet<std::pair<mlir::Operation *, mlir::Attribute>> unmergeableAt;
  llvm::DenseMap<mlir::Operation *, std::string> unmergeableReasons;
  llvm::DenseMap<const void *, AbstractValue> runtimeObjects; ///< by heap object
  std::vector<ObjectNode *> instanceObjects;                  ///< by number; null where a container or the runtime holds it
  AbstractValue instanceRoot;
  llvm::StringMap<ObjectNode *> objectsByPath;
  std::vector<rt::Value> keptAlive;                           ///< the heap objects
};

/// An operator being evaluated by an intrinsic.
struct Call {
  Evaluator &eval;
  llvm::StringRef name;
  llvm::ArrayRef<AbstractValue> args;
  mlir::Operation *op; ///< may be null: types of results are then unknown
  llvm::SmallVector<AbstractValue, 2> results;
  /// Set by an intrinsic that pushed a frame instead of giving results.
  bool deferred = false;
  Completion done;

  mlir::LogicalResult give(const AbstractValue &value) {
    results.push_back(value);
    return mlir::success();
  }
  /// The type of result `i` in generic IR, or null.
  mlir::Type resultType(unsigned i = 0) const;
};

/// Stands for one value being walked through. Programs make lists that contain themselves, and chains without end: a walk ends
/// with an error then, not where the stack does.
class Walk {
public:
  static constexpr unsigned maxDepth = 500;

  explicit Walk(Evaluator &eval) : eval(eval) { ++eval.walkDepth; }
  ~Walk() { --eval.walkDepth; }
  Walk(const Walk &) = delete;
  Walk &operator=(const Walk &) = delete;

  bool isTooDeep() const { return eval.walkDepth > maxDepth; }
  mlir::LogicalResult refuse() const {
    return eval.unsupported("a value that contains itself or nests deeper than " + llvm::Twine(maxDepth) + " levels");
  }

private:
  Evaluator &eval;
};

} // namespace sconce::specialize

#endif
