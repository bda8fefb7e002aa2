// Writes out conversions of half, brain and 8-bit floats that a target has no instruction for.
//
// Emitted code needs libc and libm only, and LLVM's conversions below F16C and AVX-512 BF16 call neither. Conversions
// with f64 and with integers go through f32, as PyTorch's do. What is left of bf16 is loaded, moved and stored: words of 16 bits. LLVM has
// no instruction for some of what it makes of vectors of bf16 itself.
// Requires: arithmetic on f32 and wider only. Ensures: no bf16, no conversion from or to f16 unless to f32 by instructions, nor from or to
// 8-bit floats.

#include "codegen/Strategies/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/AttrTypeSubElements.h"

using namespace mlir;
namespace sconce::codegen {
#define GEN_PASS_DEF_EXPANDFLOATSPASS
#include "codegen/Strategies/Passes.h.inc"

namespace {

/// An 8-bit float with a sign, `mantissa` bits of fraction and an exponent.
struct ByteFloat {
  int mantissa;
  int bias;
  int64_t overflow;  ///< bits of the f32 magnitude from which on there is only `greatest` or NaN
  int64_t greatest;  ///< what greater numbers become: infinity, the greatest number or NaN
  int64_t nan;       ///< the magnitude's bits of NaN
  bool hasInfinity;
  bool hasOneZero;   ///< NaN takes the place of -0

  int shift() const { return 23 - mantissa; }
  static std::optional<ByteFloat> of(Type element) {
    if (isa<Float8E5M2Type>(element))
      return ByteFloat{2, 15, int64_t(143) << 23, 0x7c, 0x7f, true, false};
    if (isa<Float8E4M3FNType>(element))
      return ByteFloat{3, 7, 0x43e80000, 0x7e, 0x7f, false, false};
    if (isa<Float8E5M2FNUZType>(element))
      return ByteFloat{2, 16, int64_t(0x8f) << 23, 0x80, 0x80, false, true};
    if (isa<Float8E4M3FNUZType>(element))
      return ByteFloat{3, 8, int64_t(0x87) << 23, 0x80, 0x80, false, true};
    return std::nullopt;
  }
};

/// Emits integer arithmetic on values of one shape: scalars or vectors.
class FloatBits {
public:
  FloatBits(OpBuilder &builder, Location loc, Type like, bool hasHalf)
      : builder(builder), loc(loc), like(like), hasHalf(hasHalf) {}

  /// A small float to f32.
  Value widen(Value x);
  /// f32 to a small float.
  Value narrow(Value x, Type element);
  Type shaped(Type element) const {
    auto vector = dyn_cast<VectorType>(like);
    return vector ? Type(vector.clone(element)) : element;
  }

private:
  Value constant(TypedAttr element) {
    auto vector = dyn_cast<VectorType>(like);
    if (!vector)
      return arith::ConstantOp::create(builder, loc, element);
    return arith::ConstantOp::create(
        builder, loc, DenseElementsAttr::get(vector.clone(element.getType()), Attribute(element)));
  }
  Value word(int64_t value) { return constant(builder.getI32IntegerAttr(static_cast<int32_t>(value))); }
  Value number(double value) { return constant(builder.getF32FloatAttr(static_cast<float>(value))); }
  Value bits(Value x) { return arith::BitcastOp::create(builder, loc, shaped(builder.getI32Type()), x); }
  Value asFloat(Value x) { return arith::BitcastOp::create(builder, loc, shaped(builder.getF32Type()), x); }
  Value compare(arith::CmpIPredicate predicate, Value a, Value b) {
    return arith::CmpIOp::create(builder, loc, predicate, a, b);
  }
  Value select(Value c, Value a, Value b) { return arith::SelectOp::create(builder, loc, c, a, b); }
  template <class Op> Value make(Value a, Value b) { return Op::create(builder, loc, a, b); }

  Value narrowToHalf(Value x);
  Value narrowToBrain(Value x);
  Value narrowToByte(Value x, const ByteFloat &format);
  Value widenByte(Value x, const ByteFloat &format);

