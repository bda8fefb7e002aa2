// The special functions at points recorded from torch 2.13 in float64; the incomplete gamma functions of (50, 45), where torch is off by 2e-10, from
// an arbitrary precision library.

#include "test/Unit/TorchScript/Tensors.h"

using namespace sconce;
using namespace sconce::test;

namespace {

struct UnaryPoints {
  const char *name;
  std::vector<double> x, expected;
};
struct BinaryPoints {
  const char *name;
  std::vector<double> a, b, expected;
};

TEST(SpecialFunctions, unary) {
  const UnaryPoints table[] = {
      {"digamma", {-2.5, -0.3, 0.1, 0.5, 1.0, 1.4616, 2.0, 5.0, 10.0, 33.3, 100000.0}, {1.1031566406452433, 2.1133097796353986, -10.423754940411076, -1.9635100260214229, -0.5772156649015328, -3.1106251230539556e-05, 0.422784335098467, 1.5061176684318003, 2.251752589066721, 3.490467238520243, 11.512920464961896}},
      {"erf", {-3.0, -0.5, 0.0, 1e-09, 0.3, 1.0, 2.5, 6.0}, {-0.9999779095030014, -0.5204998778130465, 0.0, 1.1283791670955127e-09, 0.3286267594591274, 0.8427007929497149, 0.999593047982555, 1.0}},
      {"erfc", {-3.0, -0.5, 0.0, 0.3, 1.0, 2.5, 6.0, 20.0}, {1.9999779095030015, 1.5204998778130465, 1.0, 0.6713732405408726, 0.15729920705028513, 0.0004069520174449589, 2.1519736712498913e-17, 5.395865611607901e-176}},
      {"erfinv", {-0.999, -0.9, -0.3, 0.0, 1e-06, 0.5, 0.71, 0.99999}, {-2.3267537655135246, -1.1630871536766743, -0.2724627147267543, 0.0, 8.8622692545299e-07, 0.4769362762044699, 0.7482049711849852, 3.123413274341571}},
      {"i0", {-10.0, -1.0, 0.0, 0.5, 3.0, 7.9, 8.1, 30.0}, {2815.716628466254, 1.2660658777520082, 1.0, 1.0634833707413236, 4.880792585865024, 389.406283282158, 469.5006067101214, 781672297823.9775}},
      {"i0e", {-10.0, -1.0, 0.0, 0.5, 3.0, 7.9, 8.1, 300.0}, {0.1278333371634286, 0.46575960759364043, 1.0, 0.6450352704491501, 0.24300035416182536, 0.14436986414104191, 0.14251180948829525, 0.02304255841508546}},
      {"i1", {-10.0, -1.0, 0.0, 0.5, 3.0, 7.9, 8.1, 30.0}, {-2670.988303701255, -0.5651591039924851, 0.0, 0.25789430539089636, 3.9533702174026093, 363.8539440845084, 439.48430891035844, 768532038938.9569}},
      {"i1e", {-10.0, -1.0, 0.0, 0.5, 3.0, 7.9, 8.1, 300.0}, {-0.1212626813844555, -0.2079104153497085, 0.0, 0.15642080318487173, 0.19682671329730084, 0.13489649943989376, 0.13340068832583662, 0.02300412204026895}},
      {"lgamma", {-2.5, -0.3, 0.1, 0.5, 1.5, 3.0, 10.0, 100.5, 1000000.0}, {-0.05624371649767405, 1.4648400508576025, 2.252712651734206, 0.5723649429247001, -0.12078223763524522, 0.6931471805599453, 12.801827480081469, 361.4355404677776, 12815504.569147611}},
      {"ndtri", {1e-20, 1e-05, 0.1, 0.3, 0.5, 0.8, 0.9, 0.99999}, {-9.262340089798409, -4.264890793922825, -1.2815515655446004, -0.5244005127080409, 0.0, 0.8416212335729143, 1.2815515655446004, 4.264890793923841}},
  };
  for (const UnaryPoints &points : table) {
    SCOPED_TRACE(points.name);
    rt::Tensor x = make(Dtype::Float64, {static_cast<int64_t>(points.x.size())}, points.x);
    expectNumbers(evaluate(points.name, x), points.expected, 2e-14);
  }
}

TEST(SpecialFunctions, binary) {
  const BinaryPoints table[] = {
      {"igamma", {0.5, 1.0, 2.5, 10.0, 10.0, 50.0, 3.0, 100.0}, {0.2, 1.0, 4.0, 3.0, 30.0, 45.0, 0.0, 130.0}, {0.47291074313446185, 0.6321205588285577, 0.8437643724222779, 0.0011024881301154798, 0.9999928782491372, 0.24680203440017027, 0.0, 0.9972495916326934}},
      {"igammac", {0.5, 1.0, 2.5, 10.0, 10.0, 50.0, 3.0, 100.0}, {0.2, 1.0, 4.0, 3.0, 30.0, 45.0, 0.0, 130.0}, {0.5270892568655381, 0.36787944117144245, 0.15623562757772236, 0.9988975118698845, 7.12175086281558e-06, 0.7531979655998297, 1.0, 0.0027504083673065166}},
      {"zeta", {1.5, 2.0, 3.0, 4.0, 10.0, 2.2, 3.0}, {1.0, 1.0, 2.5, 0.3, 7.0, 30.0, -1.5}, {2.612375348685488, 1.6449340668482266, 0.11810202582086368, 123.85696077584161, 4.927521560880232e-09, 0.014354149362826902, 0.11810202582086413}},
  };
  for (const BinaryPoints &points : table) {
    SCOPED_TRACE(points.name);
    int64_t count = points.a.size();
    rt::Tensor a = make(Dtype::Float64, {count}, points.a), b = make(Dtype::Float64, {count}, points.b);
    expectNumbers(evaluate(points.name, a, b), points.expected, 2e-13);
  }
}

TEST(SpecialFunctions, limits) {
  auto at = [](const char *name, double x) { return numbers(evaluate(name, make(Dtype::Float64, {1}, {x})))[0]; };
  EXPECT_EQ(at("digamma", 0.0), -kInf);
  EXPECT_EQ(at("digamma", -0.0), kInf);
  EXPECT_TRUE(std::isnan(at("digamma", -3)));
  EXPECT_EQ(at("lgamma", 0), kInf);
  EXPECT_EQ(at("lgamma", -4), kInf);
  EXPECT_EQ(at("lgamma", kInf), kInf);
  EXPECT_EQ(at("erfinv", 1), kInf);
  EXPECT_EQ(at("erfinv", -1), -kInf);
  EXPECT_TRUE(std::isnan(at("erfinv", 1.5)));
  EXPECT_EQ(at("ndtri", 0), -kInf);
  EXPECT_EQ(at("ndtri", 1), kInf);
  for (const char *name : {"digamma", "erfinv", "i0", "i1e", "lgamma", "ndtri"})
    EXPECT_TRUE(std::isnan(at(name, kNan))) << name;
  auto both = [](const char *name, double a, double b) {
    return numbers(evaluate(name, make(Dtype::Float64, {1}, {a}), make(Dtype::Float64, {1}, {b})))[0];
  };
  EXPECT_EQ(both("zeta", 1, 2), kInf);
  EXPECT_TRUE(std::isnan(both("zeta", 0.5, 2)));
  EXPECT_EQ(both("igamma", 0, 1), 1);
  EXPECT_EQ(both("igamma", 2, kInf), 1);
  EXPECT_TRUE(std::isnan(both("igamma", -1, 1)));
}

} // namespace
