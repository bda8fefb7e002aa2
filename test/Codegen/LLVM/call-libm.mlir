// RUN: sconce-opt %s --sconce-call-libm | FileCheck %s

// One declaration for each function; one call for each lane.
// CHECK-DAG: llvm.func @erf(f64) -> f64
// CHECK-DAG: llvm.func @asinf(f32) -> f32
// CHECK-LABEL: func.func @libm(
// CHECK-SAME: %[[X:.*]]: f64, %[[V:.*]]: vector<2xf64>, %[[Y:.*]]: f32)
func.func @libm(%x: f64, %v: vector<2xf64>, %y: f32) -> (f64, vector<2xf64>, f32) {
  // CHECK: %[[A:.*]] = llvm.call @erf(%[[X]]) : (f64) -> f64
  %0 = math.erf %x : f64
  // CHECK: %[[V0:.*]] = vector.extract %[[V]][0]
  // CHECK: %[[R0:.*]] = llvm.call @erf(%[[V0]])
  // CHECK: %[[V1:.*]] = vector.extract %[[V]][1]
  // CHECK: %[[R1:.*]] = llvm.call @erf(%[[V1]])
  // CHECK: %[[B:.*]] = vector.from_elements %[[R0]], %[[R1]] : vector<2xf64>
  %1 = math.erf %v : vector<2xf64>
  // CHECK: %[[C:.*]] = llvm.call @asinf(%[[Y]]) : (f32) -> f32
  %2 = math.asin %y : f32
  // CHECK: return %[[A]], %[[B]], %[[C]]
  return %0, %1, %2 : f64, vector<2xf64>, f32
}

// What is an instruction stays.
// CHECK-LABEL: func.func @instructions(
func.func @instructions(%x: vector<4xf32>) -> vector<4xf32> {
  // CHECK: math.fma
  %0 = math.fma %x, %x, %x : vector<4xf32>
  // CHECK: math.sqrt
  %1 = math.sqrt %0 : vector<4xf32>
  return %1 : vector<4xf32>
}
