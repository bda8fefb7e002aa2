// RUN: sconce-opt %s --sconce-outline-kernels --split-input-file | FileCheck %s
// RUN: sconce-opt %s --sconce-outline-kernels --split-input-file --remark-format=emitRemark --remarks-filter-missed=fusion 2>&1 | FileCheck --check-prefix=REMARK %s

#row = affine_map<(d0, d1) -> (d0, d1)>
#sum = affine_map<(d0, d1) -> (d0)>
#id = affine_map<(d0) -> (d0)>

// A reduction, what initializes its result and what alone reads it are one kernel, also when work on other memory is between them: a
// store behind the fill, another buffer's fill before the reader. The call is where the reader was.
// CHECK: func.func private @between.0.generic(
// CHECK-SAME: sconce.reads = [memref<4x8xf32>], {{.*}} sconce.writes = [memref<4xf32>]
// CHECK: linalg.fill
// CHECK: linalg.generic
// CHECK: linalg.generic
// CHECK: func.func @between(
// CHECK: memref.store
// CHECK: call @between.1.fill
// CHECK: call @between.0.generic
// CHECK-NOT: call
func.func @between(%frame: !llvm.ptr) -> i32 {
  %a = memref.alloc() : memref<4x8xf32>
  %s = memref.alloc() : memref<4xf32>
  %other = memref.alloc() : memref<16xf32>
  %r = memref.alloc() : memref<4xf32>
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  linalg.fill ins(%zero : f32) outs(%s : memref<4xf32>)
  memref.store %zero, %other[%c0] : memref<16xf32>
  linalg.generic {indexing_maps = [#row, #sum], iterator_types = ["parallel", "reduction"]} ins(%a : memref<4x8xf32>) outs(%s : memref<4xf32>) {
  ^bb0(%x: f32, %o: f32):
    %t = arith.addf %x, %o : f32
    linalg.yield %t : f32
  }
  linalg.fill ins(%zero : f32) outs(%other : memref<16xf32>)
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%s : memref<4xf32>) outs(%r : memref<4xf32>) {
  ^bb0(%x: f32, %o: f32):
    %t = arith.negf %x : f32
    linalg.yield %t : f32
  }
  %ok = arith.constant 0 : i32
  return %ok : i32
}

// -----

#row = affine_map<(d0, d1) -> (d0, d1)>
#sum = affine_map<(d0, d1) -> (d0)>
#id = affine_map<(d0) -> (d0)>

// What the reduction reads is written before its result is read: it cannot wait until then.
// CHECK: func.func @overwritten(
// CHECK: call @overwritten.0.generic
// CHECK: call @overwritten.1.fill
// CHECK: call @overwritten.2.generic
// REMARK: aten::sum (m.py:3:4) into aten::neg (m.py:5:6): what runs between them works on the same memory
func.func @overwritten(%frame: !llvm.ptr) -> i32 {
  %a = memref.alloc() : memref<4x8xf32>
  %s = memref.alloc() : memref<4xf32>
  %r = memref.alloc() : memref<4xf32>
  %zero = arith.constant 0.0 : f32
  linalg.generic {indexing_maps = [#row, #sum], iterator_types = ["parallel", "reduction"]} ins(%a : memref<4x8xf32>) outs(%s : memref<4xf32>) {
  ^bb0(%x: f32, %o: f32):
    %t = arith.addf %x, %o : f32
    linalg.yield %t : f32
  } loc("aten::sum"("m.py":3:4))
  linalg.fill ins(%zero : f32) outs(%a : memref<4x8xf32>)
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%s : memref<4xf32>) outs(%r : memref<4xf32>) {
  ^bb0(%x: f32, %o: f32):
    %t = arith.negf %x : f32
    linalg.yield %t : f32
  } loc("aten::neg"("m.py":5:6))
  %ok = arith.constant 0 : i32
  return %ok : i32
}

// -----

#row = affine_map<(d0, d1) -> (d0, d1)>
#sum = affine_map<(d0, d1) -> (d0)>
#id = affine_map<(d0) -> (d0)>

