#include "lib/Specialize/IntRanges.h"

#include "dialects/TorchScript/IR/TorchScript.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"

using namespace sconce;
using namespace sconce::specialize;

void IntRanges::addIndex(mlir::Value index, int64_t first, const AbstractValue &end) {
  if (end.isKnownInt())
    indices[index] = {{first, std::max(first, end.asInt() - 1)}, nullptr};
  else
    indices[index] = {{first, INT64_MAX - 1}, end.asRunTime()};
}

std::optional<IntRanges::Range> IntRanges::rangeOf(mlir::Value value) const {
  if (auto known = indices.find(value); known != indices.end())
    return known->second.range;
  llvm::APInt number;
  if (value.getType().isInteger(64) && mlir::matchPattern(value, mlir::m_ConstantInt(&number)))
    return Range{number.getSExtValue(), number.getSExtValue()};
  mlir::Operation *op = value.getDefiningOp();
  if (llvm::isa_and_nonnull<ts::DimOp>(op))
    return Range{0, INT64_MAX};
  if (auto negation = llvm::dyn_cast_or_null<ts::NegOp>(op)) {
    std::optional<Range> operand = rangeOf(negation.getOperand());
    return operand && operand->least != INT64_MIN ? std::optional(Range{-operand->most, -operand->least}) : std::nullopt;
  }
  if (auto remainder = llvm::dyn_cast_or_null<ts::RemainderOp>(op)) {
    std::optional<Range> divisor = rangeOf(remainder->getOperand(1));
    if (!divisor || divisor->least != divisor->most || divisor->least == 0)
      return std::nullopt;
    // It has the divisor's sign.
    return divisor->least > 0 ? Range{0, divisor->least - 1} : Range{divisor->least + 1, 0};
  }
  if (!llvm::isa_and_nonnull<ts::AddOp, ts::SubOp>(op) || !value.getType().isInteger(64))
    return std::nullopt;
  std::optional<Range> a = rangeOf(op->getOperand(0)), b = rangeOf(op->getOperand(1));
  if (!a || !b)
    return std::nullopt;
  // Ints wrap: then nothing is known.
  Range sum{};
  bool wraps = llvm::isa<ts::AddOp>(op) ? llvm::AddOverflow(a->least, b->least, sum.least) || llvm::AddOverflow(a->most, b->most, sum.most)
                                        : llvm::SubOverflow(a->least, b->most, sum.least) || llvm::SubOverflow(a->most, b->least, sum.most);
  return wraps ? std::nullopt : std::optional(sum);
}

std::optional<IntRanges::Range> IntRanges::rangeOf(const AbstractValue &value) const {
  if (value.isKnownInt())
    return Range{value.asInt(), value.asInt()};
  return value.isRunTime() ? rangeOf(value.asRunTime()) : std::nullopt;
}

std::optional<int64_t> IntRanges::mostOf(const AbstractValue &value) const {
  std::optional<Range> range = rangeOf(value);
  return range ? std::optional(range->most) : std::nullopt;
}

bool IntRanges::mayBeNegative(mlir::Value value, llvm::ArrayRef<AbstractValue> extents) const {
  if (llvm::any_of(extents, [&](const AbstractValue &extent) { return extent.isRunTime() && extent.asRunTime() == value; }))
    return false;
  if (std::optional<Range> range = rangeOf(value))
    return range->least < 0;
  mlir::Operation *op = value.getDefiningOp();
  auto operandMayBe = [&](unsigned i) { return mayBeNegative(op->getOperand(i), extents); };
  // A division by zero raises.
  if (llvm::isa_and_nonnull<ts::AddOp, ts::FloordivOp, ts::MinimumOp, ts::MulOp>(op))
    return operandMayBe(0) || operandMayBe(1);
  if (llvm::isa_and_nonnull<ts::MaximumOp>(op))
    return operandMayBe(0) && operandMayBe(1);
  if (llvm::isa_and_nonnull<mlir::arith::SelectOp>(op))
    return operandMayBe(1) || operandMayBe(2);
  return true;
}

bool IntRanges::mayBeNegative(const AbstractValue &value, llvm::ArrayRef<AbstractValue> extents) const {
  if (value.isKnownInt())
    return value.asInt() < 0;
  return !value.isRunTime() || mayBeNegative(value.asRunTime(), extents);
}

/// Whether `a` is an index and `b` the end that it does not reach.
bool IntRanges::isBelow(const AbstractValue &a, const AbstractValue &b) const {
  if (!a.isRunTime() || !b.isRunTime())
    return false;
  auto known = indices.find(a.asRunTime());
  return known != indices.end() && known->second.end == b.asRunTime();
}

std::optional<bool> IntRanges::compare(llvm::StringRef predicate, const AbstractValue &a, const AbstractValue &b) const {
  if (indices.empty())
    return std::nullopt;
  std::optional<Range> x = rangeOf(a), y = rangeOf(b);
  bool less = isBelow(a, b) || (x && y && x->most < y->least), more = isBelow(b, a) || (x && y && x->least > y->most);
  bool notMore = less || (x && y && x->most <= y->least), notLess = more || (x && y && x->least >= y->most);
  auto decide = [](bool always, bool never) { return always || never ? std::optional(always) : std::nullopt; };
  if (predicate == "lt")
    return decide(less, notLess);
  if (predicate == "ge")
    return decide(notLess, less);
  if (predicate == "gt")
    return decide(more, notMore);
  if (predicate == "le")
    return decide(notMore, more);
  return predicate == "eq" ? decide(false, less || more) : decide(less || more, false);
}
