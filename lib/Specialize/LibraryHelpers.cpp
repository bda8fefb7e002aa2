// The helpers that library code calls as `ops.ts.name(…)`: questions about
// abstract values, and what happens to aliases (README.md lists them).
#include "lib/Specialize/Intrinsics.h"
#include "lib/Specialize/Promotion.h"
#include "runtime/Random.h"

using namespace sconce;
using namespace sconce::specialize;
using mlir::failed;
using mlir::failure;
using mlir::LogicalResult;
using mlir::success;

static TensorNode *tensorOf(Call &call, size_t i = 0) {
  if (i < call.args.size() && call.args[i].isTensor())
    return call.args[i].asTensor();
  (void)call.eval.error("'" + call.name + "' wants a tensor as argument " + llvm::Twine(i));
  return nullptr;
}

static LogicalResult strides(Call &call) {
  TensorNode *x = tensorOf(call);
  return x ? call.give(call.eval.intList(call.eval.tensors.stridesOf(x))) : failure();
}

static LogicalResult storageOffset(Call &call) {
  TensorNode *x = tensorOf(call);
  return x ? call.give(x->offset) : failure();
}

static LogicalResult promote(Call &call) {
  llvm::SmallVector<const TensorNode *> tensors;
  if (call.args[0].isList())
    for (const AbstractValue &element : call.args[0].asList()->elements)
      if (element.isTensor())
        tensors.push_back(element.asTensor());
  std::optional<rt::Dtype> dtype = resultType(tensors);
  if (!dtype)
    return call.eval.raise("builtins.RuntimeError", "Promotion of these dtypes is not defined");
  return call.give(AbstractValue::ofInt(static_cast<int64_t>(*dtype)));
}

static LogicalResult tensorOfScalar(Call &call) {
  if (!call.args[0].isScalar())
    return call.eval.error("'ts.tensor_of' wants a number, got a " + kindName(call.args[0]));
  return call.give(AbstractValue::ofTensor(call.eval.tensors.scalar(call.args[0], /*wrappedNumber=*/true)));
}

static LogicalResult isKnown(Call &call) { return call.give(AbstractValue::ofBool(!call.args[0].isRunTime())); }

static LogicalResult mayBeNegative(Call &call) {
  if (!call.args[1].isList())
    return call.eval.error("'" + call.name + "' wants a list of extents as argument 1");
  return call.give(AbstractValue::ofBool(call.eval.emitter.ranges.mayBeNegative(call.args[0], call.args[1].asList()->elements)));
}

static LogicalResult isSame(Call &call) { return call.give(AbstractValue::ofBool(call.args[0].isIdentical(call.args[1]))); }

static LogicalResult write(Call &call) {
  TensorNode *target = tensorOf(call), *source = tensorOf(call, 1);
  if (!target || !source)
    return failure();
  if (target->rank() != source->rank() || target->dtype != source->dtype)
    return call.eval.error("'" + call.name + "' wants tensors of one shape and dtype");
  if (failed(call.eval.writeTensor(target, source, /*mayOverlap=*/call.name == "ts::fill")))
    return failure();
  return call.give(call.args[0]);
}

static LogicalResult copyStrided(Call &call) {
  TensorNode *x = tensorOf(call);
  if (!x || !call.args[1].isList())
    return failure();
  TensorNode *copy = call.eval.tensors.copyStrided(x, call.args[1].asList()->elements);
  return copy ? call.give(AbstractValue::ofTensor(copy)) : call.eval.giveUp();
}

/// x as it is in its storage, with other extents: elements in memory order.
/// A tensor of `sizes` that begins with the elements of `x`, and goes on with zeros.
static rt::Tensor resized(const rt::Tensor &x, std::vector<int64_t> sizes) {
  rt::Tensor result = rt::Tensor::zeros(x.dtype(), std::move(sizes));
  if (!result)
    return result;
  std::vector<rt::Value> elements;
  rt::forEachIndex(x.sizes(), [&](rt::Index index) { elements.push_back(x.loadNumber(index)); });
  size_t next = 0;
  rt::forEachIndex(result.sizes(), [&](rt::Index index) {
    if (next < elements.size())
      result.store(index, elements[next++]);
  });
  return result;
}

