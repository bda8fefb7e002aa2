// RUN: sconce-opt %s -split-input-file -verify-diagnostics

func.func @reduce_kind(%x: tensor<2xf32>) {
  // expected-error@+1 {{'ts.reduce' op expected a dtype for kind 'and', got 'f32'}}
  %0 = ts.reduce and %x dims [0] : tensor<2xf32> -> tensor<f32>
  return
}

// -----

func.func @scan_kind(%x: tensor<2xi32>) {
  // expected-error@+1 {{'ts.scan' op expected a dtype for kind 'logsumexp', got 'i32'}}
  %0 = ts.scan logsumexp %x dim 0 : tensor<2xi32>
  return
}

// -----

func.func @arg_reduce_nothing(%x: tensor<2x0xf32>) {
  // expected-error@+1 {{'ts.arg_reduce' op expected at least one element along dimension 1}}
  %0 = ts.arg_reduce max %x dim 1 : tensor<2x0xf32> -> tensor<2xi64>
  return
}

// -----

func.func @reduce_result(%x: tensor<2x3xf32>) {
  // expected-error@+1 {{'ts.reduce' op expected result #0 of type 'tensor<2xf32>', got 'tensor<3xf32>'}}
  %0 = ts.reduce sum %x dims [1] : tensor<2x3xf32> -> tensor<3xf32>
  return
}
