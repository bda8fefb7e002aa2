// RUN: sconce-opt %s | sconce-opt | FileCheck %s
// RUN: sconce-opt %s --canonicalize | FileCheck %s --check-prefix=FOLD

// CHECK-LABEL: func.func @create
func.func @create(%x: tensor<f16>, %d: tensor<?x3xf32>, %i: tensor<2x?xi64>, %n: i64, %s: f64) {
  // CHECK: ts.full %{{.*}} sizes [2, %{{.*}}] : f64 -> tensor<2x?xf32>
  %0 = ts.full %s sizes [2, %n] : f64 -> tensor<2x?xf32>
  // CHECK: ts.first_outside %{{.*}}, %{{.*}}, %{{.*}} : tensor<2x?xi64>
  %f = ts.first_outside %i, %n, %n : tensor<2x?xi64>
  // CHECK: ts.iota size [%{{.*}}] : tensor<?xi64>
  %1 = ts.iota size [%n] : tensor<?xi64>
  // CHECK: ts.tensor_of %{{.*}} : i64 -> tensor<i64>
  %2 = ts.tensor_of %n : i64 -> tensor<i64>
  // CHECK: ts.item %{{.*}} : tensor<f16> -> f64
  %3 = ts.item %x : tensor<f16> -> f64
  // CHECK: ts.dim %{{.*}}, 0 : tensor<?x3xf32>
  %4 = ts.dim %d, 0 : tensor<?x3xf32>
  return
}

// FOLD-LABEL: func.func @folds
// FOLD-SAME: (%[[N:.*]]: i64, %[[X:.*]]: tensor<f64>, %{{.*}}: tensor<?x3xf32>)
func.func @folds(%n: i64, %x: tensor<f64>, %d: tensor<?x3xf32>) -> (i64, tensor<f64>, i64) {
  // FOLD: %[[THREE:.*]] = arith.constant 3 : i64
  %0 = ts.tensor_of %n : i64 -> tensor<i64>
  %1 = ts.item %0 : tensor<i64> -> i64
  %2 = ts.item %x : tensor<f64> -> f64
  %3 = ts.tensor_of %2 : f64 -> tensor<f64>
  %4 = ts.dim %d, 1 : tensor<?x3xf32>
  // FOLD: return %[[N]], %[[X]], %[[THREE]]
  return %1, %3, %4 : i64, tensor<f64>, i64
}
