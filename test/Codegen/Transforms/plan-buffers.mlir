// RUN: sconce-opt %s --pass-pipeline='builtin.module(func.func(sconce-plan-buffers))' --split-input-file | FileCheck %s

// The first buffer is dead when the others begin: the second takes its place, and the third, alive with the second, the
// next multiple of 64. The workspace is what the largest asks for.
// CHECK-LABEL: func.func @shared(
// CHECK-SAME: sconce.live_bytes = 448 : i64, sconce.workspace = 448 : i64
// CHECK: %[[W:.*]] = llvm.load
// CHECK: builtin.unrealized_conversion_cast %[[W]] : !llvm.ptr to memref<100xf32>
// CHECK: builtin.unrealized_conversion_cast %[[W]] : !llvm.ptr to memref<10xf32>
// CHECK: %[[THIRD:.*]] = llvm.getelementptr %[[W]][64]
// CHECK: builtin.unrealized_conversion_cast %[[THIRD]] : !llvm.ptr to memref<10xf32>
// CHECK-NOT: memref.alloc
func.func @shared(%frame: !llvm.ptr) -> i32 {
  %v = arith.constant 1.0 : f32
  %c0 = arith.constant 0 : index
  %a = memref.alloc() : memref<100xf32>
  memref.store %v, %a[%c0] : memref<100xf32>
  %x = memref.load %a[%c0] : memref<100xf32>
  %b = memref.alloc() : memref<10xf32>
  memref.store %x, %b[%c0] : memref<10xf32>
  %c = memref.alloc() : memref<10xf32>
  memref.store %x, %c[%c0] : memref<10xf32>
  %y = memref.load %b[%c0] : memref<10xf32>
  memref.store %y, %c[%c0] : memref<10xf32>
  %ok = arith.constant 0 : i32
  return %ok : i32
}

// -----

// Offsets past the 29 bits that llvm.getelementptr has for its own constants.
// CHECK-LABEL: func.func @large(
// CHECK-SAME: sconce.workspace = 805306432 : i64
// CHECK: %[[W:.*]] = llvm.load
// CHECK: %[[B:.*]] = llvm.mlir.constant(402653184 : i64)
// CHECK: %[[SECOND:.*]] = llvm.getelementptr %[[W]][%[[B]]]
// CHECK: builtin.unrealized_conversion_cast %[[SECOND]] : !llvm.ptr to memref<100663296xf32>
// CHECK: %[[C:.*]] = llvm.mlir.constant(805306368 : i64)
// CHECK: llvm.getelementptr %[[W]][%[[C]]]
func.func @large(%frame: !llvm.ptr) -> i32 {
  %v = arith.constant 1.0 : f32
  %c0 = arith.constant 0 : index
  %a = memref.alloc() : memref<100663296xf32>
  %b = memref.alloc() : memref<100663296xf32>
  %c = memref.alloc() : memref<16xf32>
  memref.store %v, %a[%c0] : memref<100663296xf32>
  memref.store %v, %b[%c0] : memref<100663296xf32>
  memref.store %v, %c[%c0] : memref<16xf32>
  %x = memref.load %a[%c0] : memref<100663296xf32>
  %y = memref.load %b[%c0] : memref<100663296xf32>
  %z = memref.load %c[%c0] : memref<16xf32>
  %ok = arith.constant 0 : i32
  return %ok : i32
}

// -----

// A buffer from before a loop that is read in it lives through all of it, so one inside gets bytes of its own.
// CHECK-LABEL: func.func @survives_an_iteration(
// CHECK-SAME: sconce.workspace = 128 : i64
// CHECK: %[[W:.*]] = llvm.load
// CHECK: builtin.unrealized_conversion_cast %[[W]] : !llvm.ptr to memref<16xf32>
// CHECK: scf.for
// CHECK: %[[INNER:.*]] = llvm.getelementptr %[[W]][64]
// CHECK: builtin.unrealized_conversion_cast %[[INNER]]
func.func @survives_an_iteration(%frame: !llvm.ptr) -> i32 {
  %v = arith.constant 1.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  %a = memref.alloc() : memref<16xf32>
  memref.store %v, %a[%c0] : memref<16xf32>
  scf.for %i = %c0 to %c9 step %c1 {
    %x = memref.load %a[%c0] : memref<16xf32>
    %b = memref.alloc() : memref<16xf32>
    memref.store %x, %b[%c0] : memref<16xf32>
  }
  %ok = arith.constant 0 : i32
  return %ok : i32
}

// -----

// A view keeps its buffer alive.
// CHECK-LABEL: func.func @through_a_view(
// CHECK-SAME: sconce.workspace = 128 : i64
func.func @through_a_view(%frame: !llvm.ptr) -> i32 {
  %v = arith.constant 1.0 : f32
  %c0 = arith.constant 0 : index
  %a = memref.alloc() : memref<16xf32>
  %s = memref.subview %a[0] [4] [1] : memref<16xf32> to memref<4xf32, strided<[1]>>
  %b = memref.alloc() : memref<16xf32>
  memref.store %v, %b[%c0] : memref<16xf32>
  memref.store %v, %s[%c0] : memref<4xf32, strided<[1]>>
  %x = memref.load %b[%c0] : memref<16xf32>
  memref.store %x, %s[%c0] : memref<4xf32, strided<[1]>>
  %ok = arith.constant 0 : i32
  return %ok : i32
}

// -----

// With the largest placed first, the small ones, each alive with the one before and the one after, would lie behind them one after the
// other (384 bytes). Another order does with what lives at one time.
// CHECK-LABEL: func.func @gap(
// CHECK-SAME: sconce.live_bytes = 320 : i64, sconce.workspace = 320 : i64
func.func @gap(%frame: !llvm.ptr) -> i32 {
  %v = arith.constant 1.0 : f32
  %c0 = arith.constant 0 : index
  %a = memref.alloc() : memref<64xf32>
  memref.store %v, %a[%c0] : memref<64xf32>
  %b = memref.alloc() : memref<16xf32>
  memref.store %v, %b[%c0] : memref<16xf32>
  %x = memref.load %a[%c0] : memref<64xf32>
  %c = memref.alloc() : memref<16xf32>
  memref.store %x, %c[%c0] : memref<16xf32>
  %y = memref.load %b[%c0] : memref<16xf32>
  %d = memref.alloc() : memref<64xf32>
  memref.store %y, %d[%c0] : memref<64xf32>
  %z = memref.load %c[%c0] : memref<16xf32>
  memref.store %z, %d[%c0] : memref<64xf32>
  %ok = arith.constant 0 : i32
  return %ok : i32
}

// -----

// Sizes that run time knows are the runtime's allocator's.
// CHECK-LABEL: func.func @run_time_size(
// CHECK-SAME: sconce.workspace = 0 : i64
// CHECK: memref.alloc(%{{.*}}) : memref<?xf32>
func.func @run_time_size(%frame: !llvm.ptr) -> i32 {
  %p = llvm.load %frame : !llvm.ptr -> i64
  %n = arith.index_cast %p : i64 to index
  %a = memref.alloc(%n) : memref<?xf32>
  memref.dealloc %a : memref<?xf32>
  %ok = arith.constant 0 : i32
  return %ok : i32
}
