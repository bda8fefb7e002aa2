#include "lib/Specialize/Emitter.h"
#include "dialects/TorchScript/IR/Primitives.h"
#include "dialects/TorchScript/IR/TorchScript.h"
#include "lib/Specialize/ElementTypes.h"
#include "runtime/Value.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace sconce;
using namespace sconce::specialize;

void Emitter::start(mlir::func::FuncOp function) {
  func = function;
  constants.clear();
  argumentExtents.clear();
  builder.setInsertionPointToEnd(&func.getBody().front());
}

/// A scalar argument: as an attribute where the schema wants it known.
static ts::PrimitiveArgument scalarArgument(const AbstractValue &scalar) {
  if (scalar.isRunTime())
    return ts::PrimitiveArgument::ofValue(scalar.asRunTime());
  if (scalar.isBool())
    return ts::PrimitiveArgument::ofBool(scalar.asBool());
  return scalar.isInt() ? ts::PrimitiveArgument::ofInt(scalar.asInt()) : ts::PrimitiveArgument::ofFloat(scalar.asFloat());
}

static ts::MixedInt mixedInt(const Extent &extent) {
  return extent.isKnownInt() ? ts::MixedInt(extent.asInt()) : ts::MixedInt(extent.asRunTime());
}

mlir::FailureOr<llvm::SmallVector<mlir::Value>> Emitter::primitive(llvm::StringRef name,
                                                                   llvm::ArrayRef<PrimitiveOperand> operands) {
  llvm::SmallVector<ts::PrimitiveArgument> arguments;
  for (const PrimitiveOperand &operand : operands) {
    if (const mlir::Value *value = operand.tensor()) {
      if (!*value) // What failed before has been reported.
        return mlir::failure();
      arguments.push_back(ts::PrimitiveArgument::ofValue(*value));
    } else if (const AbstractValue *scalar = operand.scalar()) {
      arguments.push_back(scalar->isComplex() ? ts::PrimitiveArgument::ofValue(materialize(*scalar)) : scalarArgument(*scalar));
    } else if (const std::string *word = operand.word()) {
      arguments.push_back(ts::PrimitiveArgument::ofString(*word));
    } else if (const PrimitiveOperand::Ints *ints = operand.ints()) {
      ts::PrimitiveArgument::Ints mixed;
      for (const Extent &extent : *ints)
        mixed.push_back(mixedInt(extent));
      arguments.push_back(ts::PrimitiveArgument::ofInts(llvm::ArrayRef<ts::MixedInt>(mixed)));
    } else {
      arguments.push_back(ts::PrimitiveArgument::ofValues(*operand.tensors()));
    }
  }
  mlir::FailureOr<mlir::Operation *> op = ts::buildPrimitive(builder, location(), name, arguments);
  if (mlir::failed(op))
    return mlir::failure();
  return llvm::SmallVector<mlir::Value>((*op)->getResults());
}

mlir::Value Emitter::one(llvm::StringRef name, llvm::ArrayRef<PrimitiveOperand> operands) {
  mlir::FailureOr<llvm::SmallVector<mlir::Value>> results = primitive(name, operands);
  if (failed(results) || results->empty())
    return {};
  return results->front();
}

namespace {
/// A part of a tensor, in another shape.
struct RowPart {
  mlir::Value of;
  int64_t dim, start;
};
} // namespace

/// The one row that a value is, in whatever shape.
static std::optional<RowPart> matchRow(mlir::Value value) {
  while (auto reshape = value.getDefiningOp<ts::ReshapeOp>())
    value = reshape.getX();
  auto slice = value.getDefiningOp<ts::SliceOp>();
  if (!slice || !slice.getX().getType().hasStaticShape() || slice.getStaticSize()[0] != 1 ||
      mlir::ShapedType::isDynamic(slice.getStaticStart()[0]))
    return std::nullopt;
  return RowPart{slice.getX(), static_cast<int64_t>(slice.getDim()), slice.getStaticStart()[0]};
}

