// RUN: sconce-opt %s --pass-pipeline='builtin.module(func.func(sconce-bufferize))' --split-input-file | FileCheck %s

#id = affine_map<(d0) -> (d0)>

// A result is computed in the buffer it must end in: no copy.
// CHECK-LABEL: func.func @into_result(
// CHECK-SAME: %[[A:.*]]: memref<4xf32>, %[[OUT:.*]]: memref<4xf32>)
// CHECK-NOT: alloc
// CHECK: linalg.generic {{.*}} ins(%[[A]] : memref<4xf32>) outs(%[[OUT]] : memref<4xf32>)
// CHECK-NOT: memref.copy
// CHECK: return
func.func @into_result(%a: memref<4xf32>, %out: memref<4xf32>) {
  %t = bufferization.to_tensor %a restrict : memref<4xf32> to tensor<4xf32>
  %e = tensor.empty() : tensor<4xf32>
  %x = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%t : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%p: f32, %o: f32):
    %s = arith.addf %p, %p : f32
    linalg.yield %s : f32
  } -> tensor<4xf32>
  bufferization.materialize_in_destination %x in restrict writable %out : (tensor<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

// An input is read-only: what is written starts from a copy of it.
// CHECK-LABEL: func.func @input_is_not_written(
// CHECK-SAME: %[[A:.*]]: memref<4xf32>, %[[OUT:.*]]: memref<4xf32>
// CHECK-NOT: memref.store %{{.*}}, %[[A]]
// CHECK: memref.copy %[[A]], %[[C:.*]] : memref<4xf32>
// CHECK: memref.store %{{.*}}, %[[C]]
func.func @input_is_not_written(%a: memref<4xf32>, %out: memref<4xf32>, %v: f32) {
  %c0 = arith.constant 0 : index
  %t = bufferization.to_tensor %a restrict : memref<4xf32> to tensor<4xf32>
  %x = tensor.insert %v into %t[%c0] : tensor<4xf32>
  bufferization.materialize_in_destination %x in restrict writable %out : (tensor<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

// No memcpy can do a copy between strided buffers.
// CHECK-LABEL: func.func @strided_copy(
// CHECK-NOT: memref.copy
// CHECK: memref.subview
// CHECK: linalg.generic
// CHECK: return
func.func @strided_copy(%a: memref<4x6xf32>, %out: memref<4x2xf32>) {
  %t = bufferization.to_tensor %a restrict : memref<4x6xf32> to tensor<4x6xf32>
  %s = tensor.extract_slice %t[0, 1] [4, 2] [1, 1] : tensor<4x6xf32> to tensor<4x2xf32>
  bufferization.materialize_in_destination %s in restrict writable %out : (tensor<4x2xf32>, memref<4x2xf32>) -> ()
  return
}

// -----

// Memory of run-time size is released in the block that makes it, but for what is handed out.
// CHECK-LABEL: func.func @released(
// CHECK: scf.for
// CHECK: %[[T:.*]] = memref.alloc(%{{.*}}) {alignment = 64 : i64} : memref<?xf32>
// CHECK: memref.dealloc %[[T]]
// CHECK-NEXT: }
// CHECK: %[[R:.*]] = memref.alloc(%{{.*}}) {sconce.result} : memref<?xf32>
// CHECK-NOT: memref.dealloc
// CHECK: return
func.func @released(%a: memref<?xf32>, %n: index, %out: memref<?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %one = arith.constant 1.0 : f32
  scf.for %i = %c0 to %n step %c1 {
    %e = tensor.empty(%i) : tensor<?xf32>
    %f = linalg.fill ins(%one : f32) outs(%e : tensor<?xf32>) -> tensor<?xf32>
    %x = tensor.extract %f[%c0] : tensor<?xf32>
    memref.store %x, %out[%i] : memref<?xf32>
  }
  %t = bufferization.to_tensor %a restrict : memref<?xf32> to tensor<?xf32>
  %d = tensor.dim %t, %c0 : tensor<?xf32>
  %alloc = memref.alloc(%d) {sconce.result} : memref<?xf32>
  bufferization.materialize_in_destination %t in restrict writable %alloc : (tensor<?xf32>, memref<?xf32>) -> ()
  return
}

// -----

#id = affine_map<(d0) -> (d0)>

// A tensor that a result is made from is read after the result is in its place, and so must not be there.
// CHECK-LABEL: func.func @results_from_one(
// CHECK-SAME: %{{.*}}: memref<4xf32>, %[[FIRST:.*]]: memref<4xf32>, %[[SECOND:.*]]: memref<4xf32>,
// CHECK-NOT: outs(%[[FIRST]]
// CHECK: linalg.generic {{.*}} outs(%[[SECOND]] : memref<4xf32>)
// CHECK: memref.copy %{{.*}}, %[[FIRST]]
// CHECK-NOT: memref.copy %[[FIRST]]
// CHECK: return
func.func @results_from_one(%a: memref<4xf32>, %first: memref<4xf32>, %second: memref<4xf32>, %v: f32) {
  %c0 = arith.constant 0 : index
  %t = bufferization.to_tensor %a restrict : memref<4xf32> to tensor<4xf32>
  %e = tensor.empty() : tensor<4xf32>
  %x = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%t : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%p: f32, %o: f32):
    %s = arith.addf %p, %p : f32
    linalg.yield %s : f32
  } -> tensor<4xf32>
  %y = tensor.insert %v into %x[%c0] : tensor<4xf32>
  bufferization.materialize_in_destination %y in restrict writable %first : (tensor<4xf32>, memref<4xf32>) -> ()
  bufferization.materialize_in_destination %x in restrict writable %second : (tensor<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

#id = affine_map<(d0) -> (d0)>

// What is put together is computed in its place in the result, the first part as well as the second.
// CHECK-LABEL: func.func @put_together(
// CHECK-SAME: %[[A:.*]]: memref<4xf32>, %[[OUT:.*]]: memref<8xf32>)
// CHECK: %[[FIRST:.*]] = memref.subview %[[OUT]][0] [4]
// CHECK: linalg.generic {{.*}} outs(%[[FIRST]]
// CHECK: %[[SECOND:.*]] = memref.subview %[[OUT]][4] [4]
// CHECK: linalg.generic {{.*}} outs(%[[SECOND]]
// CHECK-NOT: linalg.generic
// CHECK-NOT: memref.copy
// CHECK: return
func.func @put_together(%a: memref<4xf32>, %out: memref<8xf32>) {
  %t = bufferization.to_tensor %a restrict : memref<4xf32> to tensor<4xf32>
  %e = tensor.empty() : tensor<4xf32>
  %x = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%t : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%p: f32, %o: f32):
    %s = arith.addf %p, %p : f32
    linalg.yield %s : f32
  } -> tensor<4xf32>
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%t : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%p: f32, %o: f32):
    %s = arith.mulf %p, %p : f32
    linalg.yield %s : f32
  } -> tensor<4xf32>
  %whole = tensor.empty() : tensor<8xf32>
  %first = tensor.insert_slice %x into %whole[0] [4] [1] : tensor<4xf32> into tensor<8xf32>
  %both = tensor.insert_slice %y into %first[4] [4] [1] : tensor<4xf32> into tensor<8xf32>
  bufferization.materialize_in_destination %both in restrict writable %out : (tensor<8xf32>, memref<8xf32>) -> ()
  return
}

