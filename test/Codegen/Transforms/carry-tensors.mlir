// RUN: sconce-opt %s --pass-pipeline='builtin.module(func.func(sconce-carry-tensors))' --split-input-file | FileCheck %s
// RUN: sconce-opt %s --pass-pipeline='builtin.module(func.func(sconce-carry-tensors,sconce-bufferize))' --split-input-file | FileCheck %s --check-prefix=BUFFERS

#id = affine_map<(d0) -> (d0)>

// A value of the argument's shape is brought to where the argument is, and bufferization computes it there.
// CHECK-LABEL: func.func @same_shape(
// CHECK: scf.for {{.*}} iter_args(%[[T:.*]] = %{{.*}}) -> (tensor<4xf32>)
// CHECK: %[[X:.*]] = linalg.generic
// CHECK: %[[M:.*]] = bufferization.materialize_in_destination %[[X]] in %[[T]]
// CHECK: scf.yield %[[M]]
// BUFFERS-LABEL: func.func @same_shape(
// BUFFERS: %[[A:.*]] = memref.alloc() {{.*}} : memref<4xf32>
// BUFFERS: scf.for
// BUFFERS-NOT: alloc
// BUFFERS: linalg.generic {{.*}} ins(%[[A]] : memref<4xf32>) outs(%[[A]] : memref<4xf32>)
func.func @same_shape(%frame: !llvm.ptr, %a: memref<4xf32>, %out: memref<4xf32>, %n: index) -> i32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %one = arith.constant 1.0 : f32
  %t0 = bufferization.to_tensor %a restrict : memref<4xf32> to tensor<4xf32>
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%t = %t0) -> (tensor<4xf32>) {
    %e = tensor.empty() : tensor<4xf32>
    %x = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%t : tensor<4xf32>) outs(%e : tensor<4xf32>) {
    ^bb0(%p: f32, %o: f32):
      %s = arith.addf %p, %one : f32
      linalg.yield %s : f32
    } -> tensor<4xf32>
    scf.yield %x : tensor<4xf32>
  }
  bufferization.materialize_in_destination %r in restrict writable %out : (tensor<4xf32>, memref<4xf32>) -> ()
  %ok = arith.constant 0 : i32
  return %ok : i32
}

// -----

// Nested loops that write elements are in place already: nothing is copied in either.
// CHECK-LABEL: func.func @nested_in_place(
// CHECK: scf.yield %{{.*}} : tensor<4x4xf32>
// BUFFERS-LABEL: func.func @nested_in_place(
// BUFFERS: %[[A:.*]] = memref.alloc()
// BUFFERS: memref.copy %{{.*}}, %[[A]]
// BUFFERS: scf.for
// BUFFERS-NOT: memref.copy
// BUFFERS: scf.for
// BUFFERS-NOT: memref.copy
// BUFFERS: memref.store %{{.*}}, %[[A]]
// BUFFERS-NEXT: }
// BUFFERS-NEXT: }
func.func @nested_in_place(%frame: !llvm.ptr, %a: memref<4x4xf32>, %out: memref<4x4xf32>, %n: index) -> i32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %one = arith.constant 1.0 : f32
  %t0 = bufferization.to_tensor %a restrict : memref<4x4xf32> to tensor<4x4xf32>
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%t = %t0) -> (tensor<4x4xf32>) {
    %q = scf.for %j = %c0 to %n step %c1 iter_args(%u = %t) -> (tensor<4x4xf32>) {
      %old = tensor.extract %u[%i, %j] : tensor<4x4xf32>
      %new = arith.addf %old, %one : f32
      %w = tensor.insert %new into %u[%i, %j] : tensor<4x4xf32>
      scf.yield %w : tensor<4x4xf32>
    }
    scf.yield %q : tensor<4x4xf32>
  }
  bufferization.materialize_in_destination %r in restrict writable %out : (tensor<4x4xf32>, memref<4x4xf32>) -> ()
  %ok = arith.constant 0 : i32
  return %ok : i32
}

// -----

