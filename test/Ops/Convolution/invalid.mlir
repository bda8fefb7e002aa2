// RUN: sconce-opt %s -split-input-file -verify-diagnostics

func.func @rank(%x: tensor<1x3xf32>, %w: tensor<4x3xf32>) {
  // expected-error@+1 {{'ts.convolve' op expected operands of equal rank, at least 3, got 2 and 2}}
  %0 = ts.convolve %x, %w stride [] pad [], [] dilation [] input_dilation [] groups 1 : (tensor<1x3xf32>, tensor<4x3xf32>) -> tensor<1x4xf32>
  return
}

// -----

func.func @stride_count(%x: tensor<1x3x8xf32>, %w: tensor<4x3x3xf32>) {
  // expected-error@+1 {{'ts.convolve' op expected 1 entries in 'stride', got 2}}
  %0 = ts.convolve %x, %w stride [1, 1] pad [0], [0] dilation [1] input_dilation [1] groups 1
    : (tensor<1x3x8xf32>, tensor<4x3x3xf32>) -> tensor<1x4x6xf32>
  return
}

// -----

func.func @dilation_zero(%x: tensor<1x3x8xf32>, %w: tensor<4x3x3xf32>) {
  // expected-error@+1 {{'ts.convolve' op expected entries of at least 1 in 'dilation', got 0}}
  %0 = ts.convolve %x, %w stride [1] pad [0], [0] dilation [0] input_dilation [1] groups 1
    : (tensor<1x3x8xf32>, tensor<4x3x3xf32>) -> tensor<1x4x6xf32>
  return
}

// -----

func.func @groups(%x: tensor<1x3x8xf32>, %w: tensor<4x3x3xf32>) {
  // expected-error@+1 {{'ts.convolve' op expected groups that divide the output channels, got 3}}
  %0 = ts.convolve %x, %w stride [1] pad [0], [0] dilation [1] input_dilation [1] groups 3
    : (tensor<1x3x8xf32>, tensor<4x3x3xf32>) -> tensor<1x4x6xf32>
  return
}

// -----

func.func @channels(%x: tensor<1x3x8xf32>, %w: tensor<4x2x3xf32>) {
  // expected-error@+1 {{'ts.convolve' op expected 3 input channels in 1 groups, got 2 in each}}
  %0 = ts.convolve %x, %w stride [1] pad [0], [0] dilation [1] input_dilation [1] groups 1
    : (tensor<1x3x8xf32>, tensor<4x2x3xf32>) -> tensor<1x4x6xf32>
  return
}

// -----

func.func @overflow(%x: tensor<1x3x8xf32>, %w: tensor<4x3x3xf32>) {
  // expected-error@+1 {{'ts.convolve' op expected extents that fit 64 bits}}
  %0 = ts.convolve %x, %w stride [1] pad [9223372036854775807], [0] dilation [1] input_dilation [1] groups 1
    : (tensor<1x3x8xf32>, tensor<4x3x3xf32>) -> tensor<1x4x6xf32>
  return
}
