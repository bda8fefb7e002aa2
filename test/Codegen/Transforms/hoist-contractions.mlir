// RUN: sconce-opt %s --sconce-hoist-contractions --split-input-file | FileCheck %s

#a = affine_map<(m, n, k) -> (m, k)>
#b = affine_map<(m, n, k) -> (n, k)>
#c = affine_map<(m, n, k) -> (m, n)>

// The rows that the iterations multiply by one weight are multiplied at once; each iteration takes its own result. What depends on the
// iteration before stays.
// CHECK-DAG: #[[ROWS:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3)>
// CHECK-DAG: #[[WEIGHT:.*]] = affine_map<(d0, d1, d2, d3) -> (d2, d3)>
// CHECK-DAG: #[[RESULT:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
// CHECK-LABEL: func.func @recurrent(
// CHECK-SAME: %[[XS:.*]]: tensor<9x2x4xf32>, %[[W:.*]]: tensor<3x4xf32>, %[[U:.*]]: tensor<3x3xf32>
// CHECK: %[[INIT:.*]] = linalg.fill ins(%{{.*}} : f32) outs(%{{.*}} : tensor<9x2x3xf32>)
// CHECK: %[[ALL:.*]] = linalg.generic {indexing_maps = [#[[ROWS]], #[[WEIGHT]], #[[RESULT]]], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%[[XS]], %[[W]] : {{.*}}) outs(%[[INIT]]
// CHECK: scf.for %[[I:.*]] = {{.*}} iter_args(%[[H:.*]] = %{{.*}})
// CHECK: %[[ROW:.*]] = tensor.extract_slice %[[ALL]][%[[I]], 0, 0] [1, 2, 3] [1, 1, 1]
// CHECK: %[[Y:.*]] = tensor.collapse_shape %[[ROW]] {{\[}}[0, 1], [2]] : tensor<1x2x3xf32> into tensor<2x3xf32>
// CHECK: linalg.generic {{.*}} ins(%[[H]], %[[U]] : {{.*}}) outs(%[[Y]]
func.func @recurrent(%xs: tensor<9x2x4xf32>, %w: tensor<3x4xf32>, %u: tensor<3x3xf32>, %h0: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  %e = tensor.empty() : tensor<2x3xf32>
  %r = scf.for %i = %c0 to %c9 step %c1 iter_args(%h = %h0) -> tensor<2x3xf32> {
    %n = arith.index_cast %i : index to i64
    %at = arith.index_cast %n : i64 to index
    %slice = tensor.extract_slice %xs[%at, 0, 0] [1, 2, 4] [1, 1, 1] : tensor<9x2x4xf32> to tensor<1x2x4xf32>
    %x = tensor.collapse_shape %slice [[0, 1], [2]] : tensor<1x2x4xf32> into tensor<2x4xf32>
    %zero = arith.constant 0.0 : f32
    %z = linalg.fill ins(%zero : f32) outs(%e : tensor<2x3xf32>) -> tensor<2x3xf32>
    %y = linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]} ins(%x, %w : tensor<2x4xf32>, tensor<3x4xf32>) outs(%z : tensor<2x3xf32>) {
    ^bb0(%p: f32, %q: f32, %sum: f32):
      %m = arith.mulf %p, %q : f32
      %s = arith.addf %sum, %m : f32
      linalg.yield %s : f32
    } -> tensor<2x3xf32>
    %next = linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]} ins(%h, %u : tensor<2x3xf32>, tensor<3x3xf32>) outs(%y : tensor<2x3xf32>) {
    ^bb0(%p: f32, %q: f32, %sum: f32):
      %m = arith.mulf %p, %q : f32
      %s = arith.addf %sum, %m : f32
      linalg.yield %s : f32
    } -> tensor<2x3xf32>
    scf.yield %next : tensor<2x3xf32>
  }
  return %r : tensor<2x3xf32>
}

// -----

#a = affine_map<(m, n, k) -> (m, k)>
#b = affine_map<(m, n, k) -> (k, n)>
#c = affine_map<(m, n, k) -> (m, n)>

