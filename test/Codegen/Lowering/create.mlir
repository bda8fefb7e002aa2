// RUN: sconce-opt %s --convert-ts-to-linalg --split-input-file | FileCheck %s

// A number is converted once, outside of the loop.
// CHECK-LABEL: func.func @full(
// CHECK-SAME: %[[S:.*]]: f64, %[[N:.*]]: i64)
// CHECK-DAG: %[[V:.*]] = arith.truncf %[[S]] : f64 to f32
// CHECK-DAG: %[[I:.*]] = arith.index_cast %[[N]] : i64 to index
// CHECK: %[[E:.*]] = tensor.empty(%[[I]]) : tensor<2x?xf32>
// CHECK: linalg.fill ins(%[[V]] : f32) outs(%[[E]] : tensor<2x?xf32>)
func.func @full(%s: f64, %n: i64) -> tensor<2x?xf32> {
  %0 = ts.full %s sizes [2, %n] : f64 -> tensor<2x?xf32>
  return %0 : tensor<2x?xf32>
}

// -----

// CHECK-LABEL: func.func @iota(
// CHECK: linalg.generic
// CHECK: %[[I:.*]] = linalg.index 0
// CHECK: %[[J:.*]] = arith.index_cast %[[I]] : index to i64
// CHECK: %[[K:.*]] = arith.trunci %[[J]] : i64 to i32
// CHECK: linalg.yield %[[K]] : i32
func.func @iota(%n: i64) -> tensor<?xi32> {
  %0 = ts.iota size [%n] : tensor<?xi32>
  return %0 : tensor<?xi32>
}

// -----

// CHECK-LABEL: func.func @item(
// CHECK-SAME: %[[X:.*]]: tensor<f16>)
// CHECK: %[[E:.*]] = tensor.extract %[[X]][] : tensor<f16>
// CHECK: %[[R:.*]] = arith.extf %{{.*}} to f64
// CHECK: return %[[R]] : f64
func.func @item(%x: tensor<f16>) -> f64 {
  %0 = ts.item %x : tensor<f16> -> f64
  return %0 : f64
}

// -----

// CHECK-LABEL: func.func @tensor_of(
// CHECK: tensor.from_elements %{{.*}} : tensor<i64>
func.func @tensor_of(%n: i64) -> tensor<i64> {
  %0 = ts.tensor_of %n : i64 -> tensor<i64>
  return %0 : tensor<i64>
}

// -----

// No constant becomes data of the code: equal elements are a fill, others are written one by one.
// CHECK-LABEL: func.func @constants(
// CHECK-DAG: %[[ONE:.*]] = arith.constant 1.000000e+00 : f32
// CHECK-DAG: linalg.fill ins(%[[ONE]] : f32)
// CHECK-DAG: tensor.from_elements {{.*}} : tensor<2xi8>
// CHECK-NOT: dense<
// CHECK: return
func.func @constants() -> (tensor<2xf32>, tensor<2xi1>) {
  %0 = ts.constant dense<1.0> : tensor<2xf32>
  %1 = ts.constant dense<[true, false]> : tensor<2xi1>
  return %0, %1 : tensor<2xf32>, tensor<2xi1>
}
