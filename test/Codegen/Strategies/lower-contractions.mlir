// RUN: sconce-opt %s --sconce-lower-contractions='vector-bits=256 registers=16' --split-input-file | FileCheck %s

// A tile of the result is carried in registers through the whole reduction: vectors of one operand, elements of the other
// broadcast. The kernel says how it is tiled.
// CHECK-LABEL: func.func private @matmul(
// CHECK-SAME: sconce.plan = {depth_step = 0 : i64, lanes = 8 : i64, outer_rows = 1 : i64, panel_elements = {{[0-9]+}} : i64, prefetched_block = 0 : i64, rows = {{[0-9]+}} : i64, shared = {{[a-z]+}}, strategy = "tile", vectors = 2 : i64, wide_access = "{{.*}}", wide_operand = 1 : i64}
// CHECK: scf.for {{.*}} iter_args({{.*}}) -> (vector<8xf32>
// CHECK: vector.load {{.*}} vector<8xf32>
// CHECK: memref.load
// CHECK: vector.broadcast %{{.*}} : f32 to vector<8xf32>
// CHECK: math.fma {{.*}} : vector<8xf32>
// CHECK: scf.yield
// CHECK: vector.store
// CHECK-NOT: linalg.generic
// CHECK: return
func.func private @matmul(%p: !llvm.ptr {llvm.noalias}, %q: !llvm.ptr {llvm.noalias}, %r: !llvm.ptr {llvm.noalias}) attributes {sconce.kernel} {
  %a = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<64x64xf32>
  %b = builtin.unrealized_conversion_cast %q : !llvm.ptr to memref<64x64xf32>
  %c = builtin.unrealized_conversion_cast %r : !llvm.ptr to memref<64x64xf32>
  linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d2, d1)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%a, %b : memref<64x64xf32>, memref<64x64xf32>) outs(%c : memref<64x64xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %m = arith.mulf %x, %y : f32
    %s = arith.addf %o, %m : f32
    linalg.yield %s : f32
  }
  return
}

// -----

// A sum without a product is not one; it is left for sconce-lower-loops.
// CHECK-LABEL: func.func private @sum(
// CHECK: linalg.generic
func.func private @sum(%p: !llvm.ptr, %r: !llvm.ptr) attributes {sconce.kernel} {
  %a = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<64x64xf32>
  %c = builtin.unrealized_conversion_cast %r : !llvm.ptr to memref<64xf32>
  linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]} ins(%a : memref<64x64xf32>) outs(%c : memref<64xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = arith.addf %o, %x : f32
    linalg.yield %s : f32
  }
  return
}

// -----

// Integers are tiled alike, with a multiplication and an addition.
// CHECK-LABEL: func.func private @integers(
// CHECK: scf.for {{.*}} -> (vector<4xi64>
// CHECK: %[[P:.*]] = arith.muli {{.*}} : vector<4xi64>
// CHECK: arith.addi %{{.*}}, %[[P]] : vector<4xi64>
// CHECK-NOT: linalg.generic
func.func private @integers(%p: !llvm.ptr, %q: !llvm.ptr, %r: !llvm.ptr) attributes {sconce.kernel} {
  %a = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<64x64xi64>
  %b = builtin.unrealized_conversion_cast %q : !llvm.ptr to memref<64x64xi64>
  %c = builtin.unrealized_conversion_cast %r : !llvm.ptr to memref<64x64xi64>
  linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d2, d1)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%a, %b : memref<64x64xi64>, memref<64x64xi64>) outs(%c : memref<64x64xi64>) {
  ^bb0(%x: i64, %y: i64, %o: i64):
    %m = arith.muli %x, %y : i64
    %s = arith.addi %o, %m : i64
    linalg.yield %s : i64
  }
  return
}

// -----

