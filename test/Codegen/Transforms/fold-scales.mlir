// RUN: sconce-opt %s --sconce-fold-scales --split-input-file | FileCheck %s

#x = affine_map<(n, o, p, c) -> (n, c, p)>
#w = affine_map<(n, o, p, c) -> (o, c)>
#y = affine_map<(n, o, p, c) -> (n, o, p)>
#id = affine_map<(d0, d1, d2) -> (d0, d1, d2)>

// Results that are multiplied by a number of their channel: its weights are.
// CHECK-DAG: #[[ROW:.*]] = affine_map<(d0, d1) -> (d0)>
// CHECK-LABEL: func.func @behind
// CHECK-DAG: %[[W:.*]] = ts.weight 0 : tensor<8x3xf32>
// CHECK: %[[NUMBERS:.*]] = ts.weight 1 strides [1] : tensor<8xf32>
// CHECK: %[[SCALED:.*]] = linalg.generic {indexing_maps = [#{{.*}}, #[[ROW]], #{{.*}}]{{.*}} ins(%[[W]], %[[NUMBERS]]
// CHECK: arith.mulf
// CHECK: %[[Y:.*]] = linalg.generic {{.*}} ins(%arg0, %[[SCALED]]
// CHECK-NOT: linalg.generic
// CHECK: return %[[Y]]
func.func @behind(%x: tensor<1x3x14xf32>) -> tensor<1x8x14xf32> {
  %w = ts.weight 0 : tensor<8x3xf32>
  %s = ts.weight 1 strides [8, 1, 0] : tensor<1x8x14xf32>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x8x14xf32>
  %start = linalg.fill ins(%zero : f32) outs(%e : tensor<1x8x14xf32>) -> tensor<1x8x14xf32>
  %y = linalg.generic {indexing_maps = [#x, #w, #y], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%x, %w : tensor<1x3x14xf32>, tensor<8x3xf32>) outs(%start : tensor<1x8x14xf32>) {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %p = arith.mulf %a, %b : f32
    %q = arith.addf %sum, %p : f32
    linalg.yield %q : f32
  } -> tensor<1x8x14xf32>
  %z = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x8x14xf32>, tensor<1x8x14xf32>) outs(%e : tensor<1x8x14xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    linalg.yield %p : f32
  } -> tensor<1x8x14xf32>
  return %z : tensor<1x8x14xf32>
}

// -----

#x = affine_map<(n, o, p, c) -> (n, c, p)>
#w = affine_map<(n, o, p, c) -> (o, c)>
#y = affine_map<(n, o, p, c) -> (n, o, p)>
#id = affine_map<(d0, d1, d2) -> (d0, d1, d2)>

// Not what the sum starts from, and not a number that varies with the place.
// CHECK-LABEL: func.func @not_from_zero
// CHECK-COUNT-4: linalg.generic
func.func @not_from_zero(%x: tensor<1x3x14xf32>, %start: tensor<1x8x14xf32>) -> (tensor<1x8x14xf32>, tensor<1x8x14xf32>) {
  %w = ts.weight 0 : tensor<8x3xf32>
  %s = ts.weight 1 strides [8, 1, 0] : tensor<1x8x14xf32>
  %t = ts.weight 1 : tensor<1x8x14xf32>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x8x14xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%e : tensor<1x8x14xf32>) -> tensor<1x8x14xf32>
  %y = linalg.generic {indexing_maps = [#x, #w, #y], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%x, %w : tensor<1x3x14xf32>, tensor<8x3xf32>) outs(%start : tensor<1x8x14xf32>) {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %p = arith.mulf %a, %b : f32
    %q = arith.addf %sum, %p : f32
    linalg.yield %q : f32
  } -> tensor<1x8x14xf32>
  %z = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel", "parallel"]} ins(%y, %s : tensor<1x8x14xf32>, tensor<1x8x14xf32>) outs(%e : tensor<1x8x14xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    linalg.yield %p : f32
  } -> tensor<1x8x14xf32>
  %y2 = linalg.generic {indexing_maps = [#x, #w, #y], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%x, %w : tensor<1x3x14xf32>, tensor<8x3xf32>) outs(%zeros : tensor<1x8x14xf32>) {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %p = arith.mulf %a, %b : f32
    %q = arith.addf %sum, %p : f32
    linalg.yield %q : f32
  } -> tensor<1x8x14xf32>
  %z2 = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel", "parallel"]} ins(%y2, %t : tensor<1x8x14xf32>, tensor<1x8x14xf32>) outs(%e : tensor<1x8x14xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    linalg.yield %p : f32
  } -> tensor<1x8x14xf32>
  return %z, %z2 : tensor<1x8x14xf32>, tensor<1x8x14xf32>
}

// -----

#x = affine_map<(n, o, p, c) -> (n, c, p)>
#w = affine_map<(n, o, p, c) -> (o, c)>
#y = affine_map<(n, o, p, c) -> (n, o, p)>
#id = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#channel = affine_map<(d0, d1, d2) -> (d0, d1, 0)>

