// RUN: sconce-opt %s --sconce-assign-layouts --split-input-file | FileCheck %s

#x = affine_map<(n, o, h, w, c, i, j) -> (n, c, h + i, w + j)>
#k = affine_map<(n, o, h, w, c, i, j) -> (o, c, i, j)>
#y = affine_map<(n, o, h, w, c, i, j) -> (n, o, h, w)>
#id = affine_map<(n, c, h, w) -> (n, c, h, w)>

// A convolution's result has its channels last, and what is elementwise after it, too; its weights are copied to the order
// taps, input channels, output channels. What returns has PyTorch's order again.
// CHECK-DAG: #[[OIHW:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
// CHECK-DAG: #[[HWIO:.*]] = affine_map<(d0, d1, d2, d3) -> (d2, d3, d1, d0)>
// CHECK-DAG: #[[Y:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d2, d3, d1)>
// CHECK-DAG: #[[K:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d5, d6, d4, d1)>
// CHECK-DAG: #[[X:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d4, d2 + d5, d3 + d6)>
// CHECK-DAG: #[[LAST:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d2, d3, d1)>
// CHECK-LABEL: func.func @convolution
// CHECK: %[[W:.*]] = ts.weight 0
// CHECK: %[[PACKED:.*]] = linalg.generic {indexing_maps = [#[[OIHW]], #[[HWIO]]]{{.*}} ins(%[[W]] : tensor<16x3x3x3xf32>) outs(%{{.*}} : tensor<3x3x3x16xf32>)
// CHECK: %[[C:.*]] = linalg.generic {indexing_maps = [#[[X]], #[[K]], #[[Y]]]{{.*}} ins(%{{.*}}, %[[PACKED]] : tensor<1x3x10x10xf32>, tensor<3x3x3x16xf32>) outs(%{{.*}} : tensor<1x8x8x16xf32>)
// CHECK: %[[R:.*]] = linalg.generic {indexing_maps = [#[[LAST]], #[[LAST]]]{{.*}} ins(%[[C]] : tensor<1x8x8x16xf32>) outs(%{{.*}} : tensor<1x8x8x16xf32>)
// CHECK: %[[BACK:.*]] = linalg.generic {indexing_maps = [#[[LAST]], #[[OIHW]]]{{.*}} ins(%[[R]] : tensor<1x8x8x16xf32>) outs(%{{.*}} : tensor<1x16x8x8xf32>)
// CHECK: return %[[BACK]]
func.func @convolution(%x: tensor<1x3x10x10xf32>) -> tensor<1x16x8x8xf32> {
  %w = ts.weight 0 : tensor<16x3x3x3xf32>
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<1x16x8x8xf32>
  %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<1x16x8x8xf32>) -> tensor<1x16x8x8xf32>
  %y = linalg.generic {indexing_maps = [#x, #k, #y], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%x, %w : tensor<1x3x10x10xf32>, tensor<16x3x3x3xf32>) outs(%start : tensor<1x16x8x8xf32>) attrs = {sconce.channel_dims = 1 : i64} {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %sum, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x16x8x8xf32>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x16x8x8xf32>) outs(%empty : tensor<1x16x8x8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %m = arith.maximumf %a, %zero : f32
    linalg.yield %m : f32
  } -> tensor<1x16x8x8xf32>
  return %r : tensor<1x16x8x8xf32>
}

// -----

#a = affine_map<(m, n, k) -> (m, k)>
#b = affine_map<(m, n, k) -> (n, k)>
#c = affine_map<(m, n, k) -> (m, n)>

// The weights of a linear layer are read by rows of outputs; with one row and few columns, as they are.
// CHECK-LABEL: func.func @linear
// CHECK: linalg.generic {{.*}} outs(%{{.*}} : tensor<32x8xf32>)
// CHECK: linalg.generic {{.*}} ins(%{{.*}}, %{{.*}} : tensor<4x32xf32>, tensor<32x8xf32>)
func.func @linear(%x: tensor<4x32xf32>, %start: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %w = ts.weight 0 : tensor<8x32xf32>
  %y = linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]} ins(%x, %w : tensor<4x32xf32>, tensor<8x32xf32>) outs(%start : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %sum, %p : f32
    linalg.yield %s : f32
  } -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @one_row
// CHECK: linalg.generic {{.*}} ins(%{{.*}}, %{{.*}} : tensor<1x32xf32>, tensor<8x32xf32>)
func.func @one_row(%x: tensor<1x32xf32>, %start: tensor<1x8xf32>) -> tensor<1x8xf32> {
  %w = ts.weight 0 : tensor<8x32xf32>
  %y = linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]} ins(%x, %w : tensor<1x32xf32>, tensor<8x32xf32>) outs(%start : tensor<1x8xf32>) {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %sum, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x8xf32>
  return %y : tensor<1x8xf32>
}

// -----

