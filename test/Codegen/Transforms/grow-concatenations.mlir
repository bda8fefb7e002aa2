// RUN: sconce-opt %s --pass-pipeline='builtin.module(func.func(sconce-grow-concatenations))' --split-input-file | FileCheck %s

// Each concatenation begins with the last one: all are slices of one tensor, and each operand is inserted once.
// CHECK-LABEL: func.func @dense(
// CHECK-SAME: %[[A:.*]]: tensor<2x3xf32>, %[[B:.*]]: tensor<2x4xf32>)
// CHECK: %[[EMPTY:.*]] = tensor.empty() : tensor<2x12xf32>
// CHECK-NEXT: %[[ONE:.*]] = tensor.insert_slice %[[A]] into %[[EMPTY]][0, 0] [2, 3] [1, 1]
// CHECK-NEXT: %[[TWO:.*]] = tensor.insert_slice %[[B]] into %[[ONE]][0, 3] [2, 4] [1, 1]
// CHECK-NEXT: %[[AB:.*]] = tensor.extract_slice %[[TWO]][0, 0] [2, 7] [1, 1]
// CHECK: %[[C:.*]] = linalg.reduce ins(%[[AB]]
// CHECK: %[[WIDE:.*]] = tensor.expand_shape %[[C]]
// CHECK: %[[THREE:.*]] = tensor.insert_slice %[[WIDE]] into %[[TWO]][0, 7] [2, 1] [1, 1]
// CHECK-NEXT: %[[FOUR:.*]] = tensor.insert_slice %[[B]] into %[[THREE]][0, 8] [2, 4] [1, 1]
// CHECK-NOT: tensor.insert_slice
// CHECK: return %[[FOUR]]
func.func @dense(%a: tensor<2x3xf32>, %b: tensor<2x4xf32>) -> tensor<2x12xf32> {
  %0 = tensor.empty() : tensor<2x7xf32>
  %1 = tensor.insert_slice %a into %0[0, 0] [2, 3] [1, 1] : tensor<2x3xf32> into tensor<2x7xf32>
  %ab = tensor.insert_slice %b into %1[0, 3] [2, 4] [1, 1] : tensor<2x4xf32> into tensor<2x7xf32>
  %2 = tensor.empty() : tensor<2xf32>
  %c = linalg.reduce ins(%ab : tensor<2x7xf32>) outs(%2 : tensor<2xf32>) dimensions = [1] (%x: f32, %y: f32) {
    %m = arith.maximumf %x, %y : f32
    linalg.yield %m : f32
  }
  %wide = tensor.expand_shape %c [[0, 1]] output_shape [2, 1] : tensor<2xf32> into tensor<2x1xf32>
  %3 = tensor.empty() : tensor<2x12xf32>
  %4 = tensor.insert_slice %a into %3[0, 0] [2, 3] [1, 1] : tensor<2x3xf32> into tensor<2x12xf32>
  %5 = tensor.insert_slice %b into %4[0, 3] [2, 4] [1, 1] : tensor<2x4xf32> into tensor<2x12xf32>
  %6 = tensor.insert_slice %wide into %5[0, 7] [2, 1] [1, 1] : tensor<2x1xf32> into tensor<2x12xf32>
  %all = tensor.insert_slice %b into %6[0, 8] [2, 4] [1, 1] : tensor<2x4xf32> into tensor<2x12xf32>
  return %all : tensor<2x12xf32>
}

// -----

// What is read after more would have been added stays as it is: the analysis of bufferization would copy all of it.
// CHECK-LABEL: func.func @read_later(
// CHECK: tensor.empty() : tensor<2x7xf32>
// CHECK: tensor.empty() : tensor<2x11xf32>
func.func @read_later(%a: tensor<2x3xf32>, %b: tensor<2x4xf32>) -> (tensor<2x11xf32>, tensor<2xf32>) {
  %0 = tensor.empty() : tensor<2x7xf32>
  %1 = tensor.insert_slice %a into %0[0, 0] [2, 3] [1, 1] : tensor<2x3xf32> into tensor<2x7xf32>
  %ab = tensor.insert_slice %b into %1[0, 3] [2, 4] [1, 1] : tensor<2x4xf32> into tensor<2x7xf32>
  %3 = tensor.empty() : tensor<2x11xf32>
  %4 = tensor.insert_slice %a into %3[0, 0] [2, 3] [1, 1] : tensor<2x3xf32> into tensor<2x11xf32>
  %5 = tensor.insert_slice %b into %4[0, 3] [2, 4] [1, 1] : tensor<2x4xf32> into tensor<2x11xf32>
  %all = tensor.insert_slice %b into %5[0, 7] [2, 4] [1, 1] : tensor<2x4xf32> into tensor<2x11xf32>
  %2 = tensor.empty() : tensor<2xf32>
  %c = linalg.reduce ins(%ab : tensor<2x7xf32>) outs(%2 : tensor<2xf32>) dimensions = [1] (%x: f32, %y: f32) {
    %m = arith.maximumf %x, %y : f32
    linalg.yield %m : f32
  }
  return %all, %c : tensor<2x11xf32>, tensor<2xf32>
}

// -----

// Parts in another order, or put with a gap, are no concatenation that grows.
// CHECK-LABEL: func.func @others(
// CHECK: tensor.empty() : tensor<2x7xf32>
// CHECK: tensor.empty() : tensor<2x11xf32>
func.func @others(%a: tensor<2x3xf32>, %b: tensor<2x4xf32>) -> (tensor<2x11xf32>, tensor<2xf32>) {
  %0 = tensor.empty() : tensor<2x7xf32>
  %1 = tensor.insert_slice %b into %0[0, 0] [2, 4] [1, 1] : tensor<2x4xf32> into tensor<2x7xf32>
  %ba = tensor.insert_slice %a into %1[0, 4] [2, 3] [1, 1] : tensor<2x3xf32> into tensor<2x7xf32>
  %2 = tensor.empty() : tensor<2xf32>
  %c = linalg.reduce ins(%ba : tensor<2x7xf32>) outs(%2 : tensor<2xf32>) dimensions = [1] (%x: f32, %y: f32) {
    %m = arith.maximumf %x, %y : f32
    linalg.yield %m : f32
  }
  %3 = tensor.empty() : tensor<2x11xf32>
  %4 = tensor.insert_slice %a into %3[0, 0] [2, 3] [1, 1] : tensor<2x3xf32> into tensor<2x11xf32>
  %5 = tensor.insert_slice %b into %4[0, 3] [2, 4] [1, 1] : tensor<2x4xf32> into tensor<2x11xf32>
  %all = tensor.insert_slice %b into %5[0, 7] [2, 4] [1, 1] : tensor<2x4xf32> into tensor<2x11xf32>
  return %all, %c : tensor<2x11xf32>, tensor<2xf32>
}
