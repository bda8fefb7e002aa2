// RUN: sconce-opt %s -split-input-file -verify-diagnostics

func.func @window_count(%x: tensor<3x8xf32>) {
  // expected-error@+1 {{'ts.pool' op expected 2 entries in 'window', got 1}}
  %0 = ts.pool max %x window [2] stride [1, 1] pad [0, 0], [0, 0] dilation [1, 1] : tensor<3x8xf32> -> tensor<3x7xf32>
  return
}

// -----

func.func @padding(%x: tensor<3x8xf32>) {
  // expected-error@+1 {{'ts.pool' op expected entries of at least 0 in 'pad_low', got -1}}
  %0 = ts.pool max %x window [1, 2] stride [1, 1] pad [0, -1], [0, 0] dilation [1, 1] : tensor<3x8xf32> -> tensor<3x6xf32>
  return
}

// -----

func.func @arg_pool_kind(%x: tensor<3x8xf32>) {
  // expected-error@+1 {{'ts.arg_pool' op expected kind 'max'}}
  %0 = ts.arg_pool sum %x window [1, 2] stride [1, 1] pad [0, 0], [0, 0] dilation [1, 1] : tensor<3x8xf32> -> tensor<3x7xi64>
  return
}
