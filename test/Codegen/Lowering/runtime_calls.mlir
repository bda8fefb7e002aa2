// RUN: sconce-opt %s --convert-ts-to-linalg --split-input-file | FileCheck %s
// What the runtime computes: the results' buffers are the last operands, dtypes go as PyTorch's codes.

// CHECK-LABEL: func.func @random(
// CHECK-SAME: %[[A:.*]]: f64, %[[B:.*]]: f64, %[[N:.*]]: i64)
// CHECK: %[[OUT:.*]] = tensor.empty(%{{.*}}) : tensor<2x?xf32>
// CHECK-DAG: %[[F32:.*]] = arith.constant 6 : i64
// CHECK-DAG: %[[UNIFORM:.*]] = arith.constant 0 : i64
// CHECK: ts.runtime_call "sc_rt_random"(%[[F32]], %[[UNIFORM]], %[[A]], %[[B]], %[[OUT]])
func.func @random(%a: f64, %b: f64, %n: i64) -> tensor<2x?xf32> {
  %0 = ts.random uniform(%a, %b) sizes [2, %n] : f64, f64 -> tensor<2x?xf32>
  return %0 : tensor<2x?xf32>
}

// -----

// CHECK-LABEL: func.func @first_outside(
// CHECK-SAME: %[[X:.*]]: tensor<?xi64>, %[[LOW:.*]]: i64, %[[HIGH:.*]]: i64)
// CHECK: ts.runtime_call "sc_rt_first_outside"(%[[X]], %[[LOW]], %[[HIGH]]) : (tensor<?xi64>, i64, i64) -> i64
func.func @first_outside(%x: tensor<?xi64>, %low: i64, %high: i64) -> i64 {
  %0 = ts.first_outside %x, %low, %high : tensor<?xi64>
  return %0 : i64
}

// -----

// CHECK-LABEL: func.func @randperm(
// CHECK: ts.runtime_call "sc_rt_randperm"(%{{.*}}) : (tensor<10xi64>) -> tensor<10xi64>
func.func @randperm() -> tensor<10xi64> {
  %0 = ts.randperm n [10] : tensor<10xi64>
  return %0 : tensor<10xi64>
}

// -----

// CHECK-LABEL: func.func @sort(
// CHECK-SAME: %[[X:.*]]: tensor<2x3xf32>)
// CHECK: %[[V:.*]] = tensor.empty() : tensor<2x3xf32>
// CHECK: %[[P:.*]] = tensor.empty() : tensor<2x3xi64>
// CHECK: %[[R:.*]]:2 = ts.runtime_call "sc_rt_sort"(%{{.*}}, %[[X]], {{.*}}, %[[V]], %[[P]])
// CHECK: return %[[R]]#0, %[[R]]#1
func.func @sort(%x: tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2x3xi64>) {
  %0, %1 = ts.sort stable [0] of %x dim 1 descending true : tensor<2x3xf32> -> tensor<2x3xf32>, tensor<2x3xi64>
  return %0, %1 : tensor<2x3xf32>, tensor<2x3xi64>
}