/// The tensor whose rows the parts are, each once and in order, in the shape that their concatenation has; null where they are not.
mlir::Value Emitter::joinRows(llvm::ArrayRef<mlir::Value> parts, int64_t dim) {
  std::optional<RowPart> first = matchRow(parts.front());
  auto partType = llvm::dyn_cast<mlir::RankedTensorType>(parts.front().getType());
  if (!first || parts.size() < 2 || !partType || !partType.hasStaticShape() || dim < 0 || dim >= partType.getRank())
    return {};
  for (auto [i, part] : llvm::enumerate(parts)) {
    std::optional<RowPart> row = matchRow(part);
    if (!row || row->of != first->of || row->dim != first->dim || row->start != static_cast<int64_t>(i) || part.getType() != partType)
      return {};
  }
  auto type = llvm::cast<mlir::RankedTensorType>(first->of.getType());
  int64_t count = parts.size();
  if (type.getDimSize(first->dim) != count)
    return {};
  auto moved = [](int64_t rank, int64_t from, int64_t to) {
    llvm::SmallVector<int64_t> order = llvm::to_vector(llvm::seq<int64_t>(0, rank));
    order.erase(order.begin() + from);
    order.insert(order.begin() + to, from);
    return order;
  };
  auto reshaped = [&](mlir::Value value, llvm::ArrayRef<int64_t> shape) {
    if (!value || llvm::cast<mlir::RankedTensorType>(value.getType()).getShape() == shape)
      return value;
    return one("reshape", {value, shape});
  };
  // [rows, a row's own dimensions], and the rows next to the dimension along which they are joined.
  mlir::Value value = first->of;
  if (first->dim != 0)
    value = one("permute", {value, llvm::ArrayRef<int64_t>(moved(type.getRank(), first->dim, 0))});
  llvm::SmallVector<int64_t> shape = {count}, joined(partType.getShape());
  shape.append(joined.begin(), joined.end());
  joined[dim] *= count;
  value = reshaped(value, shape);
  if (value && dim != 0)
    value = one("permute", {value, llvm::ArrayRef<int64_t>(moved(shape.size(), 0, dim))});
  return reshaped(value, joined);
}

mlir::FailureOr<mlir::Value> Emitter::concatenate(llvm::ArrayRef<mlir::Value> parts, int64_t dim) {
  if (!parts.empty() && llvm::all_of(parts, [](mlir::Value part) { return bool(part); }))
    if (mlir::Value joined = joinRows(parts, dim))
      return joined;
  mlir::FailureOr<llvm::SmallVector<mlir::Value>> results = primitive("concatenate", {parts, dim});
  return failed(results) ? mlir::FailureOr<mlir::Value>(mlir::failure()) : mlir::FailureOr<mlir::Value>(results->front());
}

/// Constants stand before everything else in the function, so that each is
/// visible in every region.
mlir::Value Emitter::constant(mlir::TypedAttr attribute) {
  mlir::Value &value = constants[attribute];
  if (!value) {
    mlir::OpBuilder atStart = mlir::OpBuilder::atBlockBegin(&func.getBody().front());
    value = mlir::arith::ConstantOp::create(atStart, func.getLoc(), attribute);
  }
  return value;
}

mlir::Value Emitter::materialize(const AbstractValue &scalar) {
  if (scalar.isRunTime())
    return scalar.asRunTime();
  switch (scalar.kind()) {
  case ValueKind::Bool:
    return constant(builder.getBoolAttr(scalar.asBool()));
  case ValueKind::Int:
    return constant(builder.getI64IntegerAttr(scalar.asInt()));
  case ValueKind::Float:
    return constant(builder.getF64FloatAttr(scalar.asFloat()));
  default:
    break;
  }
  assert(scalar.isComplex() && "not a scalar");
  mlir::Value real = constant(builder.getF64FloatAttr(scalar.asComplex().real()));
  mlir::Value imaginary = constant(builder.getF64FloatAttr(scalar.asComplex().imag()));
  return one("complex", {real, imaginary});
}

