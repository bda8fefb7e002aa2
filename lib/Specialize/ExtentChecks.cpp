#include "lib/Specialize/ExtentChecks.h"

#include "lib/Specialize/Primitives.h"

#include "llvm/ADT/StringSwitch.h"

using namespace sconce;
using namespace sconce::specialize;
using llvm::ArrayRef;
using mlir::failed;
using mlir::failure;
using mlir::LogicalResult;
using mlir::success;

namespace {

llvm::SmallVector<int64_t> intsOf(const AbstractValue &list) {
  llvm::SmallVector<int64_t> ints;
  if (list.isList() && !list.asList()->reference)
    for (const AbstractValue &element : list.asList()->elements)
      if (element.isKnownInt())
        ints.push_back(element.asInt());
  return ints;
}

llvm::SmallVector<const TensorNode *> tensorsOf(const AbstractValue &list) {
  llvm::SmallVector<const TensorNode *> tensors;
  if (list.isList() && !list.asList()->reference)
    for (const AbstractValue &element : list.asList()->elements)
      if (element.isTensor())
        tensors.push_back(element.asTensor());
  return tensors;
}

bool areInside(ArrayRef<int64_t> dims, const TensorNode *x) {
  return llvm::all_of(dims, [&](int64_t dim) { return dim >= 0 && dim < static_cast<int64_t>(x->rank()); });
}

/// Says of pairs of extents what they must be. Arguments that the dialect refuses are left to it.
class ExtentChecks {
public:
  ExtentChecks(Evaluator &eval) : eval(eval) {}

  LogicalResult elementwise(ArrayRef<const TensorNode *> inputs) {
    for (const TensorNode *input : inputs)
      for (size_t dim = 0; dim < input->rank() && input->rank() == inputs[0]->rank(); ++dim)
        if (failed(equal(inputs[0]->sizes[dim], input->sizes[dim],
                         "The size of tensor a ({}) must match the size of tensor b ({}) at non-singleton dimension " + llvm::Twine(dim))))
          return failure();
    return success();
  }

  LogicalResult contract(ArrayRef<AbstractValue> arguments) {
    const TensorNode *a = arguments[0].asTensor(), *b = arguments[1].asTensor();
    for (size_t list : {2, 4}) {
      llvm::SmallVector<int64_t> ofA = intsOf(arguments[list]), ofB = intsOf(arguments[list + 1]);
      if (ofA.size() != ofB.size() || !areInside(ofA, a) || !areInside(ofB, b))
        continue;
      for (auto [i, j] : llvm::zip_equal(ofA, ofB))
        if (failed(equal(a->sizes[i], b->sizes[j],
                         "shapes cannot be multiplied: dimension " + llvm::Twine(i) + " of the first factor has extent {}, dimension " +
                             llvm::Twine(j) + " of the second one {}")))
          return failure();
    }
    return success();
  }

  LogicalResult convolve(ArrayRef<AbstractValue> arguments) {
    const TensorNode *x = arguments[0].asTensor(), *w = arguments[1].asTensor();
    if (x->rank() < 3 || w->rank() != x->rank() || !arguments[7].isKnownInt())
      return success();
    int64_t groups = arguments[7].asInt();
    if (failed(equal(eval.emitter.mul(w->sizes[1], arguments[7]), x->sizes[1],
                     "Given groups=" + llvm::Twine(groups) + ", expected input to have {} channels, but got {} channels instead")))
      return failure();
    llvm::SmallVector<int64_t> low = intsOf(arguments[3]), high = intsOf(arguments[4]), dilation = intsOf(arguments[5]),
                               spread = intsOf(arguments[6]);
    size_t spatial = x->rank() - 2;
    if (low.size() != spatial || high.size() != spatial || dilation.size() != spatial || spread.size() != spatial)
      return success();
    for (size_t dim = 0; dim < spatial; ++dim)
      if (failed(fitsWindow(x->sizes[dim + 2], w->sizes[dim + 2], low[dim], high[dim], dilation[dim], spread[dim])))
        return failure();
    return success();
  }

  LogicalResult pool(ArrayRef<AbstractValue> arguments) {
    const TensorNode *x = arguments[0].asTensor();
    llvm::SmallVector<int64_t> window = intsOf(arguments[1]), low = intsOf(arguments[3]), high = intsOf(arguments[4]),
                               dilation = intsOf(arguments[5]);
    if (window.size() != x->rank() || low.size() != x->rank() || high.size() != x->rank() || dilation.size() != x->rank())
      return success();
    for (size_t dim = 0; dim < x->rank(); ++dim)
      if (window[dim] != 1 && failed(fitsWindow(x->sizes[dim], Extent::ofInt(window[dim]), low[dim], high[dim], dilation[dim], 1)))
        return failure();
    return success();
  }

