// RUN: sconce-opt %s --sconce-bind-frame --split-input-file | FileCheck %s
// The frame: context, workspace, weights, args, results, 8 bytes each.

// CHECK-LABEL: func.func @entry(
// CHECK-SAME: %[[F:.*]]: !llvm.ptr {llvm.noalias}) -> i32
// CHECK: %[[ARGSAT:.*]] = llvm.getelementptr %[[F]][24]
// CHECK: %[[ARGS:.*]] = llvm.load %[[ARGSAT]] invariant
// CHECK: %[[P0:.*]] = llvm.load %[[ARGS]]
// CHECK: %[[M0:.*]] = builtin.unrealized_conversion_cast %[[P0]] : !llvm.ptr to memref<4xf32>
// An input is not writable.
// CHECK: %[[X:.*]] = bufferization.to_tensor %[[M0]] restrict : memref<4xf32> to tensor<4xf32>
// CHECK: %[[AT1:.*]] = llvm.getelementptr %[[ARGS]][8]
// CHECK: %[[N:.*]] = llvm.load %[[AT1]] {{.*}} -> i64
// A pointer, then its run-time extent.
// CHECK: llvm.getelementptr %[[ARGS]][16]
// CHECK: llvm.getelementptr %[[ARGS]][24]
// CHECK: %[[M2:.*]] = builtin.unrealized_conversion_cast %{{.*}}, %{{.*}} : !llvm.ptr, i64 to memref<?xf32>
// CHECK: %[[D:.*]] = bufferization.to_tensor %[[M2]]
// CHECK: %[[RESULTSAT:.*]] = llvm.getelementptr %[[F]][32]
// CHECK: %[[RESULTS:.*]] = llvm.load %[[RESULTSAT]] invariant
// The caller's buffer of a result of static shape.
// CHECK: %[[Q0:.*]] = llvm.load %[[RESULTS]]
// CHECK: %[[OUT:.*]] = builtin.unrealized_conversion_cast %[[Q0]] : !llvm.ptr to memref<4xf32>
// CHECK: %[[R1:.*]] = llvm.getelementptr %[[RESULTS]][8]
// CHECK: bufferization.materialize_in_destination %{{.*}} in restrict writable %[[OUT]]
// CHECK: llvm.store %[[N]], %[[R1]]
// What has run-time extents is handed out in memory that the caller takes over.
// CHECK: %[[H:.*]] = memref.alloc(%{{.*}}) {sconce.result} : memref<?xf32>
// CHECK: bufferization.materialize_in_destination %[[D]] in restrict writable %[[H]]
// CHECK: arith.constant 0 : i32
func.func @entry(%x: tensor<4xf32>, %n: i64, %d: tensor<?xf32>) -> (tensor<4xf32>, i64, tensor<?xf32>) {
  %e = tensor.empty() : tensor<4xf32>
  %0 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %r = arith.addf %a, %a : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  return %0, %n, %d : tensor<4xf32>, i64, tensor<?xf32>
}

// -----

// Private functions are not entries.
// CHECK-LABEL: func.func private @kernel(
// CHECK-SAME: tensor<4xf32>
func.func private @kernel(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}

// -----

// A result that was reshaped is computed in the caller's buffer, in the shape that it had before.
// CHECK-LABEL: func.func @reshaped(
// CHECK: builtin.unrealized_conversion_cast %[[Q:.*]] : !llvm.ptr to memref<2x6xf32>
// CHECK: %[[R:.*]] = linalg.generic
// CHECK: %[[OUT:.*]] = builtin.unrealized_conversion_cast %[[Q]] : !llvm.ptr to memref<2x3x2xf32>
// CHECK: bufferization.materialize_in_destination %[[R]] in restrict writable %[[OUT]] : (tensor<2x3x2xf32>, memref<2x3x2xf32>)
func.func @reshaped(%x: tensor<2x3x2xf32>) -> tensor<2x6xf32> {
  %e = tensor.empty() : tensor<2x3x2xf32>
  %0 = linalg.generic {indexing_maps = [affine_map<(i, j, k) -> (i, j, k)>, affine_map<(i, j, k) -> (i, j, k)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%x : tensor<2x3x2xf32>) outs(%e : tensor<2x3x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %r = arith.addf %a, %a : f32
    linalg.yield %r : f32
  } -> tensor<2x3x2xf32>
  %1 = tensor.collapse_shape %0 [[0], [1, 2]] : tensor<2x3x2xf32> into tensor<2x6xf32>
  return %1 : tensor<2x6xf32>
}
