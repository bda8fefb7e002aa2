// RUN: sconce-opt %s | sconce-opt | FileCheck %s

// CHECK-LABEL: func.func @convolve
func.func @convolve(%x: tensor<?x3x8x8xf32>, %w: tensor<4x3x3x3xf32>) {
  // CHECK: ts.convolve %{{.*}}, %{{.*}} stride [2, 2] pad [1, 1], [1, 1] dilation [1, 1] input_dilation [1, 1] groups 1 : (tensor<?x3x8x8xf32>, tensor<4x3x3x3xf32>) -> tensor<?x4x4x4xf32>
  %0 = ts.convolve %x, %w stride [2, 2] pad [1, 1], [1, 1] dilation [1, 1] input_dilation [1, 1] groups 1
    : (tensor<?x3x8x8xf32>, tensor<4x3x3x3xf32>) -> tensor<?x4x4x4xf32>
  return
}

// A transposed convolution: the input spread, a cropping padding.
// CHECK-LABEL: func.func @convolve_spread
func.func @convolve_spread(%x: tensor<1x4x5xf32>, %w: tensor<6x2x3xf32>) {
  // CHECK: input_dilation [2] groups 2 : (tensor<1x4x5xf32>, tensor<6x2x3xf32>) -> tensor<1x6x7xf32>
  %0 = ts.convolve %x, %w stride [1] pad [-1], [1] dilation [1] input_dilation [2] groups 2
    : (tensor<1x4x5xf32>, tensor<6x2x3xf32>) -> tensor<1x6x7xf32>
  return
}
