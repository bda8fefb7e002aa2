// RUN: sconce-opt %s | sconce-opt | FileCheck %s

// CHECK-LABEL: func.func @special
func.func @special(%x: tensor<4xf32>, %z: tensor<4xcomplex<f64>>, %s: f64) {
  // CHECK: ts.digamma %{{.*}} : tensor<4xf32>
  %0 = ts.digamma %x : tensor<4xf32>
  // CHECK: ts.erf %{{.*}} : tensor<4xf32>
  %1 = ts.erf %x : tensor<4xf32>
  // CHECK: ts.erfc %{{.*}} : tensor<4xf32>
  %2 = ts.erfc %x : tensor<4xf32>
  // CHECK: ts.erfinv %{{.*}} : tensor<4xf32>
  %3 = ts.erfinv %x : tensor<4xf32>
  // CHECK: ts.i0 %{{.*}} : tensor<4xf32>
  %4 = ts.i0 %x : tensor<4xf32>
  // CHECK: ts.i0e %{{.*}} : tensor<4xf32>
  %5 = ts.i0e %x : tensor<4xf32>
  // CHECK: ts.i1 %{{.*}} : tensor<4xf32>
  %6 = ts.i1 %x : tensor<4xf32>
  // CHECK: ts.i1e %{{.*}} : tensor<4xf32>
  %7 = ts.i1e %x : tensor<4xf32>
  // CHECK: ts.lgamma %{{.*}} : tensor<4xf32>
  %8 = ts.lgamma %x : tensor<4xf32>
  // CHECK: ts.ndtri %{{.*}} : tensor<4xf32>
  %9 = ts.ndtri %x : tensor<4xf32>
  // CHECK: ts.igamma %{{.*}}, %{{.*}} : tensor<4xf32>
  %10 = ts.igamma %x, %x : tensor<4xf32>
  // CHECK: ts.igammac %{{.*}}, %{{.*}} : tensor<4xf32>
  %11 = ts.igammac %x, %x : tensor<4xf32>
  // CHECK: ts.zeta %{{.*}}, %{{.*}} : tensor<4xf32>
  %12 = ts.zeta %x, %x : tensor<4xf32>
  // CHECK: ts.digamma %{{.*}} : f64
  %13 = ts.digamma %s : f64
  return
}