// -----

// Two loops that start from one empty tensor have one each.
// CHECK-LABEL: func.func @two_loops(
// CHECK-SAME: %[[A:.*]]: memref<4xf32>, %[[B:.*]]: memref<4xf32>
// CHECK-NOT: memref.copy
// CHECK: memref.store %{{.*}}, %[[A]]
// CHECK: memref.store %{{.*}}, %[[B]]
// CHECK-NOT: memref.copy
// CHECK: return
func.func @two_loops(%a: memref<4xf32>, %b: memref<4xf32>, %v: f32, %w: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %e = tensor.empty() : tensor<4xf32>
  %x = scf.for %i = %c0 to %c4 step %c1 iter_args(%t = %e) -> (tensor<4xf32>) {
    %n = tensor.insert %v into %t[%i] : tensor<4xf32>
    scf.yield %n : tensor<4xf32>
  }
  %y = scf.for %i = %c0 to %c4 step %c1 iter_args(%t = %e) -> (tensor<4xf32>) {
    %n = tensor.insert %w into %t[%i] : tensor<4xf32>
    scf.yield %n : tensor<4xf32>
  }
  bufferization.materialize_in_destination %x in restrict writable %a : (tensor<4xf32>, memref<4xf32>) -> ()
  bufferization.materialize_in_destination %y in restrict writable %b : (tensor<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

// A slice that is put back where it was taken from is computed in its place, also where another one was written between the two; one that
// is put elsewhere is not.
// CHECK-LABEL: func.func @slices(
// CHECK-SAME: %[[OUT:[^:]*]]: memref<12xf32>
// CHECK-NOT: memref.copy
// CHECK: %[[LOW:.*]] = memref.subview %[[OUT]][0] [4] [1]
// CHECK: linalg.generic {{.*}} outs(%[[LOW]]
// CHECK: %[[HIGH:.*]] = memref.subview %[[OUT]][4] [4] [1]
// CHECK: linalg.generic {{.*}} outs(%[[HIGH]]
// CHECK-LABEL: func.func @elsewhere(
// CHECK-SAME: %[[OUT:[^:]*]]: memref<12xf32>
// CHECK: %[[LOW:.*]] = memref.subview %[[OUT]][0] [4] [1]
// CHECK: %[[APART:.*]] = memref.alloc
// CHECK: memref.copy %[[LOW]], %[[APART]]
// CHECK: linalg.generic {{.*}} outs(%[[APART]]
// CHECK: %[[HIGH:.*]] = memref.subview %[[OUT]][2] [4] [1]
#id = affine_map<(d0) -> (d0)>
func.func @slices(%out: memref<12xf32>) {
  %t = bufferization.to_tensor %out restrict writable : memref<12xf32> to tensor<12xf32>
  %low = tensor.extract_slice %t[0] [4] [1] : tensor<12xf32> to tensor<4xf32>
  %x = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel"]} outs(%low : tensor<4xf32>) {
  ^bb0(%o: f32):
    %s = arith.addf %o, %o : f32
    linalg.yield %s : f32
  } -> tensor<4xf32>
  %u = tensor.insert_slice %x into %t[0] [4] [1] : tensor<4xf32> into tensor<12xf32>
  %high = tensor.extract_slice %u[4] [4] [1] : tensor<12xf32> to tensor<4xf32>
  %y = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel"]} outs(%high : tensor<4xf32>) {
  ^bb0(%o: f32):
    %s = arith.mulf %o, %o : f32
    linalg.yield %s : f32
  } -> tensor<4xf32>
  %v = tensor.insert_slice %y into %u[4] [4] [1] : tensor<4xf32> into tensor<12xf32>
  bufferization.materialize_in_destination %v in restrict writable %out : (tensor<12xf32>, memref<12xf32>) -> ()
  return
}
func.func @elsewhere(%out: memref<12xf32>) {
  %t = bufferization.to_tensor %out restrict writable : memref<12xf32> to tensor<12xf32>
  %low = tensor.extract_slice %t[0] [4] [1] : tensor<12xf32> to tensor<4xf32>
  %x = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel"]} outs(%low : tensor<4xf32>) {
  ^bb0(%o: f32):
    %s = arith.addf %o, %o : f32
    linalg.yield %s : f32
  } -> tensor<4xf32>
  %v = tensor.insert_slice %x into %t[2] [4] [1] : tensor<4xf32> into tensor<12xf32>
  bufferization.materialize_in_destination %v in restrict writable %out : (tensor<12xf32>, memref<12xf32>) -> ()
  return
}

