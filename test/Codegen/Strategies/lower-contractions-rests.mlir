// RUN: sconce-opt %s --sconce-lower-contractions='vector-bits=512 registers=32 masked-memory=true' --split-input-file | FileCheck %s
// RUN: sconce-opt %s --sconce-lower-contractions='vector-bits=256 registers=16' --split-input-file | FileCheck %s --check-prefix=NOMASK
// What is left of the columns takes as few lanes as cover it: half a vector where that is enough.

// Two rows share the vector whose half covers what is left: an element of the one in its lower lanes, of the other in its upper ones, and the
// columns twice.
// CHECK-LABEL: func.func private @half(
// CHECK: vector.shuffle %{{.*}}, %{{.*}} [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15] : vector<8xf32>, vector<8xf32>
// CHECK: scf.for {{.*}} -> (vector<16xf32>, vector<16xf32>, vector<16xf32>
// CHECK: vector.load {{.*}} vector<16xf32>
// CHECK: %[[LEFT:.*]] = vector.load {{.*}} vector<8xf32>
// CHECK: %[[TWICE:.*]] = vector.shuffle %[[LEFT]], %[[LEFT]] [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]
// CHECK: %[[FIRST:.*]] = vector.broadcast %{{.*}} : f32 to vector<16xf32>
// CHECK: math.fma %[[FIRST]]
// CHECK: %[[SECOND:.*]] = vector.broadcast %{{.*}} : f32 to vector<16xf32>
// CHECK: %[[BOTH:.*]] = arith.select %{{.*}}, %[[FIRST]], %[[SECOND]] : vector<16xi1>, vector<16xf32>
// CHECK: math.fma %[[BOTH]], %[[TWICE]]
// CHECK: math.fma %[[SECOND]]
// CHECK: scf.yield
// CHECK: vector.shuffle %[[SUMS:.*]], %[[SUMS]] [0, 1, 2, 3, 4, 5, 6, 7] : vector<16xf32>
// CHECK: vector.shuffle %[[SUMS]], %[[SUMS]] [8, 9, 10, 11, 12, 13, 14, 15] : vector<16xf32>
// CHECK-NOT: vector.masked
// CHECK: return
func.func private @half(%p: !llvm.ptr, %q: !llvm.ptr, %r: !llvm.ptr) attributes {sconce.kernel} {
  %a = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<56x40xf32>
  %b = builtin.unrealized_conversion_cast %q : !llvm.ptr to memref<40x24xf32>
  %c = builtin.unrealized_conversion_cast %r : !llvm.ptr to memref<56x24xf32>
  linalg.matmul ins(%a, %b : memref<56x40xf32>, memref<40x24xf32>) outs(%c : memref<56x24xf32>)
  return
}

// -----

// Three columns past two vectors: four lanes under a mask, or where that is slow, two vectors together, then two lanes and one.
// CHECK-LABEL: func.func private @odd(
// CHECK: vector.maskedload {{.*}} vector<4xi1>, vector<4xf32> into vector<4xf32>
// CHECK-NOT: vector<16xi1>
// CHECK: vector.maskedstore {{.*}} vector<4xi1>, vector<4xf32>
// CHECK: return
// NOMASK-LABEL: func.func private @odd(
// NOMASK: scf.for {{.*}} -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>)
// NOMASK: scf.for {{.*}} -> (vector<2xf32>
// NOMASK: scf.for {{.*}} -> (f32
// NOMASK-NOT: vector.masked
// NOMASK: return
func.func private @odd(%p: !llvm.ptr, %q: !llvm.ptr, %r: !llvm.ptr) attributes {sconce.kernel} {
  %a = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<9x40xf32>
  %b = builtin.unrealized_conversion_cast %q : !llvm.ptr to memref<40x19xf32>
  %c = builtin.unrealized_conversion_cast %r : !llvm.ptr to memref<9x19xf32>
  linalg.matmul ins(%a, %b : memref<9x40xf32>, memref<40x19xf32>) outs(%c : memref<9x19xf32>)
  return
}

