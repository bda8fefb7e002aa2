// RUN: sconce-opt %s | sconce-opt | FileCheck %s

// CHECK-LABEL: func.func @transcendental
func.func @transcendental(%x: tensor<4xf32>, %z: tensor<4xcomplex<f64>>, %s: f64) {
  // CHECK: ts.acos %{{.*}} : tensor<4xf32>
  %0 = ts.acos %x : tensor<4xf32>
  // CHECK: ts.acosh %{{.*}} : tensor<4xf32>
  %1 = ts.acosh %x : tensor<4xf32>
  // CHECK: ts.asin %{{.*}} : tensor<4xf32>
  %2 = ts.asin %x : tensor<4xf32>
  // CHECK: ts.asinh %{{.*}} : tensor<4xf32>
  %3 = ts.asinh %x : tensor<4xf32>
  // CHECK: ts.atan %{{.*}} : tensor<4xf32>
  %4 = ts.atan %x : tensor<4xf32>
  // CHECK: ts.atanh %{{.*}} : tensor<4xf32>
  %5 = ts.atanh %x : tensor<4xf32>
  // CHECK: ts.cos %{{.*}} : tensor<4xf32>
  %6 = ts.cos %x : tensor<4xf32>
  // CHECK: ts.cosh %{{.*}} : tensor<4xf32>
  %7 = ts.cosh %x : tensor<4xf32>
  // CHECK: ts.exp %{{.*}} : tensor<4xf32>
  %8 = ts.exp %x : tensor<4xf32>
  // CHECK: ts.exp2 %{{.*}} : tensor<4xf32>
  %9 = ts.exp2 %x : tensor<4xf32>
  // CHECK: ts.expm1 %{{.*}} : tensor<4xf32>
  %10 = ts.expm1 %x : tensor<4xf32>
  // CHECK: ts.log %{{.*}} : tensor<4xf32>
  %11 = ts.log %x : tensor<4xf32>
  // CHECK: ts.log10 %{{.*}} : tensor<4xf32>
  %12 = ts.log10 %x : tensor<4xf32>
  // CHECK: ts.log1p %{{.*}} : tensor<4xf32>
  %13 = ts.log1p %x : tensor<4xf32>
  // CHECK: ts.log2 %{{.*}} : tensor<4xf32>
  %14 = ts.log2 %x : tensor<4xf32>
  // CHECK: ts.rsqrt %{{.*}} : tensor<4xf32>
  %15 = ts.rsqrt %x : tensor<4xf32>
  // CHECK: ts.sin %{{.*}} : tensor<4xf32>
  %16 = ts.sin %x : tensor<4xf32>
  // CHECK: ts.sinh %{{.*}} : tensor<4xf32>
  %17 = ts.sinh %x : tensor<4xf32>
  // CHECK: ts.sqrt %{{.*}} : tensor<4xf32>
  %18 = ts.sqrt %x : tensor<4xf32>
  // CHECK: ts.tan %{{.*}} : tensor<4xf32>
  %19 = ts.tan %x : tensor<4xf32>
  // CHECK: ts.tanh %{{.*}} : tensor<4xf32>
  %20 = ts.tanh %x : tensor<4xf32>
  // CHECK: ts.atan2 %{{.*}}, %{{.*}} : tensor<4xf32>
  %21 = ts.atan2 %x, %x : tensor<4xf32>
  // CHECK: ts.hypot %{{.*}}, %{{.*}} : tensor<4xf32>
  %22 = ts.hypot %x, %x : tensor<4xf32>
  // CHECK: ts.pow %{{.*}}, %{{.*}} : tensor<4xf32>
  %23 = ts.pow %x, %x : tensor<4xf32>
  // CHECK: ts.exp %{{.*}} : tensor<4xcomplex<f64>>
  %24 = ts.exp %z : tensor<4xcomplex<f64>>
  // CHECK: ts.acos %{{.*}} : f64
  %25 = ts.acos %s : f64
  return
}
