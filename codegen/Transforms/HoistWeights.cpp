// Moves what is computed from weights alone into a function that runs once.
//
// Weights in the order that tiles read, batch normalization's factors, transposed embeddings: PyTorch computes them in each
// call. Here they become weights of their own, with numbers behind the model's, which the function `sconce_prepare` fills
// when a model is loaded. The module's attribute `sconce.prepared` has the bytes of each.
// Requires: entries on tensors, the module's attribute `ts.weights` (the number of the model's storages); nothing happens
// without that. Ensures: nothing beyond that.

#include "codegen/Transforms/HoistWeights.h"
#include "codegen/Transforms/OperationInputs.h"
#include "codegen/Transforms/Passes.h"
#include "codegen/Transforms/RuntimeFunctions.h"
#include "codegen/Transforms/WeightValues.h"

#include "dialects/TorchScript/IR/TorchScript.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
namespace sconce::codegen {
#define GEN_PASS_DEF_HOISTWEIGHTSPASS
#include "codegen/Transforms/Passes.h.inc"

namespace {

/// Writes the function that prepares.
class Preparation {
public:
  explicit Preparation(ModuleOp module) : module(module), builder(module.getContext()) {}

  /// Makes weights of what `entry` computes from weights.
  void takeFrom(func::FuncOp entry);
  /// Ends the function, if there is anything to prepare.
  void finish();
  unsigned numPrepared() const { return results.size(); }

private:
  Value copy(Value value);

  ModuleOp module;
  OpBuilder builder;
  func::FuncOp function;
  IRMapping copies;
  SmallVector<Value> results;
};

} // namespace

/// The value in the preparing function, with what it is made of.
Value Preparation::copy(Value value) {
  if (Value known = copies.lookupOrNull(value))
    return known;
  Operation *op = value.getDefiningOp();
  SetVector<Value> inputs;
  collectInputs(op, inputs);
  for (Value input : inputs)
    copy(input);
  builder.clone(*op, copies);
  return copies.lookup(value);
}

void Preparation::takeFrom(func::FuncOp entry) {
  WeightValues weights(entry);
  // What is left in the entry; from the end on, so that users are known.
  DenseSet<Operation *> left;
  SmallVector<Value> found;
  auto isLeft = [&](Operation *user) { return user->getBlock() != &entry.getBody().front() || left.contains(user); };
  for (Operation &op : llvm::reverse(entry.getBody().front())) {
    // All results of an op are of one kind.
    Value first = op.getNumResults() > 0 ? op.getResult(0) : Value();
    if (!first || !(weights.isComputed(first) || (weights.isGrown(first) && llvm::none_of(op.getUsers(), isLeft))))
      left.insert(&op);
    for (Value result : op.getResults())
      if (weights.isComputed(result) && llvm::any_of(result.getUsers(), isLeft))
        found.push_back(result);
  }
  std::reverse(found.begin(), found.end());
  if (found.empty())
    return;
  if (!function) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToEnd(module.getBody());
    auto given = module->getAttrOfType<StringAttr>(prepareNameAttrName);
    StringRef name = given ? given.getValue() : "sconce_prepare";
    function = func::FuncOp::create(builder, entry.getLoc(), name, builder.getFunctionType({}, {}));
    function->setAttr(loadsAttrName, builder.getUnitAttr());
    function.addEntryBlock();
  }
  int64_t first = module->getAttrOfType<IntegerAttr>(weightCountAttrName).getInt();
  // All are copied before one is replaced: they are made of each other.
  builder.setInsertionPointToEnd(&function.front());
  SmallVector<Value> prepared = llvm::map_to_vector(found, [&](Value value) { return copy(value); });
  for (auto [value, made] : llvm::zip_equal(found, prepared)) {
    builder.setInsertionPointAfterValue(value);
    auto weight = ts::WeightOp::create(builder, value.getLoc(), value.getType(), first + static_cast<int64_t>(results.size()),
                                       /*offset=*/0, /*strides=*/DenseI64ArrayAttr());
    results.push_back(made);
    value.replaceAllUsesWith(weight);
  }
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(entry.getBody().front())))
    if (isOpTriviallyDead(&op))
      op.erase();
}

void Preparation::finish() {
  if (!function)
    return;
  builder.setInsertionPointToEnd(&function.front());
  func::ReturnOp::create(builder, function.getLoc(), results);
  function.setType(builder.getFunctionType({}, TypeRange(ValueRange(results))));
  SmallVector<int64_t> bytes;
  for (Value result : results) {
    auto type = cast<RankedTensorType>(result.getType());
    bytes.push_back(type.getNumElements() * getElementBytes(type.getElementType()));
  }
  module->setAttr(preparedAttrName, builder.getDenseI64ArrayAttr(bytes));
}

namespace {
struct HoistWeightsPass : impl::HoistWeightsPassBase<HoistWeightsPass> {
  void runOnOperation() override {
    if (!getOperation()->hasAttr(weightCountAttrName))
      return;
    Preparation preparation(getOperation());
    for (auto entry : llvm::to_vector(getOperation().getOps<func::FuncOp>()))
      if (entry.isPublic() && !entry.isDeclaration() && llvm::hasSingleElement(entry.getBody()))
        preparation.takeFrom(entry);
    preparation.finish();
    numPrepared += preparation.numPrepared();
  }
};
} // namespace
} // namespace sconce::codegen
