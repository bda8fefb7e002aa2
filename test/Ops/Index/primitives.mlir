// RUN: sconce-opt %s | sconce-opt | FileCheck %s

// CHECK-LABEL: func.func @index
func.func @index(%x: tensor<5x3x2xf32>, %i: tensor<?x4xi64>, %c: tensor<4x5xi1>) {
  // CHECK: ts.index %{{.*}} dims [1] at(%{{.*}}) : (tensor<5x3x2xf32>, tensor<?x4xi64>) -> tensor<?x4x5x2xf32>
  %0 = ts.index %x dims [1] at (%i) : (tensor<5x3x2xf32>, tensor<?x4xi64>) -> tensor<?x4x5x2xf32>
  // CHECK: ts.scatter add %{{.*}} dims [1] at(%{{.*}}) of %{{.*}} : (tensor<5x3x2xf32>, tensor<?x4xi64>, tensor<?x4x5x2xf32>) -> tensor<5x3x2xf32>
  %1 = ts.scatter add %x dims [1] at (%i) of %0 : (tensor<5x3x2xf32>, tensor<?x4xi64>, tensor<?x4x5x2xf32>) -> tensor<5x3x2xf32>
  // CHECK: ts.nonzero %{{.*}} : tensor<4x5xi1> -> tensor<?x2xi64>
  %2 = ts.nonzero %c : tensor<4x5xi1> -> tensor<?x2xi64>
  return
}
