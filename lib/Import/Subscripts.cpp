// Subscripts: of tensors as select, slice, unsqueeze and index; of containers, tuples and modules.
#include "lib/Import/FunctionEmitter.h"

using namespace mlir;

namespace sconce::import {

/// The int that a value is known to be.
static std::optional<int64_t> knownInt(mlir::Value value) {
  auto constant = value.getDefiningOp<ts::ConstantOp>();
  auto number = constant ? dyn_cast<IntegerAttr>(constant.getValue()) : IntegerAttr();
  if (!number || !isa<ts::IntType>(value.getType()))
    return std::nullopt;
  return number.getInt();
}

mlir::Value FunctionEmitter::emitSubscript(const script::SubscriptExpr *expr, Type hint) {
  mlir::Value object = emitExpr(expr->object);
  if (!object)
    return {};
  Type type = object.getType();
  if (isa<ts::TensorType>(type)) {
    TensorIndex index = emitTensorIndex(expr->range, object, expr->items);
    if (hasFailed() || index.indices.empty())
      return index.sliced;
    return op(expr->range, "aten::index",
              {index.sliced, emitIndexList(expr->range, index.indices)});
  }
  if (expr->items.size() != 1)
    return fail(expr->range,
                "a value of type '" + spelling(type) + "' cannot be indexed by several indices");
  if (auto *slice = dyn_cast<script::SliceExpr>(expr->items[0]))
    return tupleTypes(type) ? emitTupleSlice(slice, object)
                            : emitSlice(expr->range, object, {}, slice);
  mlir::Value index = emitExpr(expr->items[0]);
  if (!index)
    return {};
  if (tupleTypes(type))
    return emitTupleIndex(expr->range, object, index);
  if (auto classType = dyn_cast<ts::ClassType>(type)) {
    const ClassInfo *info = orFail(program.classInfo(classType.getName()));
    if (!info)
      return {};
    if (info->findMethod("__getitem__"))
      return asValue(expr->range,
                     callMethod(expr->range, object, "__getitem__", {argument(index)}, {}));
    return emitModuleItem(expr->range, object, index, hint);
  }
  return op(expr->range, "aten::__getitem__", {object, index});
}

/// `modules[i]`: a known index is an attribute; otherwise all modules have the interface that the
/// target declares.
mlir::Value FunctionEmitter::emitModuleItem(Range range, mlir::Value object, mlir::Value index,
                                            Type hint) {
  const ClassInfo *info =
      orFail(program.classInfo(cast<ts::ClassType>(object.getType()).getName()));
  if (!info)
    return {};
  if (!info->isModule() || !isa<ts::IntType, ts::StrType>(index.getType()))
    return fail(range, "'" + info->name + "' object is not subscriptable");
  if (!hint) {
    if (std::optional<int64_t> position = knownInt(index))
      return asValue(range, attributeOfObject(range, object, std::to_string(*position)));
    return fail(range,
                "the type of an element of a module container must be declared as an interface");
  }
  StringRef name = isa<ts::IntType>(index.getType()) ? "prim::ModuleContainerIndex.list"
                                                     : "prim::ModuleContainerIndex.dict";
  return ts::OpOp::create(builder, loc(range), TypeRange{hint}, name, ValueRange{object, index})
      .getResult(0);
}

mlir::Value FunctionEmitter::emitTupleIndex(Range range, mlir::Value tuple, mlir::Value index) {
  ArrayRef<Type> types = *tupleTypes(tuple.getType());
  if (!isa<ts::IntType>(index.getType()))
    return fail(range,
                "expected a tuple's index to be an int, found '" + spelling(index.getType()) + "'");
  Type type;
  if (std::optional<int64_t> position = knownInt(index)) {
    int64_t size = types.size();
    int64_t adjusted = *position < 0 ? *position + size : *position;
    if (adjusted < 0 || adjusted >= size)
      return fail(range, "index " + Twine(*position) + " is out of range for a tuple of length " +
                             Twine(size));
    type = types[adjusted];
  } else {
    if (types.empty() ||
        !rules.isConvertibleToList(tuple.getType(), ts::ListType::get(context, types[0])))
      return fail(
          range,
          "'" + spelling(tuple.getType()) +
              "' cannot be indexed by a value that is not a literal: its elements differ in type");
    type = types[0];
  }
  return ts::TupleIndexOp::create(builder, loc(range), type, tuple, index);
}

mlir::Value FunctionEmitter::emitTupleSlice(const script::SliceExpr *slice, mlir::Value tuple) {
  ArrayRef<Type> types = *tupleTypes(tuple.getType());
  int64_t size = types.size();
  auto literal = [&](const script::Expr *part, int64_t absent) -> int64_t {
    if (!part)
      return absent;
    mlir::Value value = emitExpr(part);
    if (value && isa<ts::NoneType>(value.getType()))
      return absent;
    std::optional<int64_t> number = value ? knownInt(value) : std::nullopt;
    if (value && !number)
      fail(part->range, "expected a tuple's slice to have literal bounds");
    return number.value_or(0);
  };
  int64_t step = literal(slice->step, 1);
  if (!hasFailed() && step == 0)
    return fail(slice->range, "a slice's step must not be zero");
  int64_t begin = literal(slice->start, step > 0 ? 0 : size - 1);
  int64_t end = literal(slice->stop, step > 0 ? size : -size - 1);
  if (hasFailed())
    return {};
  auto adjust = [&](int64_t bound) {
    bound = bound < 0 ? std::max<int64_t>(bound, -size - 1) + size : bound;
    return step > 0 ? std::clamp<int64_t>(bound, 0, size)
                    : std::clamp<int64_t>(bound, -1, size - 1);
  };
  begin = adjust(begin);
  end = adjust(end);
  if (step == 1) {
    end = std::max(begin, end);
    return ts::TupleSliceOp::create(builder, loc(slice->range),
                                    ts::TupleType::get(context, types.slice(begin, end - begin)),
                                    tuple, begin, end);
  }
  SmallVector<SugaredValue> elements =
      unpack(slice->range, SugaredValue::simple(tuple), std::nullopt);
  SmallVector<mlir::Value> chosen;
  for (int64_t index = begin; step > 0 ? index < end : index > end; index += step) {
    chosen.push_back(elements[index].value);
    if (std::abs(step) > size)
      break;
  }
  return makeTuple(slice->range, chosen);
}

/// `object[start:stop:step]` of a list, a string, or dimension `dim` of a tensor.
mlir::Value FunctionEmitter::emitSlice(Range range, mlir::Value object, mlir::Value dim,
                                       const script::SliceExpr *slice) {
  SmallVector<Argument> positional{argument(object)}, keywords;
  if (dim)
    positional.push_back(argument(dim));
  mlir::Value start = slice->start ? emitExpr(slice->start) : intConstant(range, 0);
  mlir::Value stop = slice->stop && start ? emitExpr(slice->stop) : mlir::Value();
  mlir::Value step = slice->step && !hasFailed() ? emitExpr(slice->step) : mlir::Value();
  if (hasFailed())
    return {};
  positional.push_back(argument(start));
  if (stop)
    positional.push_back(argument(stop));
  keywords.push_back(argument(step ? step : intConstant(range, 1), "step"));
  return asValue(range, callOperator(range, "aten::slice", positional, keywords));
}

mlir::Value FunctionEmitter::emitIndexList(Range range, ArrayRef<mlir::Value> indices) {
  SmallVector<mlir::Value> elements;
  for (mlir::Value index : indices)
    elements.push_back(index ? index : none(range));
  return makeList(range, ts::OptionalType::get(context, tensorType()), elements);
}

/// Ints, slices and None act from left to right, each on the dimension that the ones before it
/// leave; tensors are collected for one `index` at the end. What follows an ellipsis counts
/// dimensions from the right.
FunctionEmitter::TensorIndex FunctionEmitter::emitTensorIndex(Range range, mlir::Value tensor,
                                                              ArrayRef<script::Expr *> items) {
  if (items.empty())
    return fail(range, "expected an index");
  SmallVector<mlir::Value> values(items.size());
  SmallVector<int64_t> dims(items.size());
  // Gives the value of an index and the dimension of the next one.
  auto place = [&](size_t position, int64_t dim, bool isReverse) -> int64_t {
    dims[position] = dim;
    if (isa<script::SliceExpr>(items[position]))
      return isReverse ? dim - 1 : dim + 1;
    mlir::Value index = emitExpr(items[position]);
    if (index && isa<ts::ListType>(index.getType())) {
      mlir::Value dtype = intConstant(items[position]->range, 4); // int64
      index = asValue(items[position]->range,
                      callOperator(items[position]->range, "aten::tensor", {argument(index)},
                                   {argument(dtype, "dtype")}));
    }
    if (!index)
      return dim;
    values[position] = index;
    if (isa<ts::NoneType>(index.getType()))
      return isReverse ? dim : dim + 1;
    if (isa<ts::IntType>(index.getType()))
      return isReverse ? dim - 1 : dim;
    if (isa<ts::TensorType>(unwrapOptional(index.getType()))) {
      if (isReverse)
        fail(items[position]->range,
             "indexing by a tensor after '...' is not possible in TorchScript");
      return dim + 1;
    }
    fail(items[position]->range,
         "a tensor cannot be indexed by a value of type '" + spelling(index.getType()) + "'");
    return dim;
  };
  size_t ellipsis = 0;
  int64_t dim = 0;
  for (; ellipsis < items.size() && !isa<script::EllipsisExpr>(items[ellipsis]); ++ellipsis) {
    dim = place(ellipsis, dim, false);
    if (hasFailed())
      return {};
  }
  int64_t fromRight = -1;
  for (size_t position = items.size(); position-- > ellipsis + 1;) {
    if (isa<script::EllipsisExpr>(items[position]))
      return fail(items[position]->range, "an index can have only one '...'");
    fromRight = place(position, fromRight, true);
    if (hasFailed())
      return {};
  }

  TensorIndex result{tensor, {}};
  for (auto [position, item] : llvm::enumerate(items)) {
    mlir::Value index = values[position];
    if (isa<script::EllipsisExpr>(item))
      continue;
    if (auto *slice = dyn_cast<script::SliceExpr>(item)) {
      result.sliced =
          emitSlice(item->range, result.sliced, intConstant(item->range, dims[position]), slice);
    } else if (isa<ts::NoneType>(index.getType())) {
      result.sliced = op(item->range, "aten::unsqueeze",
                         {result.sliced, intConstant(item->range, dims[position])});
    } else if (isa<ts::IntType>(index.getType())) {
      result.sliced = op(item->range, "aten::select",
                         {result.sliced, intConstant(item->range, dims[position]), index});
    } else {
      result.indices.resize(dims[position] + 1);
      result.indices[dims[position]] = index;
    }
    if (!result.sliced)
      return {};
  }
  return result;
}

void FunctionEmitter::assignSubscript(const script::SubscriptExpr *target, mlir::Value value,
                                      Range range) {
  mlir::Value object = emitExpr(target->object);
  if (!object)
    return;
  if (isa<ts::TensorType>(object.getType())) {
    TensorIndex index = emitTensorIndex(target->range, object, target->items);
    if (hasFailed())
      return;
    if (isa<ts::IntType, ts::FloatType, ts::BoolType, ts::NumberType, ts::ComplexType>(
            value.getType())) {
      mlir::Value dtype = op(range, "prim::dtype", {index.sliced});
      mlir::Value device = op(range, "prim::device", {index.sliced});
      if (hasFailed())
        return;
      value = asValue(range, callOperator(range, "aten::tensor", {argument(value)},
                                          {argument(dtype, "dtype"), argument(device, "device")}));
      if (!value)
        return;
    }
    if (index.indices.empty())
      op(range, "aten::copy_", {index.sliced, value});
    else
      op(range, "aten::index_put_", {index.sliced, emitIndexList(range, index.indices), value});
    return;
  }
  if (target->items.size() != 1 || isa<script::SliceExpr>(target->items[0]) ||
      tupleTypes(object.getType())) {
    fail(target->range, "'" + spelling(object.getType()) + "' does not support this assignment");
    return;
  }
  mlir::Value index = emitExpr(target->items[0]);
  if (!index)
    return;
  SugaredValue callee = SugaredValue::named(SugaredValue::Kind::Magic, "aten::_set_item");
  callee.magic = "__setitem__";
  call(range, callee, {argument(object), argument(index), argument(value)}, {});
}

} // namespace sconce::import
