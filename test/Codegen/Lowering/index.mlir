// RUN: sconce-opt %s --convert-ts-to-linalg --split-input-file | FileCheck %s

// CHECK-LABEL: func.func @index(
// CHECK-SAME: %[[X:.*]]: tensor<5x3xf32>, %[[I:.*]]: tensor<4xi64>)
// CHECK: linalg.generic {{.*}} iterator_types = ["parallel", "parallel"]} ins(%[[I]] : tensor<4xi64>)
// CHECK: ^bb0(%[[AT:.*]]: i64, %{{.*}}: f32):
// CHECK: %[[COLUMN:.*]] = linalg.index 1
// CHECK: %[[ROW:.*]] = arith.index_cast %[[AT]]
// CHECK: tensor.extract %[[X]][%[[ROW]], %[[COLUMN]]]
func.func @index(%x: tensor<5x3xf32>, %i: tensor<4xi64>) -> tensor<4x3xf32> {
  %0 = ts.index %x dims [0] at (%i) : (tensor<5x3xf32>, tensor<4xi64>) -> tensor<4x3xf32>
  return %0 : tensor<4x3xf32>
}

// -----

// Rows scatter as vectors, one row after another, with the elements that are left of each by themselves.
// CHECK-LABEL: func.func @scatter_rows(
// CHECK: scf.for %[[ROW:.*]] = %{{.*}} to %c4{{.*}} iter_args
// CHECK: %[[INDEX:.*]] = tensor.extract %{{.*}}[%[[ROW]]] : tensor<4xi64>
// CHECK: %[[TO:.*]] = arith.index_cast %[[INDEX]]
// CHECK: scf.for %[[AT:.*]] = %{{.*}} to %c32{{.*}} step %c16{{.*}} iter_args(%[[INTO:.*]] = 
// CHECK: %[[UPDATE:.*]] = vector.transfer_read %{{.*}}[%[[ROW]], %[[AT]]]{{.*}} : tensor<4x40xf32>, vector<16xf32>
// CHECK: %[[OLD:.*]] = vector.transfer_read %[[INTO]][%[[TO]], %[[AT]]]{{.*}} : tensor<5x40xf32>, vector<16xf32>
// CHECK: %[[SUM:.*]] = arith.addf %[[OLD]], %[[UPDATE]]
// CHECK: vector.transfer_write %[[SUM]], %[[INTO]][%[[TO]], %[[AT]]]
// CHECK: scf.for %{{.*}} = %c32{{.*}} to %c40
// CHECK: vector<1xf32>
func.func @scatter_rows(%x: tensor<5x40xf32>, %i: tensor<4xi64>, %v: tensor<4x40xf32>) -> tensor<5x40xf32> {
  %0 = ts.scatter add %x dims [0] at (%i) of %v : (tensor<5x40xf32>, tensor<4xi64>, tensor<4x40xf32>) -> tensor<5x40xf32>
  return %0 : tensor<5x40xf32>
}

// -----

// Rows of a table that nothing else wants are read where they are; others are put together first.
// CHECK-LABEL: func.func @scatter_gathered_rows(
// CHECK-SAME: %[[TABLE:.*]]: tensor<9x16xf32>, %[[FROM:.*]]: tensor<4xi64>, %{{.*}}: tensor<5x16xf32>,
// CHECK: scf.for %[[ROW:.*]] = %{{.*}} to %c4{{.*}} iter_args
// CHECK: %[[INDEX:.*]] = tensor.extract %[[FROM]][%[[ROW]]] : tensor<4xi64>
// CHECK: %[[SOURCE:.*]] = arith.index_cast %[[INDEX]]
// CHECK: vector.transfer_read %[[TABLE]][%[[SOURCE]], %{{.*}}]{{.*}} : tensor<9x16xf32>, vector<16xf32>
// CHECK-LABEL: func.func @scatter_shared_rows(
// CHECK: %[[ROWS:.*]] = linalg.generic
// CHECK: vector.transfer_read %[[ROWS]]{{.*}} : tensor<4x16xf32>, vector<16xf32>
func.func @scatter_gathered_rows(%t: tensor<9x16xf32>, %f: tensor<4xi64>, %x: tensor<5x16xf32>, %i: tensor<4xi64>) -> tensor<5x16xf32> {
  %0 = ts.index %t dims [0] at (%f) : (tensor<9x16xf32>, tensor<4xi64>) -> tensor<4x16xf32>
  %1 = ts.scatter add %x dims [0] at (%i) of %0 : (tensor<5x16xf32>, tensor<4xi64>, tensor<4x16xf32>) -> tensor<5x16xf32>
  return %1 : tensor<5x16xf32>
}
func.func @scatter_shared_rows(%t: tensor<9x16xf32>, %f: tensor<4xi64>, %x: tensor<5x16xf32>, %i: tensor<4xi64>) -> (tensor<5x16xf32>, tensor<4x16xf32>) {
  %0 = ts.index %t dims [0] at (%f) : (tensor<9x16xf32>, tensor<4xi64>) -> tensor<4x16xf32>
  %1 = ts.scatter add %x dims [0] at (%i) of %0 : (tensor<5x16xf32>, tensor<4xi64>, tensor<4x16xf32>) -> tensor<5x16xf32>
  return %1, %0 : tensor<5x16xf32>, tensor<4x16xf32>
}

// -----

// Elements scatter one after another: two that meet in a place are added both.
// CHECK-LABEL: func.func @scatter_add(
// CHECK: scf.for
// CHECK-SAME: %{{.*}} iter_args(%[[T:.*]] = %{{.*}}) -> (tensor<5xf32>)
// CHECK: %[[OLD:.*]] = tensor.extract %[[T]][
// CHECK: %[[NEW:.*]] = arith.addf %[[OLD]], %{{.*}}
// CHECK: tensor.insert %[[NEW]]
func.func @scatter_add(%x: tensor<5xf32>, %i: tensor<4xi64>, %v: tensor<4xf32>) -> tensor<5xf32> {
  %0 = ts.scatter add %x dims [0] at (%i) of %v : (tensor<5xf32>, tensor<4xi64>, tensor<4xf32>) -> tensor<5xf32>
  return %0 : tensor<5xf32>
}
