// RUN: sconce-opt %s --convert-ts-to-linalg | FileCheck %s

// Bool and unsigned tensors become bytes in operations of other dialects, too.

// CHECK-LABEL: func.func @bool_cast(
// CHECK-SAME: %[[X:.*]]: tensor<2x3xi8>) -> tensor<?x3xi8>
// CHECK: tensor.cast %[[X]] : tensor<2x3xi8> to tensor<?x3xi8>
func.func @bool_cast(%x: tensor<2x3xi1>) -> tensor<?x3xi1> {
  %y = tensor.cast %x : tensor<2x3xi1> to tensor<?x3xi1>
  return %y : tensor<?x3xi1>
}

// CHECK-LABEL: func.func @unsigned_cast_in_branch(
// CHECK: scf.if
// CHECK: tensor.cast %{{.*}} : tensor<2xi8> to tensor<?xi8>
func.func @unsigned_cast_in_branch(%c: i1, %x: tensor<2xui8>, %y: tensor<?xui8>) -> tensor<?xui8> {
  %r = scf.if %c -> tensor<?xui8> {
    %z = tensor.cast %x : tensor<2xui8> to tensor<?xui8>
    scf.yield %z : tensor<?xui8>
  } else {
    scf.yield %y : tensor<?xui8>
  }
  return %r : tensor<?xui8>
}
