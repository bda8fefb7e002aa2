// RUN: sconce-opt %s --sconce-join-groups=vector-bits=512 --split-input-file | FileCheck %s

#x = affine_map<(n, g, o, w, i, c) -> (n, w + i, g, c)>
#w = affine_map<(n, g, o, w, i, c) -> (g, i, c, o)>
#y = affine_map<(n, g, o, w, i, c) -> (n, w, g, o)>
#e = affine_map<(n, w, c) -> (n, w, c)>

// Two groups of eight fill a vector: each channel reads those of its group, the weight has groups and channels last as one, and the
// channels of the result are one dimension, as what follows has them.
// CHECK-DAG: #[[X:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d2 + d3, (d1 floordiv 8) * 8 + d4)>
// CHECK-DAG: #[[W:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d3, d4, d1)>
// CHECK-DAG: #[[Y:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d2, d1)>
// CHECK-LABEL: func.func @few(
// CHECK-SAME: %[[X0:.*]]: tensor<1x30x104xf32>)
// CHECK: %[[START:.*]] = linalg.fill {{.*}} outs(%{{.*}} : tensor<1x28x104xf32>)
// CHECK: %[[COPY:.*]] = linalg.generic {{.*}} outs(%{{.*}} : tensor<3x8x13x8xf32>)
// CHECK: %[[WEIGHT:.*]] = tensor.collapse_shape %[[COPY]] {{.*}} into tensor<3x8x104xf32>
// CHECK: %[[SUM:.*]] = linalg.generic {indexing_maps = [#[[X]], #[[W]], #[[Y]]], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%[[X0]], %[[WEIGHT]] : {{.*}}) outs(%[[START]] : {{.*}}) attrs = {sconce.channel_dims = 1 : i64}
// CHECK-NOT: collapse_shape
// CHECK: linalg.generic {{.*}} ins(%[[SUM]] : tensor<1x28x104xf32>)
func.func @few(%x: tensor<1x30x104xf32>) -> tensor<1x28x104xf32> {
  %weight = ts.weight 0 : tensor<13x3x8x8xf32>
  %zero = arith.constant 0.0 : f32
  %s = tensor.expand_shape %x [[0], [1], [2, 3]] output_shape [1, 30, 13, 8] : tensor<1x30x104xf32> into tensor<1x30x13x8xf32>
  %e = tensor.empty() : tensor<1x28x13x8xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<1x28x13x8xf32>) -> tensor<1x28x13x8xf32>
  %y = linalg.generic {indexing_maps = [#x, #w, #y], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction"]}
      ins(%s, %weight : tensor<1x30x13x8xf32>, tensor<13x3x8x8xf32>) outs(%f : tensor<1x28x13x8xf32>) attrs = {sconce.channel_dims = 2 : i64} {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.mulf %a, %b : f32
    %p = arith.addf %o, %m : f32
    linalg.yield %p : f32
  } -> tensor<1x28x13x8xf32>
  %c = tensor.collapse_shape %y [[0], [1], [2, 3]] : tensor<1x28x13x8xf32> into tensor<1x28x104xf32>
  %t = tensor.empty() : tensor<1x28x104xf32>
  %r = linalg.generic {indexing_maps = [#e, #e], iterator_types = ["parallel", "parallel", "parallel"]} ins(%c : tensor<1x28x104xf32>) outs(%t : tensor<1x28x104xf32>) {
  ^bb0(%a: f32, %o: f32):
    %m = arith.maximumf %a, %zero : f32
    linalg.yield %m : f32
  } -> tensor<1x28x104xf32>
  return %r : tensor<1x28x104xf32>
}

// -----

#x = affine_map<(n, g, o, w, i, c) -> (n, w + i, g, c)>
#w = affine_map<(n, g, o, w, i, c) -> (g, i, c, o)>
#y = affine_map<(n, g, o, w, i, c) -> (n, w, g, o)>

// Groups that fill a vector each stay loops of the image and the weight; a start that is no fill, and a user that wants the groups.
// CHECK-DAG: #[[X:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d2 + d3, d1 floordiv 16, d4)>
// CHECK-DAG: #[[W:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d1 floordiv 16, d3, d4, d1 mod 16)>
// CHECK-LABEL: func.func @full(
// CHECK-SAME: %[[X0:.*]]: tensor<1x30x4x12xf32>, %[[S:.*]]: tensor<1x28x4x16xf32>)
// CHECK: %[[START:.*]] = tensor.collapse_shape %[[S]] {{.*}} into tensor<1x28x64xf32>
// CHECK: %[[SUM:.*]] = linalg.generic {indexing_maps = [#[[X]], #[[W]], #{{.*}}]{{.*}} ins(%[[X0]], %{{.*}} : {{.*}}) outs(%[[START]] : tensor<1x28x64xf32>)
// CHECK: %[[R:.*]] = tensor.expand_shape %[[SUM]] {{.*}} into tensor<1x28x4x16xf32>
// CHECK: return %[[R]]
func.func @full(%x: tensor<1x30x4x12xf32>, %s: tensor<1x28x4x16xf32>) -> tensor<1x28x4x16xf32> {
  %weight = ts.weight 0 : tensor<4x3x12x16xf32>
  %y = linalg.generic {indexing_maps = [#x, #w, #y], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction"]}
      ins(%x, %weight : tensor<1x30x4x12xf32>, tensor<4x3x12x16xf32>) outs(%s : tensor<1x28x4x16xf32>) attrs = {sconce.channel_dims = 2 : i64} {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.mulf %a, %b : f32
    %p = arith.addf %o, %m : f32
    linalg.yield %p : f32
  } -> tensor<1x28x4x16xf32>
  return %y : tensor<1x28x4x16xf32>
}

// -----

#x = affine_map<(n, g, o, w, i, c) -> (n, w + i, g, c)>
#w = affine_map<(n, g, o, w, i, c) -> (g, i, c, o)>
#y = affine_map<(n, g, o, w, i, c) -> (n, w, g, o)>

// One group is less than a vector.
// CHECK-LABEL: func.func @too_few(
// CHECK: linalg.generic {{.*}} outs(%{{.*}} : tensor<1x28x3x4xf32>)
func.func @too_few(%x: tensor<1x30x3x4xf32>, %s: tensor<1x28x3x4xf32>) -> tensor<1x28x3x4xf32> {
  %weight = ts.weight 0 : tensor<3x3x4x4xf32>
  %y = linalg.generic {indexing_maps = [#x, #w, #y], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction"]}
      ins(%x, %weight : tensor<1x30x3x4xf32>, tensor<3x3x4x4xf32>) outs(%s : tensor<1x28x3x4xf32>) attrs = {sconce.channel_dims = 2 : i64} {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.mulf %a, %b : f32
    %p = arith.addf %o, %m : f32
    linalg.yield %p : f32
  } -> tensor<1x28x3x4xf32>
  return %y : tensor<1x28x3x4xf32>
}
