// RUN: sconce-opt %s | sconce-opt | FileCheck %s
// Elementwise primitives print one type where all are equal, else the function's type.

// CHECK-LABEL: func.func @unary
func.func @unary(%x: tensor<4xf32>, %z: tensor<4xcomplex<f32>>, %b: tensor<4xi1>, %u: tensor<4xui8>) {
  // CHECK: ts.abs %{{.*}} : tensor<4xf32>
  %0 = ts.abs %x : tensor<4xf32>
  // CHECK: ts.abs %{{.*}} : tensor<4xcomplex<f32>> -> tensor<4xf32>
  %1 = ts.abs %z : tensor<4xcomplex<f32>> -> tensor<4xf32>
  // CHECK: ts.ceil %{{.*}} : tensor<4xf32>
  %2 = ts.ceil %x : tensor<4xf32>
  // CHECK: ts.floor
  %3 = ts.floor %x : tensor<4xf32>
  // CHECK: ts.imag %{{.*}} : tensor<4xcomplex<f32>> -> tensor<4xf32>
  %4 = ts.imag %z : tensor<4xcomplex<f32>> -> tensor<4xf32>
  // CHECK: ts.neg %{{.*}} : tensor<4xui8>
  %5 = ts.neg %u : tensor<4xui8>
  // CHECK: ts.not %{{.*}} : tensor<4xi1>
  %6 = ts.not %b : tensor<4xi1>
  // CHECK: ts.real
  %7 = ts.real %z : tensor<4xcomplex<f32>> -> tensor<4xf32>
  // CHECK: ts.round
  %8 = ts.round %x : tensor<4xf32>
  // CHECK: ts.sign
  %9 = ts.sign %x : tensor<4xf32>
  // CHECK: ts.trunc
  %10 = ts.trunc %x : tensor<4xf32>
  return
}

// CHECK-LABEL: func.func @binary
func.func @binary(%x: tensor<4xf32>, %y: tensor<?xf32>, %i: tensor<4xi32>, %n: i64, %s: f64) {
  // CHECK: ts.add %{{.*}}, %{{.*}} : tensor<4xf32>
  %0 = ts.add %x, %x : tensor<4xf32>
  // CHECK: ts.add %{{.*}}, %{{.*}} : (tensor<4xf32>, tensor<?xf32>) -> tensor<4xf32>
  %1 = ts.add %x, %y : (tensor<4xf32>, tensor<?xf32>) -> tensor<4xf32>
  // CHECK: ts.add %{{.*}}, %{{.*}} : i64
  %2 = ts.add %n, %n : i64
  // CHECK: ts.sub {{.*}} : f64
  %3 = ts.sub %s, %s : f64
  // CHECK: ts.and
  %4 = ts.and %i, %i : tensor<4xi32>
  // CHECK: ts.copysign
  %5 = ts.copysign %x, %x : tensor<4xf32>
  // CHECK: ts.div
  %6 = ts.div %x, %x : tensor<4xf32>
  // CHECK: ts.floordiv
  %7 = ts.floordiv %i, %i : tensor<4xi32>
  // CHECK: ts.fmax
  %8 = ts.fmax %x, %x : tensor<4xf32>
  // CHECK: ts.fmin
  %9 = ts.fmin %x, %x : tensor<4xf32>
  // CHECK: ts.fmod
  %10 = ts.fmod %x, %x : tensor<4xf32>
  // CHECK: ts.gcd
  %11 = ts.gcd %i, %i : tensor<4xi32>
  // CHECK: ts.maximum
  %12 = ts.maximum %x, %x : tensor<4xf32>
  // CHECK: ts.minimum
  %13 = ts.minimum %x, %x : tensor<4xf32>
  // CHECK: ts.mul
  %14 = ts.mul %x, %x : tensor<4xf32>
  // CHECK: ts.nextafter
  %15 = ts.nextafter %x, %x : tensor<4xf32>
  // CHECK: ts.or
  %16 = ts.or %i, %i : tensor<4xi32>
  // CHECK: ts.remainder
  %17 = ts.remainder %i, %i : tensor<4xi32>
  // CHECK: ts.shl
  %18 = ts.shl %i, %i : tensor<4xi32>
  // CHECK: ts.shr
  %19 = ts.shr %i, %i : tensor<4xi32>
  // CHECK: ts.xor
  %20 = ts.xor %i, %i : tensor<4xi32>
  // CHECK: ts.complex %{{.*}}, %{{.*}} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xcomplex<f32>>
  %21 = ts.complex %x, %x : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xcomplex<f32>>
  return
}

// CHECK-LABEL: func.func @select
func.func @select(%c: tensor<4xi1>, %x: tensor<4xf32>, %y: tensor<?xf32>, %b: i1, %n: i64) {
  // CHECK: ts.select %{{.*}}, %{{.*}}, %{{.*}} : tensor<4xi1>, tensor<4xf32>
  %0 = ts.select %c, %x, %x : tensor<4xi1>, tensor<4xf32>
  // CHECK: ts.select {{.*}} : (tensor<4xi1>, tensor<4xf32>, tensor<?xf32>) -> tensor<4xf32>
  %1 = ts.select %c, %x, %y : (tensor<4xi1>, tensor<4xf32>, tensor<?xf32>) -> tensor<4xf32>
  // CHECK: ts.select {{.*}} : i1, i64
  %2 = ts.select %b, %n, %n : i1, i64
  return
}
