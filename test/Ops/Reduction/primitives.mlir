// RUN: sconce-opt %s | sconce-opt | FileCheck %s
// RUN: sconce-opt %s --canonicalize | FileCheck %s --check-prefix=FOLD

// CHECK-LABEL: func.func @reduction
func.func @reduction(%x: tensor<2x?x4xf32>, %b: tensor<2x3xi1>) {
  // CHECK: ts.reduce sum %{{.*}} dims [0, 2] : tensor<2x?x4xf32> -> tensor<?xf32>
  %0 = ts.reduce sum %x dims [0, 2] : tensor<2x?x4xf32> -> tensor<?xf32>
  // CHECK: ts.reduce and %{{.*}} dims [1] : tensor<2x3xi1> -> tensor<2xi1>
  %1 = ts.reduce and %b dims [1] : tensor<2x3xi1> -> tensor<2xi1>
  // CHECK: ts.arg_reduce max %{{.*}} dim 1 : tensor<2x?x4xf32> -> tensor<2x4xi64>
  %2 = ts.arg_reduce max %x dim 1 : tensor<2x?x4xf32> -> tensor<2x4xi64>
  // CHECK: ts.scan logsumexp %{{.*}} dim 1 : tensor<2x?x4xf32>
  %3 = ts.scan logsumexp %x dim 1 : tensor<2x?x4xf32>
  // CHECK: ts.arg_scan min %{{.*}} dim 0 : tensor<2x?x4xf32> -> tensor<2x?x4xi64>
  %4 = ts.arg_scan min %x dim 0 : tensor<2x?x4xf32> -> tensor<2x?x4xi64>
  return
}

// FOLD-LABEL: func.func @over_nothing
// FOLD-SAME: (%[[X:.*]]: tensor<2xf32>)
func.func @over_nothing(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = ts.reduce max %x dims [] : tensor<2xf32> -> tensor<2xf32>
  // FOLD: return %[[X]]
  return %0 : tensor<2xf32>
}
