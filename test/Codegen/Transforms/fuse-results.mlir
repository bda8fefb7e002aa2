// RUN: sconce-opt %s --sconce-fuse-results --split-input-file | FileCheck %s

#nchw = affine_map<(n, o, h, w) -> (n, o, h, w)>
#nhwc = affine_map<(n, o, h, w) -> (n, h, w, o)>
#zero = affine_map<(n, o, h, w) -> (o)>

// A bias, a residual that lies as the result, and a maximum; what is read besides is found by the result's dimensions.
// CHECK-DAG: #[[BIAS:.*]] = affine_map<(d0, d1, d2, d3) -> (d3)>
// CHECK-DAG: #[[SAME:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
// CHECK-LABEL: func.func @residual
// CHECK: %[[Y:.*]] = winograd.transform_result %arg0 into %{{.*}} tile = [4, 4] : tensor<6x6x2x2x1x8xf32>, tensor<1x8x8x8xf32> with %arg1, %arg2 : tensor<8xf32>, tensor<1x8x8x8xf32> by [#[[BIAS]], #[[SAME]]] {
// CHECK: ^bb0(%[[SUM:.*]]: f32, %[[B:.*]]: f32, %[[R:.*]]: f32):
// CHECK: %[[A:.*]] = arith.addf %[[SUM]], %[[B]]
// CHECK: %[[S:.*]] = arith.addf %[[A]], %[[R]]
// CHECK: %[[M:.*]] = arith.maximumf %[[S]], %{{.*}}
// CHECK: winograd.yield %[[M]]
// CHECK-NOT: linalg.generic
// CHECK: return %[[Y]]
func.func @residual(%v: tensor<6x6x2x2x1x8xf32>, %bias: tensor<8xf32>, %before: tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32> {
  %f0 = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<1x8x8x8xf32>
  %y = winograd.transform_result %v into %empty tile = [4, 4] : tensor<6x6x2x2x1x8xf32>, tensor<1x8x8x8xf32>
  %z = linalg.generic {indexing_maps = [#nhwc, #zero, #nhwc, #nhwc], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y, %bias, %before : tensor<1x8x8x8xf32>, tensor<8xf32>, tensor<1x8x8x8xf32>) outs(%empty : tensor<1x8x8x8xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %out: f32):
    %s = arith.addf %a, %b : f32
    %t = arith.addf %s, %c : f32
    %m = arith.maximumf %t, %f0 : f32
    linalg.yield %m : f32
  } -> tensor<1x8x8x8xf32>
  return %z : tensor<1x8x8x8xf32>
}

// -----

#id = affine_map<(n, h, w, o) -> (n, h, w, o)>

// CHECK-LABEL: func.func @blocked
// CHECK: winograd.convolve %arg0, %arg1 into %{{.*}} tile = [4, 4] block = 2 : {{.*}} -> tensor<1x8x8x4xf32> {
// CHECK: arith.maximumf
// CHECK-NOT: linalg.generic
func.func @blocked(%x: tensor<1x10x10x8xf32>, %u: tensor<36x8x4xf32>) -> tensor<1x8x8x4xf32> {
  %f0 = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<1x8x8x4xf32>
  %y = winograd.convolve %x, %u into %empty tile = [4, 4] block = 2 : tensor<1x10x10x8xf32>, tensor<36x8x4xf32>, tensor<1x8x8x4xf32> -> tensor<1x8x8x4xf32>
  %z = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x8x8x4xf32>) outs(%empty : tensor<1x8x8x4xf32>) {
  ^bb0(%a: f32, %out: f32):
    %m = arith.maximumf %a, %f0 : f32
    linalg.yield %m : f32
  } -> tensor<1x8x8x4xf32>
  return %z : tensor<1x8x8x4xf32>
}

// -----

#id = affine_map<(n, h, w, o) -> (n, h, w, o)>

// A function for each of a tile's elements would be long, and others may read the sum.
// CHECK-LABEL: func.func @kept
// CHECK-COUNT-2: linalg.generic
func.func @kept(%v: tensor<6x6x2x2x1x8xf32>, %w: tensor<6x6x2x2x1x8xf32>) -> (tensor<1x8x8x8xf32>, tensor<1x8x8x8xf32>, tensor<1x8x8x8xf32>) {
  %empty = tensor.empty() : tensor<1x8x8x8xf32>
  %y = winograd.transform_result %v into %empty tile = [4, 4] : tensor<6x6x2x2x1x8xf32>, tensor<1x8x8x8xf32>
  %e = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%y : tensor<1x8x8x8xf32>) outs(%empty : tensor<1x8x8x8xf32>) {
  ^bb0(%a: f32, %out: f32):
    %m = math.exp %a : f32
    linalg.yield %m : f32
  } -> tensor<1x8x8x8xf32>
  %q = winograd.transform_result %w into %empty tile = [4, 4] : tensor<6x6x2x2x1x8xf32>, tensor<1x8x8x8xf32>
  %n = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%q : tensor<1x8x8x8xf32>) outs(%empty : tensor<1x8x8x8xf32>) {
  ^bb0(%a: f32, %out: f32):
    %m = arith.negf %a : f32
    linalg.yield %m : f32
  } -> tensor<1x8x8x8xf32>
  return %e, %n, %q : tensor<1x8x8x8xf32>, tensor<1x8x8x8xf32>, tensor<1x8x8x8xf32>
}
