// RUN: sconce-opt %s | sconce-opt | FileCheck %s
// RUN: sconce-opt %s --canonicalize | FileCheck %s --check-prefix=FOLD

// CHECK-LABEL: func.func @join
func.func @join(%m: tensor<2x3xf32>, %d: tensor<?x3xf32>, %v: tensor<f32>, %n: i64) {
  // CHECK: ts.concatenate %{{.*}}, %{{.*}} dim 0 : (tensor<2x3xf32>, tensor<?x3xf32>) -> tensor<?x3xf32>
  %0 = ts.concatenate %m, %d dim 0 : (tensor<2x3xf32>, tensor<?x3xf32>) -> tensor<?x3xf32>
  // CHECK: ts.pad %{{.*}} low [0, 1] high [%{{.*}}, 0] value %{{.*}} : tensor<2x3xf32>, tensor<f32> -> tensor<?x4xf32>
  %1 = ts.pad %m low [0, 1] high [%n, 0] value %v : tensor<2x3xf32>, tensor<f32> -> tensor<?x4xf32>
  // CHECK: ts.update_slice %{{.*}} with %{{.*}} dim 0 start [%{{.*}}] step 1 : tensor<?x3xf32>, tensor<2x3xf32> -> tensor<?x3xf32>
  %2 = ts.update_slice %d with %m dim 0 start [%n] step 1 : tensor<?x3xf32>, tensor<2x3xf32> -> tensor<?x3xf32>
  return
}

// FOLD-LABEL: func.func @folds
// FOLD-SAME: (%[[A:.*]]: tensor<2x3xf32>, %[[B:.*]]: tensor<2x3xf32>, %{{.*}}: tensor<f32>)
func.func @folds(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>, %v: tensor<f32>) -> (tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>) {
  %0 = ts.concatenate %a dim 0 : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %1 = ts.pad %a low [0, 0] high [0, 0] value %v : tensor<2x3xf32>, tensor<f32> -> tensor<2x3xf32>
  %2 = ts.update_slice %a with %b dim 1 start [0] step 1 : tensor<2x3xf32>, tensor<2x3xf32> -> tensor<2x3xf32>
  // FOLD: return %[[A]], %[[A]], %[[B]]
  return %0, %1, %2 : tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>
}
