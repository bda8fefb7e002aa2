// RUN: sconce-opt %s --sconce-outline-kernels --split-input-file | FileCheck %s

// Five tiles in a row are two blocks of three, of which the second begins one tile early. A block's points are on the stack, an odd number
// of cache lines apart; the products are a kernel of their own; the residual is read where the block's results are.
// CHECK-LABEL: func.func private @blocks.1.products(
// CHECK-SAME: %[[V:.*]]: !llvm.ptr {llvm.noalias}, %[[U:.*]]: !llvm.ptr {llvm.noalias}, %[[M:.*]]: !llvm.ptr {llvm.noalias}) attributes {sconce.inner, sconce.kernel} {
// CHECK-DAG: %[[POINTS:.*]] = builtin.unrealized_conversion_cast %[[V]] : !llvm.ptr to memref<36x3x8xf32, strided<[48, 8, 1]>>
// CHECK-DAG: %[[SUMS:.*]] = builtin.unrealized_conversion_cast %[[M]] : !llvm.ptr to memref<36x3x16xf32, strided<[48, 16, 1]>>
// CHECK: linalg.fill {{.*}} outs(%[[SUMS]]
// CHECK: linalg.generic {{.*}} ins(%[[POINTS]], %{{.*}} : {{.*}}, memref<36x8x16xf32>) outs(%[[SUMS]]

// CHECK-LABEL: func.func private @blocks.0.winograd(
// CHECK-SAME: sconce.plan = {block = 3 : i64, block_bytes = 10368 : i64, blocks = 4 : i64, strategy = "winograd", tile = "4x4"}
// CHECK-SAME: sconce.reads = [memref<1x10x22x8xf32>, memref<36x8x16xf32>, memref<1x8x20x16xf32>]
// CHECK-SAME: sconce.writes = [memref<1x8x20x16xf32>]
// CHECK-COUNT-2: llvm.alloca
// CHECK: scf.for %[[N:.*]] = %{{.*}} to %[[COUNT:.*]] step
// CHECK: %[[WHOLE:.*]] = arith.muli
// CHECK: arith.minui %[[WHOLE]]
// CHECK: linalg.generic {{.*}} attrs = {sconce.group = 0 : i64}
// CHECK: func.call @blocks.1.products(
// CHECK: memref<1x4x12x16xf32, strided<[2560, 320, 16, 1]>>
// CHECK: linalg.generic {{.*}} attrs = {sconce.group = 1 : i64}
// CHECK: arith.addf %{{.*}}, %in
// CHECK: } {sconce.rows}

// CHECK-LABEL: func.func @blocks(
// CHECK: call @blocks.0.winograd(
func.func @blocks(%frame: !llvm.ptr, %x: memref<1x10x22x8xf32>, %u: memref<36x8x16xf32>, %r: memref<1x8x20x16xf32>, %y: memref<1x8x20x16xf32>) -> i32 {
  winograd.convolve %x, %u into %y tile = [4, 4] block = 3 : memref<1x10x22x8xf32>, memref<36x8x16xf32>, memref<1x8x20x16xf32> with %r : memref<1x8x20x16xf32> by [affine_map<(n, h, w, o) -> (n, h, w, o)>] {
  ^bb0(%sum: f32, %before: f32):
    %s = arith.addf %sum, %before : f32
    winograd.yield %s : f32
  }
  %ok = arith.constant 0 : i32
  return %ok : i32
}

// -----

// Sorted columns: one op over phases of columns and rows, channels and tiles, which are neighbours in the image and among the points.
// CHECK-LABEL: func.func private @sorted.1.products(
// CHECK: memref<49x2x12xf32, strided<[208, 1, 16]>>
// CHECK-LABEL: func.func private @sorted.0.winograd(
// CHECK: memref<2x2x3x2xf32, strided<[32, 4, 960, 1]>>
// CHECK: memref<2x2x3x2xf32, strided<[96, 48, 16, 1]>>
func.func @sorted(%frame: !llvm.ptr, %x: memref<1x3x30x8x4xf32>, %u: memref<49x12x16xf32>, %y: memref<1x12x8x16xf32>) -> i32 {
  winograd.convolve %x, %u into %y tile = [4, 4] taps = [4, 4] block = 2 : memref<1x3x30x8x4xf32>, memref<49x12x16xf32>, memref<1x12x8x16xf32>
  %ok = arith.constant 0 : i32
  return %ok : i32
}
