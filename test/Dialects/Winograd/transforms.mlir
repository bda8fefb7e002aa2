// RUN: sconce-opt %s --split-input-file --verify-diagnostics | FileCheck %s

// CHECK-LABEL: func.func @round_trip
// CHECK: winograd.transform_image %arg0 into %arg1 tile = [4, 4] : tensor<1x10x11x8xf32>, tensor<6x6x2x2x1x8xf32>
// CHECK: winograd.transform_result %{{.*}} into %arg2 tile = [2, 2] stride = [2, 2] : tensor<5x5x2x2x1x8xf32>, tensor<1x4x4x8xf32>
func.func @round_trip(%x: tensor<1x10x11x8xf32>, %points: tensor<6x6x2x2x1x8xf32>, %y: tensor<1x4x4x8xf32>, %sums: tensor<5x5x2x2x1x8xf32>) -> (tensor<6x6x2x2x1x8xf32>, tensor<1x4x4x8xf32>) {
  %v = winograd.transform_image %x into %points tile = [4, 4] : tensor<1x10x11x8xf32>, tensor<6x6x2x2x1x8xf32>
  %r = winograd.transform_result %sums into %y tile = [2, 2] stride = [2, 2] : tensor<5x5x2x2x1x8xf32>, tensor<1x4x4x8xf32>
  return %v, %r : tensor<6x6x2x2x1x8xf32>, tensor<1x4x4x8xf32>
}

// -----

func.func @patch(%x: tensor<1x10x10x8xf32>, %points: tensor<6x6x2x2x1x8xf32>) {
  // expected-error @+1 {{has 9x9 points}}
  %v = winograd.transform_image %x into %points tile = [4, 4] stride = [2, 2] : tensor<1x10x10x8xf32>, tensor<6x6x2x2x1x8xf32>
  return
}

// -----

func.func @tiles(%x: tensor<1x9x10x8xf32>, %points: tensor<6x6x2x2x1x8xf32>) {
  // expected-error @+1 {{has more tiles than pixels}}
  %v = winograd.transform_image %x into %points tile = [4, 4] : tensor<1x9x10x8xf32>, tensor<6x6x2x2x1x8xf32>
  return
}

// -----

func.func @channels(%v: tensor<6x6x2x2x1x8xf32>, %y: tensor<1x8x8x4xf32>) {
  // expected-error @+1 {{has as many images and channels of points as of pixels}}
  %r = winograd.transform_result %v into %y tile = [4, 4] : tensor<6x6x2x2x1x8xf32>, tensor<1x8x8x4xf32>
  return
}

// -----

#bias = affine_map<(n, h, w, o) -> (o)>

// CHECK-LABEL: func.func @finished
// CHECK: winograd.transform_result %arg0 into %arg1 tile = [2, 2] taps = [5, 5] : tensor<6x6x2x2x1x8xf32>, tensor<1x4x4x8xf32> with %arg2 : tensor<8xf32> by [#{{.*}}] {
// CHECK-NEXT: ^bb0(%[[SUM:.*]]: f32, %[[B:.*]]: f32):
// CHECK: winograd.yield %{{.*}} : f32
func.func @finished(%v: tensor<6x6x2x2x1x8xf32>, %y: tensor<1x4x4x8xf32>, %b: tensor<8xf32>) -> tensor<1x4x4x8xf32> {
  %r = winograd.transform_result %v into %y tile = [2, 2] taps = [5, 5] : tensor<6x6x2x2x1x8xf32>, tensor<1x4x4x8xf32> with %b : tensor<8xf32> by [#bias] {
  ^bb0(%sum: f32, %bias: f32):
    %s = arith.addf %sum, %bias : f32
    winograd.yield %s : f32
  }
  return %r : tensor<1x4x4x8xf32>
}

// -----

