// RUN: sconce-opt %s --sconce-winograd-convolutions --split-input-file | FileCheck %s

#x = affine_map<(n, o, h, w, c, i, j) -> (n, h + i, w + j, c)>
#k = affine_map<(n, o, h, w, c, i, j) -> (i, j, c, o)>
#y = affine_map<(n, o, h, w, c, i, j) -> (n, h, w, o)>

// 14 rows take 4 tiles of 4, so the image gets a border of 18, the result is cut to 14. The points of 16 tiles by 64 channels are an odd
// number of 16 elements apart, 65, those of 16 by 32, too, 33.
// CHECK-LABEL: func.func @large
// CHECK: %[[LINES:.*]] = tensor.from_elements {{.*}} : tensor<6x3xf64>
// CHECK: %[[EACH:.*]] = linalg.generic {{.*}} ins(%[[LINES]], %[[LINES]] : tensor<6x3xf64>, tensor<6x3xf64>) outs(%{{.*}} : tensor<6x6x3x3xf64>)
// CHECK: %[[TABLE:.*]] = tensor.collapse_shape %[[EACH]] {{.*}} into tensor<36x9xf64>
// CHECK: %[[W:.*]] = ts.weight 0
// CHECK: %[[TAPS:.*]] = tensor.collapse_shape %[[W]] {{\[\[}}0, 1], [2], [3]] : tensor<3x3x64x32xf32> into tensor<9x64x32xf32>
// CHECK: linalg.generic {{.*}} ins(%[[TABLE]], %[[TAPS]] : tensor<36x9xf64>, tensor<9x64x32xf32>) outs(%{{.*}} : tensor<36x64x32xf64>)
// CHECK: %[[U:.*]] = linalg.generic {{.*}} outs(%{{.*}} : tensor<36x64x32xf32>)
// CHECK: %[[PADDED:.*]] = tensor.insert_slice %arg0 into %{{.*}}[0, 0, 0, 0] [1, 16, 16, 64] [1, 1, 1, 1] : tensor<1x16x16x64xf32> into tensor<1x18x18x64xf32>
// CHECK: %[[APART:.*]] = tensor.extract_slice %{{.*}}[0, 0] [36, 1024] [1, 1] : tensor<36x1040xf32> to tensor<36x1024xf32>
// CHECK: %[[POINTS:.*]] = tensor.expand_shape %[[APART]] {{.*}} into tensor<36x4x4x1x64xf32>
// CHECK: %[[INTO:.*]] = tensor.expand_shape %[[POINTS]] {{.*}} into tensor<6x6x4x4x1x64xf32>
// CHECK: %[[V:.*]] = winograd.transform_image %[[PADDED]] into %[[INTO]] tile = [4, 4] : tensor<1x18x18x64xf32>, tensor<6x6x4x4x1x64xf32>
// CHECK: %[[FLAT:.*]] = tensor.collapse_shape %[[V]] {{\[\[}}0, 1], [2, 3, 4, 5]] : tensor<6x6x4x4x1x64xf32> into tensor<36x1024xf32>
// CHECK: %[[ROWS:.*]] = tensor.expand_shape %[[FLAT]] {{.*}} into tensor<36x16x64xf32>
// CHECK: tensor.extract_slice %{{.*}}[0, 0] [36, 512] [1, 1] : tensor<36x528xf32> to tensor<36x512xf32>
// CHECK: %[[M:.*]] = linalg.generic {{.*}} ins(%[[ROWS]], %[[U]] : tensor<36x16x64xf32>, tensor<36x64x32xf32>)
// CHECK: winograd.transform_result %{{.*}} into %{{.*}} tile = [4, 4] : tensor<6x6x4x4x1x32xf32>, tensor<1x16x16x32xf32>
// CHECK: tensor.extract_slice %{{.*}}[0, 0, 0, 0] [1, 14, 14, 32] [1, 1, 1, 1]
func.func @large(%x: tensor<1x16x16x64xf32>, %empty: tensor<1x14x14x32xf32>) -> tensor<1x14x14x32xf32> {
  %f0 = arith.constant 0.0 : f32
  %start = linalg.fill ins(%f0 : f32) outs(%empty : tensor<1x14x14x32xf32>) -> tensor<1x14x14x32xf32>
  %w = ts.weight 0 : tensor<3x3x64x32xf32>
  %r = linalg.generic {indexing_maps = [#x, #k, #y], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%x, %w : tensor<1x16x16x64xf32>, tensor<3x3x64x32xf32>) outs(%start : tensor<1x14x14x32xf32>) attrs = {sconce.channel_dims = 1 : i64} {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %sum, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x14x14x32xf32>
  return %r : tensor<1x14x14x32xf32>
}

// -----

#x = affine_map<(n, o, h, w, c, i, j) -> (n, h + i, w + j, c)>
#k = affine_map<(n, o, h, w, c, i, j) -> (i, j, c, o)>
#y = affine_map<(n, o, h, w, c, i, j) -> (n, h, w, o)>

// Four tiles of 4 do not pay for weights that are four times as many; sixteen of 2 do for twice as many.
// CHECK-LABEL: func.func @small
// CHECK: %[[TABLE:.*]] = tensor.collapse_shape %{{.*}} into tensor<16x9xf64>
// CHECK: linalg.generic {{.*}} ins(%[[TABLE]], %{{.*}} : tensor<16x9xf64>, tensor<9x64x32xf32>) outs(%{{.*}} : tensor<16x64x32xf64>)
// CHECK: %[[V:.*]] = winograd.transform_image %{{.*}} into %{{.*}} tile = [2, 2] : tensor<1x10x10x64xf32>, tensor<4x4x4x4x1x64xf32>
// CHECK: %[[FLAT:.*]] = tensor.collapse_shape %[[V]]
// CHECK: tensor.expand_shape %[[FLAT]] {{.*}} into tensor<16x16x64xf32>
// CHECK: winograd.transform_result %{{.*}} into %{{.*}} tile = [2, 2] : tensor<4x4x4x4x1x32xf32>, tensor<1x8x8x32xf32>
// CHECK: tensor.extract_slice %{{.*}}[0, 0, 0, 0] [1, 7, 7, 32] [1, 1, 1, 1]
func.func @small(%x: tensor<1x9x9x64xf32>, %empty: tensor<1x7x7x32xf32>) -> tensor<1x7x7x32xf32> {
  %f0 = arith.constant 0.0 : f32
  %start = linalg.fill ins(%f0 : f32) outs(%empty : tensor<1x7x7x32xf32>) -> tensor<1x7x7x32xf32>
  %w = ts.weight 0 : tensor<3x3x64x32xf32>
  %r = linalg.generic {indexing_maps = [#x, #k, #y], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%x, %w : tensor<1x9x9x64xf32>, tensor<3x3x64x32xf32>) outs(%start : tensor<1x7x7x32xf32>) attrs = {sconce.channel_dims = 1 : i64} {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %sum, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x7x7x32xf32>
  return %r : tensor<1x7x7x32xf32>
}

// -----

#x = affine_map<(n, o, h, w, c, i, j) -> (n, h + i, w + j, c)>
#k = affine_map<(n, o, h, w, c, i, j) -> (i, j, c, o)>
#y = affine_map<(n, o, h, w, c, i, j) -> (n, h, w, o)>

// Four tiles do not pay at all.
// CHECK-LABEL: func.func @tiny
// CHECK-NOT: winograd
func.func @tiny(%x: tensor<1x6x6x64xf32>, %empty: tensor<1x4x4x32xf32>) -> tensor<1x4x4x32xf32> {
  %f0 = arith.constant 0.0 : f32
  %start = linalg.fill ins(%f0 : f32) outs(%empty : tensor<1x4x4x32xf32>) -> tensor<1x4x4x32xf32>
  %w = ts.weight 0 : tensor<3x3x64x32xf32>
  %r = linalg.generic {indexing_maps = [#x, #k, #y], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%x, %w : tensor<1x6x6x64xf32>, tensor<3x3x64x32xf32>) outs(%start : tensor<1x4x4x32xf32>) attrs = {sconce.channel_dims = 1 : i64} {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %sum, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x4x4x32xf32>
  return %r : tensor<1x4x4x32xf32>
}

// -----

#x = affine_map<(n, o, h, w, c, i, j) -> (n, h + i, w + j, c)>
#k = affine_map<(n, o, h, w, c, i, j) -> (i, j, c, o)>
#y = affine_map<(n, o, h, w, c, i, j) -> (n, h, w, o)>

// The table is the same for all convolutions with tiles of a size.
// CHECK-LABEL: func.func @two
// CHECK-COUNT-1: tensor.from_elements
// CHECK: winograd.transform_result
// CHECK-NOT: tensor.from_elements
// CHECK: winograd.transform_result
func.func @two(%x: tensor<1x16x16x64xf32>, %empty: tensor<1x14x14x32xf32>) -> (tensor<1x14x14x32xf32>, tensor<1x14x14x32xf32>) {
  %f0 = arith.constant 0.0 : f32
  %start = linalg.fill ins(%f0 : f32) outs(%empty : tensor<1x14x14x32xf32>) -> tensor<1x14x14x32xf32>
  %w = ts.weight 0 : tensor<3x3x64x32xf32>
  %v = ts.weight 1 : tensor<3x3x64x32xf32>
  %r = linalg.generic {indexing_maps = [#x, #k, #y], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%x, %w : tensor<1x16x16x64xf32>, tensor<3x3x64x32xf32>) outs(%start : tensor<1x14x14x32xf32>) attrs = {sconce.channel_dims = 1 : i64} {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %sum, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x14x14x32xf32>
  %r2 = linalg.generic {indexing_maps = [#x, #k, #y], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%x, %v : tensor<1x16x16x64xf32>, tensor<3x3x64x32xf32>) outs(%start : tensor<1x14x14x32xf32>) attrs = {sconce.channel_dims = 1 : i64} {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %sum, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x14x14x32xf32>
  return %r, %r2 : tensor<1x14x14x32xf32>, tensor<1x14x14x32xf32>
}

// -----

#x = affine_map<(n, o, h, w, c, i, j) -> (n, h + i * 2, w + j * 2, c)>
#k = affine_map<(n, o, h, w, c, i, j) -> (i, j, c, o)>
#y = affine_map<(n, o, h, w, c, i, j) -> (n, h, w, o)>

// Taps two apart: four images of every other row and column, as one batch; 15 rows are 8 in each.
// CHECK-DAG: #[[APART:.*]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d3, d1, d4, d2, d5)>
// CHECK-DAG: #[[JOINED:.*]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d2, d4, d1, d3, d5)>
// CHECK-LABEL: func.func @dilated
// CHECK: %[[PADDED:.*]] = tensor.insert_slice %arg0 into %{{.*}}[0, 0, 0, 0] [1, 19, 19, 64] [1, 1, 1, 1] : tensor<1x19x19x64xf32> into tensor<1x20x20x64xf32>
// CHECK: %[[ROWS:.*]] = tensor.expand_shape %[[PADDED]] {{.*}} into tensor<1x10x2x10x2x64xf32>
// CHECK: %[[PHASES:.*]] = linalg.generic {indexing_maps = [#[[APART]], {{.*}} ins(%[[ROWS]] : {{.*}}) outs(%{{.*}} : tensor<1x2x2x10x10x64xf32>)
// CHECK: %[[IMAGES:.*]] = tensor.collapse_shape %[[PHASES]] {{.*}} into tensor<4x10x10x64xf32>
// CHECK: winograd.transform_image %[[IMAGES]] into %{{.*}} tile = [4, 4] : tensor<4x10x10x64xf32>, tensor<6x6x2x2x4x64xf32>
// CHECK: %[[RESULTS:.*]] = winograd.transform_result %{{.*}} tile = [4, 4] : {{.*}}, tensor<4x8x8x32xf32>
// CHECK: %[[EACH:.*]] = tensor.expand_shape %[[RESULTS]] {{.*}} into tensor<1x2x2x8x8x32xf32>
// CHECK: %[[WHOLE:.*]] = linalg.generic {indexing_maps = [#[[JOINED]], {{.*}} ins(%[[EACH]] : {{.*}}) outs(%{{.*}} : tensor<1x8x2x8x2x32xf32>)
// CHECK: tensor.collapse_shape %[[WHOLE]] {{.*}} into tensor<1x16x16x32xf32>
// CHECK: tensor.extract_slice %{{.*}}[0, 0, 0, 0] [1, 15, 15, 32] [1, 1, 1, 1]
func.func @dilated(%x: tensor<1x19x19x64xf32>, %empty: tensor<1x15x15x32xf32>) -> tensor<1x15x15x32xf32> {
  %f0 = arith.constant 0.0 : f32
  %start = linalg.fill ins(%f0 : f32) outs(%empty : tensor<1x15x15x32xf32>) -> tensor<1x15x15x32xf32>
  %w = ts.weight 0 : tensor<3x3x64x32xf32>
  %r = linalg.generic {indexing_maps = [#x, #k, #y], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%x, %w : tensor<1x19x19x64xf32>, tensor<3x3x64x32xf32>) outs(%start : tensor<1x15x15x32xf32>) attrs = {sconce.channel_dims = 1 : i64} {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %sum, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x15x15x32xf32>
  return %r : tensor<1x15x15x32xf32>
}

// -----

#x = affine_map<(n, o, z, h, w, c, k, i, j) -> (n, z + k, h + i, w + j, c)>
#k = affine_map<(n, o, z, h, w, c, k, i, j) -> (k, i, j, c, o)>
#y = affine_map<(n, o, z, h, w, c, k, i, j) -> (n, z, h, w, o)>

// Planes: each of 7 is transformed, each of the results' 5 adds up three of them.
// CHECK-DAG: #[[PLANES:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d1, d2, d3 + d5, d6)>
// CHECK-DAG: #[[POINTS:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d5, d6, d4)>
// CHECK-LABEL: func.func @planes
// CHECK: linalg.generic {{.*}} outs(%{{.*}} : tensor<36x3x64x32xf64>)
// CHECK: %[[U:.*]] = linalg.generic {{.*}} outs(%{{.*}} : tensor<36x3x64x32xf32>)
// CHECK: %[[IMAGES:.*]] = tensor.collapse_shape %arg0 {{.*}} : tensor<2x7x10x10x64xf32> into tensor<14x10x10x64xf32>
// CHECK: %[[V:.*]] = winograd.transform_image %[[IMAGES]] into %{{.*}} tile = [4, 4] : tensor<14x10x10x64xf32>, tensor<6x6x2x2x14x64xf32>
// CHECK: %[[TILES:.*]] = tensor.collapse_shape %[[V]] {{.*}} into tensor<36x3584xf32>
// CHECK: %[[ROWS:.*]] = tensor.expand_shape %[[TILES]] {{.*}} into tensor<36x4x2x7x64xf32>
// CHECK: linalg.generic {indexing_maps = [#[[PLANES]], #[[POINTS]], {{.*}} ins(%[[ROWS]], %[[U]] : {{.*}}) outs(%{{.*}} : tensor<36x4x2x5x32xf32>)
// CHECK: %[[Y:.*]] = winograd.transform_result %{{.*}} into %{{.*}} tile = [4, 4] : tensor<6x6x2x2x10x32xf32>, tensor<10x8x8x32xf32>
// CHECK: tensor.expand_shape %[[Y]] {{.*}} into tensor<2x5x8x8x32xf32>
func.func @planes(%x: tensor<2x7x10x10x64xf32>, %empty: tensor<2x5x8x8x32xf32>) -> tensor<2x5x8x8x32xf32> {
  %f0 = arith.constant 0.0 : f32
  %start = linalg.fill ins(%f0 : f32) outs(%empty : tensor<2x5x8x8x32xf32>) -> tensor<2x5x8x8x32xf32>
  %w = ts.weight 0 : tensor<3x3x3x64x32xf32>
  %r = linalg.generic {indexing_maps = [#x, #k, #y], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction", "reduction"]} ins(%x, %w : tensor<2x7x10x10x64xf32>, tensor<3x3x3x64x32xf32>) outs(%start : tensor<2x5x8x8x32xf32>) attrs = {sconce.channel_dims = 1 : i64} {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %sum, %p : f32
    linalg.yield %s : f32
  } -> tensor<2x5x8x8x32xf32>
  return %r : tensor<2x5x8x8x32xf32>
}

// -----

#x = affine_map<(n, o, h, w, c, i, j) -> (n, h + i, w + j, c)>
#k = affine_map<(n, o, h, w, c, i, j) -> (i, j, c, o)>
#y = affine_map<(n, o, h, w, c, i, j) -> (n, h, w, o)>

// In a loop, too: what becomes of the weights is outside of it.
// CHECK-LABEL: func.func @loop
// CHECK: ts.weight 0
// CHECK: %[[U:.*]] = linalg.generic {{.*}} outs(%{{.*}} : tensor<36x64x64xf32>)
// CHECK: scf.for
// CHECK: %[[V:.*]] = winograd.transform_image
// CHECK: linalg.generic {{.*}} ins(%{{.*}}, %[[U]] :
// CHECK: winograd.transform_result
func.func @loop(%x: tensor<1x16x16x64xf32>, %empty: tensor<1x16x16x64xf32>) -> tensor<1x16x16x64xf32> {
  %f0 = arith.constant 0.0 : f32
  %start = linalg.fill ins(%f0 : f32) outs(%empty : tensor<1x16x16x64xf32>) -> tensor<1x16x16x64xf32>
  %w = ts.weight 0 : tensor<3x3x64x64xf32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  %zero = arith.constant 0.0 : f32
  %last = scf.for %i = %c0 to %c9 step %c1 iter_args(%before = %x) -> (tensor<1x16x16x64xf32>) {
    %padding = tensor.empty() : tensor<1x18x18x64xf32>
    %border = linalg.fill ins(%zero : f32) outs(%padding : tensor<1x18x18x64xf32>) -> tensor<1x18x18x64xf32>
    %padded = tensor.insert_slice %before into %border[0, 1, 1, 0] [1, 16, 16, 64] [1, 1, 1, 1] : tensor<1x16x16x64xf32> into tensor<1x18x18x64xf32>
    %r = linalg.generic {indexing_maps = [#x, #k, #y], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%padded, %w : tensor<1x18x18x64xf32>, tensor<3x3x64x64xf32>) outs(%start : tensor<1x16x16x64xf32>) attrs = {sconce.channel_dims = 1 : i64} {
    ^bb0(%a: f32, %b: f32, %sum: f32):
      %p = arith.mulf %a, %b : f32
      %s = arith.addf %sum, %p : f32
      linalg.yield %s : f32
    } -> tensor<1x16x16x64xf32>
    scf.yield %r : tensor<1x16x16x64xf32>
  }
  return %last : tensor<1x16x16x64xf32>
}

// -----

#x = affine_map<(n, o, h, w, c, i, j) -> (n, h * 2 + i, w * 2 + j, c)>
#k = affine_map<(n, o, h, w, c, i, j) -> (i, j, c, o)>
#y = affine_map<(n, o, h, w, c, i, j) -> (n, h, w, o)>

// At stride 2, tiles of 2 take patches of 5: 10 rows take 5 tiles, for which the image of 22 rows has one more than they need.
// CHECK-LABEL: func.func @strided
// CHECK: tensor.from_elements {{.*}} : tensor<5x3xf64>
// CHECK-NOT: tensor.insert_slice
// CHECK: %[[V:.*]] = winograd.transform_image %arg0 into %{{.*}} tile = [2, 2] stride = [2, 2] : tensor<1x22x22x64xf32>, tensor<5x5x5x5x1x64xf32>
// CHECK: tensor.collapse_shape %[[V]] {{.*}} into tensor<25x1600xf32>
// CHECK: winograd.transform_result %{{.*}} into %{{.*}} tile = [2, 2] stride = [2, 2] : tensor<5x5x5x5x1x48xf32>, tensor<1x10x10x48xf32>
func.func @strided(%x: tensor<1x22x22x64xf32>, %empty: tensor<1x10x10x48xf32>) -> tensor<1x10x10x48xf32> {
  %f0 = arith.constant 0.0 : f32
  %start = linalg.fill ins(%f0 : f32) outs(%empty : tensor<1x10x10x48xf32>) -> tensor<1x10x10x48xf32>
  %w = ts.weight 0 : tensor<3x3x64x48xf32>
  %r = linalg.generic {indexing_maps = [#x, #k, #y], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%x, %w : tensor<1x22x22x64xf32>, tensor<3x3x64x48xf32>) outs(%start : tensor<1x10x10x48xf32>) attrs = {sconce.channel_dims = 1 : i64} {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %sum, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x10x10x48xf32>
  return %r : tensor<1x10x10x48xf32>
}

// -----

#x = affine_map<(n, o, h, w, c, i, j) -> (n, h * 2 + i, w * 2 + j, c)>
#k = affine_map<(n, o, h, w, c, i, j) -> (i, j, c, o)>
#y = affine_map<(n, o, h, w, c, i, j) -> (n, h, w, o)>

// Sixteen tiles leave too many weights to be read for too little work.
// CHECK-LABEL: func.func @strided_tiny
// CHECK-NOT: winograd
func.func @strided_tiny(%x: tensor<1x16x16x64xf32>, %empty: tensor<1x7x7x48xf32>) -> tensor<1x7x7x48xf32> {
  %f0 = arith.constant 0.0 : f32
  %start = linalg.fill ins(%f0 : f32) outs(%empty : tensor<1x7x7x48xf32>) -> tensor<1x7x7x48xf32>
  %w = ts.weight 0 : tensor<3x3x64x48xf32>
  %r = linalg.generic {indexing_maps = [#x, #k, #y], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%x, %w : tensor<1x16x16x64xf32>, tensor<3x3x64x48xf32>) outs(%start : tensor<1x7x7x48xf32>) attrs = {sconce.channel_dims = 1 : i64} {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %sum, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x7x7x48xf32>
  return %r : tensor<1x7x7x48xf32>
}

// -----

#x = affine_map<(n, o, h, w, c, i, j) -> (n, h + i, w + j, c)>
#k = affine_map<(n, o, h, w, c, i, j) -> (i, j, c, o)>
#y = affine_map<(n, o, h, w, c, i, j) -> (n, h, w, o)>

// What is not summed from zero stays.
// CHECK-LABEL: func.func @started
// CHECK-NOT: winograd
func.func @started(%x: tensor<1x16x16x64xf32>, %start: tensor<1x14x14x32xf32>) -> tensor<1x14x14x32xf32> {
  %w = ts.weight 0 : tensor<3x3x64x32xf32>
  %r = linalg.generic {indexing_maps = [#x, #k, #y], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%x, %w : tensor<1x16x16x64xf32>, tensor<3x3x64x32xf32>) outs(%start : tensor<1x14x14x32xf32>) attrs = {sconce.channel_dims = 1 : i64} {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %sum, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x14x14x32xf32>
  return %r : tensor<1x14x14x32xf32>
}

// -----

#x = affine_map<(n, o, h, w, c, i, j) -> (n, h + i, w + j, c)>
#k = affine_map<(n, o, h, w, c, i, j) -> (i, j, c, o)>
#y = affine_map<(n, o, h, w, c, i, j) -> (n, h, w, o)>

// Few weights, and points that a second-level cache does not hold: blocks of the 15 tiles of a row that are as long as each other.
// CHECK-LABEL: func.func @blocked
// CHECK: %[[U:.*]] = linalg.generic {{.*}} outs(%{{.*}} : tensor<36x32x32xf32>)
// CHECK-NOT: transform_image
// CHECK: winograd.convolve %arg0, %[[U]] into %{{.*}} tile = [4, 4] block = 15 : tensor<1x62x62x32xf32>, tensor<36x32x32xf32>, tensor<1x60x60x32xf32> -> tensor<1x60x60x32xf32>
func.func @blocked(%x: tensor<1x62x62x32xf32>, %empty: tensor<1x60x60x32xf32>) -> tensor<1x60x60x32xf32> {
  %f0 = arith.constant 0.0 : f32
  %start = linalg.fill ins(%f0 : f32) outs(%empty : tensor<1x60x60x32xf32>) -> tensor<1x60x60x32xf32>
  %w = ts.weight 0 : tensor<3x3x32x32xf32>
  %r = linalg.generic {indexing_maps = [#x, #k, #y], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%x, %w : tensor<1x62x62x32xf32>, tensor<3x3x32x32xf32>) outs(%start : tensor<1x60x60x32xf32>) attrs = {sconce.channel_dims = 1 : i64} {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %sum, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x60x60x32xf32>
  return %r : tensor<1x60x60x32xf32>
}

// -----

#x = affine_map<(n, o, h, w, c, i, j) -> (n, h + i, w + j, c)>
#k = affine_map<(n, o, h, w, c, i, j) -> (i, j, c, o)>
#y = affine_map<(n, o, h, w, c, i, j) -> (n, h, w, o)>

// Five taps: tiles of 2, the points of six numbers.
// CHECK-LABEL: func.func @five
// CHECK: tensor.from_elements {{.*}} : tensor<6x5xf64>
// CHECK: winograd.transform_image %arg0 into %{{.*}} tile = [2, 2] taps = [5, 5] : tensor<1x16x16x32xf32>, tensor<6x6x6x6x1x32xf32>
// CHECK: winograd.transform_result %{{.*}} into %{{.*}} tile = [2, 2] taps = [5, 5] : tensor<6x6x6x6x1x32xf32>, tensor<1x12x12x32xf32>
func.func @five(%x: tensor<1x16x16x32xf32>, %empty: tensor<1x12x12x32xf32>) -> tensor<1x12x12x32xf32> {
  %f0 = arith.constant 0.0 : f32
  %start = linalg.fill ins(%f0 : f32) outs(%empty : tensor<1x12x12x32xf32>) -> tensor<1x12x12x32xf32>
  %w = ts.weight 0 : tensor<5x5x32x32xf32>
  %r = linalg.generic {indexing_maps = [#x, #k, #y], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%x, %w : tensor<1x16x16x32xf32>, tensor<5x5x32x32xf32>) outs(%start : tensor<1x12x12x32xf32>) attrs = {sconce.channel_dims = 1 : i64} {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %sum, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x12x12x32xf32>
  return %r : tensor<1x12x12x32xf32>
}

// -----

#x = affine_map<(n, o, h, w, c, i, j) -> (n, c, h * 2 + i, w * 2 + j)>
#k = affine_map<(n, o, h, w, c, i, j) -> (i, j, c, o)>
#y = affine_map<(n, o, h, w, c, i, j) -> (n, h, w, o)>

// Seven taps at stride 2, on an argument, are four for each of four phases of three channels. Columns are sorted by the eight that tiles are
// apart.
// CHECK-LABEL: func.func @phases
// CHECK: %[[EIGHT:.*]] = tensor.insert_slice %{{.*}} into %{{.*}}[0, 0, 0, 0] [7, 7, 3, 64] [1, 1, 1, 1] : tensor<7x7x3x64xf32> into tensor<8x8x3x64xf32>
// CHECK: tensor.expand_shape %[[EIGHT]] {{.*}} into tensor<1x4x2x1x4x2x3x64xf32>
// CHECK: tensor.collapse_shape %{{.*}} : tensor<4x4x1x1x2x2x3x64xf32> into tensor<4x4x12x64xf32>
// CHECK: %[[WIDE:.*]] = tensor.insert_slice %arg0 into %{{.*}} : tensor<1x3x230x230xf32> into tensor<1x3x230x232xf32>
// CHECK: tensor.expand_shape %[[WIDE]] {{.*}} into tensor<1x3x230x29x8xf32>
// CHECK: %[[SORTED:.*]] = linalg.generic {{.*}} outs(%{{.*}} : tensor<1x3x230x8x29xf32>)
// CHECK: winograd.convolve %[[SORTED]], %{{.*}} into %{{.*}} tile = [4, 4] taps = [4, 4] block = 14 : tensor<1x3x230x8x29xf32>, tensor<49x12x64xf32>, tensor<1x112x112x64xf32>
func.func @phases(%x: tensor<1x3x230x230xf32>, %empty: tensor<1x112x112x64xf32>) -> tensor<1x112x112x64xf32> {
  %f0 = arith.constant 0.0 : f32
  %start = linalg.fill ins(%f0 : f32) outs(%empty : tensor<1x112x112x64xf32>) -> tensor<1x112x112x64xf32>
  %w = ts.weight 0 : tensor<7x7x3x64xf32>
  %r = linalg.generic {indexing_maps = [#x, #k, #y], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%x, %w : tensor<1x3x230x230xf32>, tensor<7x7x3x64xf32>) outs(%start : tensor<1x112x112x64xf32>) attrs = {sconce.channel_dims = 1 : i64} {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %sum, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x112x112x64xf32>
  return %r : tensor<1x112x112x64xf32>
}

// -----

#x = affine_map<(n, o, h, w, c, i, j) -> (n, h * 2 + i, w * 2 + j, c)>
#k = affine_map<(n, o, h, w, c, i, j) -> (i, j, c, o)>
#y = affine_map<(n, o, h, w, c, i, j) -> (n, h, w, o)>

// The same of a small image with its channels last, whose phases are put beside each other as channels. 33 rows are 17 of each phase,
// 13 results take patches of 19 of these.
// CHECK-LABEL: func.func @few_phases
// CHECK: %[[PADDED:.*]] = tensor.insert_slice %arg0 into %{{.*}} : tensor<1x33x33x8xf32> into tensor<1x38x38x8xf32>
// CHECK: tensor.expand_shape %[[PADDED]] {{.*}} into tensor<1x19x2x19x2x8xf32>
// CHECK: %[[CHANNELS:.*]] = tensor.collapse_shape %{{.*}} : tensor<1x19x19x2x2x8xf32> into tensor<1x19x19x32xf32>
// CHECK: winograd.transform_image %[[CHANNELS]] into %{{.*}} tile = [4, 4] taps = [4, 4] : tensor<1x19x19x32xf32>, tensor<7x7x4x4x1x32xf32>
func.func @few_phases(%x: tensor<1x33x33x8xf32>, %empty: tensor<1x13x13x32xf32>) -> tensor<1x13x13x32xf32> {
  %f0 = arith.constant 0.0 : f32
  %start = linalg.fill ins(%f0 : f32) outs(%empty : tensor<1x13x13x32xf32>) -> tensor<1x13x13x32xf32>
  %w = ts.weight 0 : tensor<8x8x8x32xf32>
  %r = linalg.generic {indexing_maps = [#x, #k, #y], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%x, %w : tensor<1x33x33x8xf32>, tensor<8x8x8x32xf32>) outs(%start : tensor<1x13x13x32xf32>) attrs = {sconce.channel_dims = 1 : i64} {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %sum, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x13x13x32xf32>
  return %r : tensor<1x13x13x32xf32>
}

// -----

#x = affine_map<(n, o, w, c, j) -> (n, w + j, c)>
#k = affine_map<(n, o, w, c, j) -> (j, c, o)>
#y = affine_map<(n, o, w, c, j) -> (n, w, o)>

// Three taps of a line: eight points for six results.
// CHECK-LABEL: func.func @line
// CHECK: tensor.from_elements %{{[^,]*}} : tensor<1x1xf64>
// CHECK: tensor.from_elements {{.*}} : tensor<8x3xf64>
// CHECK: %[[U:.*]] = linalg.generic {{.*}} outs(%{{.*}} : tensor<8x32x48xf32>)
// CHECK: %[[X:.*]] = tensor.expand_shape %arg0 {{.*}} into tensor<2x1x74x32xf32>
// CHECK: %[[V:.*]] = winograd.transform_image %[[X]] into %{{.*}} tile = [1, 6] taps = [1, 3] : tensor<2x1x74x32xf32>, tensor<1x8x1x12x2x32xf32>
// CHECK: %[[M:.*]] = linalg.generic {{.*}} ins(%{{.*}}, %[[U]] : tensor<8x24x32xf32>, tensor<8x32x48xf32>)
// CHECK: %[[Y:.*]] = winograd.transform_result %{{.*}} into %{{.*}} tile = [1, 6] taps = [1, 3] : tensor<1x8x1x12x2x48xf32>, tensor<2x1x72x48xf32>
// CHECK: tensor.collapse_shape %[[Y]] {{.*}} into tensor<2x72x48xf32>
func.func @line(%x: tensor<2x74x32xf32>, %empty: tensor<2x72x48xf32>) -> tensor<2x72x48xf32> {
  %f0 = arith.constant 0.0 : f32
  %start = linalg.fill ins(%f0 : f32) outs(%empty : tensor<2x72x48xf32>) -> tensor<2x72x48xf32>
  %w = ts.weight 0 : tensor<3x32x48xf32>
  %r = linalg.generic {indexing_maps = [#x, #k, #y], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%x, %w : tensor<2x74x32xf32>, tensor<3x32x48xf32>) outs(%start : tensor<2x72x48xf32>) attrs = {sconce.channel_dims = 1 : i64} {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %sum, %p : f32
    linalg.yield %s : f32
  } -> tensor<2x72x48xf32>
  return %r : tensor<2x72x48xf32>
}

// -----

#x = affine_map<(n, o, w, c, j) -> (n, w + j, c)>
#k = affine_map<(n, o, w, c, j) -> (j, c, o)>
#y = affine_map<(n, o, w, c, j) -> (n, w, o)>

// Six tiles of six are too few to read weights for, and so are eight of four and eleven of two.
// CHECK-LABEL: func.func @short_line
// CHECK-NOT: winograd
func.func @short_line(%x: tensor<1x24x32xf32>, %empty: tensor<1x22x32xf32>) -> tensor<1x22x32xf32> {
  %f0 = arith.constant 0.0 : f32
  %start = linalg.fill ins(%f0 : f32) outs(%empty : tensor<1x22x32xf32>) -> tensor<1x22x32xf32>
  %w = ts.weight 0 : tensor<3x32x32xf32>
  %r = linalg.generic {indexing_maps = [#x, #k, #y], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%x, %w : tensor<1x24x32xf32>, tensor<3x32x32xf32>) outs(%start : tensor<1x22x32xf32>) attrs = {sconce.channel_dims = 1 : i64} {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %sum, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x22x32xf32>
  return %r : tensor<1x22x32xf32>
}

// -----

#x = affine_map<(n, o, w, c, j) -> (n, w + j, c)>
#k = affine_map<(n, o, w, c, j) -> (j, c, o)>
#y = affine_map<(n, o, w, c, j) -> (n, w, o)>

// Seven taps are two groups of four, of which the second reads the next tiles.
// CHECK-DAG: #[[GROUPS:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1 + d3, d4)>
// CHECK-DAG: #[[TAPS:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d3, d4, d2)>
// CHECK-LABEL: func.func @groups_of_taps
// CHECK: %[[EIGHT:.*]] = tensor.insert_slice %{{.*}} into %{{.*}}[0, 0, 0, 0] [1, 7, 32, 32] {{.*}} into tensor<1x8x32x32xf32>
// CHECK: tensor.expand_shape %[[EIGHT]] {{.*}} into tensor<1x1x1x2x4x1x32x32xf32>
// CHECK: tensor.collapse_shape %{{.*}} : tensor<1x4x1x2x1x1x32x32xf32> into tensor<1x4x64x32xf32>
// CHECK: %[[U:.*]] = linalg.generic {{.*}} outs(%{{.*}} : tensor<7x64x32xf32>)
// CHECK: winograd.transform_image %{{.*}} into %{{.*}} tile = [1, 4] taps = [1, 4] : tensor<1x1x107x32xf32>, tensor<1x7x1x26x1x32xf32>
// CHECK: linalg.generic {indexing_maps = [#[[GROUPS]], #[[TAPS]], {{.*}} : tensor<7x26x32xf32>, tensor<7x2x32x32xf32>) outs(%{{.*}} : tensor<7x25x32xf32>) attrs = {sconce.channel_dims = 0 : i64}
// CHECK: winograd.transform_result {{.*}} : tensor<1x7x1x25x1x32xf32>, tensor<1x1x100x32xf32>
func.func @groups_of_taps(%x: tensor<1x106x32xf32>, %empty: tensor<1x100x32xf32>) -> tensor<1x100x32xf32> {
  %f0 = arith.constant 0.0 : f32
  %start = linalg.fill ins(%f0 : f32) outs(%empty : tensor<1x100x32xf32>) -> tensor<1x100x32xf32>
  %w = ts.weight 0 : tensor<7x32x32xf32>
  %r = linalg.generic {indexing_maps = [#x, #k, #y], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%x, %w : tensor<1x106x32xf32>, tensor<7x32x32xf32>) outs(%start : tensor<1x100x32xf32>) attrs = {sconce.channel_dims = 1 : i64} {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %sum, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x100x32xf32>
  return %r : tensor<1x100x32xf32>
}

// -----

#x = affine_map<(n, o, w, c, j) -> (n, w * 4 + j, c)>
#k = affine_map<(n, o, w, c, j) -> (j, c, o)>
#y = affine_map<(n, o, w, c, j) -> (n, w, o)>

// At stride 4, eight taps are two for each of four phases, which are neighbours among channels as they lie.
// CHECK-LABEL: func.func @summed_line
// CHECK: winograd.transform_image %{{.*}} into %{{.*}} tile = [1, 4] taps = [1, 2] : tensor<1x1x101x32xf32>, tensor<1x5x1x25x1x32xf32>
func.func @summed_line(%x: tensor<1x404x8xf32>, %empty: tensor<1x100x32xf32>) -> tensor<1x100x32xf32> {
  %f0 = arith.constant 0.0 : f32
  %start = linalg.fill ins(%f0 : f32) outs(%empty : tensor<1x100x32xf32>) -> tensor<1x100x32xf32>
  %w = ts.weight 0 : tensor<8x8x32xf32>
  %r = linalg.generic {indexing_maps = [#x, #k, #y], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%x, %w : tensor<1x404x8xf32>, tensor<8x8x32xf32>) outs(%start : tensor<1x100x32xf32>) attrs = {sconce.channel_dims = 1 : i64} {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %sum, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x100x32xf32>
  return %r : tensor<1x100x32xf32>
}

// -----

#x = affine_map<(n, o, w, c, j) -> (n, w + j * 8, c)>
#k = affine_map<(n, o, w, c, j) -> (j, c, o)>
#y = affine_map<(n, o, w, c, j) -> (n, w, o)>

// Each eighth element is of one line.
// CHECK-LABEL: func.func @dilated_line
// CHECK: tensor.collapse_shape %{{.*}} : tensor<1x1x8x1x26x32xf32> into tensor<8x1x26x32xf32>
// CHECK: winograd.transform_image %{{.*}} into %{{.*}} tile = [1, 6] taps = [1, 3] : tensor<8x1x26x32xf32>, tensor<1x8x1x4x8x32xf32>
// CHECK: %[[Y:.*]] = winograd.transform_result
// CHECK: tensor.expand_shape %[[Y]] {{.*}} : tensor<8x1x24x32xf32> into tensor<1x1x8x1x24x32xf32>
func.func @dilated_line(%x: tensor<1x208x32xf32>, %empty: tensor<1x192x32xf32>) -> tensor<1x192x32xf32> {
  %f0 = arith.constant 0.0 : f32
  %start = linalg.fill ins(%f0 : f32) outs(%empty : tensor<1x192x32xf32>) -> tensor<1x192x32xf32>
  %w = ts.weight 0 : tensor<3x32x32xf32>
  %r = linalg.generic {indexing_maps = [#x, #k, #y], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%x, %w : tensor<1x208x32xf32>, tensor<3x32x32xf32>) outs(%start : tensor<1x192x32xf32>) attrs = {sconce.channel_dims = 1 : i64} {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %sum, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x192x32xf32>
  return %r : tensor<1x192x32xf32>
}

// -----

#x = affine_map<(n, o, h, w, c, i, j) -> (n, h + i, w + j, c)>
#k = affine_map<(n, o, h, w, c, i, j) -> (i, j, c, o)>
#y = affine_map<(n, o, h, w, c, i, j) -> (n, h, w, o)>

// Taps along the height alone.
// CHECK-LABEL: func.func @column
// CHECK: winograd.transform_image %arg0 into %{{.*}} tile = [4, 1] taps = [5, 1] : tensor<1x16x7x32xf32>, tensor<8x1x3x7x1x32xf32>
func.func @column(%x: tensor<1x16x7x32xf32>, %empty: tensor<1x12x7x32xf32>) -> tensor<1x12x7x32xf32> {
  %f0 = arith.constant 0.0 : f32
  %start = linalg.fill ins(%f0 : f32) outs(%empty : tensor<1x12x7x32xf32>) -> tensor<1x12x7x32xf32>
  %w = ts.weight 0 : tensor<5x1x32x32xf32>
  %r = linalg.generic {indexing_maps = [#x, #k, #y], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%x, %w : tensor<1x16x7x32xf32>, tensor<5x1x32x32xf32>) outs(%start : tensor<1x12x7x32xf32>) attrs = {sconce.channel_dims = 1 : i64} {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %sum, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x12x7x32xf32>
  return %r : tensor<1x12x7x32xf32>
}

// -----

#x = affine_map<(n, o, z, h, w, c, k, i, j) -> (n, z + k, h + i, w + j, c)>
#k = affine_map<(n, o, z, h, w, c, k, i, j) -> (k, i, j, c, o)>
#y = affine_map<(n, o, z, h, w, c, k, i, j) -> (n, z, h, w, o)>

// Taps along planes alone: planes are the width.
// CHECK-LABEL: func.func @planes_alone
// CHECK: %[[X:.*]] = tensor.collapse_shape %arg0 {{.*}} into tensor<1x10x30x32xf32>
// CHECK: winograd.transform_image %[[X]] into %{{.*}} tile = [4, 1] taps = [3, 1] : tensor<1x10x30x32xf32>, tensor<6x1x2x30x1x32xf32>
// CHECK: tensor.expand_shape %{{.*}} : tensor<1x8x30x32xf32> into tensor<1x8x5x6x32xf32>
func.func @planes_alone(%x: tensor<1x10x5x6x32xf32>, %empty: tensor<1x8x5x6x32xf32>) -> tensor<1x8x5x6x32xf32> {
  %f0 = arith.constant 0.0 : f32
  %start = linalg.fill ins(%f0 : f32) outs(%empty : tensor<1x8x5x6x32xf32>) -> tensor<1x8x5x6x32xf32>
  %w = ts.weight 0 : tensor<3x1x1x32x32xf32>
  %r = linalg.generic {indexing_maps = [#x, #k, #y], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction", "reduction"]} ins(%x, %w : tensor<1x10x5x6x32xf32>, tensor<3x1x1x32x32xf32>) outs(%start : tensor<1x8x5x6x32xf32>) attrs = {sconce.channel_dims = 1 : i64} {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %sum, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x8x5x6x32xf32>
  return %r : tensor<1x8x5x6x32xf32>
}
