// RUN: sconce-opt %s | sconce-opt | FileCheck %s

// CHECK-LABEL: func.func @compare
func.func @compare(%x: tensor<4xf32>, %y: tensor<?xf32>, %z: tensor<4xcomplex<f32>>, %n: i64) {
  // CHECK: ts.eq %{{.*}}, %{{.*}} : tensor<4xcomplex<f32>>
  %0 = ts.eq %z, %z : tensor<4xcomplex<f32>>
  // CHECK: ts.ne %{{.*}}, %{{.*}} : tensor<4xf32>
  %1 = ts.ne %x, %x : tensor<4xf32>
  // CHECK: ts.lt %{{.*}}, %{{.*}} : (tensor<4xf32>, tensor<?xf32>) -> tensor<4xi1>
  %2 = ts.lt %x, %y : (tensor<4xf32>, tensor<?xf32>) -> tensor<4xi1>
  // CHECK: ts.le %{{.*}}, %{{.*}} : i64
  %3 = ts.le %n, %n : i64
  // CHECK: ts.gt
  %4 = ts.gt %x, %x : tensor<4xf32>
  // CHECK: ts.ge
  %5 = ts.ge %x, %x : tensor<4xf32>
  return
}