// -----

// Few rows have seven vectors, and the six that are left after these are together, too.
// NOMASK-LABEL: func.func private @few_rows(
// NOMASK: scf.for {{.*}} -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>)
// NOMASK: scf.for {{.*}} -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>)
// NOMASK-NOT: iter_args
// NOMASK: return
func.func private @few_rows(%p: !llvm.ptr, %q: !llvm.ptr, %r: !llvm.ptr) attributes {sconce.kernel} {
  %a = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<2x40xf32>
  %b = builtin.unrealized_conversion_cast %q : !llvm.ptr to memref<40x104xf32>
  %c = builtin.unrealized_conversion_cast %r : !llvm.ptr to memref<2x104xf32>
  linalg.matmul ins(%a, %b : memref<2x40xf32>, memref<40x104xf32>) outs(%c : memref<2x104xf32>)
  return
}

// -----

#x = affine_map<(c, w, k) -> (w, k)>
#w = affine_map<(c, w, k) -> (k, c)>
#y = affine_map<(c, w, k) -> (c, w)>

// The result lies along the rows of the tile, not along its lanes: 14 rows of 16 lanes are transposed and stored as 16 vectors of
// 14 lanes instead of scattered.
// CHECK-LABEL: func.func private @turned(
// CHECK-NOT: vector.scatter
// CHECK: vector.shuffle
// CHECK: vector.maskedstore {{.*}} vector<16xi1>, vector<16xf32>
// CHECK-NOT: vector.scatter
// CHECK: return
// NOMASK-LABEL: func.func private @turned(
// NOMASK-NOT: vector.scatter
// NOMASK: vector.shuffle
// NOMASK: vector.store {{.*}} vector<4xf32>
// NOMASK-NOT: vector.scatter
// NOMASK: return
func.func private @turned(%p: !llvm.ptr, %q: !llvm.ptr, %r: !llvm.ptr) attributes {sconce.kernel} {
  %a = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<14x400xf32>
  %b = builtin.unrealized_conversion_cast %q : !llvm.ptr to memref<400x32xf32>
  %c = builtin.unrealized_conversion_cast %r : !llvm.ptr to memref<32x14xf32>
  linalg.generic {indexing_maps = [#x, #w, #y], iterator_types = ["parallel", "parallel", "reduction"]} ins(%a, %b : memref<14x400xf32>, memref<400x32xf32>) outs(%c : memref<32x14xf32>) {
  ^bb0(%x: f32, %w: f32, %y: f32):
    %m = arith.mulf %x, %w : f32
    %s = arith.addf %y, %m : f32
    linalg.yield %s : f32
  }
  return
}

// -----

#a = affine_map<(m, n, g, k) -> (m, k, g)>
#b = affine_map<(m, n, g, k) -> (k, n, g)>
#c = affine_map<(m, n, g, k) -> (m, n, g)>

// Many small products beside each other in memory are for loops whose lanes run over them.
// CHECK-LABEL: func.func private @beside(
// CHECK: linalg.generic
func.func private @beside(%p: !llvm.ptr, %q: !llvm.ptr, %r: !llvm.ptr) attributes {sconce.kernel} {
  %a = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<56x36x32xf32>
  %b = builtin.unrealized_conversion_cast %q : !llvm.ptr to memref<36x4x32xf32>
  %c = builtin.unrealized_conversion_cast %r : !llvm.ptr to memref<56x4x32xf32>
  linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%a, %b : memref<56x36x32xf32>, memref<36x4x32xf32>) outs(%c : memref<56x4x32xf32>) {
  ^bb0(%x: f32, %w: f32, %y: f32):
    %m = arith.mulf %x, %w : f32
    %s = arith.addf %y, %m : f32
    linalg.yield %s : f32
  }
  return
}
