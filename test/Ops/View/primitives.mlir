// RUN: sconce-opt %s | sconce-opt | FileCheck %s

// CHECK-LABEL: func.func @views
func.func @views(%m: tensor<2x3xf32>, %v: tensor<?xf32>, %z: tensor<4xcomplex<f32>>, %p: tensor<4x2xf64>, %n: i64) {
  // CHECK: ts.slice %{{.*}} dim 1 start [%{{.*}}] size [2] step 1 : tensor<2x3xf32> -> tensor<2x2xf32>
  %0 = ts.slice %m dim 1 start [%n] size [2] step 1 : tensor<2x3xf32> -> tensor<2x2xf32>
  // CHECK: ts.slice %{{.*}} dim 0 start [3] size [%{{.*}}] step 2 : tensor<?xf32> -> tensor<?xf32>
  %1 = ts.slice %v dim 0 start [3] size [%n] step 2 : tensor<?xf32> -> tensor<?xf32>
  // CHECK: ts.permute %{{.*}} [1, 0] : tensor<2x3xf32> -> tensor<3x2xf32>
  %2 = ts.permute %m [1, 0] : tensor<2x3xf32> -> tensor<3x2xf32>
  // CHECK: ts.broadcast %{{.*}} sizes [2, %{{.*}}] dims [1] : tensor<?xf32> -> tensor<2x?xf32>
  %3 = ts.broadcast %v sizes [2, %n] dims [1] : tensor<?xf32> -> tensor<2x?xf32>
  // CHECK: ts.reshape %{{.*}} sizes [%{{.*}}, 2] : tensor<?xf32> -> tensor<?x2xf32>
  %4 = ts.reshape %v sizes [%n, 2] : tensor<?xf32> -> tensor<?x2xf32>
  // CHECK: ts.as_strided %{{.*}} sizes [2, 2] strides [1, %{{.*}}] offset [%{{.*}}] : tensor<2x3xf32> -> tensor<2x2xf32>
  %5 = ts.as_strided %m sizes [2, 2] strides [1, %n] offset [%n] : tensor<2x3xf32> -> tensor<2x2xf32>
  // CHECK: ts.view_as_real %{{.*}} : tensor<4xcomplex<f32>> -> tensor<4x2xf32>
  %6 = ts.view_as_real %z : tensor<4xcomplex<f32>> -> tensor<4x2xf32>
  // CHECK: ts.view_as_complex %{{.*}} : tensor<4x2xf64> -> tensor<4xcomplex<f64>>
  %7 = ts.view_as_complex %p : tensor<4x2xf64> -> tensor<4xcomplex<f64>>
  // CHECK: ts.copy %{{.*}} : tensor<2x3xf32>
  %8 = ts.copy %m : tensor<2x3xf32>
  // CHECK: ts.reverse %{{.*}} [0, 1] : tensor<2x3xf32>
  %9 = ts.reverse %m [0, 1] : tensor<2x3xf32>
  return
}
