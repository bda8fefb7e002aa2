// RUN: sconce-opt %s --canonicalize | sconce-opt | FileCheck %s

// CHECK-LABEL: func.func @cast
// CHECK-SAME: (%[[X:.*]]: tensor<4xf32>, %{{.*}}: tensor<?x4xi32>, %{{.*}}: i64)
func.func @cast(%x: tensor<4xf32>, %i: tensor<?x4xi32>, %n: i64)
    -> (tensor<4xi64>, f64, tensor<4xi32>, tensor<?x2xi64>, tensor<4xf8E4M3FN>, tensor<4xf32>, tensor<4xf32>) {
  // CHECK: ts.convert %{{.*}} : tensor<4xf32> -> tensor<4xi64>
  %0 = ts.convert %x : tensor<4xf32> -> tensor<4xi64>
  // CHECK: ts.convert %{{.*}} : i64 -> f64
  %1 = ts.convert %n : i64 -> f64
  // CHECK: ts.bitcast %{{.*}} : tensor<4xf32> -> tensor<4xi32>
  %2 = ts.bitcast %x : tensor<4xf32> -> tensor<4xi32>
  // CHECK: ts.bitcast %{{.*}} : tensor<?x4xi32> -> tensor<?x2xi64>
  %3 = ts.bitcast %i : tensor<?x4xi32> -> tensor<?x2xi64>
  // CHECK: ts.convert %{{.*}} : tensor<4xf32> -> tensor<4xf8E4M3FN>
  %4 = ts.convert %x : tensor<4xf32> -> tensor<4xf8E4M3FN>
  // To the same dtype: nothing.
  %5 = ts.convert %x : tensor<4xf32> -> tensor<4xf32>
  %6 = ts.bitcast %x : tensor<4xf32> -> tensor<4xf32>
  // CHECK: return {{.*}}, %[[X]], %[[X]] :
  return %0, %1, %2, %3, %4, %5, %6
    : tensor<4xi64>, f64, tensor<4xi32>, tensor<?x2xi64>, tensor<4xf8E4M3FN>, tensor<4xf32>, tensor<4xf32>
}
