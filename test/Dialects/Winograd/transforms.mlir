// RUN: sconce-opt %s --split-input-file --verify-diagnostics | FileCheck %s

// CHECK-LABEL: func.func @round_trip
// CHECK: winograd.transform_image %arg0 into %arg1 tile = 4 : tensor<1x10x11x8xf32>, tensor<6x6x2x2x1x8xf32>
// CHECK: winograd.transform_result %{{.*}} into %arg2 tile = 2 stride = 2 : tensor<5x5x2x2x1x8xf32>, tensor<1x4x4x8xf32>
func.func @round_trip(%x: tensor<1x10x11x8xf32>, %points: tensor<6x6x2x2x1x8xf32>, %y: tensor<1x4x4x8xf32>, %sums: tensor<5x5x2x2x1x8xf32>) -> (tensor<6x6x2x2x1x8xf32>, tensor<1x4x4x8xf32>) {
  %v = winograd.transform_image %x into %points tile = 4 : tensor<1x10x11x8xf32>, tensor<6x6x2x2x1x8xf32>
  %r = winograd.transform_result %sums into %y tile = 2 stride = 2 : tensor<5x5x2x2x1x8xf32>, tensor<1x4x4x8xf32>
  return %v, %r : tensor<6x6x2x2x1x8xf32>, tensor<1x4x4x8xf32>
}

// -----

func.func @patch(%x: tensor<1x10x10x8xf32>, %points: tensor<6x6x2x2x1x8xf32>) {
  // expected-error @+1 {{has 9x9 points}}
  %v = winograd.transform_image %x into %points tile = 4 stride = 2 : tensor<1x10x10x8xf32>, tensor<6x6x2x2x1x8xf32>
  return
}

// -----

func.func @tiles(%x: tensor<1x9x10x8xf32>, %points: tensor<6x6x2x2x1x8xf32>) {
  // expected-error @+1 {{has more tiles than pixels}}
  %v = winograd.transform_image %x into %points tile = 4 : tensor<1x9x10x8xf32>, tensor<6x6x2x2x1x8xf32>
  return
}

// -----

func.func @channels(%v: tensor<6x6x2x2x1x8xf32>, %y: tensor<1x8x8x4xf32>) {
  // expected-error @+1 {{has as many images and channels of points as of pixels}}
  %r = winograd.transform_result %v into %y tile = 4 : tensor<6x6x2x2x1x8xf32>, tensor<1x8x8x4xf32>
  return
}
