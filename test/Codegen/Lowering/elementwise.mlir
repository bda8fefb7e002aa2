// RUN: sconce-opt %s --convert-ts-to-linalg --split-input-file | FileCheck %s
// Every elementwise primitive becomes one parallel loop whose body is its scalar computation.

// CHECK: #[[MAP:.*]] = affine_map<(d0) -> (d0)>
// CHECK-LABEL: func.func @add(
// CHECK-SAME: %[[A:.*]]: tensor<4xf32>, %[[B:.*]]: tensor<4xf32>)
// CHECK: %[[E:.*]] = tensor.empty() : tensor<4xf32>
// CHECK: linalg.generic {indexing_maps = [#[[MAP]], #[[MAP]], #[[MAP]]], iterator_types = ["parallel"]} ins(%[[A]], %[[B]] : {{.*}}) outs(%[[E]] :
// CHECK: ^bb0(%[[X:.*]]: f32, %[[Y:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT: %[[R:.*]] = arith.addf %[[X]], %[[Y]] : f32
// CHECK-NEXT: linalg.yield %[[R]]
func.func @add(%a: tensor<4xf32>, %b: tensor<4xf32>) -> tensor<4xf32> {
  %0 = ts.add %a, %b : tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// Half floats compute in f32 and round once.
// CHECK-LABEL: func.func @half_rounds(
// CHECK: %[[X:.*]] = arith.extf %{{.*}} : f16 to f32
// CHECK-NEXT: %[[Y:.*]] = math.exp %[[X]] : f32
// CHECK-NEXT: %[[R:.*]] = arith.truncf %[[Y]] : f32 to f16
// CHECK-NEXT: linalg.yield %[[R]] : f16
func.func @half_rounds(%a: tensor<4xf16>) -> tensor<4xf16> {
  %0 = ts.exp %a : tensor<4xf16>
  return %0 : tensor<4xf16>
}

// -----

// Bool and unsigned tensors are signless bytes; the comparison is unsigned; extents are of the first operand.
// CHECK-LABEL: func.func @unsigned_to_bool(
// CHECK-SAME: %[[A:.*]]: tensor<?xi8>, %{{.*}}: tensor<?xi8>) -> tensor<?xi8>
// CHECK: %[[N:.*]] = tensor.dim %[[A]]
// CHECK: tensor.empty(%[[N]]) : tensor<?xi8>
// CHECK: %[[R:.*]] = arith.cmpi ult, %{{.*}}, %{{.*}} : i8
// CHECK-NEXT: arith.extui %[[R]] : i1 to i8
func.func @unsigned_to_bool(%a: tensor<?xui8>, %b: tensor<?xui8>) -> tensor<?xi1> {
  %0 = ts.lt %a, %b : (tensor<?xui8>, tensor<?xui8>) -> tensor<?xi1>
  return %0 : tensor<?xi1>
}

// -----

// CHECK-LABEL: func.func @signed_comparison(
// CHECK: arith.cmpi slt, %{{.*}}, %{{.*}} : i8
func.func @signed_comparison(%a: tensor<4xi8>, %b: tensor<4xi8>) -> tensor<4xi1> {
  %0 = ts.lt %a, %b : (tensor<4xi8>, tensor<4xi8>) -> tensor<4xi1>
  return %0 : tensor<4xi1>
}

// -----

// Scalars of the language need no loop.
// CHECK-LABEL: func.func @scalar(
// CHECK-NOT: linalg
// CHECK: arith.addi %{{.*}}, %{{.*}} : i64
func.func @scalar(%n: i64, %m: i64) -> i64 {
  %0 = ts.add %n, %m : i64
  return %0 : i64
}

// -----

// A result without elements is not computed.
// CHECK-LABEL: func.func @no_elements(
// CHECK-NOT: linalg
// CHECK: %[[E:.*]] = tensor.empty() : tensor<0x4xf32>
// CHECK: return %[[E]]
func.func @no_elements(%a: tensor<0x4xf32>) -> tensor<0x4xf32> {
  %0 = ts.exp %a : tensor<0x4xf32>
  return %0 : tensor<0x4xf32>
}

// -----

// Converted types go through structured control flow.
// CHECK-LABEL: func.func @loop(
// CHECK: scf.for {{.*}} -> (tensor<4xi8>)
// CHECK: %[[B:.*]] = arith.trunci %{{.*}} : i8 to i1
// CHECK: arith.xori %[[B]]
// CHECK: scf.yield %{{.*}} : tensor<4xi8>
func.func @loop(%a: tensor<4xi1>, %n: index) -> tensor<4xi1> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%t = %a) -> (tensor<4xi1>) {
    %0 = ts.not %t : tensor<4xi1>
    scf.yield %0 : tensor<4xi1>
  }
  return %r : tensor<4xi1>
}

// -----

// What talks to the runtime stays, with converted types.
// CHECK-LABEL: func.func @runtime_stays(
// CHECK: ts.unbox %{{.*}} : tensor<4xi8>
// CHECK: ts.weight 0 : tensor<4xi8>
// CHECK: ts.check %{{.*}}, "no", "builtins.RuntimeError"
func.func @runtime_stays(%r: !ts.ref, %c: i1) -> tensor<4xi1> {
  %0 = ts.unbox %r : tensor<4xi1>
  %1 = ts.weight 0 : tensor<4xi1>
  ts.check %c, "no", "builtins.RuntimeError"
  %2 = ts.and %0, %1 : tensor<4xi1>
  return %2 : tensor<4xi1>
}
