// The scalar bodies compute what the reference evaluation computes: bodies on constants fold to a constant, which is compared.

#include "dialects/TorchScript/Evaluate/Evaluate.h"
#include "dialects/TorchScript/IR/Primitives.h"
#include "dialects/TorchScript/IR/TorchScript.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace mlir;
using namespace sconce;

namespace {

class ScalarBodyTest : public ::testing::Test {
protected:
  ScalarBodyTest() : builder(&context), loc(builder.getUnknownLoc()) {
    context.loadDialect<ts::TorchScriptDialect, arith::ArithDialect, complex::ComplexDialect, func::FuncDialect, math::MathDialect,
                        scf::SCFDialect>();
  }

  /// The body of `name` on constants, folded; null where something does not fold.
  Attribute fold(StringRef name, ArrayRef<TypedAttr> operands, Type result) {
    module = ModuleOp::create(loc);
    builder.setInsertionPointToEnd(module->getBody());
    auto func = func::FuncOp::create(builder, loc, "f", builder.getFunctionType({}, result));
    builder.setInsertionPointToEnd(func.addEntryBlock());
    SmallVector<Value> scalars;
    SmallVector<ts::PrimitiveArgument> arguments;
    for (TypedAttr operand : operands) {
      scalars.push_back(arith::ConstantOp::create(builder, loc, operand));
      // The operation itself is on tensors, whose elements are these.
      Type type = RankedTensorType::get({}, operand.getType());
      arguments.push_back(ts::PrimitiveArgument::ofValue(UnrealizedConversionCastOp::create(builder, loc, type, ValueRange()).getResult(0)));
    }
    FailureOr<Operation *> op = ts::buildPrimitive(builder, loc, name, arguments);
    EXPECT_TRUE(succeeded(op)) << name.str();
    if (failed(op))
      return {};
    Value scalar = cast<ts::ScalarBodyOpInterface>(*op).buildScalar(builder, loc, scalars);
    func::ReturnOp::create(builder, loc, scalar);
    EXPECT_TRUE(succeeded(verify(module.get()))) << name.str();
    (void)applyPatternsGreedily(module.get(), RewritePatternSet(&context));
    Attribute constant;
    matchPattern(func.getBody().front().getTerminator()->getOperand(0), m_Constant(&constant));
    return constant;
  }

  double evaluated(StringRef name, ArrayRef<double> operands) {
    SmallVector<ts::EvalArgument> arguments;
    for (double operand : operands)
      arguments.push_back(ts::EvalArgument::ofValue(rt::Value::ofDouble(operand)));
    SmallVector<rt::Value> results;
    if (llvm::Error error = ts::evaluatePrimitive(name, arguments, results))
      ADD_FAILURE() << llvm::toString(std::move(error));
    return results.empty() ? 0 : results[0].toDouble();
  }

  void compareFloats(StringRef name, ArrayRef<double> operands, double tolerance) {
    SmallVector<TypedAttr> constants;
    for (double operand : operands)
      constants.push_back(builder.getF64FloatAttr(operand));
    Attribute folded = fold(name, constants, builder.getF64Type());
    auto number = dyn_cast_or_null<FloatAttr>(folded);
    double expected = evaluated(name, operands);
    if (!number && std::isnan(expected))
      return; // MLIR leaves a square root of what is negative or NaN alone.
    ASSERT_TRUE(number) << name.str() << "(" << operands[0] << ") did not fold";
    double actual = number.getValueAsDouble();
    if (std::isnan(expected))
      EXPECT_TRUE(std::isnan(actual)) << name.str() << "(" << operands[0] << ")";
    else if (std::isinf(expected) || tolerance == 0)
      EXPECT_EQ(actual, expected) << name.str() << "(" << operands[0] << ")";
    else
      EXPECT_NEAR(actual, expected, tolerance * std::max(1.0, std::abs(expected))) << name.str() << "(" << operands[0] << ")";
  }