  LogicalResult concatenate(ArrayRef<AbstractValue> arguments) {
    llvm::SmallVector<const TensorNode *> parts = tensorsOf(arguments[0]);
    if (!arguments[1].isKnownInt())
      return success();
    int64_t along = arguments[1].asInt();
    for (auto [number, part] : llvm::enumerate(parts))
      for (size_t dim = 0; dim < part->rank() && part->rank() == parts[0]->rank(); ++dim)
        if (static_cast<int64_t>(dim) != along &&
            failed(equal(parts[0]->sizes[dim], part->sizes[dim],
                         "Sizes of tensors must match except in dimension " + llvm::Twine(along) +
                             ". Expected size {} but got size {} for tensor number " + llvm::Twine(number) + " in the list.")))
          return failure();
    return success();
  }

  /// Indices of one shape and, where elements are written, updates of that shape and then of the dimensions without an index.
  LogicalResult indexed(ArrayRef<AbstractValue> arguments, const TensorNode *updates) {
    const TensorNode *x = arguments[0].asTensor();
    llvm::SmallVector<int64_t> dims = intsOf(arguments[1]);
    llvm::SmallVector<const TensorNode *> indices = tensorsOf(arguments[2]);
    if (indices.empty())
      return success();
    for (const TensorNode *index : indices)
      for (size_t dim = 0; dim < index->rank() && index->rank() == indices[0]->rank(); ++dim)
        if (failed(equal(indices[0]->sizes[dim], index->sizes[dim],
                         "shape mismatch: indexing tensors could not be broadcast together, got extents {} and {}")))
          return failure();
    if (!updates)
      return success();
    llvm::SmallVector<Extent> places(indices[0]->sizes.begin(), indices[0]->sizes.end());
    for (size_t dim = 0; dim < x->rank(); ++dim)
      if (!llvm::is_contained(dims, static_cast<int64_t>(dim)))
        places.push_back(x->sizes[dim]);
    if (updates->rank() != places.size())
      return success();
    for (auto [place, update] : llvm::zip_equal(places, updates->sizes))
      if (failed(equal(place, update, "shape mismatch: an extent of {} is written to, but there are values for {}")))
        return failure();
    return success();
  }

  LogicalResult updateSlice(ArrayRef<AbstractValue> arguments) {
    const TensorNode *x = arguments[0].asTensor(), *update = arguments[1].asTensor();
    if (!arguments[2].isKnownInt() || x->rank() != update->rank())
      return success();
    for (size_t dim = 0; dim < x->rank(); ++dim)
      if (static_cast<int64_t>(dim) != arguments[2].asInt() &&
          failed(equal(x->sizes[dim], update->sizes[dim], "shape mismatch: an extent of {} is written to, but there are values for {}")))
        return failure();
    return success();
  }

  LogicalResult stretch(const TensorNode *x, ArrayRef<Extent> sizes, ArrayRef<int64_t> dims) {
    for (auto [have, dim] : llvm::zip_equal(x->sizes, dims)) {
      const Extent &want = sizes[dim];
      if (have.isIdentical(want) || have.isKnownInt(1) || (have.isKnownInt() && want.isKnownInt()))
        continue;
      AbstractValue differs = eval.emitter.compare("ne", have, want);
      if (!have.isKnownInt())
        differs = eval.emitter.logicalAnd(differs, eval.emitter.compare("ne", have, Extent::ofInt(1)));
      if (failed(eval.require(eval.emitter.logicalNot(differs), "builtins.RuntimeError",
                              "The expanded size of the tensor ({}) must match the existing size ({}) at non-singleton dimension " +
                                  llvm::Twine(dim),
                              {want, have})))
        return failure();
    }
    return success();
  }

  /// No extent, stride or offset is negative, and where there are elements, each leads no farther than the storage is long: then their sum
  /// cannot overflow.
  LogicalResult insideStorage(const Extent &count, const ViewStep &step) {
    Emitter &emitter = eval.emitter;
    Extent zero = Extent::ofInt(0), one = Extent::ofInt(1), last = step.offset;
    AbstractValue isValid = emitter.compare("ge", step.offset, zero), hasElements = AbstractValue::ofBool(true);
    AbstractValue isInside = emitter.compare("lt", step.offset, count);
    for (auto [size, stride] : llvm::zip_equal(step.sizes, step.strides)) {
      Extent steps = emitter.sub(size, one), most = emitter.floorDiv(count, emitter.maximum(stride, one));
      AbstractValue isFar = emitter.logicalAnd(emitter.compare("gt", stride, zero), emitter.compare("gt", steps, most));
      isInside = emitter.logicalAnd(isInside, emitter.logicalNot(isFar));
      isValid = emitter.logicalAnd(isValid, emitter.logicalAnd(emitter.compare("ge", size, zero), emitter.compare("ge", stride, zero)));
      hasElements = emitter.logicalAnd(hasElements, emitter.compare("ne", size, zero));
      last = emitter.add(last, emitter.mul(steps, stride));
    }
    isInside = emitter.logicalAnd(isInside, emitter.compare("lt", last, count));
    AbstractValue isOutside = emitter.logicalAnd(hasElements, emitter.logicalNot(isInside));
    return eval.require(emitter.logicalAnd(isValid, emitter.logicalNot(isOutside)), "builtins.RuntimeError",
                        "setStorage: sizes, strides and storage offset {} are out of bounds for storage of {} elements",
                        {step.offset, count});
  }

private:
  LogicalResult equal(const Extent &a, const Extent &b, const llvm::Twine &message) {
    if (a.isIdentical(b) || (a.isKnownInt() && b.isKnownInt()))
      return success();
    return eval.require(eval.emitter.compare("eq", a, b), "builtins.RuntimeError", message, {a, b});
  }

