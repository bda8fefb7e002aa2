// RUN: sconce-opt %s --convert-ts-to-linalg --split-input-file | FileCheck %s

// Half floats accumulate in f32; the sum is rounded once, after the loop.
// CHECK-LABEL: func.func @sum_of_halves(
// CHECK: %[[ZERO:.*]] = arith.constant 0.000000e+00 : f32
// CHECK: %[[INIT:.*]] = linalg.fill ins(%[[ZERO]] : f32)
// CHECK: linalg.generic {{.*}} iterator_types = ["reduction", "parallel", "reduction"]} {{.*}} outs(%[[INIT]] : tensor<?xf32>)
// CHECK: ^bb0(%[[X:.*]]: f16, %[[ACC:.*]]: f32):
// CHECK-NEXT: %[[Y:.*]] = arith.extf %[[X]] : f16 to f32
// CHECK-NEXT: %[[S:.*]] = arith.addf %[[ACC]], %[[Y]] : f32
// CHECK-NEXT: linalg.yield %[[S]] : f32
// CHECK: linalg.generic {{.*}} iterator_types = ["parallel"]
// CHECK: arith.truncf %{{.*}} : f32 to f16
func.func @sum_of_halves(%x: tensor<2x?x4xf16>) -> tensor<?xf16> {
  %0 = ts.reduce sum %x dims [0, 2] : tensor<2x?x4xf16> -> tensor<?xf16>
  return %0 : tensor<?xf16>
}

// -----

// NaN wins in a maximum, as PyTorch has it.
// CHECK-LABEL: func.func @max(
// CHECK: linalg.fill ins(%{{.*}} : f32)
// CHECK: arith.maximumf
func.func @max(%x: tensor<2x3xf32>) -> tensor<2xf32> {
  %0 = ts.reduce max %x dims [1] : tensor<2x3xf32> -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

// A caller in whose result NaN shows anyway takes any.
// CHECK-LABEL: func.func @max_number(
// CHECK: arith.maximumf %{{.*}}, %{{.*}} fastmath<nnan,nsz>
func.func @max_number(%x: tensor<2x3xf32>) -> tensor<2xf32> {
  %0 = ts.reduce max_number %x dims [1] : tensor<2x3xf32> -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

// The first of equal elements stays (a strict comparison), and the first NaN wins over all numbers.
// CHECK-LABEL: func.func @arg_max(
// CHECK: linalg.generic
// CHECK: ^bb0(%[[X:.*]]: f32, %[[BEST:.*]]: f32, %[[AT:.*]]: i64):
// CHECK-DAG: %[[GT:.*]] = arith.cmpf ogt, %[[X]], %[[BEST]]
// CHECK-DAG: %[[NAN:.*]] = arith.cmpf uno, %[[X]], %[[X]]
// CHECK-DAG: %[[ORD:.*]] = arith.cmpf ord, %[[BEST]], %[[BEST]]
// CHECK-DAG: %[[FIRST:.*]] = arith.andi %[[NAN]], %[[ORD]]
// CHECK: %[[WINS:.*]] = arith.ori %[[GT]], %[[FIRST]]
// CHECK: %[[I:.*]] = linalg.index 1
// CHECK: %[[J:.*]] = arith.index_cast %[[I]]
// CHECK: arith.select %[[WINS]], %[[X]], %[[BEST]]
// CHECK: arith.select %[[WINS]], %[[J]], %[[AT]]
func.func @arg_max(%x: tensor<2x3xf32>) -> tensor<2xi64> {
  %0 = ts.arg_reduce max %x dim 1 : tensor<2x3xf32> -> tensor<2xi64>
  return %0 : tensor<2xi64>
}