Extent Emitter::extentOf(mlir::Value tensor, size_t dim) {
  auto type = llvm::cast<mlir::RankedTensorType>(tensor.getType());
  if (!type.isDynamicDim(dim))
    return Extent::ofInt(type.getDimSize(dim));
  bool isArgument = llvm::isa<mlir::BlockArgument>(tensor) && tensor.getParentBlock() == &func.getBody().front();
  auto read = [&](mlir::OpBuilder &at) -> mlir::Value { return ts::DimOp::create(at, location(), at.getI64Type(), tensor, at.getI64IntegerAttr(dim)); };
  if (!isArgument)
    return Extent::ofRunTime(read(builder));
  mlir::Value &extent = argumentExtents[{tensor, dim}];
  if (!extent) {
    mlir::OpBuilder atStart = mlir::OpBuilder::atBlockBegin(&func.getBody().front());
    extent = read(atStart);
  }
  return Extent::ofRunTime(extent);
}

mlir::Value Emitter::cast(mlir::Value tensor, mlir::Type type) {
  if (tensor.getType() == type)
    return tensor;
  return mlir::tensor::CastOp::create(builder, location(), type, tensor);
}

void Emitter::check(const AbstractValue &condition, llvm::StringRef message, llvm::StringRef exceptionClass, llvm::ArrayRef<Extent> values) {
  llvm::SmallVector<mlir::Value> operands;
  for (const Extent &value : values)
    operands.push_back(materialize(value));
  ts::CheckOp::create(builder, location(), materialize(condition), message, exceptionClass, operands);
}

mlir::Operation *Emitter::runtimeCall(llvm::StringRef callee, mlir::TypeRange results, mlir::ValueRange operands) {
  auto call = ts::RuntimeCallOp::create(builder, location(), results, callee, operands);
  if (onRuntimeCall)
    onRuntimeCall(call);
  return call;
}

AbstractValue Emitter::scalarOp(llvm::StringRef name, llvm::ArrayRef<AbstractValue> operands) {
  llvm::SmallVector<PrimitiveOperand> values;
  for (const AbstractValue &operand : operands)
    values.push_back(materialize(operand));
  mlir::Value result = one(name, values);
  return result ? AbstractValue::ofRunTime(result) : AbstractValue::uninitialized();
}

static int64_t wrap(uint64_t bits) { return static_cast<int64_t>(bits); }

Extent Emitter::add(const Extent &a, const Extent &b) {
  if (a.isKnownInt() && b.isKnownInt())
    return Extent::ofInt(wrap(static_cast<uint64_t>(a.asInt()) + static_cast<uint64_t>(b.asInt())));
  if (a.isKnownInt(0))
    return b;
  if (b.isKnownInt(0))
    return a;
  return scalarOp("add", {a, b});
}

Extent Emitter::sub(const Extent &a, const Extent &b) {
  if (a.isKnownInt() && b.isKnownInt())
    return Extent::ofInt(wrap(static_cast<uint64_t>(a.asInt()) - static_cast<uint64_t>(b.asInt())));
  if (b.isKnownInt(0))
    return a;
  if (a.isIdentical(b))
    return Extent::ofInt(0);
  return scalarOp("sub", {a, b});
}

Extent Emitter::mul(const Extent &a, const Extent &b) {
  if (a.isKnownInt() && b.isKnownInt())
    return Extent::ofInt(wrap(static_cast<uint64_t>(a.asInt()) * static_cast<uint64_t>(b.asInt())));
  if (a.isKnownInt(1) || b.isKnownInt(0))
    return b;
  if (b.isKnownInt(1) || a.isKnownInt(0))
    return a;
  return scalarOp("mul", {a, b});
}

