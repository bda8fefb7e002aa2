// Conversions between f16, bf16 and wider floats, written out as vector code, on all numbers.

#include "test/Unit/Codegen/PrimitiveProgram.h"

#include <cmath>
#include <cstring>
#include <gtest/gtest.h>

using namespace sconce;
using namespace sconce::codegen;
using rt::Dtype;

namespace {

/// All 65536 numbers of a 16-bit dtype.
rt::Tensor allOf(Dtype dtype) {
  rt::Tensor tensor = rt::Tensor::empty(dtype, {65536});
  for (int i = 0; i < 65536; ++i)
    tensor.dataAs<uint16_t>()[i] = static_cast<uint16_t>(i);
  return tensor;
}

/// Numbers at, just below, just above and half way between neighbours of a 16-bit dtype, of both signs.
rt::Tensor roundingCases(Dtype small, Dtype wide) {
  rt::Tensor numbers = allOf(small);
  rt::Tensor cases = rt::Tensor::empty(wide, {0x7c00, 4});
  auto store = [&](int64_t i, int64_t k, double value) {
    int64_t index[] = {i, k};
    cases.store(index, rt::Value::ofDouble(value));
  };
  for (int64_t i = 0; i < 0x7c00; ++i) {
    // Odd places are negative.
    int64_t bits = i | (i % 2 ? 0x8000 : 0);
    int64_t at[] = {bits}, next[] = {bits + 1 < 65536 ? bits + 1 : bits};
    double low = numbers.loadDouble(at), high = numbers.loadDouble(next), middle = (low + high) / 2;
    double infinity = std::copysign(INFINITY, low);
    auto step = [&](double from, double to) {
      return wide == Dtype::Float32 ? static_cast<double>(std::nextafterf(static_cast<float>(from), static_cast<float>(to))) : std::nextafter(from, to);
    };
    store(i, 0, low);
    store(i, 1, middle);
    store(i, 2, step(middle, infinity));
    store(i, 3, step(middle, 0));
  }
  return cases;
}

void expectSame(PrimitiveProgram &program) {
  ASSERT_EQ(program.compile(), "");
  for (size_t i = 0; i < program.cases().size(); ++i) {
    std::string error;
    std::vector<rt::Tensor> actual = program.call(i, error), expected = evaluateReference(program.cases()[i]);
    ASSERT_EQ(actual.size(), 1u) << error;
    ASSERT_EQ(expected.size(), 1u);
    int64_t shown = 0;
    rt::forEachIndex(expected[0].sizes(), [&](rt::Index index) {
      double a = actual[0].loadDouble(index), b = expected[0].loadDouble(index);
      bool same = std::isnan(b) ? std::isnan(a) : a == b && std::signbit(a) == std::signbit(b);
      if (!same && ++shown <= 5)
        ADD_FAILURE() << program.cases()[i].text() << ": " << std::get<rt::Tensor>(program.cases()[i].arguments[0]).loadDouble(index) << " became " << a << ", expected " << b;
    });
  }
}

void addAll(PrimitiveProgram &program) {
  for (Dtype small : {Dtype::Float16, Dtype::BFloat16})
    for (Dtype wide : {Dtype::Float32, Dtype::Float64}) {
      program.add({"convert", {allOf(small), static_cast<int64_t>(wide)}});
      program.add({"convert", {roundingCases(small, wide), static_cast<int64_t>(small)}});
    }
  ASSERT_EQ(program.cases().size(), 8u);
}

TEST(SmallFloat, WithTheHostsInstructions) {
  PrimitiveProgram program;
  addAll(program);
  expectSame(program);
}

TEST(SmallFloat, WithoutInstructions) {
  PrimitiveProgram program([](PipelineOptions &options) { options.target.hasHalfConversion = false; });
  addAll(program);
  expectSame(program);
}

} // namespace
