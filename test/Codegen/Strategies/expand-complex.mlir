// RUN: sconce-opt %s --pass-pipeline='builtin.module(func.func(sconce-expand-complex))' --split-input-file | FileCheck %s
// test/Unit/Codegen/PrimitiveTest.cpp compares the results with the reference evaluation.

// CHECK-LABEL: func.func @product(
// CHECK-SAME: %[[X:.*]]: complex<f32>, %[[Y:.*]]: complex<f32>)
// CHECK-DAG: %[[A:.*]] = complex.re %[[X]]
// CHECK-DAG: %[[B:.*]] = complex.im %[[X]]
// CHECK-DAG: %[[C:.*]] = complex.re %[[Y]]
// CHECK-DAG: %[[D:.*]] = complex.im %[[Y]]
// CHECK-DAG: %[[AC:.*]] = arith.mulf %[[A]], %[[C]] : f32
// CHECK-DAG: %[[BD:.*]] = arith.mulf %[[B]], %[[D]] : f32
// CHECK: %[[RE:.*]] = arith.subf %[[AC]], %[[BD]] : f32
// CHECK-DAG: %[[BC:.*]] = arith.mulf %[[B]], %[[C]] : f32
// CHECK-DAG: %[[AD:.*]] = arith.mulf %[[A]], %[[D]] : f32
// CHECK: %[[IM:.*]] = arith.addf %[[BC]], %[[AD]] : f32
// CHECK: %[[R:.*]] = complex.create %[[RE]], %[[IM]]
// CHECK: return %[[R]]
func.func @product(%x: complex<f32>, %y: complex<f32>) -> complex<f32> {
  %0 = complex.mul %x, %y : complex<f32>
  return %0 : complex<f32>
}

// -----

// Functions become those of real numbers, which sconce-expand-math writes out.
// CHECK-LABEL: func.func @exp(
// CHECK-SAME: %[[X:.*]]: complex<f32>)
// CHECK-DAG: %[[A:.*]] = complex.re %[[X]]
// CHECK-DAG: %[[B:.*]] = complex.im %[[X]]
// CHECK-DAG: math.exp %[[A]] : f32
// CHECK-DAG: math.cos %[[B]] : f32
// CHECK-DAG: math.sin %[[B]] : f32
// CHECK-NOT: complex.exp
// CHECK: return
func.func @exp(%x: complex<f32>) -> complex<f32> {
  %0 = complex.exp %x : complex<f32>
  return %0 : complex<f32>
}

// -----

// The greater part is taken out of the root, so that no square overflows.
// CHECK-LABEL: func.func @magnitude(
// CHECK: %[[MAX:.*]] = arith.maximumf
// CHECK: %[[MIN:.*]] = arith.minimumf
// CHECK: %[[RATIO:.*]] = arith.divf %[[MIN]], %[[MAX]] : f64
// CHECK: arith.mulf %[[RATIO]], %[[RATIO]] : f64
// CHECK: %[[ROOT:.*]] = math.sqrt %{{.*}} : f64
// CHECK: arith.mulf %[[MAX]], %[[ROOT]] : f64
// CHECK-NOT: complex.abs
// CHECK: return %{{.*}} : f64
func.func @magnitude(%x: complex<f64>) -> f64 {
  %0 = complex.abs %x : complex<f64>
  return %0 : f64
}

// -----

// CHECK-LABEL: func.func @equal(
// CHECK: %[[RE:.*]] = arith.cmpf oeq, %{{.*}}, %{{.*}} : f32
// CHECK: %[[IM:.*]] = arith.cmpf oeq, %{{.*}}, %{{.*}} : f32
// CHECK: %[[BOTH:.*]] = arith.andi %[[RE]], %[[IM]] : i1
// CHECK: return %[[BOTH]] : i1
func.func @equal(%x: complex<f32>, %y: complex<f32>) -> i1 {
  %0 = complex.eq %x, %y : complex<f32>
  return %0 : i1
}

// -----

// In loops, too, and of nothing but the complex dialect.
// CHECK-LABEL: func.func @in_a_loop(
// CHECK: scf.for
// CHECK-NOT: complex.add
// CHECK: arith.addf
// CHECK: arith.addf
// CHECK: scf.yield
// CHECK: math.exp %{{.*}} : f32
func.func @in_a_loop(%x: complex<f32>, %y: f32, %n: index) -> (complex<f32>, f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %0 = scf.for %i = %c0 to %n step %c1 iter_args(%sum = %x) -> complex<f32> {
    %next = complex.add %sum, %x : complex<f32>
    scf.yield %next : complex<f32>
  }
  %1 = math.exp %y : f32
  return %0, %1 : complex<f32>, f32
}

// -----

// Making a number of its parts and taking it apart is what the conversion to LLVM knows: it stays.
// CHECK-LABEL: func.func @parts(
// CHECK-SAME: %[[X:.*]]: complex<f32>)
// CHECK-NEXT: %[[RE:.*]] = complex.re %[[X]] : complex<f32>
// CHECK-NEXT: %[[IM:.*]] = complex.im %[[X]] : complex<f32>
// CHECK-NEXT: %[[R:.*]] = complex.create %[[IM]], %[[RE]] : complex<f32>
// CHECK-NEXT: %[[C:.*]] = complex.constant [1.0{{.*}}, 2.0{{.*}}] : complex<f32>
// CHECK-NEXT: return %[[R]], %[[C]]
func.func @parts(%x: complex<f32>) -> (complex<f32>, complex<f32>) {
  %re = complex.re %x : complex<f32>
  %im = complex.im %x : complex<f32>
  %0 = complex.create %im, %re : complex<f32>
  %1 = complex.constant [1.0 : f32, 2.0 : f32] : complex<f32>
  return %0, %1 : complex<f32>, complex<f32>
}