// Two reductions with one reader: the later one takes it.
// CHECK: func.func private @two.1.generic(
// CHECK: linalg.generic {{.*}} iterator_types = ["parallel", "reduction"]
// CHECK: linalg.generic {{.*}} iterator_types = ["parallel"]
// CHECK: func.func @two(
// CHECK: call @two.0.generic
// CHECK: call @two.1.generic
// CHECK-NOT: call
// REMARK: aten::sum (m.py:3:4) into aten::add (m.py:7:6): it is merged into another that it reads
func.func @two(%frame: !llvm.ptr) -> i32 {
  %a = memref.alloc() : memref<4x8xf32>
  %b = memref.alloc() : memref<4x8xf32>
  %s = memref.alloc() : memref<4xf32>
  %u = memref.alloc() : memref<4xf32>
  %r = memref.alloc() : memref<4xf32>
  linalg.generic {indexing_maps = [#row, #sum], iterator_types = ["parallel", "reduction"]} ins(%a : memref<4x8xf32>) outs(%s : memref<4xf32>) {
  ^bb0(%x: f32, %o: f32):
    %t = arith.addf %x, %o : f32
    linalg.yield %t : f32
  } loc("aten::sum"("m.py":3:4))
  linalg.generic {indexing_maps = [#row, #sum], iterator_types = ["parallel", "reduction"]} ins(%b : memref<4x8xf32>) outs(%u : memref<4xf32>) {
  ^bb0(%x: f32, %o: f32):
    %t = arith.addf %x, %o : f32
    linalg.yield %t : f32
  } loc("aten::sum"("m.py":5:4))
  linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]} ins(%s, %u : memref<4xf32>, memref<4xf32>) outs(%r : memref<4xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %t = arith.addf %x, %y : f32
    linalg.yield %t : f32
  } loc("aten::add"("m.py":7:6))
  %ok = arith.constant 0 : i32
  return %ok : i32
}

// -----

#a = affine_map<(m, n, k) -> (m, k)>
#b = affine_map<(m, n, k) -> (n floordiv 32, k, n mod 32)>
#c = affine_map<(m, n, k) -> (m, n)>
#id = affine_map<(i, j) -> (i, j)>
#column = affine_map<(i, j) -> (j)>

// A product whose last panel is not full becomes two kernels, with what is before and after it.
// CHECK: func.func private @uneven.0.generic(
// CHECK-SAME: sconce.writes = [memref<8x64xf32, strided<[83, 1]>>]
// CHECK: linalg.fill {{.*}} outs(%{{.*}} : memref<8x64xf32, strided<[83, 1]>>)
// CHECK: linalg.generic {{.*}} ins(%{{.*}}, %{{.*}} : memref<8x16xf32>, memref<2x16x32xf32>)
// CHECK: linalg.generic {{.*}} ins(%{{.*}}, %{{.*}} : memref<8x64xf32, strided<[83, 1]>>, memref<64xf32>)
// CHECK: func.func private @uneven.1.generic(
// CHECK: linalg.fill {{.*}} outs(%{{.*}} : memref<8x19xf32, strided<[83, 1]>>)
// CHECK: linalg.generic {{.*}} ins(%{{.*}}, %{{.*}} : memref<8x16xf32>, memref<1x16x19xf32, strided<[512, 32, 1]>>)
// CHECK: linalg.generic {{.*}} ins(%{{.*}}, %{{.*}} : memref<8x19xf32, strided<[83, 1]>>, memref<19xf32>)
// CHECK: func.func @uneven(
// CHECK-DAG: memref.subview %{{.*}}[2, 0, 0] [1, 16, 19] [1, 1, 1] : memref<3x16x32xf32>
// CHECK-DAG: memref.subview %{{.*}}[0, 64] [8, 19] [1, 1] : memref<8x83xf32>
// CHECK-DAG: memref.subview %{{.*}}[64] [19] [1] : memref<83xf32>
// CHECK: call @uneven.0.generic
// CHECK: call @uneven.1.generic
func.func @uneven(%frame: !llvm.ptr) -> i32 {
  %x = memref.alloc() : memref<8x16xf32>
  %w = memref.alloc() : memref<3x16x32xf32>
  %bias = memref.alloc() : memref<83xf32>
  %s = memref.alloc() : memref<8x83xf32>
  %r = memref.alloc() : memref<8x83xf32>
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%s : memref<8x83xf32>)
  linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]} ins(%x, %w : memref<8x16xf32>, memref<3x16x32xf32>) outs(%s : memref<8x83xf32>) attrs = {sconce.panel_width = 32 : i64} {
  ^bb0(%p: f32, %q: f32, %sum: f32):
    %m = arith.mulf %p, %q : f32
    %t = arith.addf %sum, %m : f32
    linalg.yield %t : f32
  }
  linalg.generic {indexing_maps = [#id, #column, #id], iterator_types = ["parallel", "parallel"]} ins(%s, %bias : memref<8x83xf32>, memref<83xf32>) outs(%r : memref<8x83xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %t = arith.addf %p, %q : f32
    linalg.yield %t : f32
  }
  %ok = arith.constant 0 : i32
  return %ok : i32
}
