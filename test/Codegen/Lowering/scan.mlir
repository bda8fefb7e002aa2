// RUN: sconce-opt %s --convert-ts-to-linalg --split-input-file | FileCheck %s

// A line along the last dimension: vectors that are scanned within, then the elements that are left. f32 is summed in f64.
// CHECK-LABEL: func.func @line(
// CHECK: scf.for %[[ROW:.*]] = %{{.*}} to %c3
// CHECK: scf.for %[[AT:.*]] = %{{.*}} to %c16{{.*}} step %c8{{.*}} iter_args(%[[INTO:.*]] = %{{.*}}, %[[SOFAR:.*]] = %{{.*}}) -> (tensor<3x19xf32>, vector<8xf64>)
// CHECK: %[[READ:.*]] = vector.transfer_read %{{.*}}[%[[ROW]], %[[AT]]]{{.*}} : tensor<3x19xf32>, vector<8xf32>
// CHECK: %[[X:.*]] = arith.extf %[[READ]] : vector<8xf32> to vector<8xf64>
// CHECK: %[[BEFORE:.*]] = vector.shuffle %[[X]], %[[X]] [0, 0, 1, 2, 3, 4, 5, 6]
// CHECK: %[[SUM:.*]] = arith.addf %[[BEFORE]], %[[X]]
// CHECK: %[[ONE:.*]] = arith.select %{{.*}}, %[[SUM]], %[[X]]
// CHECK: vector.shuffle %[[ONE]], %[[ONE]] [0, 0, 0, 1, 2, 3, 4, 5]
// CHECK: vector.shuffle %{{.*}} [0, 0, 0, 0, 0, 1, 2, 3]
// CHECK: %[[PREFIX:.*]] = arith.select
// CHECK: %[[ALL:.*]] = arith.addf %[[SOFAR]], %[[PREFIX]]
// CHECK: %[[LAST:.*]] = vector.shuffle %[[PREFIX]], %[[PREFIX]] [7, 7, 7, 7, 7, 7, 7, 7]
// CHECK: %[[NARROW:.*]] = arith.truncf %[[ALL]] : vector<8xf64> to vector<8xf32>
// CHECK: vector.transfer_write %[[NARROW]], %[[INTO]][%[[ROW]], %[[AT]]]
// CHECK: arith.addf %[[SOFAR]], %[[LAST]]
// CHECK: scf.for %{{.*}} = %c16{{.*}} to %c19{{.*}} -> (tensor<3x19xf32>, vector<1xf64>)
func.func @line(%x: tensor<3x19xf32>) -> tensor<3x19xf32> {
  %0 = ts.scan sum %x dim 1 : tensor<3x19xf32>
  return %0 : tensor<3x19xf32>
}

// -----

// Lines beside each other are the lanes of vectors.
// CHECK-LABEL: func.func @lines(
// CHECK: scf.for %[[COLUMN:.*]] = %{{.*}} to %c64{{.*}} step %c32
// CHECK: scf.for %[[AT:.*]] = %c0{{.*}} to %c5
// CHECK: vector.transfer_read %{{.*}}[%[[AT]], %[[COLUMN]]]{{.*}} : tensor<5x67xi64>, vector<32xi64>
// CHECK: arith.maxsi %{{.*}} : vector<32xi64>
// CHECK-NOT: vector<8xi64>
// CHECK: scf.for %{{.*}} = %c64{{.*}} to %c67
// CHECK: vector.transfer_read %{{.*}} : tensor<5x67xi64>, vector<1xi64>
func.func @lines(%x: tensor<5x67xi64>) -> tensor<5x67xi64> {
  %0 = ts.scan max %x dim 0 : tensor<5x67xi64>
  return %0 : tensor<5x67xi64>
}

// -----

// What is not in memory as it is computed with is scanned element by element.
// CHECK-LABEL: func.func @truths(
// CHECK: scf.for
// CHECK: tensor.extract
// CHECK: arith.trunci %{{.*}} : i8 to i1
// CHECK-NOT: vector
// CHECK: tensor.insert
func.func @truths(%x: tensor<5xi1>) -> tensor<5xi1> {
  %0 = ts.scan max %x dim 0 : tensor<5xi1>
  return %0 : tensor<5xi1>
}
