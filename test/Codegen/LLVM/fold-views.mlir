// RUN: sconce-opt %s --pass-pipeline='builtin.module(func.func(sconce-fold-views))' | FileCheck %s

func.func private @kernel(!llvm.ptr)
func.func private @open(!llvm.ptr, i64)

// The views on the way to a kernel are gone; where the first element is the buffer's, the pointer is, too.
// CHECK-LABEL: func.func @known(
// CHECK-SAME: %[[P:.*]]: !llvm.ptr)
// CHECK-NOT: memref
// CHECK: %[[Q:.*]] = llvm.getelementptr %[[P]][80] : (!llvm.ptr) -> !llvm.ptr, i8
// CHECK: call @kernel(%[[Q]])
// CHECK: call @kernel(%[[P]])
func.func @known(%p: !llvm.ptr) {
  %m = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<4x8xf32>
  %rows = memref.subview %m[2, 0] [2, 8] [1, 1] : memref<4x8xf32> to memref<2x8xf32, strided<[8, 1], offset: 16>>
  %flat = memref.collapse_shape %rows [[0, 1]] : memref<2x8xf32, strided<[8, 1], offset: 16>> into memref<16xf32, strided<[1], offset: 16>>
  %part = memref.subview %flat[4] [4] [1] : memref<16xf32, strided<[1], offset: 16>> to memref<4xf32, strided<[1], offset: 20>>
  %q = builtin.unrealized_conversion_cast %part : memref<4xf32, strided<[1], offset: 20>> to !llvm.ptr
  call @kernel(%q) : (!llvm.ptr) -> ()
  %first = memref.subview %m[0, 0] [1, 8] [1, 1] : memref<4x8xf32> to memref<1x8xf32, strided<[8, 1]>>
  %r = builtin.unrealized_conversion_cast %first : memref<1x8xf32, strided<[8, 1]>> to !llvm.ptr
  call @kernel(%r) : (!llvm.ptr) -> ()
  return
}

// A place past the 29 bits that llvm.getelementptr has for its own constants.
// CHECK-LABEL: func.func @far(
// CHECK-SAME: %[[P:.*]]: !llvm.ptr)
// CHECK: %[[BYTES:.*]] = llvm.mlir.constant(1610612736 : i64)
// CHECK: %[[Q:.*]] = llvm.getelementptr %[[P]][%[[BYTES]]]
// CHECK: call @kernel(%[[Q]])
func.func @far(%p: !llvm.ptr) {
  %m = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<4x134217728xf32>
  %row = memref.subview %m[3, 0] [1, 8] [1, 1] : memref<4x134217728xf32> to memref<1x8xf32, strided<[134217728, 1], offset: 402653184>>
  %q = builtin.unrealized_conversion_cast %row : memref<1x8xf32, strided<[134217728, 1], offset: 402653184>> to !llvm.ptr
  call @kernel(%q) : (!llvm.ptr) -> ()
  return
}

// Places that run time says stay, as do extents.
// CHECK-LABEL: func.func @unknown(
// CHECK: memref.subview
// CHECK: call @kernel
// CHECK: memref.subview
// CHECK: call @open
func.func @unknown(%p: !llvm.ptr, %i: index) {
  %m = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<4x8xf32>
  %row = memref.subview %m[%i, 0] [1, 8] [1, 1] : memref<4x8xf32> to memref<1x8xf32, strided<[8, 1], offset: ?>>
  %q = builtin.unrealized_conversion_cast %row : memref<1x8xf32, strided<[8, 1], offset: ?>> to !llvm.ptr
  call @kernel(%q) : (!llvm.ptr) -> ()
  %rows = memref.subview %m[0, 0] [%i, 8] [1, 1] : memref<4x8xf32> to memref<?x8xf32, strided<[8, 1]>>
  %parts:2 = builtin.unrealized_conversion_cast %rows : memref<?x8xf32, strided<[8, 1]>> to !llvm.ptr, i64
  call @open(%parts#0, %parts#1) : (!llvm.ptr, i64) -> ()
  return
}