// The row may keep its dimension, and the loop may end before the rows do.
// CHECK-LABEL: func.func @fewer(
// CHECK: %[[PART:.*]] = tensor.extract_slice %arg0[0, 0] [6, 4] [1, 1] : tensor<9x4xf32> to tensor<6x4xf32>
// CHECK: %[[ROWS:.*]] = tensor.expand_shape %[[PART]] {{\[}}[0, 1], [2]] output_shape [6, 1, 4]
// CHECK: %[[ALL:.*]] = linalg.generic {{.*}} ins(%[[ROWS]], %arg1 : {{.*}}) outs(%{{.*}} : tensor<6x1x3xf32>)
// CHECK: scf.for
// CHECK: tensor.extract_slice %[[ALL]]
func.func @fewer(%xs: tensor<9x4xf32>, %w: tensor<4x3xf32>, %h0: tensor<1x3xf32>) -> tensor<1x3xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c6 = arith.constant 6 : index
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x3xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<1x3xf32>) -> tensor<1x3xf32>
  %r = scf.for %i = %c0 to %c6 step %c1 iter_args(%h = %h0) -> tensor<1x3xf32> {
    %x = tensor.extract_slice %xs[%i, 0] [1, 4] [1, 1] : tensor<9x4xf32> to tensor<1x4xf32>
    %y = linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]} ins(%x, %w : tensor<1x4xf32>, tensor<4x3xf32>) outs(%z : tensor<1x3xf32>) {
    ^bb0(%p: f32, %q: f32, %sum: f32):
      %m = arith.mulf %p, %q : f32
      %s = arith.addf %sum, %m : f32
      linalg.yield %s : f32
    } -> tensor<1x3xf32>
    %next = linalg.map { arith.addf } ins(%h, %y : tensor<1x3xf32>, tensor<1x3xf32>) outs(%e : tensor<1x3xf32>)
    scf.yield %next : tensor<1x3xf32>
  }
  return %r : tensor<1x3xf32>
}

// -----

#a = affine_map<(m, n, k) -> (m, k)>
#b = affine_map<(m, n, k) -> (k, n)>
#c = affine_map<(m, n, k) -> (m, n)>

// Other places than the iteration's own, and a product in a branch, which some iterations do not take, stay where they are.
// CHECK-LABEL: func.func @stays(
// CHECK-NOT: linalg.generic
// CHECK: scf.for
// CHECK: linalg.generic
// CHECK: scf.if
// CHECK: linalg.generic
func.func @stays(%xs: tensor<9x4xf32>, %w: tensor<4x3xf32>, %h0: tensor<1x3xf32>, %taken: i1, %first: index) -> tensor<1x3xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c6 = arith.constant 6 : index
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x3xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<1x3xf32>) -> tensor<1x3xf32>
  %r = scf.for %i = %c0 to %c6 step %c1 iter_args(%h = %h0) -> tensor<1x3xf32> {
    %at = arith.addi %i, %first : index
    %x = tensor.extract_slice %xs[%at, 0] [1, 4] [1, 1] : tensor<9x4xf32> to tensor<1x4xf32>
    %y = linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]} ins(%x, %w : tensor<1x4xf32>, tensor<4x3xf32>) outs(%z : tensor<1x3xf32>) {
    ^bb0(%p: f32, %q: f32, %sum: f32):
      %m = arith.mulf %p, %q : f32
      %s = arith.addf %sum, %m : f32
      linalg.yield %s : f32
    } -> tensor<1x3xf32>
    %next = scf.if %taken -> tensor<1x3xf32> {
      %own = tensor.extract_slice %xs[%i, 0] [1, 4] [1, 1] : tensor<9x4xf32> to tensor<1x4xf32>
      %t = linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]} ins(%own, %w : tensor<1x4xf32>, tensor<4x3xf32>) outs(%z : tensor<1x3xf32>) {
      ^bb0(%p: f32, %q: f32, %sum: f32):
        %m = arith.mulf %p, %q : f32
        %s = arith.addf %sum, %m : f32
        linalg.yield %s : f32
      } -> tensor<1x3xf32>
      scf.yield %t : tensor<1x3xf32>
    } else {
      scf.yield %y : tensor<1x3xf32>
    }
    scf.yield %next : tensor<1x3xf32>
  }
  return %r : tensor<1x3xf32>
}
