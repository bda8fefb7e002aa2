// Expected numbers are PyTorch 2.13's on a CPU with AVX2, after manual_seed(0).
#include "runtime/RandomFill.h"

#include <gtest/gtest.h>

using namespace sconce::rt;

namespace {

template <typename Fill> std::vector<double> draw(Dtype dtype, int64_t count, Fill fill) {
  Ref<Generator> generator = Generator::create(0);
  Tensor tensor = Tensor::empty(dtype, {count});
  fill(*generator, tensor);
  std::vector<double> numbers;
  forEachIndex(tensor.sizes(), [&](Index index) { numbers.push_back(tensor.loadDouble(index)); });
  return numbers;
}

using Numbers = std::vector<double>;

} // namespace

TEST(Random, UniformTakes24Or53Bits) {
  auto fill = [](Generator &g, const Tensor &t) { fillUniform(g, t, 0, 1); };
  EXPECT_EQ(draw(Dtype::Float32, 3, fill),
            (Numbers{0.49625658988952637, 0.7682217955589294, 0.08847743272781372}));
  EXPECT_EQ(draw(Dtype::Float64, 3, fill),
            (Numbers{0.9700530018065531, 0.707819864399788, 0.45938294312745087}));
  EXPECT_EQ(
      draw(Dtype::Float32, 3, [](Generator &g, const Tensor &t) { fillUniform(g, t, -2.7, 3.3); }),
      (Numbers{0.2775394916534424, 1.9093307256698608, -2.169135570526123}));
}

TEST(Random, UniformNeverReachesItsEnd) {
  auto numbers = draw(Dtype::Float32, 1000,
                      [](Generator &g, const Tensor &t) { fillUniform(g, t, 1, 1 + 0x1p-23); });
  EXPECT_EQ(numbers, Numbers(1000, 1.0));
}

TEST(Random, NormalHasTwoForms) {
  auto fill = [](Generator &g, const Tensor &t) { fillNormal(g, t, 0, 1); };
  EXPECT_EQ(draw(Dtype::Float32, 3, fill),
            (Numbers{1.5409960746765137, -0.293428897857666, -2.1787893772125244}));
  EXPECT_EQ(
      draw(Dtype::Float32, 17, fill),
      (Numbers{-1.1258398294448853, -1.6959311962127686, 0.5666506290435791, 0.7935083508491516,
               0.5988394618034363, -1.5550950765609741, -0.3413603901863098, 1.85300612449646,
               0.46809640526771545, -0.5854975581169128, -0.1733967512845993, 0.18347793817520142,
               1.3893661499023438, 1.586334228515625, 0.946298360824585, -0.843676745891571,
               0.9318265914916992}));
  Numbers doubles = draw(Dtype::Float64, 16, fill);
  doubles.resize(3);
  EXPECT_EQ(doubles, (Numbers{-2.310411800234176, -0.3732508612577643, -1.0608166785462863}));
  EXPECT_EQ(
      draw(Dtype::Float16, 17, fill),
      (Numbers{-1.1259765625, -1.3525390625, -1.6962890625, 0.56689453125, 0.79345703125,
               0.5986328125, -1.5546875, -0.34130859375, 1.8525390625, 0.75, -0.58544921875,
               -0.17333984375, 0.1834716796875, 1.3896484375, 1.5859375, 0.9462890625, -0.84375}));
}

TEST(Random, ComplexNormalIsTwoNarrowerOnes) {
  Ref<Generator> generator = Generator::create(0);
  Tensor tensor = Tensor::empty(Dtype::Complex64, {2});
  fillNormal(*generator, tensor, 0, 1);
  EXPECT_EQ(tensor.loadComplex({{0}}),
            std::complex<double>(1.0896488428115845, -0.20748557150363922));
  EXPECT_EQ(tensor.loadComplex({{1}}),
            std::complex<double>(-1.5406367778778076, 0.40194159746170044));
}

TEST(Random, BernoulliOfANumberAndOfATensor) {
  EXPECT_EQ(
      draw(Dtype::Float32, 8, [](Generator &g, const Tensor &t) { fillBernoulli(g, t, 0.5); }),
      (Numbers{0, 0, 1, 0, 0, 0, 1, 1}));
  EXPECT_EQ(draw(Dtype::Float32, 8,
                 [](Generator &g, const Tensor &t) {
                   Tensor half = Tensor::empty(Dtype::Float32, {8});
                   std::fill(half.dataAs<float>(), half.dataAs<float>() + 8, 0.5f);
                   fillBernoulli(g, t, half);
                 }),
            (Numbers{1, 0, 1, 1, 1, 0, 1, 0}));
}

TEST(Random, OtherDistributions) {
  EXPECT_EQ(
      draw(Dtype::Float32, 3, [](Generator &g, const Tensor &t) { fillExponential(g, t, 2.5); }),
      (Numbers{1.4033304452896118, 0.49215391278266907, 0.24601763486862183}));
  EXPECT_EQ(
      draw(Dtype::Float32, 2, [](Generator &g, const Tensor &t) { fillCauchy(g, t, 0.5, 2); }),
      (Numbers{21.695459365844727, 2.0295345783233643}));
  EXPECT_EQ(draw(Dtype::Float32, 2,
                 [](Generator &g, const Tensor &t) { fillLogNormal(g, t, 0.5, 0.25); }),
            (Numbers{2.4235877990722656, 1.5321052074432373}));
  EXPECT_EQ(
      draw(Dtype::Float32, 4, [](Generator &g, const Tensor &t) { fillGeometric(g, t, 0.3); }),
      (Numbers{1, 1, 3, 1}));
}

TEST(Random, Integers) {
  EXPECT_EQ(
      draw(Dtype::Int64, 8, [](Generator &g, const Tensor &t) { fillRandomRange(g, t, -5, 5); }),
      (Numbers{-1, 4, -2, -5, -2, 4, 2, -2}));
  EXPECT_EQ(draw(Dtype::Int64, 2,
                 [](Generator &g, const Tensor &t) { fillRandomRange(g, t, 0, int64_t(1) << 40); }),
            (Numbers{741280623151, 506137267392}));
  EXPECT_EQ(draw(Dtype::Int64, 8, [](Generator &g, const Tensor &t) { fillPermutation(g, t); }),
            (Numbers{4, 0, 7, 3, 2, 5, 1, 6}));
  Ref<Generator> generator = Generator::create(0);
  Tensor tensor = Tensor::empty(Dtype::Int64, {1});
  fillRandom(*generator, tensor);
  EXPECT_EQ(tensor.loadInt({{0}}), 900450186894289455);
}

TEST(Random, SeedingForgetsTheCachedNormal) {
  Ref<Generator> generator = Generator::create(0);
  Tensor first = Tensor::empty(Dtype::Float32, {1}), second = Tensor::empty(Dtype::Float32, {1});
  fillNormal(*generator, first, 0, 1);
  generator->manualSeed(0);
  fillNormal(*generator, second, 0, 1);
  EXPECT_TRUE(first.equals(second));
  EXPECT_EQ(Generator::create()->seed(), 67280421310721u);
}
