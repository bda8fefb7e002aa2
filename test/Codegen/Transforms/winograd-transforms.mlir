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
  %v = winograd.transform_image %x into %points tile = [4, 4] : tensor<1x10x10x8xf32>, tensor<6x6x2x2x1x8xf32>
  %empty = tensor.empty() : tensor<1x8x8x8xf32>
  %y = winograd.transform_result %v into %empty tile = [4, 4] : tensor<6x6x2x2x1x8xf32>, tensor<1x8x8x8xf32>
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
  %v = winograd.transform_image %x into %points tile = [2, 2] : tensor<1x6x6x8xf32>, tensor<4x4x2x2x1x8xf32>
  %empty = tensor.empty() : tensor<1x4x4x8xf32>
  %y = winograd.transform_result %v into %empty tile = [2, 2] : tensor<4x4x2x2x1x8xf32>, tensor<1x4x4x8xf32>
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
  %v = winograd.transform_image %x into %points tile = [2, 2] stride = [2, 2] : tensor<1x10x10x8xf32>, tensor<5x5x2x2x1x8xf32>
  %empty = tensor.empty() : tensor<1x4x4x8xf32>
  %y = winograd.transform_result %v into %empty tile = [2, 2] stride = [2, 2] : tensor<5x5x2x2x1x8xf32>, tensor<1x4x4x8xf32>
  bufferization.materialize_in_destination %y in restrict writable %result : (tensor<1x4x4x8xf32>, memref<1x4x4x8xf32>) -> ()
  %ok = arith.constant 0 : i32
  return %ok : i32
}

// -----

// F(4×4, 4×4): a line of seven numbers takes 21 sums, with its factors contracted where the target can.
// CHECK-LABEL: func.func @seven
// CHECK: linalg.generic
// CHECK-COUNT-294: arith.{{(addf|subf)}}
// CHECK-NOT: arith.{{(addf|subf)}}
// CHECK: linalg.yield
func.func @seven(%frame: !llvm.ptr, %image: memref<1x7x7x8xf32>, %points: memref<7x7x1x1x1x8xf32>) -> i32 {
  %x = bufferization.to_tensor %image restrict : memref<1x7x7x8xf32> to tensor<1x7x7x8xf32>
  %empty = tensor.empty() : tensor<7x7x1x1x1x8xf32>
  %v = winograd.transform_image %x into %empty tile = [4, 4] taps = [4, 4] : tensor<1x7x7x8xf32>, tensor<7x7x1x1x1x8xf32>
  bufferization.materialize_in_destination %v in restrict writable %points : (tensor<7x7x1x1x1x8xf32>, memref<7x7x1x1x1x8xf32>) -> ()
  %ok = arith.constant 0 : i32
  return %ok : i32
}

// -----

// What is done with the results is done with each of a tile; a bias is read once, a residual where each is.
// CHECK-DAG: #[[BIAS:.*]] = affine_map<(d0, d1, d2, d3) -> (d3)>
// CHECK-DAG: #[[R0:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1 * 2, d2 * 2, d3)>
// CHECK-DAG: #[[R3:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1 * 2 + 1, d2 * 2 + 1, d3)>
// CHECK-LABEL: func.func @finished
// CHECK: linalg.generic {indexing_maps = [{{.*}}#[[BIAS]], #[[R0]], {{.*}}, #[[R3]], {{.*}} ins({{.*}}, memref<8xf32>, memref<1x4x4x8xf32>, memref<1x4x4x8xf32>, memref<1x4x4x8xf32>, memref<1x4x4x8xf32>) outs
// CHECK-COUNT-4: arith.mulf
// CHECK-NOT: arith.mulf
// CHECK: linalg.yield
func.func @finished(%frame: !llvm.ptr, %points: memref<4x4x2x2x1x8xf32>, %bias: memref<8xf32>, %before: memref<1x4x4x8xf32>, %result: memref<1x4x4x8xf32>) -> i32 {
  %v = bufferization.to_tensor %points restrict : memref<4x4x2x2x1x8xf32> to tensor<4x4x2x2x1x8xf32>
  %b = bufferization.to_tensor %bias restrict : memref<8xf32> to tensor<8xf32>
  %r = bufferization.to_tensor %before restrict : memref<1x4x4x8xf32> to tensor<1x4x4x8xf32>
  %empty = tensor.empty() : tensor<1x4x4x8xf32>
  %y = winograd.transform_result %v into %empty tile = [2, 2] : tensor<4x4x2x2x1x8xf32>, tensor<1x4x4x8xf32> with %b, %r : tensor<8xf32>, tensor<1x4x4x8xf32> by [affine_map<(n, h, w, o) -> (o)>, affine_map<(n, h, w, o) -> (n, h, w, o)>] {
  ^bb0(%sum: f32, %c: f32, %d: f32):
    %m = arith.mulf %c, %d : f32
    %s = arith.addf %sum, %m : f32
    winograd.yield %s : f32
  }
  bufferization.materialize_in_destination %y in restrict writable %result : (tensor<1x4x4x8xf32>, memref<1x4x4x8xf32>) -> ()
  %ok = arith.constant 0 : i32
  return %ok : i32
}

// -----

// A convolution in blocks stays one op; an image of strides that are not known is copied.
// CHECK-LABEL: func.func @blocks
// CHECK-SAME: %[[X:arg1]]: memref<1x10x10x8xf32, strided<[?, ?, ?, ?], offset: ?>>
// CHECK: %[[COPY:.*]] = memref.alloc() {{.*}}: memref<1x10x10x8xf32>
// CHECK: linalg.generic {{.*}} ins(%[[X]] : {{.*}}) outs(%[[COPY]]
// CHECK: winograd.convolve %[[COPY]], %{{.*}} into %{{.*}} tile = [4, 4] block = 2 : memref<1x10x10x8xf32>, memref<36x8x4xf32>, memref<1x8x8x4xf32>
// CHECK: winograd.yield
func.func @blocks(%frame: !llvm.ptr, %image: memref<1x10x10x8xf32, strided<[?, ?, ?, ?], offset: ?>>, %points: memref<36x8x4xf32>, %result: memref<1x8x8x4xf32>) -> i32 {
  %x = bufferization.to_tensor %image restrict : memref<1x10x10x8xf32, strided<[?, ?, ?, ?], offset: ?>> to tensor<1x10x10x8xf32>
  %u = bufferization.to_tensor %points restrict : memref<36x8x4xf32> to tensor<36x8x4xf32>
  %empty = tensor.empty() : tensor<1x8x8x4xf32>
  %y = winograd.convolve %x, %u into %empty tile = [4, 4] block = 2 : tensor<1x10x10x8xf32>, tensor<36x8x4xf32>, tensor<1x8x8x4xf32> -> tensor<1x8x8x4xf32> {
  ^bb0(%sum: f32):
    %s = arith.negf %sum : f32
    winograd.yield %s : f32
  }
  bufferization.materialize_in_destination %y in restrict writable %result : (tensor<1x8x8x4xf32>, memref<1x8x8x4xf32>) -> ()
  %ok = arith.constant 0 : i32
  return %ok : i32
}