  MLIRContext context;
  OpBuilder builder;
  Location loc;
  OwningOpRef<ModuleOp> module;
};

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TEST_F(ScalarBodyTest, unaryFloats) {
  for (const char *name : {"neg", "abs", "sign", "ceil", "floor", "round", "trunc", "exp", "sqrt", "sin", "tanh", "rsqrt", "digamma",
                           "erfinv", "i0", "i0e", "i1", "i1e", "lgamma", "ndtri"})
    for (double x : {0.0, 0.25, 0.75, 0.9, 1.0, 2.5, 9.5, -0.5, -2.25, kNan})
      compareFloats(name, x, 1e-13);
}

TEST_F(ScalarBodyTest, binaryFloats) {
  for (const char *name : {"add", "sub", "mul", "div", "floordiv", "remainder", "fmod", "maximum", "minimum", "copysign", "hypot", "nextafter"})
    for (double a : {0.0, 7.0, -7.5, kInf})
      for (double b : {2.0, -2.0, 0.5, kInf})
        compareFloats(name, {a, b}, 1e-15);
}

TEST_F(ScalarBodyTest, integers) {
  for (const char *name : {"add", "sub", "mul", "div", "floordiv", "remainder", "fmod", "maximum", "minimum", "and", "or", "xor", "shl", "shr"})
    for (int64_t a : {7, -7, 0, -128})
      for (int64_t b : {2, -2, -1, 9}) {
        Attribute folded = fold(name, {builder.getI8IntegerAttr(a), builder.getI8IntegerAttr(b)}, builder.getI8Type());
        auto number = dyn_cast_or_null<IntegerAttr>(folded);
        ASSERT_TRUE(number) << name << " did not fold";
        rt::Tensor x = rt::Tensor::scalar(rt::Value::ofInt(a), rt::Dtype::Int8), y = rt::Tensor::scalar(rt::Value::ofInt(b), rt::Dtype::Int8);
        SmallVector<rt::Value> results;
        llvm::cantFail(ts::evaluatePrimitive(name, {ts::EvalArgument::ofTensor(x), ts::EvalArgument::ofTensor(y)}, results));
        EXPECT_EQ(number.getInt(), results[0].asTensor().loadInt({})) << name << " " << a << " " << b;
      }
}

/// What has loops or is complex does not fold: it must at least be valid.
TEST_F(ScalarBodyTest, othersAreValid) {
  Type f32 = builder.getF32Type(), z = mlir::ComplexType::get(builder.getF64Type());
  for (const char *name : {"igamma", "igammac", "zeta", "pow", "atan2"})
    fold(name, {builder.getF32FloatAttr(1.5), builder.getF32FloatAttr(2.5)}, f32);
  for (const char *name : {"gcd", "pow"})
    fold(name, {builder.getI32IntegerAttr(6), builder.getI32IntegerAttr(4)}, builder.getI32Type());
  for (const char *name : {"acos", "acosh", "asin", "asinh", "atan", "atanh", "cos", "cosh", "exp", "exp2", "expm1", "log", "log10", "log1p",
                           "log2", "neg", "rsqrt", "sin", "sinh", "sqrt", "tan", "tanh"}) {
    module = ModuleOp::create(loc);
    builder.setInsertionPointToEnd(module->getBody());
    Value tensor = UnrealizedConversionCastOp::create(builder, loc, Type(RankedTensorType::get({}, z)), ValueRange()).getResult(0);
    Value scalar = UnrealizedConversionCastOp::create(builder, loc, z, ValueRange()).getResult(0);
    FailureOr<Operation *> op = ts::buildPrimitive(builder, loc, name, ts::PrimitiveArgument::ofValue(tensor));
    ASSERT_TRUE(succeeded(op)) << name;
    EXPECT_EQ(cast<ts::ScalarBodyOpInterface>(*op).buildScalar(builder, loc, scalar).getType(), z) << name;
    EXPECT_TRUE(succeeded(verify(module.get()))) << name;
  }
}

} // namespace