// A weight in panels is read where it is: one loop over panels of 16 columns, which are one step.
// CHECK-LABEL: func.func private @panels(
// CHECK: scf.for %[[P:.*]] = %{{.*}} to %c4
// CHECK: arith.muli %[[P]], %c1024{{.*}} : index
// CHECK: math.fma
// CHECK-NOT: linalg.generic
func.func private @panels(%p: !llvm.ptr {llvm.noalias}, %q: !llvm.ptr {llvm.noalias}, %r: !llvm.ptr {llvm.noalias}) attributes {sconce.kernel} {
  %a = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<60x64xf32>
  %b = builtin.unrealized_conversion_cast %q : !llvm.ptr to memref<4x64x16xf32>
  %c = builtin.unrealized_conversion_cast %r : !llvm.ptr to memref<60x64xf32>
  linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d1 floordiv 16, d2, d1 mod 16)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%a, %b : memref<60x64xf32>, memref<4x64x16xf32>) outs(%c : memref<60x64xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %m = arith.mulf %x, %y : f32
    %s = arith.addf %o, %m : f32
    linalg.yield %s : f32
  }
  return
}

// -----

// Tiles of 16 columns by 5 rows, and by 4 at the end, prefetch the panel that the next ones read, each its part, one line for a step of the sum.
// CHECK-LABEL: func.func private @prefetches(
// CHECK-SAME: prefetched_block = 8192 : i64
// CHECK: scf.for %[[P:.*]] = %{{.*}} to %c4
// CHECK: %[[HERE:.*]] = arith.muli %[[P]], %c8192{{.*}} : index
// CHECK: %[[NEXT:.*]] = arith.addi %[[HERE]], %c8192{{.*}} : index
// CHECK: %[[ISINSIDE:.*]] = arith.cmpi ult, %[[NEXT]], %c32768{{.*}} : index
// CHECK: %[[BLOCK:.*]] = arith.select %[[ISINSIDE]], %[[NEXT]], %[[HERE]] : index
// CHECK: scf.for %[[ROW:.*]] = %{{.*}} to %c10
// CHECK: %[[SKIPPED:.*]] = arith.muli %[[ROW]], %c8192{{.*}} : index
// CHECK: %[[PART:.*]] = arith.divui %[[SKIPPED]], %c14{{.*}} : index
// CHECK: %[[FIRST:.*]] = arith.addi %[[BLOCK]], %[[PART]] : index
// CHECK: scf.for %[[K:.*]] = %c0{{.*}} to %c512
// CHECK: %[[ON:.*]] = arith.muli %[[K]], %{{.*}} : index
// CHECK: %[[AT:.*]] = arith.addi %[[FIRST]], %[[ON]] : index
// CHECK: memref.prefetch %{{.*}}[%{{.*}}], read, locality<2>, data
// CHECK: math.fma
// Of rows in a number that only run time knows, each tile takes a line for each step, until all 16 columns' lines are taken.
// CHECK-LABEL: func.func private @prefetches_for_some_rows(
// CHECK-SAME: prefetched_block = 8192 : i64
// CHECK: %[[TILE:.*]] = arith.divui %{{.*}}, %c6
// CHECK: %[[SKIPPED:.*]] = arith.muli %[[TILE]], %c8192
// CHECK: %[[PART:.*]] = arith.minui %[[SKIPPED]], %c0
// CHECK: memref.prefetch
// With one tile there is none that has time for it.
// CHECK-LABEL: func.func private @has_one_tile(
// CHECK-SAME: prefetched_block = 0 : i64
// CHECK-NOT: memref.prefetch
func.func private @prefetches(%p: !llvm.ptr {llvm.noalias}, %q: !llvm.ptr {llvm.noalias}, %r: !llvm.ptr {llvm.noalias}) attributes {sconce.kernel} {
  %a = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<14x512xf32>
  %b = builtin.unrealized_conversion_cast %q : !llvm.ptr to memref<4x512x16xf32>
  %c = builtin.unrealized_conversion_cast %r : !llvm.ptr to memref<14x64xf32>
  linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d1 floordiv 16, d2, d1 mod 16)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%a, %b : memref<14x512xf32>, memref<4x512x16xf32>) outs(%c : memref<14x64xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %m = arith.mulf %x, %y : f32
    %s = arith.addf %o, %m : f32
    linalg.yield %s : f32
  }
  return
}
func.func private @prefetches_for_some_rows(%p: !llvm.ptr {llvm.noalias}, %n: i64, %q: !llvm.ptr {llvm.noalias}, %r: !llvm.ptr {llvm.noalias}) attributes {sconce.kernel} {
  %a = builtin.unrealized_conversion_cast %p, %n : !llvm.ptr, i64 to memref<?x512xf32>
  %b = builtin.unrealized_conversion_cast %q : !llvm.ptr to memref<4x512x16xf32>
  %c = builtin.unrealized_conversion_cast %r, %n : !llvm.ptr, i64 to memref<?x64xf32>
  linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d1 floordiv 16, d2, d1 mod 16)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%a, %b : memref<?x512xf32>, memref<4x512x16xf32>) outs(%c : memref<?x64xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %m = arith.mulf %x, %y : f32
    %s = arith.addf %o, %m : f32
    linalg.yield %s : f32
  }
  return
}
func.func private @has_one_tile(%p: !llvm.ptr {llvm.noalias}, %q: !llvm.ptr {llvm.noalias}, %r: !llvm.ptr {llvm.noalias}) attributes {sconce.kernel} {
  %a = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<2x512xf32>
  %b = builtin.unrealized_conversion_cast %q : !llvm.ptr to memref<4x512x16xf32>
  %c = builtin.unrealized_conversion_cast %r : !llvm.ptr to memref<2x64xf32>
  linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d1 floordiv 16, d2, d1 mod 16)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%a, %b : memref<2x512xf32>, memref<4x512x16xf32>) outs(%c : memref<2x64xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %m = arith.mulf %x, %y : f32
    %s = arith.addf %o, %m : f32
    linalg.yield %s : f32
  }
  return
}

