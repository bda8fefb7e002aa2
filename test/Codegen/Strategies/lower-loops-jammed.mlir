// RUN: sconce-opt %s --pass-pipeline='builtin.module(func.func(sconce-lower-loops{vector-bits=128 registers=16}))' --split-input-file | FileCheck %s
// RUN: sconce-opt %s --pass-pipeline='builtin.module(func.func(sconce-lower-loops{vector-bits=128 registers=32}))' --split-input-file | FileCheck %s --check-prefix=MANY
// Neighbours whose windows overlap are worked on at once: what several of them read is read once.

#x = affine_map<(c, h, w, i, j) -> (h + i, w + j, c)>
#w = affine_map<(c, h, w, i, j) -> (i, j, c)>
#y = affine_map<(c, h, w, i, j) -> (h, w, c)>

// A depthwise convolution: for each row of the kernel three weights and the eight pixels that six results need.
// CHECK-LABEL: func.func @depthwise(
// CHECK-SAME: jam = 6 : i64
// CHECK: scf.for
// CHECK: scf.for
// CHECK: %[[S:.*]]:6 = scf.for {{.*}} -> (vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>)
// CHECK-COUNT-11: vector.load
// CHECK-NOT: vector.load
// CHECK: scf.yield
// CHECK: loop_annotation
// CHECK-COUNT-6: vector.store %[[S]]
// CHECK-NOT: vector.
// CHECK: return
// With more registers all nine weights are held: no loop over the kernel is left, and lanes are outside, so that they stay.
// MANY-LABEL: func.func @depthwise(
// MANY-SAME: jam = 6 : i64
// MANY-NOT: iter_args
// MANY-COUNT-33: vector.load
// MANY-NOT: vector.load
// MANY-NOT: iter_args
// MANY-COUNT-6: vector.store
// MANY-NOT: vector.
// MANY: return
func.func @depthwise(%p: !llvm.ptr, %q: !llvm.ptr, %r: !llvm.ptr) attributes {sconce.kernel} {
  %a = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<8x8x32xf32>
  %k = builtin.unrealized_conversion_cast %q : !llvm.ptr to memref<3x3x32xf32>
  %b = builtin.unrealized_conversion_cast %r : !llvm.ptr to memref<6x6x32xf32>
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%b : memref<6x6x32xf32>)
  linalg.generic {indexing_maps = [#x, #w, #y], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%a, %k : memref<8x8x32xf32>, memref<3x3x32xf32>) outs(%b : memref<6x6x32xf32>) {
  ^bb0(%x: f32, %w: f32, %y: f32):
    %m = arith.mulf %x, %w : f32
    %s = arith.addf %y, %m : f32
    linalg.yield %s : f32
  }
  return
}

// -----

#x = affine_map<(c, w, j) -> (w * 2 + j, c)>
#t = affine_map<(c, w, j) -> (j)>
#y = affine_map<(c, w, j) -> (w, c)>

