// RUN: sconce-opt %s --pass-pipeline='builtin.module(func.func(sconce-lower-loops{vector-bits=256 registers=32 masked-memory=true}))' --split-input-file | FileCheck %s
// RUN: sconce-opt %s --pass-pipeline='builtin.module(func.func(sconce-lower-loops{vector-bits=512 registers=32 masked-memory=true}))' --split-input-file | FileCheck %s --check-prefix=WIDE
// Lanes run over groups: of each vector of image elements, every lane takes that of its own group.

#x = affine_map<(h, w, o, i, j, c) -> (h + i, w + j, (o floordiv 4) * 4 + c)>
#w = affine_map<(h, w, o, i, j, c) -> (i, j, c, o)>
#y = affine_map<(h, w, o, i, j, c) -> (h, w, o)>

// Two groups of four in eight lanes. For a row of the kernel, the eight pixels that six results need are loaded once. Member after member
// of the groups, three weights are loaded, and the member of each pixel is shuffled to its lanes, for all the results that read it.
// CHECK-LABEL: func.func @four(
// CHECK-SAME: along = "several groups", jam = 6 : i64, lanes = 8 : i64
// CHECK: scf.for {{.*}} -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>)
// CHECK: vector.load
// CHECK: vector.shuffle {{.*}} [0, 0, 0, 0, 4, 4, 4, 4]
// CHECK-COUNT-7: [0, 0, 0, 0, 4, 4, 4, 4]
// CHECK-COUNT-8: [1, 1, 1, 1, 5, 5, 5, 5]
// CHECK-COUNT-8: [2, 2, 2, 2, 6, 6, 6, 6]
// CHECK-COUNT-8: [3, 3, 3, 3, 7, 7, 7, 7]
// CHECK-NOT: vector.shuffle
// CHECK: scf.yield
// The last group has half a vector, under a mask; no lane beyond is read.
// CHECK: vector.maskedload
// CHECK: [0, 0, 0, 0, 4, 4, 4, 4]
// CHECK-NOT: vector.load
// CHECK: vector.maskedstore
// CHECK: return
func.func @four(%x: memref<8x8x12xf32>, %w: memref<3x3x4x12xf32>, %y: memref<6x6x12xf32>) attributes {sconce.kernel} {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%y : memref<6x6x12xf32>)
  linalg.generic {indexing_maps = [#x, #w, #y], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
      ins(%x, %w : memref<8x8x12xf32>, memref<3x3x4x12xf32>) outs(%y : memref<6x6x12xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.mulf %a, %b : f32
    %p = arith.addf %o, %m : f32
    linalg.yield %p : f32
  }
  return
}

// -----

#x = affine_map<(w, o, j, c) -> (w + j, (o floordiv 2) * 2 + c)>
#w = affine_map<(w, o, j, c) -> (j, c, o)>
#y = affine_map<(w, o, j, c) -> (w, o)>

// A group of two doubles is 128 bits.
// CHECK-LABEL: func.func @doubles(
// CHECK: lanes = 4 : i64
// CHECK: vector.shuffle {{.*}} [0, 0, 2, 2]
// CHECK: vector.shuffle {{.*}} [1, 1, 3, 3]
func.func @doubles(%x: memref<14x8xf64>, %w: memref<3x2x8xf64>, %y: memref<12x8xf64>) attributes {sconce.kernel} {
  linalg.generic {indexing_maps = [#x, #w, #y], iterator_types = ["parallel", "parallel", "reduction", "reduction"]}
      ins(%x, %w : memref<14x8xf64>, memref<3x2x8xf64>) outs(%y : memref<12x8xf64>) {
  ^bb0(%a: f64, %b: f64, %o: f64):
    %m = arith.mulf %a, %b : f64
    %p = arith.addf %o, %m : f64
    linalg.yield %p : f64
  }
  return
}

// -----

#x = affine_map<(o, c) -> ((o floordiv 4) * 4 + c)>
#w = affine_map<(o, c) -> (c, o)>
#y = affine_map<(o, c) -> (o)>

// One result has no neighbours that share what they read: each lane is gathered from its group.
// CHECK-LABEL: func.func @alone(
// CHECK: arith.constant dense<[0, 0, 0, 0, 4, 4, 4, 4]> : vector<8xindex>
// CHECK: vector.gather
func.func @alone(%x: memref<16xf32>, %w: memref<4x16xf32>, %y: memref<16xf32>) attributes {sconce.kernel} {
  linalg.generic {indexing_maps = [#x, #w, #y], iterator_types = ["parallel", "reduction"]}
      ins(%x, %w : memref<16xf32>, memref<4x16xf32>) outs(%y : memref<16xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.mulf %a, %b : f32
    %p = arith.addf %o, %m : f32
    linalg.yield %p : f32
  }
  return
}

// -----

#x = affine_map<(w, o, j, c) -> (w + j, (o floordiv 8) * 8 + c)>
#w = affine_map<(w, o, j, c) -> (j, c, o)>
#y = affine_map<(w, o, j, c) -> (w, o)>

// Two groups of eight in sixteen lanes: the halves of both groups are spread, each once, and their members shuffled within 128 bits.
// WIDE-LABEL: func.func @eight(
// WIDE: %[[LOW:.*]] = vector.shuffle %[[X:[0-9]+]], %[[X]] [0, 1, 2, 3, 0, 1, 2, 3, 8, 9, 10, 11, 8, 9, 10, 11]
// WIDE: %[[FENCE:.*]] = llvm.call_intrinsic "llvm.arithmetic.fence"(%[[LOW]])
// WIDE: vector.shuffle %[[FENCE]], %[[FENCE]] [0, 0, 0, 0, 4, 4, 4, 4, 8, 8, 8, 8, 12, 12, 12, 12]
// WIDE: vector.shuffle %[[FENCE]], %[[FENCE]] [3, 3, 3, 3, 7, 7, 7, 7, 11, 11, 11, 11, 15, 15, 15, 15]
// WIDE: [4, 5, 6, 7, 4, 5, 6, 7, 12, 13, 14, 15, 12, 13, 14, 15]
func.func @eight(%x: memref<8x16xf32>, %w: memref<3x8x16xf32>, %y: memref<6x16xf32>) attributes {sconce.kernel} {
  linalg.generic {indexing_maps = [#x, #w, #y], iterator_types = ["parallel", "parallel", "reduction", "reduction"]}
      ins(%x, %w : memref<8x16xf32>, memref<3x8x16xf32>) outs(%y : memref<6x16xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.mulf %a, %b : f32
    %p = arith.addf %o, %m : f32
    linalg.yield %p : f32
  }
  return
}