  /// The window fits; `spread` is the distance of an input's elements.
  LogicalResult fitsWindow(const Extent &extent, const Extent &window, int64_t low, int64_t high, int64_t dilation, int64_t spread) {
    if (extent.isKnownInt() && window.isKnownInt())
      return success();
    Emitter &emitter = eval.emitter;
    auto reach = [&](const Extent &count, int64_t step) {
      return emitter.add(emitter.mul(emitter.sub(count, Extent::ofInt(1)), Extent::ofInt(step)), Extent::ofInt(1));
    };
    Extent padded = emitter.add(reach(extent, spread), Extent::ofInt(low + high)), kernel = reach(window, dilation);
    return eval.require(emitter.compare("ge", padded, kernel), "builtins.RuntimeError",
                        "Calculated padded input size: ({}). Kernel size: ({}). Kernel size can't be greater than actual input size",
                        {padded, kernel});
  }

  Evaluator &eval;
};

/// `value` with the known ones of `sizes` in its type.
mlir::Value withKnown(Emitter &emitter, mlir::Value value, ArrayRef<Extent> sizes) {
  auto type = llvm::cast<mlir::RankedTensorType>(value.getType());
  llvm::SmallVector<int64_t> shape(type.getShape());
  for (auto [extent, size] : llvm::zip_equal(shape, sizes))
    if (mlir::ShapedType::isDynamic(extent) && size.isKnownInt())
      extent = size.asInt();
  return emitter.cast(value, type.clone(shape));
}

} // namespace

LogicalResult specialize::requireFittingExtents(Call &call, llvm::StringRef primitive) {
  ExtentChecks checks(call.eval);
  llvm::SmallVector<const TensorNode *> inputs = elementwiseInputs(call, primitive);
  if (!inputs.empty())
    return checks.elementwise(inputs);
  if (primitive == "concatenate")
    return checks.concatenate(call.args);
  if (call.args.empty() || !call.args[0].isTensor())
    return success();
  bool isPair = call.args.size() > 1 && call.args[1].isTensor();
  if (primitive == "contract" && isPair)
    return checks.contract(call.args);
  if (primitive == "convolve" && isPair)
    return checks.convolve(call.args);
  if (primitive == "update_slice" && isPair)
    return checks.updateSlice(call.args);
  if (primitive == "pool" || primitive == "arg_pool")
    return checks.pool(call.args);
  if (primitive == "index")
    return checks.indexed(call.args, nullptr);
  if (primitive == "scatter" && call.args[3].isTensor())
    return checks.indexed(call.args, call.args[3].asTensor());
  return success();
}

LogicalResult specialize::requireStretchable(Evaluator &eval, const TensorNode *x, ArrayRef<Extent> sizes, ArrayRef<int64_t> dims) {
  return ExtentChecks(eval).stretch(x, sizes, dims);
}

LogicalResult specialize::requireInsideStorage(Evaluator &eval, const TensorNode *x, const ViewStep &step) {
  if (x->storage->dtype != x->dtype)
    return success();
  Extent count = Extent::ofInt(1);
  for (const Extent &size : x->storage->sizes)
    count = eval.emitter.mul(count, size);
  return ExtentChecks(eval).insideStorage(count, step);
}

void specialize::refineOperands(Emitter &emitter, llvm::StringRef primitive, ArrayRef<AbstractValue> arguments, mlir::Value &first,
                                mlir::Value &second) {
  llvm::SmallVector<Extent> a(arguments[0].asTensor()->sizes.begin(), arguments[0].asTensor()->sizes.end());
  llvm::SmallVector<Extent> b(arguments[1].asTensor()->sizes.begin(), arguments[1].asTensor()->sizes.end());
  auto share = [](Extent &x, Extent &y) { (x.isKnownInt() ? y : x) = x.isKnownInt() ? x : y; };
  if (primitive == "convolve") {
    if (a.size() > 1 && b.size() > 1 && arguments[7].isKnownInt() && b[1].isKnownInt())
      a[1] = emitter.mul(b[1], arguments[7]);
  } else {
    for (size_t list : {2, 4}) {
      llvm::SmallVector<int64_t> ofA = intsOf(arguments[list]), ofB = intsOf(arguments[list + 1]);
      if (ofA.size() == ofB.size() && areInside(ofA, arguments[0].asTensor()) && areInside(ofB, arguments[1].asTensor()))
        for (auto [i, j] : llvm::zip_equal(ofA, ofB))
          share(a[i], b[j]);
    }
  }
  first = withKnown(emitter, first, a);
  second = withKnown(emitter, second, b);
}
