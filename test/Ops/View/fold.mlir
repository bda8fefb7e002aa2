// RUN: sconce-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: func.func @identities
// CHECK-SAME: (%[[M:.*]]: tensor<2x3xf32>, %[[V:.*]]: tensor<?xf32>, %[[N:.*]]: i64)
func.func @identities(%m: tensor<2x3xf32>, %v: tensor<?xf32>, %n: i64)
    -> (tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<?xf32>) {
  %0 = ts.slice %m dim 1 start [0] size [3] step 1 : tensor<2x3xf32> -> tensor<2x3xf32>
  %1 = ts.permute %m [0, 1] : tensor<2x3xf32> -> tensor<2x3xf32>
  %2 = ts.broadcast %m sizes [2, 3] dims [0, 1] : tensor<2x3xf32> -> tensor<2x3xf32>
  %3 = ts.reshape %m sizes [2, 3] : tensor<2x3xf32> -> tensor<2x3xf32>
  %4 = ts.copy %m : tensor<2x3xf32>
  %5 = ts.reshape %v sizes [%n] : tensor<?xf32> -> tensor<?xf32>
  // CHECK: return %[[M]], %[[M]], %[[M]], %[[M]], %[[M]], %[[V]]
  return %0, %1, %2, %3, %4, %5
    : tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<?xf32>
}

// CHECK-LABEL: func.func @twice
// CHECK-SAME: (%[[X:.*]]: tensor<2x3x4xf32>)
func.func @twice(%x: tensor<2x3x4xf32>) -> (tensor<2x3x4xf32>, tensor<3x4x2xf32>, tensor<24xf32>) {
  %0 = ts.permute %x [1, 2, 0] : tensor<2x3x4xf32> -> tensor<3x4x2xf32>
  %1 = ts.permute %0 [2, 0, 1] : tensor<3x4x2xf32> -> tensor<2x3x4xf32>
  // CHECK-DAG: %[[ONCE:.*]] = ts.permute %[[X]] [1, 2, 0]
  %2 = ts.permute %x [2, 0, 1] : tensor<2x3x4xf32> -> tensor<4x2x3xf32>
  %3 = ts.permute %2 [2, 0, 1] : tensor<4x2x3xf32> -> tensor<3x4x2xf32>
  // CHECK-DAG: %[[FLAT:.*]] = ts.reshape %[[X]] sizes [24] : tensor<2x3x4xf32> -> tensor<24xf32>
  %4 = ts.reshape %x sizes [6, 4] : tensor<2x3x4xf32> -> tensor<6x4xf32>
  %5 = ts.reshape %4 sizes [24] : tensor<6x4xf32> -> tensor<24xf32>
  // CHECK: return %[[X]], %[[ONCE]], %[[FLAT]]
  return %1, %3, %5 : tensor<2x3x4xf32>, tensor<3x4x2xf32>, tensor<24xf32>
}

// Two run-time extents may have changed places, and a stretched extent may only look equal.
// CHECK-LABEL: func.func @kept
func.func @kept(%x: tensor<?x?xf32>, %v: tensor<?xf32>, %n: i64) -> (tensor<?x?xf32>, tensor<?xf32>) {
  // CHECK: ts.reshape
  %0 = ts.reshape %x sizes [%n, %n] : tensor<?x?xf32> -> tensor<?x?xf32>
  // CHECK: ts.broadcast
  %1 = ts.broadcast %v sizes [%n] dims [0] : tensor<?xf32> -> tensor<?xf32>
  return %0, %1 : tensor<?x?xf32>, tensor<?xf32>
}
