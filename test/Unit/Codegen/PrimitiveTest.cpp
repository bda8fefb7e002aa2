// Every primitive, compiled, agrees with its reference evaluation.

#include "test/Unit/Codegen/PrimitiveProgram.h"

#include "dialects/TorchScript/IR/Primitives.h"
#include "dialects/TorchScript/IR/TorchScript.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace sconce;
using namespace sconce::codegen;
using rt::Dtype;

namespace {

constexpr Dtype numberTypes[] = {Dtype::Bool,    Dtype::UInt8,    Dtype::Int8,    Dtype::Int16,   Dtype::Int32,     Dtype::Int64,
                                 Dtype::Float16, Dtype::BFloat16, Dtype::Float32, Dtype::Float64, Dtype::Complex64, Dtype::Complex128};

/// Whether an operation computes each element on its own.
bool isElementwise(const ts::PrimitiveInfo &info) {
  mlir::MLIRContext context;
  context.loadDialect<ts::TorchScriptDialect>();
  auto name = mlir::RegisteredOperationName::lookup(("ts." + info.name).str(), &context);
  return name && name->hasInterface<ts::ScalarBodyOpInterface>() && info.name != "convert" && info.numResults == 1 &&
         llvm::all_of(info.parameters, [](const ts::PrimitiveParameter &p) { return p.kind == ts::PrimitiveParameter::Kind::Tensor || p.kind == ts::PrimitiveParameter::Kind::Scalar; });
}

/// Units in the last place of the dtype that a function may be off, compiled and evaluated differing in libm and order.
double toleranceOf(Dtype dtype) {
  switch (dtype) {
  case Dtype::Float16:
    return 2e-3;
  case Dtype::BFloat16:
    return 1.6e-2;
  case Dtype::Float64:
  case Dtype::Complex128:
    return 1e-12;
  default:
    return 4e-6;
  }
}

bool agree(double a, double b, double tolerance) {
  if (std::isnan(a) || std::isnan(b))
    return std::isnan(a) && std::isnan(b);
  return a == b || std::fabs(a - b) <= tolerance * std::max({std::fabs(a), std::fabs(b), 1e-30});
}

/// The first element that differs; empty where none does.
std::string difference(const rt::Tensor &actual, const rt::Tensor &expected, double tolerance) {
  if (actual.dtype() != expected.dtype() || actual.sizes() != expected.sizes())
    return "another type";
  std::string found;
  size_t position = 0;
  rt::forEachIndex(expected.sizes(), [&](rt::Index index) {
    ++position;
    if (!found.empty())
      return;
    if (rt::isComplex(expected.dtype())) {
      std::complex<double> a = actual.loadComplex(index), b = expected.loadComplex(index);
      // Which part of a quotient by zero is NaN or infinite depends on the order of operations.
      bool special = !std::isfinite(b.real()) || !std::isfinite(b.imag());
      if (!special && !(std::abs(a - b) <= 4 * tolerance * std::max(std::abs(b), 1e-30)))
        found = "element " + std::to_string(position - 1) + ": " + std::to_string(a.real()) + "+" + std::to_string(a.imag()) + "j, expected " +
                std::to_string(b.real()) + "+" + std::to_string(b.imag()) + "j";
      return;
    }
    bool isFloat = rt::isFloating(expected.dtype());
    double a = isFloat ? actual.loadDouble(index) : static_cast<double>(actual.loadInt(index));
    double b = isFloat ? expected.loadDouble(index) : static_cast<double>(expected.loadInt(index));
    bool same = isFloat ? agree(a, b, tolerance) : actual.loadInt(index) == expected.loadInt(index);
    if (!same)
      found = "element " + std::to_string(position - 1) + ": " + std::to_string(a) + ", expected " + std::to_string(b);
  });
  return found;
}

/// Compiles the program and compares each of its functions with the reference evaluation.
void compare(PrimitiveProgram &program, bool exact = false) {
  ASSERT_EQ(program.compile(), "");
  for (size_t i = 0; i < program.cases().size(); ++i) {
    const PrimitiveCase &testCase = program.cases()[i];
    std::vector<rt::Tensor> expected = evaluateReference(testCase);
    if (expected.empty())
      continue;
    std::string error;
    std::vector<rt::Tensor> actual = program.call(i, error);
    ASSERT_EQ(actual.size(), expected.size()) << testCase.text() << ": " << error;
    for (size_t k = 0; k < expected.size(); ++k)
      EXPECT_EQ(difference(actual[k], expected[k], exact ? 0 : toleranceOf(expected[k].dtype())), "") << testCase.text() << " result " << k;
  }
}

/// Each number with each, for one, two or three operands.
std::vector<PrimitiveCase::Argument> operands(Dtype dtype, size_t count, bool nonZeroLast, bool smallLast) {
  std::vector<double> numbers = interestingNumbers(dtype);
  std::vector<PrimitiveCase::Argument> result;
  int64_t n = static_cast<int64_t>(numbers.size());
  for (size_t k = 0; k < count; ++k) {
    std::vector<double> repeated;
    for (int64_t i = 0; i < n * n; ++i) {
      double number = numbers[static_cast<size_t>(k == 0 ? i % n : k == 1 ? i / n : (i * 7 + 3) % n)];
      bool isLast = k + 1 == count && count > 1;
      // The least number by -1 has no quotient; what a shift by the width or more gives is the machine's.
      if (isLast && nonZeroLast && (number == 0 || number == -1))
        number = 3;
      if (isLast && smallLast && (number < 0 || number > 5))
        number = 2;
      repeated.push_back(number);
    }
    result.push_back(tensorOf(dtype, {n, n}, repeated));
  }
  return result;
}

class PrimitiveTest : public ::testing::TestWithParam<Dtype> {};

TEST_P(PrimitiveTest, ElementwiseFunctions) {
  Dtype dtype = GetParam();
  bool isInteger = !rt::isFloating(dtype) && !rt::isComplex(dtype);
  PrimitiveProgram program;
  for (const ts::PrimitiveInfo &info : ts::allPrimitives()) {
    if (!isElementwise(info))
      continue;
    std::string name = info.name.str();
    bool divides = name == "div" || name == "floordiv" || name == "fmod" || name == "remainder";
    bool shifts = name == "shl" || name == "shr" || (name == "pow" && isInteger);
    if (name == "nextafter" && dtype == Dtype::Float16)
      continue; // PyTorch has none.
    std::vector<PrimitiveCase::Argument> arguments = operands(dtype, info.parameters.size(), divides && isInteger, shifts);
    if (name == "select")
      arguments[0] = operands(Dtype::Bool, 1, false, false)[0].index() == 1 ? PrimitiveCase::Argument(tensorOf(Dtype::Bool, std::get<rt::Tensor>(arguments[1]).sizes(), {0, 1, 1})) : arguments[0];
    program.add({name, arguments});
  }
  EXPECT_GT(program.cases().size(), 5u);
  compare(program);
}

TEST_P(PrimitiveTest, Conversions) {
  PrimitiveProgram program;
  for (Dtype to : numberTypes) {
    std::vector<double> numbers = interestingNumbers(GetParam());
    bool isFloat = rt::isFloating(GetParam()) || rt::isComplex(GetParam());
    // What a number outside of an integer type's range becomes is the machine's.
    if (isFloat && !rt::isFloating(to) && !rt::isComplex(to) && to != Dtype::Bool)
      numbers = {0, 1, 0.5, 2.75, 7, 100, to == Dtype::UInt8 ? 3.0 : -3.5};
    program.add({"convert", {tensorOf(GetParam(), {static_cast<int64_t>(numbers.size())}, numbers), static_cast<int64_t>(to)}});
  }
  EXPECT_EQ(program.cases().size(), std::size(numberTypes));
  compare(program, /*exact=*/true);
}

TEST_P(PrimitiveTest, Reductions) {
  Dtype dtype = GetParam();
  PrimitiveProgram program;
  std::vector<double> numbers = rt::isFloating(dtype) || rt::isComplex(dtype) ? std::vector<double>{0.5, -1, 2, 0.25, 3, -2.5, 1}
                                : dtype == Dtype::Bool                             ? std::vector<double>{0, 1, 1}
                                : dtype == Dtype::UInt8                            ? std::vector<double>{1, 2, 0, 3}
                                                                                   : std::vector<double>{1, -2, 3, 0, 2};
  rt::Tensor x = tensorOf(dtype, {3, 5, 4}, numbers);
  for (const char *kind : {"sum", "prod", "max", "min", "and", "or", "logsumexp"}) {
    for (std::vector<int64_t> dims : {std::vector<int64_t>{0}, {1}, {2}, {0, 2}, {0, 1, 2}})
      program.add({"reduce", {x, dims, std::string(kind)}});
    program.add({"scan", {x, int64_t(1), std::string(kind)}});
    program.add({"scan", {x, int64_t(2), std::string(kind)}});
  }
  for (const char *kind : {"max", "min"})
    for (int64_t dim : {0, 1, 2}) {
      program.add({"arg_reduce", {x, dim, std::string(kind)}});
      program.add({"arg_scan", {x, dim, std::string(kind)}});
    }
  EXPECT_GT(program.cases().size(), 5u);
  compare(program);
}

TEST_P(PrimitiveTest, DataMovement) {
  Dtype dtype = GetParam();
  PrimitiveProgram program;
  std::vector<double> numbers = interestingNumbers(dtype);
  rt::Tensor x = tensorOf(dtype, {4, 3, 5}, numbers), row = tensorOf(dtype, {1, 5}, numbers), one = tensorOf(dtype, {}, {1});
  rt::Tensor places = tensorOf(Dtype::Int64, {2, 2}, {3, 0, 1, 3}), mask = tensorOf(Dtype::Bool, {4, 3}, {0, 1, 1, 0, 1});
  using Ints = std::vector<int64_t>;
  program.add({"copy", {x}});
  program.add({"permute", {x, Ints{2, 0, 1}}});
  // Whole squares of vectors, and what they leave on either side.
  for (auto [rows, columns] : {std::pair<int64_t, int64_t>{32, 48}, {48, 32}, {20, 37}, {37, 20}, {12, 8}, {8, 100}, {18, 19}})
    program.add({"permute", {tensorOf(dtype, {rows, columns}, numbers), Ints{1, 0}}});
  program.add({"permute", {tensorOf(dtype, {3, 16, 20}, numbers), Ints{0, 2, 1}}});
  program.add({"permute", {tensorOf(dtype, {16, 3, 20}, numbers), Ints{2, 1, 0}}});
  program.add({"reverse", {x, Ints{0, 2}}});
  program.add({"broadcast", {row, Ints{3, 4, 5}, Ints{1, 2}}});
  program.add({"reshape", {x, Ints{12, 5}}});
  program.add({"reshape", {x, Ints{5, 2, 6}}});
  program.add({"slice", {x, int64_t(1), int64_t(1), int64_t(2), int64_t(1)}});
  program.add({"slice", {x, int64_t(2), int64_t(0), int64_t(3), int64_t(2)}});
  program.add({"update_slice", {x, tensorOf(dtype, {4, 2, 5}, {1}), int64_t(1), int64_t(0), int64_t(2)}});
  program.add({"concatenate", {std::vector<rt::Tensor>{x, x, tensorOf(dtype, {4, 1, 5}, {1})}, int64_t(1)}});
  program.add({"pad", {x, Ints{1, 0, 2}, Ints{0, 3, 1}, one}});
  program.add({"as_strided", {x, Ints{3, 4}, Ints{2, 5}, int64_t(7)}});
  program.add({"index", {x, Ints{0}, std::vector<rt::Tensor>{places}}});
  program.add({"index", {x, Ints{0, 1}, std::vector<rt::Tensor>{places, tensorOf(Dtype::Int64, {2, 2}, {0, 2, 1, 1})}}});
  program.add({"nonzero", {mask}});
  program.add({"sort", {x, int64_t(1), false, std::string("stable"), int64_t(0)}});
  program.add({"sort", {x, int64_t(2), true, std::string("stable"), int64_t(0)}});
  EXPECT_GT(program.cases().size(), 10u);
  compare(program, /*exact=*/true);
}

TEST_P(PrimitiveTest, Scatters) {
  Dtype dtype = GetParam();
  PrimitiveProgram program;
  rt::Tensor x = tensorOf(dtype, {5, 3}, {1, 0, 1, 1}), places = tensorOf(Dtype::Int64, {4}, {3, 0, 3, 1});
  rt::Tensor values = tensorOf(dtype, {4, 3}, {1, 0, 1, 1, 0});
  const ts::PrimitiveInfo *info = ts::findPrimitive("scatter");
  ASSERT_TRUE(info);
  for (const char *kind : {"set", "add", "mul", "amin", "amax"}) {
    PrimitiveCase testCase{"scatter", {}};
    for (const ts::PrimitiveParameter &parameter : info->parameters) {
      if (parameter.name == "x")
        testCase.arguments.push_back(x);
      else if (parameter.kind == ts::PrimitiveParameter::Kind::IntList)
        testCase.arguments.push_back(std::vector<int64_t>{0});
      else if (parameter.kind == ts::PrimitiveParameter::Kind::TensorList)
        testCase.arguments.push_back(std::vector<rt::Tensor>{places});
      else if (parameter.kind == ts::PrimitiveParameter::Kind::String)
        testCase.arguments.push_back(std::string(kind));
      else
        testCase.arguments.push_back(values);
    }
    program.add(std::move(testCase));
  }
  EXPECT_GE(program.cases().size(), 2u);
  compare(program);
}

TEST_P(PrimitiveTest, ProductsAndWindows) {
  Dtype dtype = GetParam();
  PrimitiveProgram program;
  using Ints = std::vector<int64_t>;
  std::vector<double> small = dtype == Dtype::Bool ? std::vector<double>{0, 1, 1} : std::vector<double>{1, 2, 0, 3, 1};
  rt::Tensor a = tensorOf(dtype, {2, 5, 7}, small), b = tensorOf(dtype, {2, 7, 6}, small);
  program.add({"contract", {a, b, Ints{0}, Ints{0}, Ints{2}, Ints{1}}});
  program.add({"contract", {a, b, Ints{}, Ints{}, Ints{2}, Ints{1}}});
  rt::Tensor image = tensorOf(dtype, {2, 4, 9, 8}, small), kernel = tensorOf(dtype, {6, 4, 3, 3}, small), grouped = tensorOf(dtype, {6, 2, 3, 3}, small);
  auto convolve = [&](const rt::Tensor &w, Ints stride, Ints low, Ints high, Ints dilation, Ints spread, int64_t groups) {
    program.add({"convolve", {image, w, stride, low, high, dilation, spread, groups}});
  };
  convolve(kernel, {1, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 1}, 1);
  convolve(kernel, {2, 1}, {0, 1}, {1, 0}, {1, 2}, {1, 1}, 1);
  convolve(grouped, {1, 2}, {1, 1}, {1, 1}, {1, 1}, {1, 1}, 2);
  convolve(kernel, {1, 1}, {1, 1}, {2, 2}, {1, 1}, {2, 2}, 1);
  for (const char *kind : {"max", "sum"})
    program.add({"pool", {image, Ints{1, 1, 3, 2}, Ints{1, 1, 2, 2}, Ints{0, 0, 1, 0}, Ints{0, 0, 1, 0}, Ints{1, 1, 1, 1}, std::string(kind)}});
  program.add({"arg_pool", {image, Ints{1, 1, 3, 2}, Ints{1, 1, 2, 2}, Ints{0, 0, 1, 0}, Ints{0, 0, 1, 0}, Ints{1, 1, 1, 1}, std::string("max")}});
  EXPECT_GT(program.cases().size(), 1u);
  compare(program);
}

INSTANTIATE_TEST_SUITE_P(Dtypes, PrimitiveTest, ::testing::ValuesIn(numberTypes),
                         [](const ::testing::TestParamInfo<Dtype> &info) { return std::string(rt::name(info.param)); });

} // namespace
