#include "dialects/TorchScript/IR/TorchScript.h"

#include "dialects/TorchScript/Evaluate/SpecialFunctions.h"
#include "dialects/TorchScript/IR/ScalarMath.h"

using namespace mlir;

#define GET_OP_CLASSES
#include "dialects/TorchScript/IR/Special.cpp.inc"

namespace sconce::ts {

using Expression = FloatExpression;

/// Computes a function in f64, so that its approximations have one accuracy, and rounds to the type of the scalars.
static Value inDouble(OpBuilder &builder, Location loc, ValueRange x,
                      llvm::function_ref<Expression(ArrayRef<Expression>)> function) {
  ScalarBuilder scalar{builder, loc};
  Type type = x[0].getType();
  bool isNarrow = !type.isF64();
  SmallVector<Expression> wide;
  for (Value value : x)
    wide.push_back({scalar, isNarrow ? arith::ExtFOp::create(builder, loc, builder.getF64Type(), value).getResult() : value});
  Value result = function(wide).get();
  return isNarrow ? arith::TruncFOp::create(builder, loc, type, result).getResult() : result;
}

Value ErfOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  return ScalarBuilder{builder, loc}.make<math::ErfOp>(x);
}

Value ErfcOp::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {
  return ScalarBuilder{builder, loc}.make<math::ErfcOp>(x);
}

#define SCONCE_UNARY(OP, FUNCTION)                                                                                     \
  Value OP::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {                                              \
    return inDouble(builder, loc, x, [](ArrayRef<Expression> e) { return ts::FUNCTION(e[0]); });                       \
  }
SCONCE_UNARY(DigammaOp, digamma)
SCONCE_UNARY(ErfinvOp, erfinv)
SCONCE_UNARY(I0Op, i0)
SCONCE_UNARY(I0eOp, i0e)
SCONCE_UNARY(I1Op, i1)
SCONCE_UNARY(I1eOp, i1e)
SCONCE_UNARY(LgammaOp, lgamma)
SCONCE_UNARY(NdtriOp, ndtri)
#undef SCONCE_UNARY

#define SCONCE_BINARY(OP, FUNCTION)                                                                                    \
  Value OP::buildScalar(OpBuilder &builder, Location loc, ValueRange x) {                                              \
    return inDouble(builder, loc, x, [](ArrayRef<Expression> e) { return ts::FUNCTION(e[0], e[1]); });                 \
  }
SCONCE_BINARY(IgammaOp, igamma)
SCONCE_BINARY(IgammacOp, igammac)
SCONCE_BINARY(ZetaOp, zeta)
#undef SCONCE_BINARY

} // namespace sconce::ts