// -----

// One row whose columns are neighbours is a tile of columns: no lane is added to another. A kernel that streams a large operand so
// is told in which direction to go, another one in every other iteration of the loop that calls it.
// CHECK-LABEL: func.func private @row(
// CHECK-SAME: %[[BACKWARDS:[a-z0-9]+]]: i64 {sconce.backwards})
// CHECK: scf.for
// CHECK: scf.for {{.*}} -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>)
// CHECK: sconce.shared
// CHECK-LABEL: func.func @steps(
// CHECK: scf.for %[[STEP:.*]] = %{{.*}} to
// CHECK: %[[ODD:.*]] = arith.andi %[[STEP]], %{{.*}} : index
// CHECK: %[[FLAG:.*]] = arith.index_cast %[[ODD]] : index to i64
// CHECK: call @row(%{{.*}}, %{{.*}}, %{{.*}}, %[[FLAG]])
// CHECK: call @row(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}})
func.func private @row(%p: !llvm.ptr {llvm.noalias}, %q: !llvm.ptr {llvm.noalias}, %r: !llvm.ptr {llvm.noalias}) attributes {sconce.kernel, sconce.work = array<i64: 2097152, 4194304>} {
  %a = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<1x1024xf32>
  %b = builtin.unrealized_conversion_cast %q : !llvm.ptr to memref<32x1024x32xf32>
  %c = builtin.unrealized_conversion_cast %r : !llvm.ptr to memref<1x1024xf32>
  linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n floordiv 32, k, n mod 32)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%a, %b : memref<1x1024xf32>, memref<32x1024x32xf32>) outs(%c : memref<1x1024xf32>) attrs = {sconce.panel_width = 32 : i64} {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %m = arith.mulf %x, %y : f32
    %s = arith.addf %o, %m : f32
    linalg.yield %s : f32
  }
  return
}
func.func @steps(%p: !llvm.ptr, %q: !llvm.ptr, %r: !llvm.ptr) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  scf.for %i = %c0 to %c9 step %c1 {
    func.call @row(%p, %q, %r) : (!llvm.ptr, !llvm.ptr, !llvm.ptr) -> ()
  }
  func.call @row(%p, %q, %r) : (!llvm.ptr, !llvm.ptr, !llvm.ptr) -> ()
  return
}