// Two arguments that change places are copied out first, as both are assigned at once.
// CHECK-LABEL: func.func @swap(
// CHECK: scf.for {{.*}} iter_args(%[[T:.*]] = %{{.*}}, %[[U:.*]] = %{{.*}})
// CHECK-DAG: %[[TC:.*]] = bufferization.alloc_tensor() copy(%[[T]])
// CHECK-DAG: %[[UC:.*]] = bufferization.alloc_tensor() copy(%[[U]])
// CHECK: %[[X:.*]] = bufferization.materialize_in_destination %[[UC]] in %[[T]]
// CHECK: %[[Y:.*]] = bufferization.materialize_in_destination %[[TC]] in %[[U]]
// CHECK: scf.yield %[[X]], %[[Y]]
func.func @swap(%frame: !llvm.ptr, %a: memref<4xf32>, %b: memref<4xf32>, %out: memref<4xf32>, %n: index) -> i32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %t0 = bufferization.to_tensor %a restrict : memref<4xf32> to tensor<4xf32>
  %u0 = bufferization.to_tensor %b restrict : memref<4xf32> to tensor<4xf32>
  %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%t = %t0, %u = %u0) -> (tensor<4xf32>, tensor<4xf32>) {
    scf.yield %u, %t : tensor<4xf32>, tensor<4xf32>
  }
  bufferization.materialize_in_destination %r#0 in restrict writable %out : (tensor<4xf32>, memref<4xf32>) -> ()
  %ok = arith.constant 0 : i32
  return %ok : i32
}

// -----

// Where extents change the loop owns a buffer, made anew in each iteration; the old one is released.
// CHECK-LABEL: func.func @growing(
// CHECK: %[[INIT:.*]] = memref.alloc(%{{.*}}) {sconce.owned} : memref<?xf32>
// CHECK: %[[R:.*]] = scf.for {{.*}} iter_args(%[[M:.*]] = %[[INIT]]) -> (memref<?xf32>)
// CHECK: bufferization.to_tensor %[[M]]
// CHECK: %[[NEXT:.*]] = memref.alloc(%{{.*}}) {sconce.owned} : memref<?xf32>
// CHECK: bufferization.materialize_in_destination %{{.*}} in restrict writable %[[NEXT]]
// CHECK: memref.dealloc %[[M]]
// CHECK: scf.yield %[[NEXT]] : memref<?xf32>
// CHECK: memref.dealloc %[[R]]
// CHECK: return
func.func @growing(%frame: !llvm.ptr, %a: memref<?xf32>, %n: index) -> i32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %z = arith.constant 0.0 : f32
  %t0 = bufferization.to_tensor %a restrict : memref<?xf32> to tensor<?xf32>
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%t = %t0) -> (tensor<?xf32>) {
    %d = tensor.dim %t, %c0 : tensor<?xf32>
    %m = arith.addi %d, %c1 : index
    %e = tensor.empty(%m) : tensor<?xf32>
    %f = linalg.fill ins(%z : f32) outs(%e : tensor<?xf32>) -> tensor<?xf32>
    %x = tensor.insert_slice %t into %f[0] [%d] [1] : tensor<?xf32> into tensor<?xf32>
    scf.yield %x : tensor<?xf32>
  }
  %d = tensor.dim %r, %c0 : tensor<?xf32>
  %alloc = memref.alloc(%d) {sconce.result} : memref<?xf32>
  bufferization.materialize_in_destination %r in restrict writable %alloc : (tensor<?xf32>, memref<?xf32>) -> ()
  %ok = arith.constant 0 : i32
  return %ok : i32
}

// -----

// A tensor of run-time shape that a branch yields is in a buffer of its own on both sides, released at the end.
// CHECK-LABEL: func.func @branch(
// CHECK: %[[R:.*]] = scf.if %{{.*}} -> (memref<?xf32>)
// CHECK: memref.alloc(%{{.*}}) {sconce.owned}
// CHECK: else
// CHECK: memref.alloc(%{{.*}}) {sconce.owned}
// CHECK: memref.dealloc %[[R]]
// CHECK: return
func.func @branch(%frame: !llvm.ptr, %a: memref<?xf32>, %c: i1) -> i32 {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f32
  %t0 = bufferization.to_tensor %a restrict : memref<?xf32> to tensor<?xf32>
  %r = scf.if %c -> (tensor<?xf32>) {
    scf.yield %t0 : tensor<?xf32>
  } else {
    %c7 = arith.constant 7 : index
    %e = tensor.empty(%c7) : tensor<?xf32>
    %f = linalg.fill ins(%z : f32) outs(%e : tensor<?xf32>) -> tensor<?xf32>
    scf.yield %f : tensor<?xf32>
  }
  %d = tensor.dim %r, %c0 : tensor<?xf32>
  %alloc = memref.alloc(%d) {sconce.result} : memref<?xf32>
  bufferization.materialize_in_destination %r in restrict writable %alloc : (tensor<?xf32>, memref<?xf32>) -> ()
  %ok = arith.constant 0 : i32
  return %ok : i32
}

// -----

