// RUN: sconce-opt %s --pass-pipeline='builtin.module(func.func(sconce-expand-floats))' --split-input-file | FileCheck %s
// RUN: sconce-opt %s --pass-pipeline='builtin.module(func.func(sconce-expand-floats{half=true}))' --split-input-file | FileCheck %s --check-prefix=HALF
// test/Unit/Codegen/SmallFloatTest.cpp runs the conversions on all numbers.

// bf16 is the upper half of an f32, a word.
// CHECK-LABEL: func.func @widen_bf16(
// CHECK-SAME: %[[X:.*]]: vector<4xi16>)
// CHECK: %[[E:.*]] = arith.extui %[[X]] : vector<4xi16> to vector<4xi32>
// CHECK: %[[S:.*]] = arith.shli %[[E]], %{{.*}} : vector<4xi32>
// CHECK: %[[R:.*]] = arith.bitcast %[[S]] : vector<4xi32> to vector<4xf32>
// CHECK: return %[[R]]
func.func @widen_bf16(%x: vector<4xbf16>) -> vector<4xf32> {
  %0 = arith.extf %x : vector<4xbf16> to vector<4xf32>
  return %0 : vector<4xf32>
}

// -----

// Ties go to even, and a NaN stays one.
// CHECK-LABEL: func.func @narrow_to_bf16(
// CHECK-NOT: arith.truncf
// CHECK: arith.cmpf uno
// CHECK: arith.select
// CHECK: %[[R:.*]] = arith.trunci %{{.*}} : vector<4xi32> to vector<4xi16>
// CHECK: return %[[R]] : vector<4xi16>
// HALF-LABEL: func.func @narrow_to_bf16(
// HALF-NOT: arith.truncf
func.func @narrow_to_bf16(%x: vector<4xf32>) -> vector<4xbf16> {
  %0 = arith.truncf %x : vector<4xf32> to vector<4xbf16>
  return %0 : vector<4xbf16>
}

// -----

// So is what is only moved, and a constant.
// CHECK-LABEL: func.func @move_bf16(
// CHECK-SAME: %[[M:.*]]: memref<8xi16>
// CHECK: %[[ONES:.*]] = arith.constant dense<16256> : vector<4xi16>
// CHECK: %[[TWO:.*]] = arith.constant 16384 : i16
// CHECK: %[[X:.*]] = vector.load %[[M]]
// CHECK: vector.shuffle %[[X]], %[[ONES]] [0, 4, 1, 5] : vector<4xi16>, vector<4xi16>
// CHECK: memref.store %[[TWO]], %[[M]]
func.func @move_bf16(%m: memref<8xbf16>, %i: index) {
  %ones = arith.constant dense<1.0> : vector<4xbf16>
  %two = arith.constant 2.0 : bf16
  %x = vector.load %m[%i] : memref<8xbf16>, vector<4xbf16>
  %y = vector.shuffle %x, %ones [0, 4, 1, 5] : vector<4xbf16>, vector<4xbf16>
  vector.store %y, %m[%i] : memref<8xbf16>, vector<4xbf16>
  memref.store %two, %m[%i] : memref<8xbf16>
  return
}

// -----

// CHECK-LABEL: func.func @half(
// CHECK-NOT: f16 to f32
// CHECK-NOT: f32 to f16
// CHECK: return
// HALF-LABEL: func.func @half(
// HALF: arith.extf %{{.*}} : f16 to f32
// HALF: arith.truncf %{{.*}} : f32 to f16
func.func @half(%x: f16, %y: f32) -> (f32, f16) {
  %0 = arith.extf %x : f16 to f32
  %1 = arith.truncf %y : f32 to f16
  return %0, %1 : f32, f16
}

// -----

// With instructions, too, f64 goes through f32: x86 has none between f16 and f64.
// HALF-LABEL: func.func @half_and_double(
// HALF: %[[W:.*]] = arith.extf %{{.*}} : f16 to f32
// HALF: arith.extf %[[W]] : f32 to f64
// HALF-NOT: f64 to f16
func.func @half_and_double(%x: f16, %y: f64) -> (f64, f16) {
  %0 = arith.extf %x : f16 to f64
  %1 = arith.truncf %y : f64 to f16
  return %0, %1 : f64, f16
}

// -----

// Other floats are left alone.
// CHECK-LABEL: func.func @wide(
// CHECK: arith.extf %{{.*}} : f32 to f64
func.func @wide(%x: f32) -> f64 {
  %0 = arith.extf %x : f32 to f64
  return %0 : f64
}
