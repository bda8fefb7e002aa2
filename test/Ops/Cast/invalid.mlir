// RUN: sconce-opt %s -split-input-file -verify-diagnostics

func.func @bitcast_extent(%x: tensor<3xi32>) {
  // expected-error@+1 {{'ts.bitcast' op expected a last dimension of a multiple of 8 bytes, got 'tensor<3xi32>'}}
  %0 = ts.bitcast %x : tensor<3xi32> -> tensor<1xi64>
  return
}

// -----

func.func @bitcast_rank(%x: tensor<i32>) {
  // expected-error@+1 {{'ts.bitcast' op expected dtypes of one size for a 0-dimensional tensor}}
  %0 = ts.bitcast %x : tensor<i32> -> tensor<i64>
  return
}

// -----

func.func @convert_to(%x: tensor<4xf32>) {
  // expected-error@+1 {{'ts.convert' op result #0 must be tensor or scalar of any dtype, but got 'tensor<4xi7>'}}
  %0 = ts.convert %x : tensor<4xf32> -> tensor<4xi7>
  return
}