// To and from a tensor of one element there are no dimensions to group.
// CHECK-LABEL: func.func @one_element
// CHECK: tensor.collapse_shape %{{.*}} [] : tensor<1x1xf32> into tensor<f32>
// CHECK: tensor.expand_shape %{{.*}} [] output_shape [1, 1, 1] : tensor<f32> into tensor<1x1x1xf32>
func.func @one_element(%x: tensor<1x1xf32>) -> tensor<1x1x1xf32> {
  %flat = tensor.collapse_shape %x [] : tensor<1x1xf32> into tensor<f32>
  %y = tensor.expand_shape %flat [] output_shape [1, 1, 1] : tensor<f32> into tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// -----

#a = affine_map<(m, n, k) -> (m, k)>
#b = affine_map<(m, n, k) -> (n, k)>
#c = affine_map<(m, n, k) -> (m, n)>

// One row times a weight that is read from a cache runs lanes over the columns; a large one comes from memory in any order.
// CHECK-LABEL: func.func @row_of_a_cached_weight
// CHECK: %[[SMALL:.*]] = ts.weight 0
// CHECK: %[[T:.*]] = linalg.generic {{.*}} ins(%[[SMALL]] : tensor<64x32xf32>) outs(%{{.*}} : tensor<32x64xf32>)
// CHECK: %[[LARGE:.*]] = ts.weight 1
// CHECK: linalg.generic {{.*}} ins(%{{.*}}, %[[T]] : tensor<1x32xf32>, tensor<32x64xf32>)
// CHECK: linalg.generic {{.*}} ins(%{{.*}}, %[[LARGE]] : tensor<1x64xf32>, tensor<2048x64xf32>)
func.func @row_of_a_cached_weight(%x: tensor<1x32xf32>, %s: tensor<1x64xf32>, %t: tensor<1x2048xf32>) -> tensor<1x2048xf32> {
  %w = ts.weight 0 : tensor<64x32xf32>
  %v = ts.weight 1 : tensor<2048x64xf32>
  %y = linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]} ins(%x, %w : tensor<1x32xf32>, tensor<64x32xf32>) outs(%s : tensor<1x64xf32>) {
  ^bb0(%p: f32, %q: f32, %sum: f32):
    %m = arith.mulf %p, %q : f32
    %r = arith.addf %sum, %m : f32
    linalg.yield %r : f32
  } -> tensor<1x64xf32>
  %z = linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]} ins(%y, %v : tensor<1x64xf32>, tensor<2048x64xf32>) outs(%t : tensor<1x2048xf32>) {
  ^bb0(%p: f32, %q: f32, %sum: f32):
    %m = arith.mulf %p, %q : f32
    %r = arith.addf %sum, %m : f32
    linalg.yield %r : f32
  } -> tensor<1x2048xf32>
  return %z : tensor<1x2048xf32>
}

// -----

#x = affine_map<(n, o, w, c, i) -> (n, c, w + i)>
#k = affine_map<(n, o, w, c, i) -> (o, c, i)>
#y = affine_map<(n, o, w, c, i) -> (n, o, w)>

