// RUN: sconce-opt %s --sconce-lower-runtime-calls --split-input-file | FileCheck %s
// Runtime functions take the context first and leave results in memory; a call's status is looked at later.

// A weight is entry 3 of the frame's table, 2 elements in.
// CHECK-LABEL: func.func @weight(
// CHECK-SAME: %[[F:.*]]: !llvm.ptr)
// CHECK: %[[AT:.*]] = llvm.getelementptr %[[F]][16]
// CHECK: %[[TABLE:.*]] = llvm.load %[[AT]]
// CHECK: %[[ENTRY:.*]] = llvm.getelementptr %[[TABLE]][24]
// CHECK: %[[BASE:.*]] = llvm.load %[[ENTRY]]
// CHECK: %[[DATA:.*]] = llvm.getelementptr %[[BASE]][8]
// CHECK: %[[M:.*]] = builtin.unrealized_conversion_cast %[[DATA]] : !llvm.ptr to memref<4xf32>
// CHECK: bufferization.to_tensor %[[M]] restrict : memref<4xf32>
func.func @weight(%frame: !llvm.ptr) -> i32 {
  %x = ts.weight 3 offset 2 : tensor<4xf32>
  %alloc = memref.alloc() : memref<4xf32>
  bufferization.materialize_in_destination %x in restrict writable %alloc : (tensor<4xf32>, memref<4xf32>) -> ()
  %ok = arith.constant 0 : i32
  return %ok : i32
}

// -----

// CHECK: llvm.func @sc_rt_list_get(!llvm.ptr, !llvm.ptr, i64, !llvm.ptr) -> i32
// CHECK: llvm.func @sc_rt_unbox(!llvm.ptr, !llvm.ptr, i64, i64, !llvm.ptr, !llvm.ptr) -> i32
// CHECK: llvm.func @sc_rt_tensor_store(!llvm.ptr, !llvm.ptr, i64, !llvm.ptr) -> i32
// CHECK-LABEL: func.func @references(
// CHECK-SAME: %[[F:.*]]: !llvm.ptr)
// CHECK: %[[CONTEXT:.*]] = llvm.load %[[F]] invariant
// CHECK: llvm.call @sc_rt_list_get(%[[CONTEXT]], %{{.*}}, %{{.*}}, %[[SLOT:.*]]) {sconce.status}
// CHECK: %[[R:.*]] = llvm.load %[[SLOT]] {{.*}} -> !llvm.ptr
// An extent that any value fits is -1 to the callee, which writes the actual one.
// CHECK: %[[ANY:.*]] = llvm.mlir.constant(-1 : i64)
// CHECK: llvm.store %[[ANY]], %[[SIZES:.*]] {
// CHECK: llvm.call @sc_rt_unbox(%[[CONTEXT]], %[[R]], %{{.*}}, %{{.*}}, %[[SIZES]], %[[DATA:.*]]) {sconce.status}
// CHECK: %[[P:.*]] = llvm.load %[[DATA]]
// CHECK: %[[N:.*]] = llvm.load %[[SIZES]]
// CHECK: %[[M:.*]] = builtin.unrealized_conversion_cast %[[P]], %[[N]] : !llvm.ptr, i64 to memref<?xf32>
// The copy is the program's own.
// CHECK: %[[T:.*]] = bufferization.to_tensor %[[M]] restrict writable
// A tensor goes as the address of {data, rank, sizes} of a contiguous copy.
// CHECK: %[[COPY:.*]] = memref.alloc
// CHECK: bufferization.materialize_in_destination %[[T]] in restrict writable %[[COPY]]
// CHECK: llvm.call @sc_rt_tensor_store(%[[CONTEXT]], %[[R]], %{{.*}}, %{{.*}}) {sconce.status}
// CHECK-NOT: ts.
func.func @references(%frame: !llvm.ptr) -> i32 {
  %i = arith.constant 6 : i64
  %l = ts.runtime_call "sc_rt_list_new"(%i) : (i64) -> !ts.ref
  %r = ts.runtime_call "sc_rt_list_get"(%l, %i) : (!ts.ref, i64) -> !ts.ref
  %x = ts.unbox %r : tensor<?xf32>
  ts.runtime_call "sc_rt_tensor_store"(%r, %i, %x) : (!ts.ref, i64, tensor<?xf32>) -> ()
  %ok = arith.constant 0 : i32
  return %ok : i32
}

// -----

// The tensors among the results overwrite the last operands; a literal goes as address and size.
// CHECK: llvm.mlir.global internal constant @{{.*}}("text\00")
// CHECK-LABEL: func.func @results(
// CHECK: llvm.call @sc_rt_string_new(%{{.*}}, %{{.*}}, %[[SIZE:.*]], %{{.*}}) {sconce.status}
// CHECK: %[[OUT:.*]] = memref.alloc() : memref<2xf32>
// CHECK: llvm.call @sc_rt_random(
// CHECK: bufferization.to_tensor %[[OUT]] restrict writable
func.func @results(%frame: !llvm.ptr) -> i32 {
  %s = ts.constant str "text"
  %u = ts.runtime_call "sc_rt_string_new"(%s) : (!ts.str) -> !ts.ref
  %e = tensor.empty() : tensor<2xf32>
  %f = arith.constant 0.0 : f64
  %i = arith.constant 6 : i64
  %rr = ts.runtime_call "sc_rt_random"(%i, %i, %f, %f, %e) : (i64, i64, f64, f64, tensor<2xf32>) -> tensor<2xf32>
  %ok = arith.constant 0 : i32
  return %ok : i32
}

// -----

// Values that loops carry are pointers, too; a check stays for sconce-lower-host.
// CHECK-LABEL: func.func @carried(
// CHECK: scf.for {{.*}} iter_args(%[[A:.*]] = %{{.*}}) -> (!llvm.ptr)
// CHECK: llvm.call @sc_rt_list_concat(%{{.*}}, %[[A]], %[[A]],
// CHECK: scf.yield %{{.*}} : !llvm.ptr
// CHECK: ts.check %{{.*}}, "bad", "builtins.ValueError"
func.func @carried(%frame: !llvm.ptr) -> i32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %i = arith.constant 6 : i64
  %t = arith.constant true
  %l = ts.runtime_call "sc_rt_list_new"(%i) : (i64) -> !ts.ref
  %m = scf.for %k = %c0 to %c1 step %c1 iter_args(%a = %l) -> (!ts.ref) {
    %b = ts.runtime_call "sc_rt_list_concat"(%a, %a) : (!ts.ref, !ts.ref) -> !ts.ref
    scf.yield %b : !ts.ref
  }
  ts.check %t, "bad", "builtins.ValueError"
  %ok = arith.constant 0 : i32
  return %ok : i32
}