// An image that is multiplied by a number of each channel: the weights of what takes it are, where they are fewer. They are turned, once, so
// that the results' channels are neighbours.
// CHECK-DAG: #[[ROW:.*]] = affine_map<(d0, d1) -> (d0)>
// CHECK-DAG: #[[TAKEN:.*]] = affine_map<(d0, d1, d2, d3) -> (d3, d1)>
// CHECK-LABEL: func.func @before
// CHECK-SAME: %[[X:[^:]*]]: tensor<1x16x64xf32>, %[[S:[^:]*]]: tensor<1x16x1xf32>
// CHECK-DAG: %[[W:.*]] = ts.weight 0 : tensor<8x16xf32>
// CHECK: %[[NUMBERS:.*]] = tensor.collapse_shape %[[S]] {{\[\[}}0, 1, 2]] : tensor<1x16x1xf32> into tensor<16xf32>
// CHECK: %[[TURNED:.*]] = linalg.generic {{.*}} ins(%[[W]] : tensor<8x16xf32>) outs(%{{.*}} : tensor<16x8xf32>)
// CHECK: %[[SCALED:.*]] = linalg.generic {indexing_maps = [#{{.*}}, #[[ROW]], #{{.*}}]{{.*}} ins(%[[TURNED]], %[[NUMBERS]]
// CHECK: linalg.generic {indexing_maps = [#{{.*}}, #[[TAKEN]], #{{.*}}]{{.*}} ins(%[[X]], %[[SCALED]]
// CHECK-NOT: linalg.generic
// CHECK: return
func.func @before(%x: tensor<1x16x64xf32>, %s: tensor<1x16x1xf32>) -> tensor<1x8x64xf32> {
  %w = ts.weight 0 : tensor<8x16xf32>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x16x64xf32>
  %wide = linalg.generic {indexing_maps = [#channel, #id], iterator_types = ["parallel", "parallel", "parallel"]} ins(%s : tensor<1x16x1xf32>) outs(%e : tensor<1x16x64xf32>) {
  ^bb0(%a: f32, %o: f32):
    linalg.yield %a : f32
  } -> tensor<1x16x64xf32>
  %z = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel", "parallel"]} ins(%wide, %x : tensor<1x16x64xf32>, tensor<1x16x64xf32>) outs(%e : tensor<1x16x64xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    linalg.yield %p : f32
  } -> tensor<1x16x64xf32>
  %f = tensor.empty() : tensor<1x8x64xf32>
  %start = linalg.fill ins(%zero : f32) outs(%f : tensor<1x8x64xf32>) -> tensor<1x8x64xf32>
  %y = linalg.generic {indexing_maps = [#x, #w, #y], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%z, %w : tensor<1x16x64xf32>, tensor<8x16xf32>) outs(%start : tensor<1x8x64xf32>) {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %p = arith.mulf %a, %b : f32
    %q = arith.addf %sum, %p : f32
    linalg.yield %q : f32
  } -> tensor<1x8x64xf32>
  return %y : tensor<1x8x64xf32>
}

// -----

#x = affine_map<(n, o, p, c) -> (n, c, p)>
#w = affine_map<(n, o, p, c) -> (o, c)>
#y = affine_map<(n, o, p, c) -> (n, o, p)>
#id = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#channel = affine_map<(d0, d1, d2) -> (d0, d1, 0)>

// Fourteen places are fewer than the weights.
// CHECK-LABEL: func.func @many_weights
// CHECK: linalg.generic
// CHECK: %[[IMAGE:.*]] = linalg.generic
// CHECK: arith.mulf
// CHECK: linalg.generic {{.*}} ins(%[[IMAGE]]
func.func @many_weights(%x: tensor<1x16x14xf32>, %s: tensor<1x16x1xf32>) -> tensor<1x8x14xf32> {
  %w = ts.weight 0 : tensor<8x16xf32>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x16x14xf32>
  %wide = linalg.generic {indexing_maps = [#channel, #id], iterator_types = ["parallel", "parallel", "parallel"]} ins(%s : tensor<1x16x1xf32>) outs(%e : tensor<1x16x14xf32>) {
  ^bb0(%a: f32, %o: f32):
    linalg.yield %a : f32
  } -> tensor<1x16x14xf32>
  %z = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel", "parallel"]} ins(%wide, %x : tensor<1x16x14xf32>, tensor<1x16x14xf32>) outs(%e : tensor<1x16x14xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    linalg.yield %p : f32
  } -> tensor<1x16x14xf32>
  %f = tensor.empty() : tensor<1x8x14xf32>
  %start = linalg.fill ins(%zero : f32) outs(%f : tensor<1x8x14xf32>) -> tensor<1x8x14xf32>
  %y = linalg.generic {indexing_maps = [#x, #w, #y], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%z, %w : tensor<1x16x14xf32>, tensor<8x16xf32>) outs(%start : tensor<1x8x14xf32>) {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %p = arith.mulf %a, %b : f32
    %q = arith.addf %sum, %p : f32
    linalg.yield %q : f32
  } -> tensor<1x8x14xf32>
  return %y : tensor<1x8x14xf32>
}
