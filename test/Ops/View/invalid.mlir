// RUN: sconce-opt %s -split-input-file -verify-diagnostics

func.func @as_strided_strides(%x: tensor<8xf32>) {
  // expected-error@+1 {{'ts.as_strided' op expected 2 entries in 'strides', got 1}}
  %0 = ts.as_strided %x sizes [2, 2] strides [1] offset [0] : tensor<8xf32> -> tensor<2x2xf32>
  return
}

// -----

func.func @broadcast_dims_count(%x: tensor<4xf32>) {
  // expected-error@+1 {{'ts.broadcast' op expected 1 entries in 'dims', got 2}}
  %0 = ts.broadcast %x sizes [2, 4] dims [0, 1] : tensor<4xf32> -> tensor<2x4xf32>
  return
}

// -----

func.func @broadcast_order(%x: tensor<4x2xf32>) {
  // expected-error@+1 {{'ts.broadcast' op expected ascending 'dims'}}
  %0 = ts.broadcast %x sizes [2, 4] dims [1, 0] : tensor<4x2xf32> -> tensor<2x4xf32>
  return
}

// -----

func.func @broadcast_extent(%x: tensor<3xf32>) {
  // expected-error@+1 {{'ts.broadcast' op expected an extent of 1 or 4 for dimension 1, got 3}}
  %0 = ts.broadcast %x sizes [2, 4] dims [1] : tensor<3xf32> -> tensor<2x4xf32>
  return
}

// -----

func.func @permute_twice(%x: tensor<2x3xf32>) {
  // expected-error@+1 {{'ts.permute' op expected different dimensions in 'dims', got 0 twice}}
  %0 = ts.permute %x [0, 0] : tensor<2x3xf32> -> tensor<2x2xf32>
  return
}

// -----

func.func @permute_dim(%x: tensor<2x3xf32>) {
  // expected-error@+1 {{'ts.permute' op expected 'dims' to be a dimension of rank 2, got 2}}
  %0 = ts.permute %x [0, 2] : tensor<2x3xf32> -> tensor<2x3xf32>
  return
}

// -----

func.func @permute_count(%x: tensor<2x3xf32>) {
  // expected-error@+1 {{'ts.permute' op expected 2 entries in 'dims', got 1}}
  %0 = ts.permute %x [0] : tensor<2x3xf32> -> tensor<2xf32>
  return
}

// -----

func.func @reshape_elements(%x: tensor<2x3xf32>) {
  // expected-error@+1 {{'ts.reshape' op expected sizes of 6 elements, got 8}}
  %0 = ts.reshape %x sizes [8] : tensor<2x3xf32> -> tensor<8xf32>
  return
}

// -----

func.func @reshape_negative(%x: tensor<2x3xf32>) {
  // expected-error@+1 {{'ts.reshape' op expected no negative entries in 'sizes', got -1}}
  %0 = ts.reshape %x sizes [-1] : tensor<2x3xf32> -> tensor<6xf32>
  return
}

// -----

func.func @slice_step(%x: tensor<2x3xf32>) {
  // expected-error@+1 {{'ts.slice' op expected a positive step, got 0}}
  %0 = ts.slice %x dim 0 start [0] size [1] step 0 : tensor<2x3xf32> -> tensor<1x3xf32>
  return
}

// -----

func.func @slice_outside(%x: tensor<2x3xf32>) {
  // expected-error@+1 {{'ts.slice' op expected elements inside of dimension 1 with extent 3, got start 1, size 2, step 2}}
  %0 = ts.slice %x dim 1 start [1] size [2] step 2 : tensor<2x3xf32> -> tensor<2x2xf32>
  return
}

// -----

func.func @mixed_count(%x: tensor<2x3xf32>, %n: i64) {
  // expected-error@+1 {{'ts.reshape' op expected 1 operands for 'sizes', got 2}}
  %0 = "ts.reshape"(%x, %n, %n) {static_sizes = array<i64: -9223372036854775808>} : (tensor<2x3xf32>, i64, i64) -> tensor<?xf32>
  return
}

// -----

func.func @view_as_complex_pair(%x: tensor<4x3xf32>) {
  // expected-error@+1 {{'ts.view_as_complex' op expected a last dimension of extent 2, got 'tensor<4x3xf32>'}}
  %0 = ts.view_as_complex %x : tensor<4x3xf32> -> tensor<4xcomplex<f32>>
  return
}

// -----

func.func @view_as_complex_dtype(%x: tensor<4x2xbf16>) {
  // expected-error@+1 {{'ts.view_as_complex' op expected a tensor of f16, f32 or f64, got 'tensor<4x2xbf16>'}}
  %0 = ts.view_as_complex %x : tensor<4x2xbf16> -> tensor<4xcomplex<f32>>
  return
}