  OpBuilder &builder;
  Location loc;
  Type like;
  bool hasHalf;
};

} // namespace

Value FloatBits::narrowToByte(Value x, const ByteFloat &format) {
  Value all = bits(x);
  Value sign = make<arith::AndIOp>(all, word(0x80000000));
  Value a = make<arith::XOrIOp>(all, sign);
  Value isNan = compare(arith::CmpIPredicate::sgt, a, word(0x7f800000));
  Value large = select(isNan, word(format.nan), word(format.greatest));
  // Below the least normal number: adding a power of two shifts the mantissa into place, and rounds it.
  int64_t mask = int64_t(128 - format.bias + format.shift()) << 23;
  Value small = make<arith::SubIOp>(bits(make<arith::AddFOp>(asFloat(a), asFloat(word(mask)))), word(mask));
  Value odd = make<arith::AndIOp>(make<arith::ShRUIOp>(a, word(format.shift())), word(1));
  int64_t rebase = (int64_t(format.bias - 127) << 23) + (int64_t(1) << (format.shift() - 1)) - 1;
  Value normal = make<arith::ShRUIOp>(make<arith::AddIOp>(make<arith::AddIOp>(a, word(rebase)), odd), word(format.shift()));
  Value result = select(compare(arith::CmpIPredicate::slt, a, word(int64_t(128 - format.bias) << 23)), small, normal);
  result = select(compare(arith::CmpIPredicate::sge, a, word(format.overflow)), large, result);
  Value signedResult = make<arith::OrIOp>(result, make<arith::ShRUIOp>(sign, word(24)));
  if (!format.hasOneZero)
    return signedResult;
  return select(compare(arith::CmpIPredicate::eq, result, word(0)), result, signedResult);
}

Value FloatBits::widenByte(Value x, const ByteFloat &format) {
  Value byte = arith::BitcastOp::create(builder, loc, shaped(builder.getI8Type()), x);
  Value wide = arith::ExtUIOp::create(builder, loc, shaped(builder.getI32Type()), byte);
  Value sign = make<arith::ShLIOp>(make<arith::AndIOp>(wide, word(0x80)), word(24));
  Value magnitude = make<arith::AndIOp>(wide, word(0x7f));
  Value rebase = asFloat(word(int64_t(254 - format.bias) << 23));
  Value scaled = bits(make<arith::MulFOp>(asFloat(make<arith::ShLIOp>(magnitude, word(format.shift()))), rebase));
  Value whole = make<arith::OrIOp>(scaled, sign);
  if (format.hasOneZero)
    return asFloat(select(compare(arith::CmpIPredicate::eq, wide, word(format.nan)), word(0x7fc00000), whole));
  if (!format.hasInfinity)
    return asFloat(select(compare(arith::CmpIPredicate::eq, magnitude, word(format.nan)), make<arith::OrIOp>(sign, word(0x7fc00000)), whole));
  Value special = compare(arith::CmpIPredicate::sge, magnitude, word(format.greatest));
  return asFloat(select(special, make<arith::OrIOp>(whole, word(0x7f800000)), whole));
}

Value FloatBits::widen(Value x) {
  if (auto format = ByteFloat::of(getElementTypeOrSelf(x.getType())))
    return widenByte(x, *format);
  bool isHalf = getElementTypeOrSelf(x.getType()).isF16();
  if (isHalf && hasHalf)
    return arith::ExtFOp::create(builder, loc, shaped(builder.getF32Type()), x);
  Value half = arith::BitcastOp::create(builder, loc, shaped(builder.getI16Type()), x);
  Value wide = arith::ExtUIOp::create(builder, loc, shaped(builder.getI32Type()), half);
  if (!isHalf)
    return asFloat(make<arith::ShLIOp>(wide, word(16)));
  Value sign = make<arith::ShLIOp>(make<arith::AndIOp>(wide, word(0x8000)), word(16));
  Value magnitude = make<arith::AndIOp>(wide, word(0x7fff));
  // The product rebases the exponent and makes subnormal halves normal.
  Value scaled = bits(make<arith::MulFOp>(asFloat(make<arith::ShLIOp>(magnitude, word(13))), number(0x1p112)));
  Value special = compare(arith::CmpIPredicate::sge, magnitude, word(0x7c00));
  Value whole = select(special, make<arith::OrIOp>(scaled, word(0x7f800000)), scaled);
  return asFloat(make<arith::OrIOp>(whole, sign));
}

Value FloatBits::narrowToHalf(Value x) {
  Value all = bits(x);
  Value sign = make<arith::AndIOp>(all, word(0x80000000));
  Value a = make<arith::XOrIOp>(all, sign);
  // 2^16 and more: infinity, or NaN with a bit that keeps it one.
  Value isNan = compare(arith::CmpIPredicate::sgt, a, word(0x7f800000));
  Value large = select(isNan, word(0x7e00), word(0x7c00));
  // Below 2^-14: adding 0.5 shifts the mantissa into place, and rounds it.
  Value shifted = bits(make<arith::AddFOp>(asFloat(a), number(0.5)));
  Value small = make<arith::SubIOp>(shifted, word(0x3f000000));
  Value odd = make<arith::AndIOp>(make<arith::ShRUIOp>(a, word(13)), word(1));
  Value rebased = make<arith::AddIOp>(make<arith::AddIOp>(a, word((int64_t(15 - 127) << 23) + 0xfff)), odd);
  Value normal = make<arith::ShRUIOp>(rebased, word(13));
  Value result = select(compare(arith::CmpIPredicate::slt, a, word(0x38800000)), small, normal);
  result = select(compare(arith::CmpIPredicate::sge, a, word(0x47800000)), large, result);
  return make<arith::OrIOp>(result, make<arith::ShRUIOp>(sign, word(16)));
}

Value FloatBits::narrowToBrain(Value x) {
  Value a = bits(x);
  Value odd = make<arith::AndIOp>(make<arith::ShRUIOp>(a, word(16)), word(1));
  Value rounded = make<arith::AddIOp>(make<arith::AddIOp>(a, word(0x7fff)), odd);
  Value quiet = make<arith::OrIOp>(a, word(0x400000));
  Value isNan = arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::UNO, x, x);
  return make<arith::ShRUIOp>(select(isNan, quiet, rounded), word(16));
}