// -----

// A small kernel, which threads do not share, turns its loop itself.
// CHECK-LABEL: func.func private @small_row(
// CHECK-SAME: %[[BACKWARDS:[a-z0-9]+]]: i64)
// CHECK: scf.for %[[I:.*]] = %[[FROM:.*]] to %[[TO:.*]] step %[[STEP:.*]] {
// CHECK: %[[TURNS:.*]] = arith.cmpi ne, %[[BACKWARDS]], %{{.*}} : i64
// CHECK: %[[BEHIND:.*]] = arith.subi %[[I]], %[[FROM]] : index
// CHECK: %[[LAST:.*]] = arith.subi %[[TO]], %[[STEP]] : index
// CHECK: %[[MIRRORED:.*]] = arith.subi %[[LAST]], %[[BEHIND]] : index
// CHECK: arith.select %[[TURNS]], %[[MIRRORED]], %[[I]] : index
// CHECK: scf.for {{.*}} -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>)
func.func private @small_row(%p: !llvm.ptr {llvm.noalias}, %q: !llvm.ptr {llvm.noalias}, %r: !llvm.ptr {llvm.noalias}) attributes {sconce.kernel, sconce.work = array<i64: 32768, 65536>} {
  %a = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<1x128xf32>
  %b = builtin.unrealized_conversion_cast %q : !llvm.ptr to memref<4x128x32xf32>
  %c = builtin.unrealized_conversion_cast %r : !llvm.ptr to memref<1x128xf32>
  linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n floordiv 32, k, n mod 32)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%a, %b : memref<1x128xf32>, memref<4x128x32xf32>) outs(%c : memref<1x128xf32>) attrs = {sconce.panel_width = 32 : i64} {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %m = arith.mulf %x, %y : f32
    %s = arith.addf %o, %m : f32
    linalg.yield %s : f32
  }
  return
}
func.func @steps(%p: !llvm.ptr, %q: !llvm.ptr, %r: !llvm.ptr) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  scf.for %i = %c0 to %c9 step %c1 {
    func.call @small_row(%p, %q, %r) : (!llvm.ptr, !llvm.ptr, !llvm.ptr) -> ()
  }
  return
}

// -----

// Rows that are no whole number of tiles are shared in ranges of whole tiles, what is left in the last of them: 2090 tiles of 6
// rows in ranges of 107, and a row.
// CHECK-LABEL: func.func private @uneven_rows(
// CHECK: scf.for %[[RANGE:.*]] = %{{.*}} to %c20 step
// CHECK: %[[BEGIN:.*]] = arith.muli %[[RANGE]], %c642 : index
// CHECK: %[[END:.*]] = arith.addi %[[BEGIN]], %{{.*}} : index
// CHECK: %[[FULL:.*]] = arith.minui %[[END]], %{{.*}} : index
// CHECK: scf.for %{{.*}} = %[[BEGIN]] to %[[FULL]] step
// CHECK: %[[REST:.*]] = arith.maxui %[[BEGIN]], %{{.*}} : index
// CHECK: scf.for %{{.*}} = %[[REST]] to %{{.*}} step
// CHECK: sconce.shared
func.func private @uneven_rows(%p: !llvm.ptr {llvm.noalias}, %q: !llvm.ptr {llvm.noalias}, %r: !llvm.ptr {llvm.noalias}) attributes {sconce.kernel, sconce.work = array<i64: 12845056, 2410624>} {
  %a = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<12541x32xf32>
  %b = builtin.unrealized_conversion_cast %q : !llvm.ptr to memref<32x16xf32>
  %c = builtin.unrealized_conversion_cast %r : !llvm.ptr to memref<12541x16xf32>
  linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%a, %b : memref<12541x32xf32>, memref<32x16xf32>) outs(%c : memref<12541x16xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %m = arith.mulf %x, %y : f32
    %s = arith.addf %o, %m : f32
    linalg.yield %s : f32
  }
  return
}

// -----

