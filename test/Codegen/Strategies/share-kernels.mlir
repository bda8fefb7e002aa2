// RUN: sconce-opt %s --sconce-share-kernels --split-input-file | FileCheck %s

// A part runs a range of the shared loop; the kernel gives the runtime a function that unpacks its arguments for the part.
// CHECK: func.func private @k.part(%[[P:.*]]: !llvm.ptr {llvm.noalias}, %[[N:.*]]: i64, %[[BEGIN:.*]]: i64, %[[END:.*]]: i64) attributes {sconce.kernel}
// CHECK-DAG: %[[FROM:.*]] = arith.index_cast %[[BEGIN]] : i64 to index
// CHECK-DAG: %[[TO:.*]] = arith.index_cast %[[END]] : i64 to index
// CHECK: scf.for %{{.*}} = %[[FROM]] to %[[TO]] step
// CHECK-NOT: sconce.shared
// CHECK: llvm.func internal @k.range(%[[RECORD:.*]]: !llvm.ptr, %[[B:.*]]: i64, %[[E:.*]]: i64)
// CHECK: %[[FIELD:.*]] = llvm.getelementptr %[[RECORD]][0, 1] : (!llvm.ptr) -> !llvm.ptr, !llvm.struct<(ptr, i64)>
// CHECK: %[[UNPACKED:.*]] = llvm.load %[[FIELD]] : !llvm.ptr -> i64
// CHECK: call @k.part(%{{.*}}, %[[UNPACKED]], %[[B]], %[[E]])
// CHECK: func.func private @k(%{{.*}}: !llvm.ptr {llvm.noalias}, %[[SIZE:.*]]: i64, %[[CONTEXT:.*]]: !llvm.ptr) {
// CHECK: %[[ONE:.*]] = arith.constant 1 : i64
// CHECK: %[[RANGE:.*]] = llvm.mlir.addressof @k.range
// CHECK: llvm.call @sc_parallel_for(%[[CONTEXT]], %{{.*}}, %[[ONE]], %[[RANGE]], %{{.*}})
// CHECK-NOT: scf.for
// CHECK: func.func @entry(%[[FRAME:.*]]: !llvm.ptr) -> i32
// CHECK: %[[FROMFRAME:.*]] = llvm.load %[[FRAME]]
// CHECK: call @k(%{{.*}}, %{{.*}}, %[[FROMFRAME]])
func.func private @k(%p: !llvm.ptr {llvm.noalias}, %n: i64) attributes {sconce.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %size = arith.index_cast %n : i64 to index
  %a = builtin.unrealized_conversion_cast %p, %n : !llvm.ptr, i64 to memref<?xf32>
  %zero = arith.constant 0.0 : f32
  scf.for %i = %c0 to %size step %c1 {
    memref.store %zero, %a[%i] : memref<?xf32>
  } {sconce.shared}
  return
}
func.func @entry(%frame: !llvm.ptr) -> i32 {
  %c4 = arith.constant 4 : i64
  %status = arith.constant 0 : i32
  func.call @k(%frame, %c4) : (!llvm.ptr, i64) -> ()
  return %status : i32
}

// -----

// Work beside the loop would be done by each thread: such a kernel is left as it is.
// CHECK: func.func private @two(%{{.*}}: !llvm.ptr) attributes {sconce.kernel}
// CHECK-NOT: sc_parallel_for
func.func private @two(%p: !llvm.ptr) attributes {sconce.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %a = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<8xf32>
  %zero = arith.constant 0.0 : f32
  memref.store %zero, %a[%c0] : memref<8xf32>
  scf.for %i = %c0 to %c8 step %c1 {
    memref.store %zero, %a[%i] : memref<8xf32>
  } {sconce.shared}
  return
}

// -----

// A kernel that is told a direction mirrors the positions of its range, whichever that is.
// CHECK: func.func private @turns.part(%{{.*}}: !llvm.ptr, %[[BACKWARDS:.*]]: i64, %{{.*}}: i64, %{{.*}}: i64) attributes {sconce.kernel}
// CHECK: scf.for %[[I:.*]] = %[[FROM:.*]] to %[[TO:.*]] step %[[STEP:.*]] {
// CHECK: %[[TURNS:.*]] = arith.cmpi ne, %[[BACKWARDS]], %{{.*}} : i64
// CHECK: %[[BEHIND:.*]] = arith.subi %[[I]], %[[FROM]] : index
// CHECK: %[[LAST:.*]] = arith.subi %[[TO]], %[[STEP]] : index
// CHECK: %[[MIRRORED:.*]] = arith.subi %[[LAST]], %[[BEHIND]] : index
// CHECK: %[[AT:.*]] = arith.select %[[TURNS]], %[[MIRRORED]], %[[I]] : index
// CHECK: memref.store %{{.*}}, %{{.*}}[%[[AT]]]
// CHECK: func.func private @turns(
// CHECK-NOT: sconce.backwards
func.func private @turns(%p: !llvm.ptr, %backwards: i64 {sconce.backwards}) attributes {sconce.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %a = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<8xf32>
  %zero = arith.constant 0.0 : f32
  scf.for %i = %c0 to %c8 step %c1 {
    memref.store %zero, %a[%i] : memref<8xf32>
  } {sconce.shared}
  return
}
