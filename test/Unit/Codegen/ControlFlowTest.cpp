// Loops and branches that carry tensors: right numbers, and no memory kept.

#include "test/Unit/Codegen/Harness.h"

#include <gtest/gtest.h>

using namespace sconce::codegen;

namespace {

/// linalg.generic that maps `%x` of type `type` with the scalar op `body` (which defines %r of %v).
std::string mapOp(const std::string &result, const std::string &x, const std::string &type, const std::string &empty,
                  const std::string &body) {
  return result + " = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], "
         "iterator_types = [\"parallel\"]} ins(" + x + " : " + type + ") outs(" + empty + " : " + type + ") {\n^bb0(%v: f32, %o: f32):\n" +
         body + "\nlinalg.yield %r : f32 } -> " + type + "\n";
}

TEST(ControlFlow, ForCarriesStaticTensor) {
  Harness h("func.func @f(%x: tensor<5xf32>, %n: i64) -> tensor<5xf32> {\n"
            "%c0 = arith.constant 0 : index\n%c1 = arith.constant 1 : index\n%two = arith.constant 2.0 : f32\n"
            "%m = arith.index_cast %n : i64 to index\n"
            "%l = scf.for %i = %c0 to %m step %c1 iter_args(%t = %x) -> (tensor<5xf32>) {\n"
            "%e = tensor.empty() : tensor<5xf32>\n" +
            mapOp("%u", "%t", "tensor<5xf32>", "%e", "%r = arith.mulf %v, %two : f32") +
            "scf.yield %u : tensor<5xf32>\n}\nreturn %l : tensor<5xf32>\n}");
  ASSERT_EQ(h.error(), "");
  std::vector<float> x{1, 2, 3, 4, 5}, out(5);
  EXPECT_EQ(h.in(x.data()).inInt(3).out(out.data()).call(), 0);
  EXPECT_EQ(out, (std::vector<float>{8, 16, 24, 32, 40}));
  EXPECT_EQ(x, (std::vector<float>{1, 2, 3, 4, 5}));
  h.clear();
  EXPECT_EQ(h.in(x.data()).inInt(0).out(out.data()).call(), 0);
  EXPECT_EQ(out, x);
}

TEST(ControlFlow, ForSwapsTensors) {
  Harness h(R"(
    func.func @f(%x: tensor<3xf32>, %y: tensor<3xf32>, %n: i64) -> (tensor<3xf32>, tensor<3xf32>) {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %m = arith.index_cast %n : i64 to index
      %l:2 = scf.for %i = %c0 to %m step %c1 iter_args(%a = %x, %b = %y) -> (tensor<3xf32>, tensor<3xf32>) {
        scf.yield %b, %a : tensor<3xf32>, tensor<3xf32>
      }
      return %l#0, %l#1 : tensor<3xf32>, tensor<3xf32>
    })");
  ASSERT_EQ(h.error(), "");
  std::vector<float> x{1, 2, 3}, y{4, 5, 6}, a(3), b(3);
  EXPECT_EQ(h.in(x.data()).in(y.data()).inInt(3).out(a.data()).out(b.data()).call(), 0);
  EXPECT_EQ(a, y);
  EXPECT_EQ(b, x);
}

TEST(ControlFlow, ForReadsArgumentAfterUpdate) {
  // y = x * 2; carried value is y + x: the update must not overwrite x before it is read.
  Harness h("func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {\n"
            "%c0 = arith.constant 0 : index\n%c1 = arith.constant 1 : index\n%c2 = arith.constant 2 : index\n%two = arith.constant 2.0 : f32\n"
            "%l = scf.for %i = %c0 to %c2 step %c1 iter_args(%t = %x) -> (tensor<4xf32>) {\n"
            "%k = arith.constant 0.0 : f32\n"
            "%e = tensor.insert %k into %t[%c1] : tensor<4xf32>\n"
            "%first = tensor.extract %t[%c1] : tensor<4xf32>\n"
            "%u = tensor.insert %first into %e[%c0] : tensor<4xf32>\n"
            "scf.yield %u : tensor<4xf32>\n}\nreturn %l : tensor<4xf32>\n}");
  ASSERT_EQ(h.error(), "");
  std::vector<float> x{1, 2, 3, 4}, out(4);
  EXPECT_EQ(h.in(x.data()).out(out.data()).call(), 0);
  EXPECT_EQ(out, (std::vector<float>{0, 0, 3, 4}));
}

TEST(ControlFlow, ForGrowsTensor) {
  // cat(t, x[i:i+1]) in each iteration
  Harness h(R"(
    func.func @f(%x: tensor<?xf32>) -> tensor<?xf32> {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %n = tensor.dim %x, %c0 : tensor<?xf32>
      %e = tensor.empty(%c0) : tensor<?xf32>
      %l = scf.for %i = %c0 to %n step %c1 iter_args(%t = %e) -> (tensor<?xf32>) {
        %m = tensor.dim %t, %c0 : tensor<?xf32>
        %m1 = arith.addi %m, %c1 : index
        %v = tensor.extract %x[%i] : tensor<?xf32>
        %new = tensor.empty(%m1) : tensor<?xf32>
        %a = tensor.insert_slice %t into %new[%c0][%m][1] : tensor<?xf32> into tensor<?xf32>
        %b = tensor.insert %v into %a[%m] : tensor<?xf32>
        scf.yield %b : tensor<?xf32>
      }
      return %l : tensor<?xf32>
    })");
  ASSERT_EQ(h.error(), "");
  std::vector<float> x{1, 2, 3, 4, 5, 6, 7};
  EXPECT_EQ(h.in(x.data(), {7}).outSlots(2).call(), 0);
  ASSERT_EQ(h.result<int64_t>(1), 7);
  float *data = h.result<float *>(0);
  EXPECT_EQ(std::vector<float>(data, data + 7), x);
  std::free(data);
  EXPECT_EQ(Harness::liveAllocations(), 0);
}

TEST(ControlFlow, WhileCarriesTensorUntilSmall) {
  Harness h("func.func @f(%x: tensor<3xf32>) -> (tensor<3xf32>, i64) {\n"
            "%c0 = arith.constant 0 : index\n%half = arith.constant 0.5 : f32\n%one = arith.constant 1.0 : f32\n"
            "%i0 = arith.constant 0 : i64\n%i1 = arith.constant 1 : i64\n"
            "%l:2 = scf.while (%t = %x, %n = %i0) : (tensor<3xf32>, i64) -> (tensor<3xf32>, i64) {\n"
            "%v0 = tensor.extract %t[%c0] : tensor<3xf32>\n%c = arith.cmpf ogt, %v0, %one : f32\n"
            "scf.condition(%c) %t, %n : tensor<3xf32>, i64\n} do {\n^bb0(%t: tensor<3xf32>, %n: i64):\n"
            "%e = tensor.empty() : tensor<3xf32>\n" +
            mapOp("%u", "%t", "tensor<3xf32>", "%e", "%r = arith.mulf %v, %half : f32") +
            "%n1 = arith.addi %n, %i1 : i64\nscf.yield %u, %n1 : tensor<3xf32>, i64\n}\n"
            "return %l#0, %l#1 : tensor<3xf32>, i64\n}");
  ASSERT_EQ(h.error(), "");
  std::vector<float> x{10, 20, 40}, out(3);
  EXPECT_EQ(h.in(x.data()).out(out.data()).outSlots(1).call(), 0);
  EXPECT_EQ(out, (std::vector<float>{0.625f, 1.25f, 2.5f}));
  EXPECT_EQ(h.result<int64_t>(1), 4);
}

TEST(ControlFlow, WhileWhoseConditionForwardsOtherValues) {
  // The before region computes a tensor and forwards it; the after region grows it.
  Harness h(R"(
    func.func @f(%x: tensor<?xf32>) -> tensor<?xf32> {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %c5 = arith.constant 5 : index
      %one = arith.constant 1.0 : f32
      %r = scf.while (%t = %x) : (tensor<?xf32>) -> tensor<?xf32> {
        %m = tensor.dim %t, %c0 : tensor<?xf32>
        %m1 = arith.addi %m, %c1 : index
        %new = tensor.empty(%m1) : tensor<?xf32>
        %a = tensor.insert_slice %t into %new[%c0][%m][1] : tensor<?xf32> into tensor<?xf32>
        %b = tensor.insert %one into %a[%m] : tensor<?xf32>
        %c = arith.cmpi slt, %m1, %c5 : index
        scf.condition(%c) %b : tensor<?xf32>
      } do {
      ^bb0(%b: tensor<?xf32>):
        %m = tensor.dim %b, %c0 : tensor<?xf32>
        %i = arith.subi %m, %c1 : index
        %f = arith.index_cast %i : index to i64
        %v = arith.sitofp %f : i64 to f32
        %w = tensor.insert %v into %b[%i] : tensor<?xf32>
        scf.yield %w : tensor<?xf32>
      }
      return %r : tensor<?xf32>
    })");
  ASSERT_EQ(h.error(), "");
  std::vector<float> x{9};
  EXPECT_EQ(h.in(x.data(), {1}).outSlots(2).call(), 0);
  ASSERT_EQ(h.result<int64_t>(1), 5);
  float *data = h.result<float *>(0);
  EXPECT_EQ(std::vector<float>(data, data + 5), (std::vector<float>{9, 1, 2, 3, 1}));
  std::free(data);
  EXPECT_EQ(Harness::liveAllocations(), 0);
}

TEST(ControlFlow, IfYieldsTensorsOfDifferentExtent) {
  Harness h(R"(
    func.func @f(%x: tensor<?xf32>, %c: i1) -> tensor<?xf32> {
      %c0 = arith.constant 0 : index
      %c2 = arith.constant 2 : index
      %r = scf.if %c -> (tensor<?xf32>) {
        %s = tensor.extract_slice %x[1][%c2][1] : tensor<?xf32> to tensor<?xf32>
        scf.yield %s : tensor<?xf32>
      } else {
        scf.yield %x : tensor<?xf32>
      }
      return %r : tensor<?xf32>
    })");
  ASSERT_EQ(h.error(), "");
  std::vector<float> x{1, 2, 3, 4};
  for (int condition : {1, 0}) {
    h.clear();
    EXPECT_EQ(h.in(x.data(), {4}).inInt(condition).outSlots(2).call(), 0);
    ASSERT_EQ(h.result<int64_t>(1), condition ? 2 : 4);
    float *data = h.result<float *>(0);
    EXPECT_EQ(data[0], condition ? 2 : 1);
    std::free(data);
  }
  EXPECT_EQ(Harness::liveAllocations(), 0);
}

TEST(ControlFlow, IfWithStaticTensorsInsideLoop) {
  Harness h("func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {\n"
            "%c0 = arith.constant 0 : index\n%c1 = arith.constant 1 : index\n%c4 = arith.constant 4 : index\n"
            "%c2 = arith.constant 2 : index\n%two = arith.constant 2.0 : f32\n%three = arith.constant 3.0 : f32\n"
            "%l = scf.for %i = %c0 to %c4 step %c1 iter_args(%t = %x) -> (tensor<4xf32>) {\n"
            "%c = arith.cmpi slt, %i, %c2 : index\n"
            "%b = scf.if %c -> (tensor<4xf32>) {\n%e = tensor.empty() : tensor<4xf32>\n" +
            mapOp("%u", "%t", "tensor<4xf32>", "%e", "%r = arith.mulf %v, %two : f32") +
            "scf.yield %u : tensor<4xf32>\n} else {\n%e = tensor.empty() : tensor<4xf32>\n" +
            mapOp("%u", "%t", "tensor<4xf32>", "%e", "%r = arith.addf %v, %three : f32") +
            "scf.yield %u : tensor<4xf32>\n}\n"
            "scf.yield %b : tensor<4xf32>\n}\nreturn %l : tensor<4xf32>\n}");
  ASSERT_EQ(h.error(), "");
  std::vector<float> x{1, 2, 3, 4}, out(4);
  EXPECT_EQ(h.in(x.data()).out(out.data()).call(), 0);
  EXPECT_EQ(out, (std::vector<float>{10, 14, 18, 22}));
}

TEST(ControlFlow, NestedLoopsCarryDynamicTensors) {
  Harness h(R"(
    func.func @f(%x: tensor<?xf32>, %n: i64) -> tensor<?xf32> {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %m = arith.index_cast %n : i64 to index
      %l = scf.for %i = %c0 to %m step %c1 iter_args(%t = %x) -> (tensor<?xf32>) {
        %k = scf.for %j = %c0 to %m step %c1 iter_args(%u = %t) -> (tensor<?xf32>) {
          %d = tensor.dim %u, %c0 : tensor<?xf32>
          %d1 = arith.addi %d, %c1 : index
          %new = tensor.empty(%d1) : tensor<?xf32>
          %f = arith.index_cast %d : index to i64
          %v = arith.sitofp %f : i64 to f32
          %a = linalg.fill ins(%v : f32) outs(%new : tensor<?xf32>) -> tensor<?xf32>
          %b = tensor.insert_slice %u into %a[1][%d][1] : tensor<?xf32> into tensor<?xf32>
          scf.yield %b : tensor<?xf32>
        }
        scf.yield %k : tensor<?xf32>
      }
      return %l : tensor<?xf32>
    })");
  ASSERT_EQ(h.error(), "");
  std::vector<float> x{-1};
  EXPECT_EQ(h.in(x.data(), {1}).inInt(2).outSlots(2).call(), 0);
  ASSERT_EQ(h.result<int64_t>(1), 5);
  float *data = h.result<float *>(0);
  EXPECT_EQ(std::vector<float>(data, data + 5), (std::vector<float>{4, 3, 2, 1, -1}));
  std::free(data);
  EXPECT_EQ(Harness::liveAllocations(), 0);
}

TEST(ControlFlow, NegativeExtentIsOutOfMemory) {
  Harness h(R"(
    func.func @f(%n: i64) -> tensor<?xf32> {
      %m = arith.index_cast %n : i64 to index
      %zero = arith.constant 0.0 : f32
      %e = tensor.empty(%m) : tensor<?xf32>
      %z = linalg.fill ins(%zero : f32) outs(%e : tensor<?xf32>) -> tensor<?xf32>
      return %z : tensor<?xf32>
    })");
  ASSERT_EQ(h.error(), "");
  EXPECT_EQ(h.inInt(-3).outSlots(2).call(), SC_OUT_OF_MEMORY);
  h.clear();
  EXPECT_EQ(h.inInt(INT64_MAX / 2).outSlots(2).call(), SC_OUT_OF_MEMORY);
}

} // namespace
