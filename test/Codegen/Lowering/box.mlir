// RUN: sconce-opt %s --convert-ts-to-linalg | FileCheck %s

// Bools are bytes from here on: what they stand for is noted where the runtime must know.
// CHECK-LABEL: func.func @bools(
// CHECK: ts.box %{{.*}} {sconce.dtype = 11 : i64} : tensor<4xi8>
func.func @bools(%x: tensor<4xi1>) -> !ts.ref {
  %r = ts.box %x : tensor<4xi1>
  return %r : !ts.ref
}

// CHECK-LABEL: func.func @unsigned(
// CHECK: ts.box %{{.*}} {sconce.dtype = 0 : i64} : tensor<4xi8>
func.func @unsigned(%x: tensor<4xui8>) -> !ts.ref {
  %r = ts.box %x : tensor<4xui8>
  return %r : !ts.ref
}

// CHECK-LABEL: func.func @signed(
// CHECK: ts.box %{{[a-z0-9]+}} : tensor<4xi8>
func.func @signed(%x: tensor<4xi8>) -> !ts.ref {
  %r = ts.box %x : tensor<4xi8>
  return %r : !ts.ref
}
