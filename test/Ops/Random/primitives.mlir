// RUN: sconce-opt %s | sconce-opt | FileCheck %s
// RUN: sconce-opt %s --canonicalize --cse | FileCheck %s

// Draws have an effect: unused ones stay, equal ones are not merged.
// CHECK-LABEL: func.func @random
func.func @random(%a: f64, %b: f64, %n: i64) {
  // CHECK: ts.random uniform(%{{.*}}, %{{.*}}) sizes [2, %{{.*}}] : f64, f64 -> tensor<2x?xf32>
  %0 = ts.random uniform(%a, %b) sizes [2, %n] : f64, f64 -> tensor<2x?xf32>
  // CHECK: ts.random uniform
  %1 = ts.random uniform(%a, %b) sizes [2, %n] : f64, f64 -> tensor<2x?xf32>
  // CHECK: ts.random bits(%{{.*}}, %{{.*}}) sizes [] : i64, i64 -> tensor<i8>
  %2 = ts.random bits(%n, %n) sizes [] : i64, i64 -> tensor<i8>
  // CHECK: ts.randperm n [10] : tensor<10xi64>
  %3 = ts.randperm n [10] : tensor<10xi64>
  return
}
