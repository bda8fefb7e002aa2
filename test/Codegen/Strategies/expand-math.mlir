// RUN: sconce-opt %s --pass-pipeline='builtin.module(func.func(sconce-expand-math))' --split-input-file | FileCheck %s
// RUN: sconce-opt %s --pass-pipeline='builtin.module(func.func(sconce-expand-math{fma=false}))' --split-input-file | FileCheck %s --check-prefix=NOFMA
// RUN: sconce-opt %s --pass-pipeline='builtin.module(func.func(sconce-expand-math{scale=true}))' --split-input-file | FileCheck %s --check-prefix=SCALE
// test/Unit/Codegen/VectorMathTest.cpp measures the errors over the whole range.

// CHECK-LABEL: func.func @exp(
// CHECK-NOT: math.exp
// CHECK: math.fma {{.*}} : vector<8xf32>
// CHECK-NOT: math.exp
// CHECK: return
// NOFMA-LABEL: func.func @exp(
// NOFMA-NOT: math.fma
// NOFMA: arith.mulf {{.*}} : vector<8xf32>
// NOFMA: return
// With AVX-512 the power of two is one instruction; elsewhere it is made of bits.
// CHECK-NOT: call_intrinsic
// SCALE-LABEL: func.func @exp(
// SCALE-NOT: arith.shli
// SCALE: llvm.call_intrinsic "llvm.x86.avx512.mask.scalef.ps.256"(
// SCALE-NOT: arith.shli
// SCALE: return
func.func @exp(%x: vector<8xf32>) -> vector<8xf32> {
  %0 = math.exp %x : vector<8xf32>
  return %0 : vector<8xf32>
}

// -----

// One more than a power of e needs no subnormal numbers: one multiplication by a power of two instead of two.
// CHECK-LABEL: func.func @one_plus_exp(
// CHECK-NOT: math.exp
// CHECK-NOT: arith.mulf
// CHECK: %[[BITS:.*]] = arith.shli
// CHECK: %[[BIASED:.*]] = arith.addi %[[BITS]], %{{.*}}
// CHECK: %[[POWER:.*]] = arith.bitcast %[[BIASED]]
// CHECK: %[[R:.*]] = math.fma %{{.*}}, %[[POWER]], %{{.*}}
// CHECK: return %[[R]]
func.func @one_plus_exp(%x: vector<8xf32>) -> vector<8xf32> {
  %one = arith.constant dense<1.0> : vector<8xf32>
  %0 = math.exp %x : vector<8xf32>
  %1 = arith.addf %0, %one : vector<8xf32>
  return %1 : vector<8xf32>
}

// -----

// The power of e is made by itself where it is read besides.
// CHECK-LABEL: func.func @both(
// CHECK: arith.mulf
// CHECK: return
func.func @both(%x: vector<8xf32>) -> (vector<8xf32>, vector<8xf32>) {
  %one = arith.constant dense<1.0> : vector<8xf32>
  %0 = math.exp %x : vector<8xf32>
  %1 = arith.addf %0, %one : vector<8xf32>
  return %0, %1 : vector<8xf32>, vector<8xf32>
}

// -----

// A maximum that need not keep NaN is a comparison; one that must stays for LLVM.
// CHECK-LABEL: func.func @maximum(
// CHECK: %[[GREATER:.*]] = arith.cmpf ogt, %arg1, %arg0 : vector<8xf32>
// CHECK: arith.select %[[GREATER]], %arg1, %arg0
// CHECK: arith.maximumf %arg0, %arg1
func.func @maximum(%x: vector<8xf32>, %y: vector<8xf32>) -> (vector<8xf32>, vector<8xf32>) {
  %0 = arith.maximumf %x, %y fastmath<nnan> : vector<8xf32>
  %1 = arith.maximumf %x, %y : vector<8xf32>
  return %0, %1 : vector<8xf32>, vector<8xf32>
}

// -----

// Large angles take a branch, which calls libm for all lanes.
// CHECK-LABEL: func.func @sin(
// CHECK: scf.if
// CHECK-NOT: math.sin
// CHECK: } else {
// CHECK: math.sin %{{.*}} : f32
func.func @sin(%x: vector<8xf32>) -> vector<8xf32> {
  %0 = math.sin %x : vector<8xf32>
  return %0 : vector<8xf32>
}

// -----

// A remainder is what multiply-add leaves of the dividend, where the quotient's units fit a significand.
// CHECK-LABEL: func.func @remainder(
// CHECK: %[[QUOTIENT:.*]] = arith.divf %arg0, %arg1
// CHECK: scf.if
// CHECK: math.trunc
// CHECK: math.fma
// CHECK-NOT: arith.remf
// CHECK: } else {
// CHECK: arith.remf %{{.*}} : f32
func.func @remainder(%x: vector<8xf32>, %y: vector<8xf32>) -> vector<8xf32> {
  %0 = arith.remf %x, %y : vector<8xf32>
  return %0 : vector<8xf32>
}

// -----

// f64 and functions without a form here stay for libm; so do instructions.
// CHECK-LABEL: func.func @stays(
// CHECK: math.exp %{{.*}} : f64
// CHECK: math.cbrt %{{.*}} : f32
// CHECK: math.sqrt %{{.*}} : f32
func.func @stays(%x: f64, %y: f32) -> (f64, f32, f32) {
  %0 = math.exp %x : f64
  %1 = math.cbrt %y : f32
  %2 = math.sqrt %y : f32
  return %0, %1, %2 : f64, f32, f32
}