static int64_t pythonFloorDiv(int64_t a, int64_t b) {
  if (b == -1)
    return wrap(-static_cast<uint64_t>(a));
  int64_t quotient = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

Extent Emitter::floorDiv(const Extent &a, const Extent &b) {
  if (b.isKnownInt(1))
    return a;
  if (a.isKnownInt() && b.isKnownInt())
    return Extent::ofInt(pythonFloorDiv(a.asInt(), b.asInt()));
  return scalarOp("floordiv", {a, b});
}

Extent Emitter::minimum(const Extent &a, const Extent &b) {
  if (a.isKnownInt() && b.isKnownInt())
    return a.asInt() <= b.asInt() ? a : b;
  if (a.isIdentical(b))
    return a;
  constexpr int64_t largest = INT64_MAX;
  if (a.isKnownInt(largest))
    return b;
  if (b.isKnownInt(largest))
    return a;
  return scalarOp("minimum", {a, b});
}

Extent Emitter::maximum(const Extent &a, const Extent &b) {
  if (a.isKnownInt() && b.isKnownInt())
    return a.asInt() >= b.asInt() ? a : b;
  if (a.isIdentical(b))
    return a;
  return scalarOp("maximum", {a, b});
}

AbstractValue Emitter::compare(llvm::StringRef predicate, const Extent &a, const Extent &b) {
  if (a.isKnownInt() && b.isKnownInt()) {
    int64_t x = a.asInt(), y = b.asInt();
    return AbstractValue::ofBool(predicate == "eq"   ? x == y
                                 : predicate == "ne" ? x != y
                                 : predicate == "lt" ? x < y
                                 : predicate == "le" ? x <= y
                                 : predicate == "gt" ? x > y
                                                     : x >= y);
  }
  if (a.isIdentical(b) && a.isInt())
    return AbstractValue::ofBool(predicate == "eq" || predicate == "le" || predicate == "ge");
  if (std::optional<bool> always = ranges.compare(predicate, a, b))
    return AbstractValue::ofBool(*always);
  return scalarOp(predicate, {a, b});
}

AbstractValue Emitter::logicalNot(const AbstractValue &a) {
  if (a.isKnown())
    return AbstractValue::ofBool(!a.asBool());
  return scalarOp("not", {a});
}

AbstractValue Emitter::logicalAnd(const AbstractValue &a, const AbstractValue &b) {
  if (a.isKnown())
    return a.asBool() ? b : a;
  if (b.isKnown())
    return b.asBool() ? a : b;
  return scalarOp("and", {a, b});
}

AbstractValue Emitter::select(const AbstractValue &condition, const AbstractValue &a, const AbstractValue &b) {
  if (condition.isKnown())
    return condition.asBool() ? a : b;
  if (a.isIdentical(b))
    return a;
  mlir::Value result = mlir::arith::SelectOp::create(builder, location(), materialize(condition), materialize(a), materialize(b));
  return AbstractValue::ofRunTime(result);
}

static AbstractValue convertKnown(const AbstractValue &scalar, ValueKind kind) {
  switch (kind) {
  case ValueKind::Bool:
    return AbstractValue::ofBool(scalar.toComplex() != std::complex<double>(0, 0));
  case ValueKind::Int:
    return scalar.isFloat() ? AbstractValue::ofInt(rt::Value::ofDouble(scalar.asFloat()).toInt())
                            : AbstractValue::ofInt(scalar.isComplex() ? static_cast<int64_t>(scalar.asFloat()) : scalar.asInt());
  case ValueKind::Float:
    return AbstractValue::ofFloat(scalar.toDouble());
  default:
    return AbstractValue::ofComplex(scalar.toComplex());
  }
}

AbstractValue Emitter::convert(const AbstractValue &scalar, ValueKind kind) {
  if (scalar.kind() == kind)
    return scalar;
  if (scalar.isKnown())
    return convertKnown(scalar, kind);
  mlir::Value value = scalar.asRunTime();
  mlir::Location loc = location();
  mlir::Type type = scalarTypeOf(context(), kind);
  if (kind == ValueKind::Bool) {
    AbstractValue zero = convertKnown(AbstractValue::ofInt(0), scalar.kind());
    return scalarOp("ne", {scalar, zero});
  }
  if (kind == ValueKind::Complex)
    return scalarOp("complex", {convert(scalar, ValueKind::Float), AbstractValue::ofFloat(0)});
  if (scalar.isComplex())
    return convert(scalarOp("real", {scalar}), kind);
  if (kind == ValueKind::Int)
    value = scalar.isBool() ? mlir::arith::ExtUIOp::create(builder, loc, type, value).getResult()
                            : mlir::arith::FPToSIOp::create(builder, loc, type, value).getResult();
  else
    value = scalar.isBool() ? mlir::arith::UIToFPOp::create(builder, loc, type, value).getResult()
                            : mlir::arith::SIToFPOp::create(builder, loc, type, value).getResult();
  return AbstractValue::ofRunTime(value);
}