// One row reads a large matrix once: some rows of that at a time, in whole lines, while the sums are in memory; the op that was merged
// sees them at the end. Two matrices of this kind are too large for a cache to keep; one of half the size in a loop, whose last iteration
// has left it there, is tiled by columns as usual.
// CHECK-LABEL: func.func private @streamed(
// CHECK-SAME: depth_step = 8 : i64
// CHECK: %[[SUMS:.*]] = builtin.unrealized_conversion_cast {{.*}} to memref<?xf32>
// CHECK: scf.for %{{.*}} = %{{.*}} to %{{.*}} step %c8{{.*}} {
// CHECK: vector.store %{{.*}}, %[[SUMS]]
// CHECK: scf.for %{{.*}} = %{{.*}} to %{{.*}} step %c8{{.*}} {
// CHECK-COUNT-8: vector.broadcast %{{.*}} : f32 to vector<8xf32>
// CHECK: scf.for %{{.*}} = %{{.*}} to %{{.*}} step %c8{{.*}} {
// CHECK: vector.load %[[SUMS]]
// CHECK-COUNT-8: math.fma
// CHECK: vector.store %{{.*}}, %[[SUMS]]
// CHECK: vector.load %[[SUMS]]
// CHECK: arith.maximumf
// CHECK: return
// CHECK-LABEL: func.func private @streamed_again(
// CHECK-SAME: depth_step = 0 : i64
func.func @caller(%x: memref<1x1024xf32>, %w: memref<1024x1024xf32>, %y: memref<1x1024xf32>) {
  %p = builtin.unrealized_conversion_cast %x : memref<1x1024xf32> to !llvm.ptr
  %q = builtin.unrealized_conversion_cast %w : memref<1024x1024xf32> to !llvm.ptr
  %r = builtin.unrealized_conversion_cast %y : memref<1x1024xf32> to !llvm.ptr
  func.call @streamed(%p, %q, %r) : (!llvm.ptr, !llvm.ptr, !llvm.ptr) -> ()
  func.call @streamed(%r, %q, %p) : (!llvm.ptr, !llvm.ptr, !llvm.ptr) -> ()
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  scf.for %i = %c0 to %c9 step %c1 {
    func.call @streamed_again(%p, %q, %r) : (!llvm.ptr, !llvm.ptr, !llvm.ptr) -> ()
  }
  return
}
func.func private @streamed(%p: !llvm.ptr {llvm.noalias}, %q: !llvm.ptr {llvm.noalias}, %r: !llvm.ptr {llvm.noalias}) attributes {sconce.kernel} {
  %a = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<1x1024xf32>
  %b = builtin.unrealized_conversion_cast %q : !llvm.ptr to memref<1024x1024xf32>
  %c = builtin.unrealized_conversion_cast %r : !llvm.ptr to memref<1x1024xf32>
  %zero = arith.constant 0.0 : f32
  %t = memref.alloc() : memref<1x1024xf32>
  linalg.fill ins(%zero : f32) outs(%t : memref<1x1024xf32>)
  linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d2, d1)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%a, %b : memref<1x1024xf32>, memref<1024x1024xf32>) outs(%t : memref<1x1024xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %m = arith.mulf %x, %y : f32
    %s = arith.addf %o, %m : f32
    linalg.yield %s : f32
  }
  linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%t : memref<1x1024xf32>) outs(%c : memref<1x1024xf32>) {
  ^bb0(%x: f32, %o: f32):
    %m = arith.maximumf %x, %zero : f32
    linalg.yield %m : f32
  }
  return
}
func.func private @streamed_again(%p: !llvm.ptr {llvm.noalias}, %q: !llvm.ptr {llvm.noalias}, %r: !llvm.ptr {llvm.noalias}) attributes {sconce.kernel} {
  %a = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<1x512xf32>
  %b = builtin.unrealized_conversion_cast %q : !llvm.ptr to memref<512x1024xf32>
  %c = builtin.unrealized_conversion_cast %r : !llvm.ptr to memref<1x1024xf32>
  linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d2, d1)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%a, %b : memref<1x512xf32>, memref<512x1024xf32>) outs(%c : memref<1x1024xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %m = arith.mulf %x, %y : f32
    %s = arith.addf %o, %m : f32
    linalg.yield %s : f32
  }
  return
}