Value FloatBits::narrow(Value x, Type element) {
  if (auto format = ByteFloat::of(element)) {
    Value byte = arith::TruncIOp::create(builder, loc, shaped(builder.getI8Type()), narrowToByte(x, *format));
    return arith::BitcastOp::create(builder, loc, shaped(element), byte);
  }
  if (element.isF16() && hasHalf)
    return arith::TruncFOp::create(builder, loc, shaped(element), x);
  Value bits = element.isF16() ? narrowToHalf(x) : narrowToBrain(x);
  Value half = arith::TruncIOp::create(builder, loc, shaped(builder.getI16Type()), bits);
  return arith::BitcastOp::create(builder, loc, shaped(element), half);
}

static bool isSmallFloat(Type type) {
  Type element = getElementTypeOrSelf(type);
  return element.isF16() || element.isBF16() || ByteFloat::of(element);
}

/// The result of the conversion `op` by way of f32; null when it is none that needs to be written out.
static Value expand(OpBuilder &builder, Operation *op, bool hasHalf) {
  if (!isa<arith::ExtFOp, arith::TruncFOp, arith::SIToFPOp, arith::UIToFPOp, arith::FPToSIOp, arith::FPToUIOp>(op))
    return {};
  Value x = op->getOperand(0);
  Type from = x.getType(), to = op->getResult(0).getType();
  if (!isSmallFloat(from) && !isSmallFloat(to))
    return {};
  Location loc = op->getLoc();
  FloatBits bits(builder, loc, to, hasHalf);
  Type single = bits.shaped(builder.getF32Type());
  if (isSmallFloat(from))
    x = bits.widen(x);
  if (isa<arith::FPToSIOp>(op))
    return arith::FPToSIOp::create(builder, loc, to, x);
  if (isa<arith::FPToUIOp>(op))
    return arith::FPToUIOp::create(builder, loc, to, x);
  if (isa<arith::SIToFPOp>(op))
    x = arith::SIToFPOp::create(builder, loc, single, x);
  else if (isa<arith::UIToFPOp>(op))
    x = arith::UIToFPOp::create(builder, loc, single, x);
  else if (getElementTypeOrSelf(x.getType()).isF64())
    x = arith::TruncFOp::create(builder, loc, single, x);
  if (isSmallFloat(to))
    return bits.narrow(x, getElementTypeOrSelf(to));
  return to == single ? x : arith::ExtFOp::create(builder, loc, to, x).getResult();
}

/// Whether the function has values or memory of bf16.
static bool hasBrainFloats(func::FuncOp func) {
  auto isBrain = [](Type type) { return getElementTypeOrSelf(type).isBF16(); };
  return llvm::any_of(func.getArgumentTypes(), isBrain) || func.walk([&](Operation *op) {
    bool has = llvm::any_of(op->getOperandTypes(), isBrain) || llvm::any_of(op->getResultTypes(), isBrain);
    return has ? WalkResult::interrupt() : WalkResult::advance();
  }).wasInterrupted();
}

static void makeBrainFloatsWords(func::FuncOp func) {
  Type word = IntegerType::get(func.getContext(), 16);
  AttrTypeReplacer replacer;
  replacer.addReplacement([=](BFloat16Type) { return word; });
  replacer.addReplacement([=](FloatAttr number) -> std::optional<Attribute> {
    if (!number.getType().isBF16())
      return std::nullopt;
    return IntegerAttr::get(word, number.getValue().bitcastToAPInt());
  });
  replacer.addReplacement([=](DenseElementsAttr numbers) -> std::optional<Attribute> {
    if (!numbers.getElementType().isBF16())
      return std::nullopt;
    return numbers.bitcast(word);
  });
  replacer.recursivelyReplaceElementsIn(func, /*replaceAttrs=*/true, /*replaceLocs=*/false, /*replaceTypes=*/true);
  func.walk([](arith::BitcastOp op) {
    if (op.getType() != op.getIn().getType())
      return;
    op.replaceAllUsesWith(op.getIn());
    op.erase();
  });
}

namespace {
struct ExpandFloatsPass : impl::ExpandFloatsPassBase<ExpandFloatsPass> {
  using Base::Base;
  void runOnOperation() override {
    SmallVector<Operation *> ops;
    getOperation().walk([&](Operation *op) {
      if (op->getNumOperands() == 1 && op->getNumResults() == 1 &&
          (isSmallFloat(op->getResult(0).getType()) || isSmallFloat(op->getOperand(0).getType())))
        ops.push_back(op);
    });
    for (Operation *op : ops) {
      OpBuilder builder(op);
      if (Value result = expand(builder, op, hasHalf)) {
        op->getResult(0).replaceAllUsesWith(result);
        op->erase();
      }
    }
    if (hasBrainFloats(getOperation()))
      makeBrainFloatsWords(getOperation());
  }
};
} // namespace
} // namespace sconce::codegen
