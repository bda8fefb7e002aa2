// RUN: sconce-opt %s | sconce-opt | FileCheck %s

// CHECK-LABEL: func.func @sort
func.func @sort(%x: tensor<2x?xf32>) {
  // CHECK: ts.sort stable [0] of %{{.*}} dim 1 descending true : tensor<2x?xf32> -> tensor<2x?xf32>, tensor<2x?xi64>
  %0, %1 = ts.sort stable [0] of %x dim 1 descending true : tensor<2x?xf32> -> tensor<2x?xf32>, tensor<2x?xi64>
  return
}
