// RUN: sconce-opt %s --sconce-hoist-weights --split-input-file | FileCheck %s

#id = affine_map<(d0, d1) -> (d0, d1)>
#t = affine_map<(d0, d1) -> (d1, d0)>

// What follows from weights alone is a weight of its own, behind the model's two; what takes an argument stays.
// CHECK: module attributes {sconce.prepared = array<i64: 24>, ts.weights = 2 : i64}
// CHECK: func.func @entry(%[[X:.*]]: tensor<3x2xf32>)
// CHECK: %[[W:.*]] = ts.weight 2 : tensor<3x2xf32>
// CHECK-NOT: ts.weight
// CHECK: linalg.generic {{.*}} ins(%[[X]], %[[W]] : tensor<3x2xf32>, tensor<3x2xf32>)
// CHECK: func.func @sconce_prepare() -> tensor<3x2xf32>
// CHECK: %[[A:.*]] = ts.weight 0 : tensor<2x3xf32>
// CHECK: %[[MADE:.*]] = linalg.generic {{.*}} ins(%[[A]] : tensor<2x3xf32>)
// CHECK: return %[[MADE]]
module attributes {ts.weights = 2 : i64} {
  func.func @entry(%x: tensor<3x2xf32>) -> tensor<3x2xf32> {
    %w = ts.weight 0 : tensor<2x3xf32>
    %empty = tensor.empty() : tensor<3x2xf32>
    %turned = linalg.generic {indexing_maps = [#id, #t], iterator_types = ["parallel", "parallel"]} ins(%w : tensor<2x3xf32>) outs(%empty : tensor<3x2xf32>) {
    ^bb0(%a: f32, %o: f32):
      linalg.yield %a : f32
    } -> tensor<3x2xf32>
    %y = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %turned : tensor<3x2xf32>, tensor<3x2xf32>) outs(%empty : tensor<3x2xf32>) {
    ^bb0(%a: f32, %b: f32, %o: f32):
      %s = arith.addf %a, %b : f32
      linalg.yield %s : f32
    } -> tensor<3x2xf32>
    return %y : tensor<3x2xf32>
  }
}

// -----

#row = affine_map<(d0, d1) -> (d1)>
#id = affine_map<(d0, d1) -> (d0, d1)>

// A row written out a thousand times is made anew rather than kept.
// CHECK-NOT: sconce.prepared
// CHECK-NOT: sconce_prepare
module attributes {ts.weights = 1 : i64} {
  func.func @entry() -> tensor<1000x64xf32> {
    %w = ts.weight 0 : tensor<64xf32>
    %empty = tensor.empty() : tensor<1000x64xf32>
    %y = linalg.generic {indexing_maps = [#row, #id], iterator_types = ["parallel", "parallel"]} ins(%w : tensor<64xf32>) outs(%empty : tensor<1000x64xf32>) {
    ^bb0(%a: f32, %o: f32):
      linalg.yield %a : f32
    } -> tensor<1000x64xf32>
    return %y : tensor<1000x64xf32>
  }
}