// -----

#row = affine_map<(i, j, k) -> (i, k)>
#col = affine_map<(i, j, k) -> (k, j)>
#out = affine_map<(i, j, k) -> (i, j)>
#same = affine_map<(i, j) -> (i, j)>

// Functions of what was summed take four vectors at once where registers are few, and what they make is stored by itself.
// CHECK-LABEL: func.func private @functions(
// CHECK: math.exp %{{.*}} : vector<32xf32>
// CHECK-COUNT-4: vector.store %{{.*}} : memref<?xf32>, vector<8xf32>
// CHECK: return
func.func private @functions(%a: memref<64x64xf32>, %b: memref<64x64xf32>, %c: memref<64x64xf32>, %d: memref<64x64xf32>) attributes {sconce.kernel, sconce.work = array<i64: 0, 0>} {
  %zero = arith.constant 0.0 : f32
  linalg.fill {sconce.group = 0 : i64} ins(%zero : f32) outs(%c : memref<64x64xf32>)
  linalg.generic {indexing_maps = [#row, #col, #out], iterator_types = ["parallel", "parallel", "reduction"]} ins(%a, %b : memref<64x64xf32>, memref<64x64xf32>) outs(%c : memref<64x64xf32>) attrs = {sconce.group = 0 : i64} {
  ^bb0(%u: f32, %v: f32, %sum: f32):
    %m = arith.mulf %u, %v : f32
    %t = arith.addf %sum, %m : f32
    linalg.yield %t : f32
  }
  linalg.generic {indexing_maps = [#same, #same], iterator_types = ["parallel", "parallel"]} ins(%c : memref<64x64xf32>) outs(%d : memref<64x64xf32>) attrs = {sconce.group = 0 : i64} {
  ^bb0(%u: f32, %old: f32):
    %t = math.exp %u : f32
    linalg.yield %t : f32
  }
  return
}

// -----

// A kernel inside of another has its panel on the stack: there the other could not give one back.
// CHECK-LABEL: func.func private @inner(
// CHECK-SAME: %{{[^,]*}}: !llvm.ptr {llvm.noalias}, %{{[^,]*}}: !llvm.ptr {llvm.noalias}, %{{[^,]*}}: !llvm.ptr {llvm.noalias}) attributes
// CHECK-SAME: wide_access = "copied to panels"
// CHECK: llvm.alloca %{{.*}} x f32
// CHECK: math.fma
// CHECK-LABEL: func.func private @outer(
// CHECK-NOT: memref.alloc
// CHECK: func.call @inner(%{{.*}}, %{{.*}}, %{{.*}}) : (!llvm.ptr, !llvm.ptr, !llvm.ptr) -> ()
func.func private @inner(%p: !llvm.ptr {llvm.noalias}, %q: !llvm.ptr {llvm.noalias}, %r: !llvm.ptr {llvm.noalias}) attributes {sconce.kernel, sconce.inner} {
  %a = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<512x64xf32>
  %b = builtin.unrealized_conversion_cast %q : !llvm.ptr to memref<64x1024xf32>
  %c = builtin.unrealized_conversion_cast %r : !llvm.ptr to memref<512x1024xf32>
  linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d2, d1)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%a, %b : memref<512x64xf32>, memref<64x1024xf32>) outs(%c : memref<512x1024xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %m = arith.mulf %x, %y : f32
    %s = arith.addf %o, %m : f32
    linalg.yield %s : f32
  }
  return
}
func.func private @outer(%p: !llvm.ptr {llvm.noalias}, %q: !llvm.ptr {llvm.noalias}, %r: !llvm.ptr {llvm.noalias}) attributes {sconce.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  scf.for %i = %c0 to %c8 step %c1 {
    func.call @inner(%p, %q, %r) : (!llvm.ptr, !llvm.ptr, !llvm.ptr) -> ()
  }
  return
}