// CHECK-LABEL: func.func @convolve
// CHECK: winograd.convolve %arg0, %arg1 into %arg2 tile = [4, 4] block = 2 : tensor<1x10x10x8xf32>, tensor<36x8x4xf32>, tensor<1x8x8x4xf32> -> tensor<1x8x8x4xf32>
// CHECK: winograd.convolve %arg3, %arg4 into %arg5 tile = [4, 4] taps = [4, 4] block = 1 : memref<1x3x30x8x4xf32>, memref<49x12x4xf32>, memref<1x12x8x4xf32>
func.func @convolve(%x: tensor<1x10x10x8xf32>, %u: tensor<36x8x4xf32>, %y: tensor<1x8x8x4xf32>, %xm: memref<1x3x30x8x4xf32>, %um: memref<49x12x4xf32>, %ym: memref<1x12x8x4xf32>) -> tensor<1x8x8x4xf32> {
  %r = winograd.convolve %x, %u into %y tile = [4, 4] block = 2 : tensor<1x10x10x8xf32>, tensor<36x8x4xf32>, tensor<1x8x8x4xf32> -> tensor<1x8x8x4xf32>
  winograd.convolve %xm, %um into %ym tile = [4, 4] taps = [4, 4] block = 1 : memref<1x3x30x8x4xf32>, memref<49x12x4xf32>, memref<1x12x8x4xf32>
  return %r : tensor<1x8x8x4xf32>
}

// -----

func.func @no_region(%v: tensor<6x6x2x2x1x8xf32>, %y: tensor<1x8x8x8xf32>, %b: tensor<8xf32>) {
  // expected-error @+1 {{has a region for what it reads besides}}
  %r = winograd.transform_result %v into %y tile = [4, 4] : tensor<6x6x2x2x1x8xf32>, tensor<1x8x8x8xf32> with %b : tensor<8xf32> by [affine_map<(n, h, w, o) -> (o)>]
  return
}

// -----

func.func @no_place(%v: tensor<6x6x2x2x1x8xf32>, %y: tensor<1x8x8x8xf32>, %b: tensor<8xf32>) {
  // expected-error @+1 {{has maps of four dimensions to places of static shapes}}
  %r = winograd.transform_result %v into %y tile = [4, 4] : tensor<6x6x2x2x1x8xf32>, tensor<1x8x8x8xf32> with %b : tensor<8xf32> by [affine_map<(n, h, w, o) -> (o * 2)>] {
  ^bb0(%sum: f32, %bias: f32):
    winograd.yield %sum : f32
  }
  return
}

// -----

func.func @no_result(%x: tensor<1x10x10x8xf32>, %u: tensor<36x8x4xf32>, %y: tensor<1x8x8x4xf32>) {
  // expected-error @+1 {{has a result of its type if that is a tensor}}
  winograd.convolve %x, %u into %y tile = [4, 4] block = 2 : tensor<1x10x10x8xf32>, tensor<36x8x4xf32>, tensor<1x8x8x4xf32>
  return
}

// -----

func.func @long_block(%x: memref<1x10x10x8xf32>, %u: memref<36x8x4xf32>, %y: memref<1x8x8x4xf32>) {
  // expected-error @+1 {{has blocks that are longer than a row of tiles}}
  winograd.convolve %x, %u into %y tile = [4, 4] block = 3 : memref<1x10x10x8xf32>, memref<36x8x4xf32>, memref<1x8x8x4xf32>
  return
}

// -----

func.func @small_image(%x: memref<1x3x29x8x4xf32>, %u: memref<49x12x4xf32>, %y: memref<1x12x8x4xf32>) {
  // expected-error @+1 {{has more tiles than pixels}}
  winograd.convolve %x, %u into %y tile = [4, 4] taps = [4, 4] block = 1 : memref<1x3x29x8x4xf32>, memref<49x12x4xf32>, memref<1x12x8x4xf32>
  return
}

// -----

func.func @unsorted(%x: memref<1x3x30x6x4xf32>, %u: memref<49x12x4xf32>, %y: memref<1x12x8x4xf32>) {
  // expected-error @+1 {{has columns sorted by whole tiles}}
  winograd.convolve %x, %u into %y tile = [4, 4] taps = [4, 4] block = 1 : memref<1x3x30x6x4xf32>, memref<49x12x4xf32>, memref<1x12x8x4xf32>
  return
}
