// RUN: sconce-opt %s --sconce-generalize-kernels='fewest=2' --split-input-file | FileCheck %s
// RUN: sconce-opt %s --sconce-generalize-kernels='fewest=3' --split-input-file | FileCheck %s --check-prefix=FEW
// RUN: sconce-opt %s --sconce-generalize-kernels='fewest=2 most-arguments=1' --split-input-file | FileCheck %s --check-prefix=FEW

// Two numbers differ, one of them in two places; what is equal stays a constant.
// CHECK: func.func private @a(%[[P:.*]]: !llvm.ptr, %[[FIRST:.*]]: i64, %[[SECOND:.*]]: i64)
// CHECK: %[[PLACE:.*]] = arith.index_cast %[[FIRST]] : i64 to index
// CHECK: %[[LENGTH:.*]] = arith.index_cast %[[SECOND]] : i64 to index
// CHECK: %[[ZERO:.*]] = arith.constant 0 : index
// CHECK: scf.for %{{.*}} = %[[ZERO]] to %[[LENGTH]]
// CHECK: arith.addi %{{.*}}, %[[PLACE]]
// CHECK: arith.muli %{{.*}}, %[[LENGTH]]
// CHECK-NOT: @b(
// CHECK: func.func private @c(
// CHECK-LABEL: func.func @entry(
// CHECK: %[[A0:.*]] = llvm.mlir.constant(7 : i64) : i64
// CHECK: %[[A1:.*]] = llvm.mlir.constant(64 : i64) : i64
// CHECK: call @a(%{{.*}}, %[[A0]], %[[A1]])
// CHECK: %[[B0:.*]] = llvm.mlir.constant(5 : i64) : i64
// CHECK: %[[B1:.*]] = llvm.mlir.constant(96 : i64) : i64
// CHECK: call @a(%{{.*}}, %[[B0]], %[[B1]])
// CHECK: call @c(
// FEW: func.func private @b(
// FEW: call @a(%{{.*}}) : (!llvm.ptr) -> ()
// FEW: call @b(
func.func private @a(%p: !llvm.ptr) attributes {sconce.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = arith.constant 64 : index
  %m = arith.constant 64 : index
  %at = arith.constant 7 : index
  %b = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<?xf32>
  %x = arith.constant 1.0 : f32
  scf.for %i = %c0 to %n step %c1 {
    %j = arith.addi %i, %at : index
    %k = arith.muli %j, %m : index
    memref.store %x, %b[%k] : memref<?xf32>
  }
  return
}
func.func private @b(%p: !llvm.ptr) attributes {sconce.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = arith.constant 96 : index
  %m = arith.constant 96 : index
  %at = arith.constant 5 : index
  %b = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<?xf32>
  %x = arith.constant 1.0 : f32
  scf.for %i = %c0 to %n step %c1 {
    %j = arith.addi %i, %at : index
    %k = arith.muli %j, %m : index
    memref.store %x, %b[%k] : memref<?xf32>
  }
  return
}
// Another f32 is another kernel.
func.func private @c(%p: !llvm.ptr) attributes {sconce.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = arith.constant 96 : index
  %m = arith.constant 96 : index
  %at = arith.constant 5 : index
  %b = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<?xf32>
  %x = arith.constant 2.0 : f32
  scf.for %i = %c0 to %n step %c1 {
    %j = arith.addi %i, %at : index
    %k = arith.muli %j, %m : index
    memref.store %x, %b[%k] : memref<?xf32>
  }
  return
}
func.func @entry(%p: !llvm.ptr) {
  call @a(%p) : (!llvm.ptr) -> ()
  call @b(%p) : (!llvm.ptr) -> ()
  call @c(%p) : (!llvm.ptr) -> ()
  return
}

// -----

// What prepares weights runs once: two of a kind are enough, also where more are asked for; not together with what runs in calls.
// CHECK-LABEL: func.func private @prepare_a(%{{.*}}: !llvm.ptr, %{{.*}}: i64)
// FEW-LABEL: func.func private @prepare_a(%{{.*}}: !llvm.ptr, %{{.*}}: i64)
// FEW-NOT: @prepare_b(
// FEW: func.func private @kernel(%{{.*}}: !llvm.ptr) attributes
// FEW: call @prepare_a(
// FEW: call @prepare_a(
// FEW: call @kernel(
func.func private @prepare_a(%p: !llvm.ptr) attributes {sconce.kernel, sconce.loads} {
  %at = arith.constant 7 : index
  %b = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<?xf32>
  %x = arith.constant 1.0 : f32
  memref.store %x, %b[%at] : memref<?xf32>
  return
}
func.func private @prepare_b(%p: !llvm.ptr) attributes {sconce.kernel, sconce.loads} {
  %at = arith.constant 9 : index
  %b = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<?xf32>
  %x = arith.constant 1.0 : f32
  memref.store %x, %b[%at] : memref<?xf32>
  return
}
func.func private @kernel(%p: !llvm.ptr) attributes {sconce.kernel} {
  %at = arith.constant 11 : index
  %b = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<?xf32>
  %x = arith.constant 1.0 : f32
  memref.store %x, %b[%at] : memref<?xf32>
  return
}
func.func @calls(%p: !llvm.ptr) {
  call @prepare_a(%p) : (!llvm.ptr) -> ()
  call @prepare_b(%p) : (!llvm.ptr) -> ()
  call @kernel(%p) : (!llvm.ptr) -> ()
  return
}
