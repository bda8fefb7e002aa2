// RUN: sconce-opt %s --convert-ts-to-linalg --split-input-file | FileCheck %s

// CHECK-LABEL: func.func @slice(
// CHECK-SAME: %[[X:.*]]: tensor<4x6xf32>, %[[N:.*]]: i64)
// CHECK: %[[I:.*]] = arith.index_cast %[[N]]
// CHECK: tensor.extract_slice %[[X]][0, %[[I]]] [4, 2] [1, 3] : tensor<4x6xf32> to tensor<4x2xf32>
func.func @slice(%x: tensor<4x6xf32>, %n: i64) -> tensor<4x2xf32> {
  %0 = ts.slice %x dim 1 start [%n] size [2] step 3 : tensor<4x6xf32> -> tensor<4x2xf32>
  return %0 : tensor<4x2xf32>
}

// -----

// CHECK-LABEL: func.func @update_slice(
// CHECK-SAME: %[[X:.*]]: tensor<4x6xf32>, %[[U:.*]]: tensor<4x2xf32>, %[[N:.*]]: i64)
// CHECK: tensor.insert_slice %[[U]] into %[[X]][0, %{{.*}}] [4, 2] [1, 2] : tensor<4x2xf32> into tensor<4x6xf32>
func.func @update_slice(%x: tensor<4x6xf32>, %u: tensor<4x2xf32>, %n: i64) -> tensor<4x6xf32> {
  %0 = ts.update_slice %x with %u dim 1 start [%n] step 2 : tensor<4x6xf32>, tensor<4x2xf32> -> tensor<4x6xf32>
  return %0 : tensor<4x6xf32>
}

// -----

// Result dimension i is dimension dims[i] of the operand: three different ones tell a permutation from its inverse.
// CHECK: #[[FROM:.*]] = affine_map<(d0, d1, d2) -> (d1, d2, d0)>
// CHECK: #[[TO:.*]] = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
// CHECK-LABEL: func.func @permute(
// CHECK: linalg.generic {indexing_maps = [#[[FROM]], #[[TO]]]
func.func @permute(%x: tensor<4x6x8xf32>) -> tensor<8x4x6xf32> {
  %0 = ts.permute %x [2, 0, 1] : tensor<4x6x8xf32> -> tensor<8x4x6xf32>
  return %0 : tensor<8x4x6xf32>
}

// -----

// CHECK: #[[FROM:.*]] = affine_map<(d0, d1, d2) -> (0, d2)>
// CHECK-LABEL: func.func @broadcast(
// CHECK: linalg.generic {indexing_maps = [#[[FROM]], #{{.*}}], iterator_types = ["parallel", "parallel", "parallel"]}
func.func @broadcast(%x: tensor<1x3xf32>, %n: i64) -> tensor<?x2x3xf32> {
  %0 = ts.broadcast %x sizes [%n, 2, 3] dims [1, 2] : tensor<1x3xf32> -> tensor<?x2x3xf32>
  return %0 : tensor<?x2x3xf32>
}

// -----

// Whether a run-time extent is stretched is asked once, before the loop.
// CHECK-LABEL: func.func @broadcast_at_run_time(
// CHECK: %[[N:.*]] = tensor.dim
// CHECK: %[[ONE:.*]] = arith.cmpi eq, %[[N]], %{{.*}} : index
// CHECK: linalg.generic
// CHECK: %[[I:.*]] = linalg.index 0
// CHECK: %[[J:.*]] = arith.select %[[ONE]], %{{.*}}, %[[I]]
// CHECK: tensor.extract %{{.*}}[%[[J]]]
func.func @broadcast_at_run_time(%x: tensor<?xf32>, %n: i64) -> tensor<?xf32> {
  %0 = ts.broadcast %x sizes [%n] dims [0] : tensor<?xf32> -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// -----

// CHECK-LABEL: func.func @reshape_merges(
// CHECK: tensor.collapse_shape %{{.*}} {{\[\[}}0, 1], [2]] : tensor<2x3x4xf32> into tensor<6x4xf32>
func.func @reshape_merges(%x: tensor<2x3x4xf32>) -> tensor<6x4xf32> {
  %0 = ts.reshape %x sizes [6, 4] : tensor<2x3x4xf32> -> tensor<6x4xf32>
  return %0 : tensor<6x4xf32>
}

// -----

// CHECK-LABEL: func.func @reshape_splits(
// CHECK: tensor.expand_shape %{{.*}} {{\[\[}}0, 1], [2]] output_shape [2, 3, 4] : tensor<6x4xf32> into tensor<2x3x4xf32>
func.func @reshape_splits(%x: tensor<6x4xf32>) -> tensor<2x3x4xf32> {
  %0 = ts.reshape %x sizes [2, 3, 4] : tensor<6x4xf32> -> tensor<2x3x4xf32>
  return %0 : tensor<2x3x4xf32>
}