// A tensor that goes to two arguments is made in the first one's buffer; the second is a copy of that buffer, not of the tensor.
// CHECK-LABEL: func.func @same_for_two(
// CHECK: scf.for {{.*}} iter_args(%[[A:.*]] = %{{.*}}, %[[B:.*]] = %{{.*}})
// CHECK: %[[MADE:.*]] = linalg.fill
// CHECK: %[[FIRST:.*]] = bufferization.materialize_in_destination %[[MADE]] in %[[A]]
// CHECK: %[[SECOND:.*]] = bufferization.materialize_in_destination %[[FIRST]] in %[[B]]
// CHECK: scf.yield %[[FIRST]], %[[SECOND]]
func.func @same_for_two(%frame: !llvm.ptr, %a: memref<3xf32>, %n: index) -> i32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %z = arith.constant 0.0 : f32
  %t0 = bufferization.to_tensor %a restrict : memref<3xf32> to tensor<3xf32>
  %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%t = %t0, %u = %t0) -> (tensor<3xf32>, tensor<3xf32>) {
    %e = tensor.empty() : tensor<3xf32>
    %f = linalg.fill ins(%z : f32) outs(%e : tensor<3xf32>) -> tensor<3xf32>
    scf.yield %f, %f : tensor<3xf32>, tensor<3xf32>
  }
  %alloc = memref.alloc() {sconce.result} : memref<3xf32>
  bufferization.materialize_in_destination %r#1 in restrict writable %alloc : (tensor<3xf32>, memref<3xf32>) -> ()
  %ok = arith.constant 0 : i32
  return %ok : i32
}

// -----

// A side of a branch that leaves the loop's argument as it was yields the argument; the other side puts its tensor there.
// CHECK-LABEL: func.func @argument_or_other(
// CHECK: %[[T0:.*]] = bufferization.to_tensor %{{.*}} restrict
// CHECK: scf.for {{.*}} iter_args(%[[T:.*]] = %{{.*}})
// CHECK: scf.if
// CHECK: %[[PUT:.*]] = bufferization.materialize_in_destination %[[T0]] in %[[T]]
// CHECK: scf.yield %[[PUT]]
// CHECK: else
// CHECK: scf.yield %[[T]]
// CHECK-NOT: bufferization.alloc_tensor
// CHECK: return
func.func @argument_or_other(%frame: !llvm.ptr, %a: memref<3xf32>, %n: index, %c: i1) -> i32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %z = arith.constant 0.0 : f32
  %t0 = bufferization.to_tensor %a restrict : memref<3xf32> to tensor<3xf32>
  %e = tensor.empty() : tensor<3xf32>
  %f = linalg.fill ins(%z : f32) outs(%e : tensor<3xf32>) -> tensor<3xf32>
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%t = %f) -> (tensor<3xf32>) {
    %next = scf.if %c -> (tensor<3xf32>) {
      scf.yield %t0 : tensor<3xf32>
    } else {
      scf.yield %t : tensor<3xf32>
    }
    scf.yield %next : tensor<3xf32>
  }
  %alloc = memref.alloc() {sconce.result} : memref<3xf32>
  bufferization.materialize_in_destination %r in restrict writable %alloc : (tensor<3xf32>, memref<3xf32>) -> ()
  %ok = arith.constant 0 : i32
  return %ok : i32
}

// -----

// Where the argument is still needed after the branch, the side that yields it yields a copy.
// CHECK-LABEL: func.func @argument_needed_later(
// CHECK: scf.for {{.*}} iter_args(%[[T:.*]] = %{{.*}}, %{{.*}} = %{{.*}})
// CHECK: scf.if
// CHECK: else
// CHECK: bufferization.alloc_tensor() copy(%[[T]])
// CHECK: return
func.func @argument_needed_later(%frame: !llvm.ptr, %a: memref<3xf32>, %n: index, %c: i1) -> i32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %z = arith.constant 0.0 : f32
  %t0 = bufferization.to_tensor %a restrict : memref<3xf32> to tensor<3xf32>
  %e = tensor.empty() : tensor<3xf32>
  %f = linalg.fill ins(%z : f32) outs(%e : tensor<3xf32>) -> tensor<3xf32>
  %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%t = %f, %s = %z) -> (tensor<3xf32>, f32) {
    %next = scf.if %c -> (tensor<3xf32>) {
      scf.yield %t0 : tensor<3xf32>
    } else {
      scf.yield %t : tensor<3xf32>
    }
    %old = tensor.extract %t[%c0] : tensor<3xf32>
    scf.yield %next, %old : tensor<3xf32>, f32
  }
  %alloc = memref.alloc() {sconce.result} : memref<3xf32>
  bufferization.materialize_in_destination %r#0 in restrict writable %alloc : (tensor<3xf32>, memref<3xf32>) -> ()
  %ok = arith.constant 0 : i32
  return %ok : i32
}