// Pooling by steps of two: a maximum of three shares one with each neighbour. Eleven are done as six and five.
// CHECK-LABEL: func.func @pool(
// CHECK-SAME: jam = 6 : i64
// CHECK-COUNT-13: vector.load
// CHECK-NOT: vector.load
// CHECK-COUNT-6: vector.store
// CHECK-COUNT-11: vector.load
// CHECK-NOT: vector.load
// CHECK-COUNT-5: vector.store
// CHECK-NOT: vector.
// CHECK: return
func.func @pool(%p: !llvm.ptr, %q: !llvm.ptr, %r: !llvm.ptr) attributes {sconce.kernel} {
  %a = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<23x32xf32>
  %k = builtin.unrealized_conversion_cast %q : !llvm.ptr to memref<3xi8>
  %b = builtin.unrealized_conversion_cast %r : !llvm.ptr to memref<11x32xf32>
  %least = arith.constant 0xFF800000 : f32
  linalg.fill ins(%least : f32) outs(%b : memref<11x32xf32>)
  linalg.generic {indexing_maps = [#x, #t, #y], iterator_types = ["parallel", "parallel", "reduction"]} ins(%a, %k : memref<23x32xf32>, memref<3xi8>) outs(%b : memref<11x32xf32>) {
  ^bb0(%x: f32, %t: i8, %y: f32):
    %m = arith.maximumf %x, %y : f32
    linalg.yield %m : f32
  }
  return
}

// -----

#x = affine_map<(n, c, j) -> (n, j, c)>
#y = affine_map<(n, c, j) -> (n, c)>

// Sums that share nothing go one by one, several vectors of each.
// CHECK-LABEL: func.func @sums(
// CHECK-SAME: jam = 1 : i64
// CHECK: scf.for {{.*}} iter_args({{.*}}) -> (vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>)
func.func @sums(%p: !llvm.ptr, %r: !llvm.ptr) attributes {sconce.kernel} {
  %a = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<6x7x32xf32>
  %b = builtin.unrealized_conversion_cast %r : !llvm.ptr to memref<6x32xf32>
  linalg.generic {indexing_maps = [#x, #y], iterator_types = ["parallel", "parallel", "reduction"]} ins(%a : memref<6x7x32xf32>) outs(%b : memref<6x32xf32>) {
  ^bb0(%x: f32, %y: f32):
    %s = arith.addf %y, %x : f32
    linalg.yield %s : f32
  }
  return
}

// -----

#x = affine_map<(c, w, j) -> (w + j * 2, c)>
#w = affine_map<(c, w, j) -> (j, c)>
#y = affine_map<(c, w, j) -> (w, c)>

// A long dilated kernel is written out in parts of 6, 6 and 4 taps, here for six neighbours; a rest of lanes is a vector under a mask or scalars.
// CHECK-LABEL: func.func @longKernel(
// CHECK: %[[S:.*]]:6 = scf.for {{.*}} step %c6
// CHECK: vector<4xf32>
// CHECK: vector.store
// CHECK: memref.store
func.func @longKernel(%p: !llvm.ptr, %q: !llvm.ptr, %r: !llvm.ptr) attributes {sconce.kernel} {
  %a = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<46x7xf32>
  %k = builtin.unrealized_conversion_cast %q : !llvm.ptr to memref<16x7xf32>
  %b = builtin.unrealized_conversion_cast %r : !llvm.ptr to memref<16x7xf32>
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%b : memref<16x7xf32>)
  linalg.generic {indexing_maps = [#x, #w, #y], iterator_types = ["parallel", "parallel", "reduction"]} ins(%a, %k : memref<46x7xf32>, memref<16x7xf32>) outs(%b : memref<16x7xf32>) {
  ^bb0(%x: f32, %w: f32, %y: f32):
    %m = arith.mulf %x, %w : f32
    %s = arith.addf %y, %m : f32
    linalg.yield %s : f32
  }
  return
}

// -----

#x = affine_map<(c, w, j) -> (w + j, c)>
#w = affine_map<(c, w, j) -> (j, c)>
#y = affine_map<(c, w, j) -> (c, w)>

// Where the result lies along the neighbours, squares are transposed: eight by four here, stored as rows of four.
// CHECK-LABEL: func.func @turned(
// CHECK-NOT: vector.scatter
// CHECK: vector.shuffle
// CHECK-COUNT-8: vector.store {{.*}} vector<4xf32>
// CHECK-NOT: vector.scatter
// CHECK: return
func.func @turned(%p: !llvm.ptr, %q: !llvm.ptr, %r: !llvm.ptr) attributes {sconce.kernel} {
  %a = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<10x32xf32>
  %k = builtin.unrealized_conversion_cast %q : !llvm.ptr to memref<3x32xf32>
  %b = builtin.unrealized_conversion_cast %r : !llvm.ptr to memref<32x8xf32>
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%b : memref<32x8xf32>)
  linalg.generic {indexing_maps = [#x, #w, #y], iterator_types = ["parallel", "parallel", "reduction"]} ins(%a, %k : memref<10x32xf32>, memref<3x32xf32>) outs(%b : memref<32x8xf32>) {
  ^bb0(%x: f32, %w: f32, %y: f32):
    %m = arith.mulf %x, %w : f32
    %s = arith.addf %y, %m : f32
    linalg.yield %s : f32
  }
  return
}
