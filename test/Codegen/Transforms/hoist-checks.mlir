// RUN: sconce-opt %s --sconce-hoist-checks --split-input-file | FileCheck %s

// A check of extents, and what it computes from them, stands before the ops that it has nothing to do with; also where it is a branch
// that makes a message first.
// CHECK-LABEL: func.func @early(
// CHECK-SAME: %[[X:.*]]: tensor<?xf32>, %[[Y:.*]]: tensor<?xf32>, %[[S:.*]]: !ts.str
// CHECK-DAG: %[[N:.*]] = tensor.dim %[[X]]
// CHECK-DAG: %[[M:.*]] = tensor.dim %[[Y]]
// CHECK: %[[SAME:.*]] = arith.cmpi eq, %[[N]], %[[M]]
// CHECK: ts.check %[[SAME]], "different"
// CHECK: %[[MORE:.*]] = arith.cmpi ugt
// CHECK: scf.if %[[MORE]] {
// CHECK: ts.check %{{.*}}, "many"
// CHECK: tensor.empty
// CHECK: linalg.exp
// CHECK: return
func.func @early(%x: tensor<?xf32>, %y: tensor<?xf32>, %s: !ts.str) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?xf32>
  %e = tensor.empty(%n) : tensor<?xf32>
  %z = linalg.exp ins(%x : tensor<?xf32>) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  %m = tensor.dim %y, %c0 : tensor<?xf32>
  %same = arith.cmpi eq, %n, %m : index
  ts.check %same, "different", "RuntimeError"
  %c9 = arith.constant 9 : index
  %more = arith.cmpi ugt, %m, %c9 : index
  scf.if %more {
    %text = ts.runtime_call "sc_rt_string_new"(%s) : (!ts.str) -> !ts.ref
    %false = arith.constant false
    ts.check %false, "many", "RuntimeError"
  }
  return %z : tensor<?xf32>
}

// -----

// What the program prints comes first still, and what a tensor holds is known where it is computed.
// CHECK-LABEL: func.func @late(
// CHECK: tensor.dim
// CHECK: ts.runtime_call "sc_rt_print"
// CHECK-NEXT: %[[M:.*]] = tensor.dim
// CHECK-NEXT: %[[SAME:.*]] = arith.cmpi
// CHECK-NEXT: ts.check %[[SAME]]
// CHECK: %[[ALL:.*]] = linalg.exp
// CHECK-NEXT: %[[ONE:.*]] = tensor.extract %[[ALL]]
// CHECK-NEXT: %[[POSITIVE:.*]] = arith.cmpf
// CHECK-NEXT: ts.check %[[POSITIVE]]
// CHECK-NEXT: tensor.empty
func.func @late(%x: tensor<?xf32>, %y: tensor<?xf32>, %r: !ts.ref) -> (tensor<?xf32>, tensor<?xf32>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %n = tensor.dim %x, %c0 : tensor<?xf32>
  ts.runtime_call "sc_rt_print"(%r) : (!ts.ref) -> ()
  %e = tensor.empty(%n) : tensor<?xf32>
  %z = linalg.exp ins(%x : tensor<?xf32>) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  %f = tensor.empty(%n) : tensor<?xf32>
  %w = linalg.abs ins(%x : tensor<?xf32>) outs(%f : tensor<?xf32>) -> tensor<?xf32>
  %m = tensor.dim %y, %c0 : tensor<?xf32>
  %same = arith.cmpi eq, %n, %m : index
  ts.check %same, "different", "RuntimeError"
  %one = tensor.extract %z[%c0] : tensor<?xf32>
  %positive = arith.cmpf ogt, %one, %zero : f32
  ts.check %positive, "negative", "RuntimeError"
  return %z, %w : tensor<?xf32>, tensor<?xf32>
}
