// RUN: sconce-opt %s --sconce-outline-kernels --split-input-file | FileCheck %s

#id = affine_map<(d0) -> (d0)>

// A kernel takes a pointer for each buffer, then its run-time extents; constants go along. What it works is known where the
// loops are. It says what it reads and writes.
// CHECK: func.func private @plain.0.generic(%[[P:.*]]: !llvm.ptr {llvm.noalias}, %[[N:.*]]: i64, %[[Q:.*]]: !llvm.ptr {llvm.noalias}) attributes {sconce.kernel, sconce.reads = [memref<?xf32>], sconce.work = array<i64: {{[0-9]+, [0-9]+}}>, sconce.writes = [memref<4xf32>]}
// CHECK-DAG: %[[A:.*]] = builtin.unrealized_conversion_cast %[[P]], %[[N]] : !llvm.ptr, i64 to memref<?xf32>
// CHECK-DAG: %[[B:.*]] = builtin.unrealized_conversion_cast %[[Q]] : !llvm.ptr to memref<4xf32>
// CHECK-DAG: %[[S:.*]] = arith.constant 2.000000e+00 : f32
// CHECK: linalg.generic {{.*}} ins(%[[A]] : memref<?xf32>) outs(%[[B]] : memref<4xf32>)
// CHECK: arith.mulf %{{.*}}, %[[S]]
// CHECK: func.func @plain(
// CHECK-NOT: linalg
// CHECK: call @plain.0.generic(%{{.*}}, %{{.*}}, %{{.*}}) : (!llvm.ptr, i64, !llvm.ptr) -> ()
func.func @plain(%frame: !llvm.ptr, %n: index) -> i32 {
  %a = memref.alloc(%n) : memref<?xf32>
  %b = memref.alloc() : memref<4xf32>
  %s = arith.constant 2.0 : f32
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%a : memref<?xf32>) outs(%b : memref<4xf32>) {
  ^bb0(%x: f32, %o: f32):
    %r = arith.mulf %x, %s : f32
    linalg.yield %r : f32
  }
  memref.dealloc %a : memref<?xf32>
  %c0 = arith.constant 0 : i32
  return %c0 : i32
}

// -----

#id = affine_map<(d0) -> (d0)>

// Two views of one buffer, of which one is written: neither pointer is noalias.
// CHECK: func.func private @overlapping.0.generic(%{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr) attributes {sconce.kernel, sconce.reads = [memref<4xf32, strided<[1]>>], sconce.work = array<i64: 0, 32>, sconce.writes = [memref<4xf32, strided<[1], offset: 2>>]}
func.func @overlapping(%frame: !llvm.ptr) -> i32 {
  %a = memref.alloc() : memref<8xf32>
  %low = memref.subview %a[0] [4] [1] : memref<8xf32> to memref<4xf32, strided<[1]>>
  %high = memref.subview %a[2] [4] [1] : memref<8xf32> to memref<4xf32, strided<[1], offset: 2>>
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%low : memref<4xf32, strided<[1]>>) outs(%high : memref<4xf32, strided<[1], offset: 2>>) {
  ^bb0(%x: f32, %o: f32):
    linalg.yield %x : f32
  }
  %c0 = arith.constant 0 : i32
  return %c0 : i32
}

// -----

#id = affine_map<(d0) -> (d0)>

// A scalar that the body uses is a parameter; a complex one goes as its two parts, which every ABI passes alike.
// CHECK: func.func private @scalars.0.generic(%{{.*}}: !llvm.ptr {{.*}}, %[[RE:.*]]: f32, %[[IM:.*]]: f32, %[[T:.*]]: i1) attributes {sconce.kernel, {{.*}}}
// CHECK: %[[Z:.*]] = complex.create %[[RE]], %[[IM]] : complex<f32>
// CHECK: complex.mul %{{.*}}, %[[Z]]
// CHECK: arith.select %[[T]]
// CHECK: func.func @scalars(
// CHECK-SAME: %{{.*}}: !llvm.ptr, %[[Z:.*]]: complex<f32>, %[[T:.*]]: i1)
// CHECK-DAG: %[[RE:.*]] = complex.re %[[Z]]
// CHECK-DAG: %[[IM:.*]] = complex.im %[[Z]]
// CHECK: call @scalars.0.generic(%{{.*}}, %[[RE]], %[[IM]], %[[T]])
func.func @scalars(%frame: !llvm.ptr, %z: complex<f32>, %t: i1) -> i32 {
  %a = memref.alloc() : memref<4xcomplex<f32>>
  linalg.generic {indexing_maps = [#id], iterator_types = ["parallel"]} outs(%a : memref<4xcomplex<f32>>) {
  ^bb0(%o: complex<f32>):
    %r = complex.mul %o, %z : complex<f32>
    %s = arith.select %t, %r, %o : complex<f32>
    linalg.yield %s : complex<f32>
  }
  %c0 = arith.constant 0 : i32
  return %c0 : i32
}