// A convolution at one place reads its weights by taps, too: whatever their size, the image's channels are neighbours.
// CHECK-LABEL: func.func @one_place
// CHECK: linalg.generic {{.*}} ins(%{{.*}} : tensor<64x512x3xf32>) outs(%{{.*}} : tensor<3x512x64xf32>)
func.func @one_place(%x: tensor<1x512x3xf32>, %s: tensor<1x64x1xf32>) -> tensor<1x64x1xf32> {
  %w = ts.weight 0 : tensor<64x512x3xf32>
  %r = linalg.generic {indexing_maps = [#x, #k, #y], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%x, %w : tensor<1x512x3xf32>, tensor<64x512x3xf32>) outs(%s : tensor<1x64x1xf32>) attrs = {sconce.channel_dims = 1 : i64} {
  ^bb0(%p: f32, %q: f32, %sum: f32):
    %m = arith.mulf %p, %q : f32
    %t = arith.addf %sum, %m : f32
    linalg.yield %t : f32
  } -> tensor<1x64x1xf32>
  return %r : tensor<1x64x1xf32>
}

// -----

#x = affine_map<(n, g, o, h, w, c, i, j) -> (n, g, c, h + i, w + j)>
#w = affine_map<(n, g, o, h, w, c, i, j) -> (g, o, c, i, j)>
#y = affine_map<(n, g, o, h, w, c, i, j) -> (n, g, o, h, w)>

// Groups of four channels in and six out: lanes run over the groups, which are last in image, weights and result. That is no order of
// the channels that were split into groups, so copies stand before and behind.
// CHECK: #[[X:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6, d7) -> (d0, d3 + d6, d4 + d7, d5, d1)>
// CHECK: #[[W:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6, d7) -> (d5, d6, d7, d2, d1)>
// CHECK: #[[Y:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6, d7) -> (d0, d3, d4, d2, d1)>
// CHECK-LABEL: func.func @grouped(
// CHECK: linalg.generic {{.*}} outs(%{{.*}} : tensor<1x10x10x4x32xf32>)
// CHECK: linalg.generic {indexing_maps = [#[[X]], #[[W]], #[[Y]]]{{.*}} ins(%{{.*}}, %{{.*}} : tensor<1x10x10x4x32xf32>, tensor<4x3x3x6x32xf32>) outs(%{{.*}} : tensor<1x8x8x6x32xf32>)
// CHECK: linalg.generic {{.*}} outs(%{{.*}} : tensor<1x32x6x8x8xf32>)
// CHECK: tensor.collapse_shape
func.func @grouped(%x: tensor<1x128x10x10xf32>) -> tensor<1x192x8x8xf32> {
  %weights = ts.weight 0 : tensor<32x6x4x3x3xf32>
  %zero = arith.constant 0.0 : f32
  %s = tensor.expand_shape %x [[0], [1, 2], [3], [4]] output_shape [1, 32, 4, 10, 10] : tensor<1x128x10x10xf32> into tensor<1x32x4x10x10xf32>
  %e = tensor.empty() : tensor<1x32x6x8x8xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<1x32x6x8x8xf32>) -> tensor<1x32x6x8x8xf32>
  %y = linalg.generic {indexing_maps = [#x, #w, #y], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
      ins(%s, %weights : tensor<1x32x4x10x10xf32>, tensor<32x6x4x3x3xf32>) outs(%f : tensor<1x32x6x8x8xf32>) attrs = {sconce.channel_dims = 2 : i64} {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.mulf %a, %b : f32
    %p = arith.addf %o, %m : f32
    linalg.yield %p : f32
  } -> tensor<1x32x6x8x8xf32>
  %r = tensor.collapse_shape %y [[0], [1, 2], [3], [4]] : tensor<1x32x6x8x8xf32> into tensor<1x192x8x8xf32>
  return %r : tensor<1x192x8x8xf32>
}

// -----

#x = affine_map<(n, g, o, h, w, c, i, j) -> (n, g, c, h + i, w + j)>
#w = affine_map<(n, g, o, h, w, c, i, j) -> (g, o, c, i, j)>
#y = affine_map<(n, g, o, h, w, c, i, j) -> (n, g, o, h, w)>

// With as many channels out as in, groups and their channels stay in order: lanes run over both (sconce-join-groups).
// CHECK: #[[X:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6, d7) -> (d0, d3 + d6, d4 + d7, d1, d5)>
// CHECK: #[[W:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6, d7) -> (d1, d6, d7, d5, d2)>
// CHECK: #[[Y:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6, d7) -> (d0, d3, d4, d1, d2)>
// CHECK-LABEL: func.func @grouped_alike(
// CHECK: linalg.generic {{.*}} outs(%{{.*}} : tensor<1x10x10x128xf32>)
// CHECK: tensor.expand_shape
// CHECK: linalg.generic {indexing_maps = [#[[X]], #[[W]], #[[Y]]]{{.*}} ins(%{{.*}}, %{{.*}} : tensor<1x10x10x32x4xf32>, tensor<32x3x3x4x4xf32>) outs(%{{.*}} : tensor<1x8x8x32x4xf32>)
// CHECK-NEXT: ^bb0
// CHECK: tensor.collapse_shape {{.*}} into tensor<1x8x8x128xf32>
func.func @grouped_alike(%x: tensor<1x128x10x10xf32>) -> tensor<1x128x8x8xf32> {
  %weights = ts.weight 0 : tensor<32x4x4x3x3xf32>
  %zero = arith.constant 0.0 : f32
  %s = tensor.expand_shape %x [[0], [1, 2], [3], [4]] output_shape [1, 32, 4, 10, 10] : tensor<1x128x10x10xf32> into tensor<1x32x4x10x10xf32>
  %e = tensor.empty() : tensor<1x32x4x8x8xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<1x32x4x8x8xf32>) -> tensor<1x32x4x8x8xf32>
  %y = linalg.generic {indexing_maps = [#x, #w, #y], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
      ins(%s, %weights : tensor<1x32x4x10x10xf32>, tensor<32x4x4x3x3xf32>) outs(%f : tensor<1x32x4x8x8xf32>) attrs = {sconce.channel_dims = 2 : i64} {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.mulf %a, %b : f32
    %p = arith.addf %o, %m : f32
    linalg.yield %p : f32
  } -> tensor<1x32x4x8x8xf32>
  %r = tensor.collapse_shape %y [[0], [1, 2], [3], [4]] : tensor<1x32x4x8x8xf32> into tensor<1x128x8x8xf32>
  return %r : tensor<1x128x8x8xf32>
}
