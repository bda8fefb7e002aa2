// RUN: sconce-opt %s --convert-ts-to-linalg --split-input-file | FileCheck %s

// Each part is written behind the one before; the whole extent is their sum.
// CHECK: #[[SUM:.*]] = affine_map<()[s0] -> (s0 + 2)>
// CHECK-LABEL: func.func @concatenate(
// CHECK-SAME: %[[A:.*]]: tensor<2x3xf32>, %[[B:.*]]: tensor<?x3xf32>)
// CHECK: %[[N:.*]] = affine.apply #[[SUM]]()[%{{.*}}]
// CHECK: %[[E:.*]] = tensor.empty(%[[N]]) : tensor<?x3xf32>
// CHECK: %[[F:.*]] = tensor.insert_slice %[[A]] into %[[E]][0, 0] [2, 3] [1, 1]
// CHECK: tensor.insert_slice %[[B]] into %[[F]][2, 0] [%{{.*}}, 3] [1, 1]
func.func @concatenate(%m: tensor<2x3xf32>, %d: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %0 = ts.concatenate %m, %d dim 0 : (tensor<2x3xf32>, tensor<?x3xf32>) -> tensor<?x3xf32>
  return %0 : tensor<?x3xf32>
}

// -----

// CHECK-LABEL: func.func @pad(
// CHECK: %[[V:.*]] = tensor.extract %{{.*}}[] : tensor<f32>
// CHECK: linalg.fill ins(%[[V]] : f32)
// CHECK: tensor.insert_slice %{{.*}}[1, 0] [2, 3] [1, 1] : tensor<2x3xf32> into tensor<4x3xf32>
func.func @pad(%m: tensor<2x3xf32>, %v: tensor<f32>) -> tensor<4x3xf32> {
  %0 = ts.pad %m low [1, 0] high [1, 0] value %v : tensor<2x3xf32>, tensor<f32> -> tensor<4x3xf32>
  return %0 : tensor<4x3xf32>
}