static LogicalResult resize(Call &call) {
  Evaluator &eval = call.eval;
  TensorNode *x = tensorOf(call);
  if (!x || !call.args[1].isList())
    return failure();
  llvm::SmallVector<Extent> sizes(call.args[1].asList()->elements.begin(), call.args[1].asList()->elements.end());
  Extent before = eval.tensors.numel(x), after = Extent::ofInt(1);
  for (const Extent &size : sizes)
    after = eval.emitter.mul(after, size);
  if (!before.isKnownInt() || !after.isKnownInt())
    return eval.unsupported("a resize to extents that only run time knows");
  if (rt::Tensor known = eval.tensors.known(x)) {
    std::vector<int64_t> extents;
    for (const Extent &size : sizes)
      extents.push_back(size.asInt());
    rt::Tensor made = resized(known, std::move(extents));
    if (!made)
      return eval.unsupported("a tensor that does not fit into memory");
    if (failed(eval.prepareWrite(x)))
      return failure();
    eval.tensors.become(x, eval.tensors.constant(made));
    return call.give(call.args[0]);
  }
  mlir::Value flat = eval.emitter.one("reshape", {eval.tensors.read(x), llvm::ArrayRef<Extent>(before)});
  if (after.asInt() < before.asInt()) {
    flat = eval.emitter.one("slice", {flat, int64_t(0), int64_t(0), after, int64_t(1)});
  } else if (after.asInt() > before.asInt()) {
    llvm::SmallVector<Extent> more = {Extent::ofInt(after.asInt() - before.asInt())};
    mlir::Value zeros = eval.emitter.one("full", {llvm::ArrayRef<Extent>(more), int64_t(0), static_cast<int64_t>(x->dtype)});
    mlir::Value parts[] = {flat, zeros};
    flat = eval.emitter.one("concatenate", {llvm::ArrayRef<mlir::Value>(parts), int64_t(0)});
  }
  mlir::Value value = eval.emitter.one("reshape", {flat, llvm::ArrayRef<Extent>(sizes)});
  if (!value)
    return eval.giveUp();
  if (failed(eval.prepareWrite(x)))
    return failure();
  eval.tensors.become(x, eval.tensors.fresh(value, x->dtype, sizes));
  return call.give(call.args[0]);
}

static LogicalResult setData(Call &call) {
  TensorNode *x = tensorOf(call), *source = tensorOf(call, 1);
  if (!x || !source || failed(call.eval.prepareWrite(x)))
    return failure();
  call.eval.tensors.become(x, source);
  return call.give(call.args[0]);
}

static LogicalResult itemBytes(Call &call) {
  TensorNode *x = tensorOf(call);
  return x ? call.give(AbstractValue::ofInt(rt::itemSize(x->dtype))) : failure();
}

static LogicalResult setSeed(Call &call) {
  if (call.eval.generator && call.args[0].isKnownInt()) {
    call.eval.generator->manualSeed(static_cast<uint64_t>(call.args[0].asInt()));
    return success();
  }
  call.eval.emitter.runtimeCall("sc_rt_manual_seed", {}, call.eval.emitter.materialize(call.args[0]));
  return success();
}

/// The integers of a tensor as a quantized one, on the same storage.
static LogicalResult quantized(Call &call) {
  TensorNode *x = tensorOf(call);
  if (!x)
    return failure();
  TensorNode *result = call.eval.tensors.alias(x);
  result->quantizer = std::make_shared<TensorQuantizer>(TensorQuantizer{call.args[1], call.args[2]});
  return call.give(AbstractValue::ofTensor(result));
}

static LogicalResult integers(Call &call) {
  TensorNode *x = tensorOf(call);
  if (!x)
    return failure();
  TensorNode *result = call.eval.tensors.alias(x);
  result->quantizer = nullptr;
  return call.give(AbstractValue::ofTensor(result));
}

template <AbstractValue TensorQuantizer::*field> static LogicalResult quantizerField(Call &call) {
  TensorNode *x = tensorOf(call);
  if (!x)
    return failure();
  if (!x->quantizer)
    return call.eval.raise("builtins.RuntimeError", "Expected quantizer->qscheme() == kPerTensorAffine to be true, but got false.");
  return call.give((*x->quantizer).*field);
}

static LogicalResult unsupported(Call &call) {
  return call.eval.unsupported(call.args[0].isString() ? call.args[0].asString() : llvm::StringRef("an unnamed feature"));
}

static LogicalResult raise(Call &call) {
  return call.eval.raise(call.args[1].isString() ? call.args[1].asString() : "builtins.RuntimeError",
                         call.args[0].isString() ? call.args[0].asString() : "");
}

void specialize::addLibraryHelperIntrinsics(IntrinsicTable &table) {
  table.add({
      {"ts::copy_strided", copyStrided},
      {"ts::integers", integers},
      {"ts::known", isKnown},
      {"ts::may_be_negative", mayBeNegative},
      {"ts::numel_bytes", itemBytes},
      {"ts::q_scale", quantizerField<&TensorQuantizer::scale>},
      {"ts::q_zero_point", quantizerField<&TensorQuantizer::zeroPoint>},
      {"ts::quantized", quantized},
      {"ts::raise", raise},
      {"ts::resize", resize},
      {"ts::result_type", promote},
      {"ts::same", isSame},
      {"ts::set_data", setData},
      {"ts::set_seed", setSeed},
      {"ts::storage_offset", storageOffset},
      {"ts::strides", strides},
      {"ts::tensor_of", tensorOfScalar},
      {"ts::unsupported", unsupported},
      {"ts::write", write},
      {"ts::fill", write},
  });
}
