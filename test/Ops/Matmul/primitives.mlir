// RUN: sconce-opt %s | sconce-opt | FileCheck %s

// CHECK-LABEL: func.func @contract
func.func @contract(%a: tensor<8x4x?xf32>, %b: tensor<?x8x5x6xf32>) {
  // CHECK: ts.contract %{{.*}}, %{{.*}} batch [0], [1] over [2], [2] : (tensor<8x4x?xf32>, tensor<?x8x5x6xf32>) -> tensor<8x4x?x6xf32>
  %0 = ts.contract %a, %b batch [0], [1] over [2], [2] : (tensor<8x4x?xf32>, tensor<?x8x5x6xf32>) -> tensor<8x4x?x6xf32>
  // CHECK: ts.contract %{{.*}}, %{{.*}} batch [], [] over [], []
  %1 = ts.contract %a, %a batch [], [] over [], [] : (tensor<8x4x?xf32>, tensor<8x4x?xf32>) -> tensor<8x4x?x8x4x?xf32>
  return
}

// CHECK-LABEL: func.func @decompose
func.func @decompose(%x: tensor<2x?x3xcomplex<f64>>) {
  // CHECK: ts.decompose singular %{{.*}} : tensor<2x?x3xcomplex<f64>> -> tensor<2x?x?xcomplex<f64>>, tensor<2x3xcomplex<f64>>, tensor<2x3x3xcomplex<f64>>
  %u, %s, %v = ts.decompose singular %x : tensor<2x?x3xcomplex<f64>> -> tensor<2x?x?xcomplex<f64>>, tensor<2x3xcomplex<f64>>, tensor<2x3x3xcomplex<f64>>
  return
}