// -----

// What is put into a result and kept there is computed in the result's memory, also where it is a result of its own.
// CHECK-LABEL: func.func @part_is_kept(
// CHECK-SAME: %{{.*}}: memref<4xf32>, %[[OUT:.*]]: memref<9xf32>, %[[PART:.*]]: memref<4xf32>
// CHECK: %[[PLACE:.*]] = memref.subview %[[OUT]][0] [4] [1]
// CHECK: linalg.generic {{.*}} outs(%[[PLACE]]
// CHECK-NOT: memref<9xf32> to memref<9xf32>
// CHECK: return
func.func @part_is_kept(%a: memref<4xf32>, %out: memref<9xf32>, %part: memref<4xf32>, %v: f32) {
  %t = bufferization.to_tensor %a restrict : memref<4xf32> to tensor<4xf32>
  %whole = tensor.empty() : tensor<9xf32>
  %e = tensor.empty() : tensor<4xf32>
  %x = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%t : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%p: f32, %o: f32):
    %s = arith.addf %p, %p : f32
    linalg.yield %s : f32
  } -> tensor<4xf32>
  %first = tensor.insert_slice %x into %whole[0] [4] [1] : tensor<4xf32> into tensor<9xf32>
  %one = tensor.from_elements %v : tensor<1xf32>
  %both = tensor.insert_slice %one into %first[4] [1] [1] : tensor<1xf32> into tensor<9xf32>
  bufferization.materialize_in_destination %both in restrict writable %out : (tensor<9xf32>, memref<9xf32>) -> ()
  bufferization.materialize_in_destination %x in restrict writable %part : (tensor<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

// Where something is written over it before it is read, the result is computed elsewhere.
// CHECK-LABEL: func.func @part_is_overwritten(
// CHECK-SAME: %{{.*}}: memref<4xf32>, %[[OUT:.*]]: memref<9xf32>, %[[PART:.*]]: memref<4xf32>
// CHECK: %[[OWN:.*]] = memref.alloc() {{.*}} : memref<9xf32>
// CHECK-NOT: memref.subview %[[OUT]]
// CHECK: memref.copy %{{.*}}, %[[OUT]]
func.func @part_is_overwritten(%a: memref<4xf32>, %out: memref<9xf32>, %part: memref<4xf32>, %v: f32) {
  %t = bufferization.to_tensor %a restrict : memref<4xf32> to tensor<4xf32>
  %whole = tensor.empty() : tensor<9xf32>
  %e = tensor.empty() : tensor<4xf32>
  %x = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%t : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%p: f32, %o: f32):
    %s = arith.addf %p, %p : f32
    linalg.yield %s : f32
  } -> tensor<4xf32>
  %first = tensor.insert_slice %x into %whole[0] [4] [1] : tensor<4xf32> into tensor<9xf32>
  %one = tensor.from_elements %v : tensor<1xf32>
  %both = tensor.insert_slice %one into %first[3] [1] [1] : tensor<1xf32> into tensor<9xf32>
  bufferization.materialize_in_destination %both in restrict writable %out : (tensor<9xf32>, memref<9xf32>) -> ()
  bufferization.materialize_in_destination %x in restrict writable %part : (tensor<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

// What a check may yet find too long is not computed in the place that it is put at; behind the check, it is.
// CHECK-LABEL: func.func @checked_late(
// CHECK-SAME: %{{.*}}: memref<?xf32>, %{{.*}}: i1, %{{.*}}: index, %{{.*}}: index, %[[OUT:.*]]: memref<?xf32>
// CHECK: %[[OWN:.*]] = memref.alloc(%{{.*}}) {{.*}} : memref<?xf32>
// CHECK: linalg.exp {{.*}} outs(%[[OWN]]
// CHECK: ts.check
// CHECK: %[[FIRST:.*]] = memref.subview %[[OUT]]
// CHECK: memref.copy %[[OWN]], %[[FIRST]]
// CHECK: %[[SECOND:.*]] = memref.subview %[[OUT]]
// CHECK: linalg.exp {{.*}} outs(%[[SECOND]]
func.func @checked_late(%a: memref<?xf32>, %fits: i1, %n: index, %m: index, %out: memref<?xf32>) {
  %t = bufferization.to_tensor %a restrict : memref<?xf32> to tensor<?xf32>
  %e = tensor.empty(%m) : tensor<?xf32>
  %x = linalg.exp ins(%t : tensor<?xf32>) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  ts.check %fits, "too long", "RuntimeError"
  %whole = tensor.empty(%n) : tensor<?xf32>
  %first = tensor.insert_slice %x into %whole[0] [%m] [1] : tensor<?xf32> into tensor<?xf32>
  %f = tensor.empty(%m) : tensor<?xf32>
  %y = linalg.exp ins(%x : tensor<?xf32>) outs(%f : tensor<?xf32>) -> tensor<?xf32>
  %both = tensor.insert_slice %y into %first[%m] [%m] [1] : tensor<?xf32> into tensor<?xf32>
  bufferization.materialize_in_destination %both in restrict writable %out : (tensor<?xf32>, memref<?xf32>) -> ()
  return
}
