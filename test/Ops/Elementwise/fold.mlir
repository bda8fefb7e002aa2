// RUN: sconce-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: func.func @identities
// CHECK-SAME: (%[[N:.*]]: i64, %[[X:.*]]: tensor<4xf32>, %[[C:.*]]: i1)
func.func @identities(%n: i64, %x: tensor<4xf32>, %c: i1) -> (i64, i64, i64, i64, tensor<4xf32>, i64, i1, tensor<4xf32>) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %true = arith.constant true
  %0 = ts.add %zero, %n : i64
  %1 = ts.mul %n, %one : i64
  %2 = ts.sub %n, %zero : i64
  %3 = ts.floordiv %n, %one : i64
  %4 = ts.neg %x : tensor<4xf32>
  %5 = ts.neg %4 : tensor<4xf32>
  %6 = ts.select %true, %n, %one : i1, i64
  %7 = ts.and %c, %true : i1
  %8 = ts.maximum %x, %x : tensor<4xf32>
  // CHECK: return %[[N]], %[[N]], %[[N]], %[[N]], %[[X]], %[[N]], %[[C]], %[[X]]
  return %0, %1, %2, %3, %5, %6, %7, %8 : i64, i64, i64, i64, tensor<4xf32>, i64, i1, tensor<4xf32>
}

// CHECK-LABEL: func.func @constants
func.func @constants() -> (i64, i64, f64, i1, f64) {
  %a = arith.constant -7 : i64
  %b = arith.constant 2 : i64
  %x = arith.constant 2.5 : f64
  // CHECK-DAG: %[[FLOOR:.*]] = arith.constant -4 : i64
  %0 = ts.floordiv %a, %b : i64
  // CHECK-DAG: %[[REST:.*]] = arith.constant 1 : i64
  %1 = ts.remainder %a, %b : i64
  // CHECK-DAG: %[[ROUND:.*]] = arith.constant 2.000000e+00 : f64
  %2 = ts.round %x : f64
  // CHECK-DAG: %[[LESS:.*]] = arith.constant true
  %3 = ts.lt %a, %b : i64
  // CHECK-DAG: %[[FLOAT:.*]] = arith.constant -7.000000e+00 : f64
  %4 = ts.convert %a : i64 -> f64
  // CHECK: return %[[FLOOR]], %[[REST]], %[[ROUND]], %[[LESS]], %[[FLOAT]]
  return %0, %1, %2, %3, %4 : i64, i64, f64, i1, f64
}

// A division by zero stays: its check is made at run time. Adding the float zero is not the identity.
// CHECK-LABEL: func.func @kept
func.func @kept(%x: f64) -> (i64, f64) {
  %a = arith.constant 7 : i64
  %zero = arith.constant 0 : i64
  %fzero = arith.constant 0.0 : f64
  // CHECK: ts.div
  %0 = ts.div %a, %zero : i64
  // CHECK: ts.add
  %1 = ts.add %x, %fzero : f64
  return %0, %1 : i64, f64
}
