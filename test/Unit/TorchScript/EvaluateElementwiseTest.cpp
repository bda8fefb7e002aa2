// Expected numbers were recorded from torch 2.13 where they are not plain arithmetic.

#include "test/Unit/TorchScript/Tensors.h"

using namespace sconce;
using namespace sconce::test;

namespace {

TEST(EvaluateElementwise, integersDivideByThreeRules) {
  rt::Tensor a = make(Dtype::Int8, {4}, {7, -7, 7, -7}), b = make(Dtype::Int8, {4}, {2, 2, -2, -2});
  expectNumbers(evaluate("div", a, b), {3, -3, -3, 3});
  expectNumbers(evaluate("floordiv", a, b), {3, -4, -4, 3});
  expectNumbers(evaluate("remainder", a, b), {1, 1, -1, -1});
  expectNumbers(evaluate("fmod", a, b), {1, -1, 1, -1});
}

TEST(EvaluateElementwise, integersWrap) {
  rt::Tensor a = make(Dtype::Int8, {2}, {127, -128}), b = make(Dtype::Int8, {2}, {1, -1});
  expectNumbers(evaluate("add", a, b), {-128, 127});
  expectNumbers(evaluate("div", a, b), {127, -128});
  expectNumbers(evaluate("abs", a), {127, -128});
  expectNumbers(evaluate("neg", make(Dtype::UInt8, {2}, {1, 0})), {255, 0});
}

TEST(EvaluateElementwise, floatsDivideDown) {
  rt::Tensor a = make(Dtype::Float32, {6}, {1, -1, 0, 5, kInf, -5}), b = make(Dtype::Float32, {6}, {0, 0, 0, kInf, 2, kInf});
  expectNumbers(evaluate("floordiv", a, b), {kInf, -kInf, kNan, 0, kNan, -1});
  expectNumbers(evaluate("remainder", make(Dtype::Float32, {3}, {5, -5, 5}), make(Dtype::Float32, {3}, {3, 3, -3})), {2, 1, -1});
}

TEST(EvaluateElementwise, halfRoundsAfterEachOperator) {
  rt::Tensor a = make(Dtype::Float16, {3}, {1, 2049, 65504});
  expectNumbers(a, {1, 2048, 65504});
  expectNumbers(evaluate("add", a, a), {2, 4096, kInf});
  rt::Tensor b = make(Dtype::Float16, {3}, {1.001, 1.001, 1.001});
  expectNumbers(evaluate("mul", a, b), {1.0009765625, 2050, kInf});
  rt::Tensor c = make(Dtype::BFloat16, {3}, {1, 0, -1}), d = make(Dtype::BFloat16, {3}, {2, -1, 0});
  expectNumbers(evaluate("nextafter", c, d), {1.0078125, -9.183549615799121e-41, -0.99609375});
}

TEST(EvaluateElementwise, nanAndOrder) {
  rt::Tensor a = make(Dtype::Float64, {3}, {kNan, 1, 2}), b = make(Dtype::Float64, {3}, {0, kNan, 1});
  expectNumbers(evaluate("maximum", a, b), {kNan, kNan, 2});
  expectNumbers(evaluate("fmax", a, b), {0, 1, 2});
  expectNumbers(evaluate("lt", a, b), {0, 0, 0});
  expectNumbers(evaluate("ne", a, a), {1, 0, 0});
  EXPECT_EQ(evaluate("ge", a, b).dtype(), Dtype::Bool);
  expectNumbers(evaluate("sign", a), {0, 1, 1});
  expectNumbers(evaluate("round", make(Dtype::Float32, {4}, {0.5, 1.5, -0.5, 2.5})), {0, 2, -0.0, 2});
}

TEST(EvaluateElementwise, bits) {
  rt::Tensor bools = make(Dtype::Bool, {2}, {1, 0});
  expectNumbers(evaluate("not", bools), {0, 1});
  expectNumbers(evaluate("and_", bools, evaluate("not_", bools)), {0, 0});
  expectNumbers(evaluate("not", make(Dtype::UInt8, {2}, {0, 200})), {255, 55});
  rt::Tensor ones = make(Dtype::Int64, {3}, {1, 1, 1}), distances = make(Dtype::Int64, {3}, {-1, 64, 3});
  expectNumbers(evaluate("shl", ones, distances), {0, 0, 8});
  rt::Tensor fives = make(Dtype::Int64, {3}, {-5, 5, -5});
  expectNumbers(evaluate("shr", fives, make(Dtype::Int64, {3}, {-1, 64, 1})), {-1, 0, -3});
  rt::Tensor bytes = make(Dtype::UInt8, {2}, {200, 200}), far = make(Dtype::UInt8, {2}, {8, 1});
  expectNumbers(evaluate("shr", bytes, far), {0, 100});
  expectNumbers(evaluate("shl", bytes, far), {0, 144});
}

TEST(EvaluateElementwise, integerPowers) {
  rt::Tensor a = make(Dtype::Int64, {5}, {2, 1, -1, -1, 3}), b = make(Dtype::Int64, {5}, {-1, -7, -3, -2, 4});
  expectNumbers(evaluate("pow", a, b), {0, 1, -1, 1, 81});
  expectNumbers(evaluate("gcd", make(Dtype::Int64, {3}, {12, 0, -9}), make(Dtype::Int64, {3}, {18, 0, 6})), {6, 0, 3});
}

TEST(EvaluateElementwise, complexFunctions) {
  auto at = [](const char *name, double re, double im) {
    rt::Tensor z = rt::Tensor::scalar(rt::Value::ofComplex(re, im));
    return evaluate(name, z).loadComplex({});
  };
  auto expectNear = [](std::complex<double> actual, double re, double im) {
    EXPECT_NEAR(actual.real(), re, 1e-14);
    EXPECT_NEAR(actual.imag(), im, 1e-14);
  };
  expectNear(at("exp", 1, 2), -1.1312043837568135, 2.4717266720048188);
  expectNear(at("expm1", -0.5, 0.3f), -0.4205591311398271, 0.1792420728121895);
  expectNear(at("log1p", 1, 2), 1.039720770839918, 0.7853981633974483);
  expectNear(at("acos", 1, 2), 1.1437177404024204, -1.528570919480998);
  expectNear(at("rsqrt", 1, 2), 0.5688644810057831, -0.3515775842541429);
  EXPECT_EQ(evaluate("abs", rt::Tensor::scalar(rt::Value::ofComplex(3, 4))).loadDouble({}), 5);
  rt::Tensor joined = evaluate("complex", make(Dtype::Float32, {1}, {3}), make(Dtype::Float32, {1}, {4}));
  EXPECT_EQ(joined.dtype(), Dtype::Complex64);
  expectNumbers(evaluate("imag", joined), {4});
}

TEST(EvaluateElementwise, convertsAsPyTorch) {
  rt::Tensor x = make(Dtype::Float32, {5}, {1.5, -1.5, 300, kNan, 1e20});
  expectNumbers(evaluate("convert", x, Dtype::Int8), {1, -1, 44, 0, 0});
  expectNumbers(evaluate("convert", x, Dtype::UInt8), {1, 255, 44, 0, 0});
  expectNumbers(evaluate("convert", x, Dtype::Bool), {1, 1, 1, 1, 1});
}

TEST(EvaluateElementwise, scalarsGiveScalars) {
  EXPECT_EQ(evaluateAll("add", 2, 3)[0].asInt(), 5);
  EXPECT_EQ(evaluateAll("div", 1.0, 4.0)[0].asDouble(), 0.25);
  EXPECT_TRUE(evaluateAll("lt", 2, 3)[0].asBool());
  EXPECT_EQ(evaluateAll("select", true, 2, 3)[0].asInt(), 2);
  EXPECT_EQ(evaluateAll("convert", 2.7, Dtype::Int64)[0].asInt(), 2);
}

TEST(EvaluateElementwise, readsStridedOperands) {
  rt::Tensor x = make(Dtype::Int32, {2, 3}, {1, 2, 3, 4, 5, 6});
  int64_t order[] = {1, 0};
  expectNumbers(evaluate("neg", x.permute(order)), {-1, -4, -2, -5, -3, -6});
  rt::Tensor condition = make(Dtype::Bool, {3, 2}, {1, 0, 0, 1, 1, 0});
  rt::Tensor zeros = rt::Tensor::zeros(Dtype::Int32, {3, 2});
  expectNumbers(evaluate("select", condition, x.permute(order), zeros), {1, 0, 0, 5, 3, 0});
}

TEST(EvaluateElementwise, refuses) {
  rt::Tensor f = make(Dtype::Float32, {2}, {1, 2}), i = make(Dtype::Int32, {2}, {1, 2}), one = make(Dtype::Float32, {1}, {1});
  EXPECT_EQ(problemOf("add", f, i), "evaluating 'ts::add': operands have different dtypes");
  EXPECT_EQ(problemOf("add", f, one), "evaluating 'ts::add': operands have different shapes");
  EXPECT_EQ(problemOf("sin", i), "evaluating 'ts::sin': not for int32");
  EXPECT_EQ(problemOf("add", f), "evaluating 'ts::add': expected a tensor as argument 1");
  EXPECT_EQ(problemOf("frobnicate", f), "there is no primitive 'ts::frobnicate'");
  expectNumbers(evaluate("div", i, rt::Tensor::zeros(Dtype::Int32, {2})), {0, 0});
}

} // namespace
