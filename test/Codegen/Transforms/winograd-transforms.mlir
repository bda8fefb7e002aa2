// RUN: sconce-opt %s --sconce-bufferize --split-input-file | FileCheck %s

// Each transform is one op, elementwise over tiles and channels, on places of the image, or of the result, and points.
// CHECK-DAG: #[[FIRST:.*]] = affine_map<(d0, d1, d2, d3) -> (d2, d0 * 4, d1 * 4, d3)>
// CHECK-DAG: #[[LAST:.*]] = affine_map<(d0, d1, d2, d3) -> (d2, d0 * 4 + 5, d1 * 4 + 5, d3)>
// CHECK-LABEL: func.func @transforms
// CHECK-DAG: memref.subview %{{.*}}[5, 5, 0, 0, 0, 0] [1, 1, 2, 2, 1, 8] [1, 1, 1, 1, 1, 1] : memref<6x6x2x2x1x8xf32> to memref<2x2x1x8xf32,
// CHECK: linalg.generic {indexing_maps = [#[[FIRST]], {{.*}}#[[LAST]],
// CHECK: memref.subview %{{.*}}[0, 3, 3, 0] [1, 2, 2, 8] [1, 4, 4, 1] : memref<1x8x8x8xf32> to memref<1x2x2x8xf32,
// CHECK: linalg.generic
// CHECK-NOT: winograd
func.func @transforms(%frame: !llvm.ptr, %image: memref<1x10x10x8xf32>, %result: memref<1x8x8x8xf32>) -> i32 {
  %x = bufferization.to_tensor %image restrict : memref<1x10x10x8xf32> to tensor<1x10x10x8xf32>
  %points = tensor.empty() : tensor<6x6x2x2x1x8xf32>
  %v = winograd.transform_image %x into %points tile = 4 : tensor<1x10x10x8xf32>, tensor<6x6x2x2x1x8xf32>
  %empty = tensor.empty() : tensor<1x8x8x8xf32>
  %y = winograd.transform_result %v into %empty tile = 4 : tensor<6x6x2x2x1x8xf32>, tensor<1x8x8x8xf32>
  bufferization.materialize_in_destination %y in restrict writable %result : (tensor<1x8x8x8xf32>, memref<1x8x8x8xf32>) -> ()
  %ok = arith.constant 0 : i32
  return %ok : i32
}

// -----

// Tiles of 2×2: y = a + b + c, b - c - d of each row of the points, and then of each column.
// CHECK-DAG: #[[FIRST:.*]] = affine_map<(d0, d1, d2, d3) -> (d2, d0 * 2, d1 * 2, d3)>
// CHECK-DAG: #[[LAST:.*]] = affine_map<(d0, d1, d2, d3) -> (d2, d0 * 2 + 3, d1 * 2 + 3, d3)>
// CHECK-LABEL: func.func @small
// CHECK: linalg.generic {indexing_maps = [#[[FIRST]], {{.*}}#[[LAST]],
// CHECK-COUNT-32: arith.{{(addf|subf)}}
// CHECK-NOT: arith
// CHECK: linalg.yield
// CHECK: memref.subview %{{.*}}[0, 1, 1, 0] [1, 2, 2, 8] [1, 2, 2, 1] : memref<1x4x4x8xf32> to memref<1x2x2x8xf32,
// CHECK: linalg.generic
// CHECK-COUNT-24: arith.{{(addf|subf)}}
// CHECK-NOT: arith.{{(addf|subf)}}
// CHECK: linalg.yield
func.func @small(%frame: !llvm.ptr, %image: memref<1x6x6x8xf32>, %result: memref<1x4x4x8xf32>) -> i32 {
  %x = bufferization.to_tensor %image restrict : memref<1x6x6x8xf32> to tensor<1x6x6x8xf32>
  %points = tensor.empty() : tensor<4x4x2x2x1x8xf32>
  %v = winograd.transform_image %x into %points tile = 2 : tensor<1x6x6x8xf32>, tensor<4x4x2x2x1x8xf32>
  %empty = tensor.empty() : tensor<1x4x4x8xf32>
  %y = winograd.transform_result %v into %empty tile = 2 : tensor<4x4x2x2x1x8xf32>, tensor<1x4x4x8xf32>
  bufferization.materialize_in_destination %y in restrict writable %result : (tensor<1x4x4x8xf32>, memref<1x4x4x8xf32>) -> ()
  %ok = arith.constant 0 : i32
  return %ok : i32
}

// -----

// At stride 2 a line of five is two differences and three as they are; a line of points becomes two sums of three.
// CHECK-DAG: #[[FIRST:.*]] = affine_map<(d0, d1, d2, d3) -> (d2, d0 * 4, d1 * 4, d3)>
// CHECK-DAG: #[[LAST:.*]] = affine_map<(d0, d1, d2, d3) -> (d2, d0 * 4 + 4, d1 * 4 + 4, d3)>
// CHECK-LABEL: func.func @strided
// CHECK: linalg.generic {indexing_maps = [#[[FIRST]], {{.*}}#[[LAST]],
// CHECK-COUNT-20: arith.subf
// CHECK-NOT: arith
// CHECK: linalg.yield
// CHECK: memref.subview %{{.*}}[0, 1, 1, 0] [1, 2, 2, 8] [1, 2, 2, 1] : memref<1x4x4x8xf32> to memref<1x2x2x8xf32,
// CHECK: linalg.generic
// CHECK-COUNT-28: arith.addf
// CHECK-NOT: arith
// CHECK: linalg.yield
func.func @strided(%frame: !llvm.ptr, %image: memref<1x10x10x8xf32>, %result: memref<1x4x4x8xf32>) -> i32 {
  %x = bufferization.to_tensor %image restrict : memref<1x10x10x8xf32> to tensor<1x10x10x8xf32>
  %points = tensor.empty() : tensor<5x5x2x2x1x8xf32>
  %v = winograd.transform_image %x into %points tile = 2 stride = 2 : tensor<1x10x10x8xf32>, tensor<5x5x2x2x1x8xf32>
  %empty = tensor.empty() : tensor<1x4x4x8xf32>
  %y = winograd.transform_result %v into %empty tile = 2 stride = 2 : tensor<5x5x2x2x1x8xf32>, tensor<1x4x4x8xf32>
  bufferization.materialize_in_destination %y in restrict writable %result : (tensor<1x4x4x8xf32>, memref<1x4x4x8xf32>) -> ()
  %ok = arith.constant 0 : i32
  return %ok : i32
}
