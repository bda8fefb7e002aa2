// RUN: sconce-opt %s --sconce-outline-kernels --split-input-file | FileCheck %s

#row = affine_map<(d0, d1) -> (d0, d1)>
#sum = affine_map<(d0, d1) -> (d0)>

// What a reduction needs of a row and what reads its result are one kernel, one row after the other. A row of what passes between
// them is on the stack; an index is that of the whole.
// CHECK: func.func private @rows.0.rows(%[[X:.*]]: !llvm.ptr {{.*}}, %[[R:.*]]: !llvm.ptr
// CHECK-SAME: sconce.plan = {block = 1 : i64, blocks = 32 : i64, groups = 3 : i64, row_bytes = 404 : i64, rows = 32 : i64, strategy = "rows"}
// CHECK-SAME: sconce.reads = [memref<32x100xf32>], sconce.work = array<i64: {{[0-9]+}}, 25600>, sconce.writes = [memref<32x100xf32>]
// CHECK: %[[E:.*]] = llvm.alloca %{{.*}} x i8 {alignment = 64 : i64}
// CHECK: %[[S:.*]] = llvm.alloca %{{.*}} x i8 {alignment = 64 : i64}
// CHECK: scf.for %[[I:.*]] = %{{.*}} to %c32
// CHECK: %[[AT:.*]] = llvm.getelementptr %[[X]][%{{.*}}]
// CHECK: %[[XI:.*]] = builtin.unrealized_conversion_cast %[[AT]] : !llvm.ptr to memref<1x100xf32>
// CHECK: %[[EI:.*]] = builtin.unrealized_conversion_cast %[[E]] : !llvm.ptr to memref<1x100xf32>
// CHECK: linalg.generic {{.*}} ins(%[[XI]] : memref<1x100xf32>) outs(%[[EI]] : memref<1x100xf32>) attrs = {sconce.group = 0 : i64}
// CHECK: %[[OWN:.*]] = linalg.index 0
// CHECK: arith.addi %[[OWN]], %[[I]]
// CHECK: %[[SI:.*]] = builtin.unrealized_conversion_cast %[[S]] : !llvm.ptr to memref<1xf32>
// CHECK: linalg.fill {sconce.group = 1 : i64} ins({{.*}}) outs(%[[SI]] : memref<1xf32>)
// CHECK: linalg.generic {{.*}} ins(%[[EI]] : memref<1x100xf32>) outs(%[[SI]] : memref<1xf32>) attrs = {sconce.group = 1 : i64}
// CHECK: linalg.generic {{.*}} ins(%[[EI]], %[[SI]] : memref<1x100xf32>, memref<1xf32>) outs(%{{.*}} : memref<1x100xf32>) attrs = {sconce.group = 2 : i64}
// CHECK: } {sconce.rows}
// CHECK: func.func @rows
// CHECK-NOT: memref.alloc
// CHECK: call @rows.0.rows
// CHECK-NOT: call
func.func @rows(%x: memref<32x100xf32>, %r: memref<32x100xf32>) -> i32 {
  %e = memref.alloc() : memref<32x100xf32>
  %s = memref.alloc() : memref<32xf32>
  %zero = arith.constant 0.0 : f32
  linalg.generic {indexing_maps = [#row, #row], iterator_types = ["parallel", "parallel"]} ins(%x : memref<32x100xf32>) outs(%e : memref<32x100xf32>) {
  ^bb0(%a: f32, %o: f32):
    %i = linalg.index 0 : index
    %n = arith.index_cast %i : index to i64
    %f = arith.sitofp %n : i64 to f32
    %t = arith.mulf %a, %f : f32
    linalg.yield %t : f32
  }
  linalg.fill ins(%zero : f32) outs(%s : memref<32xf32>)
  linalg.generic {indexing_maps = [#row, #sum], iterator_types = ["parallel", "reduction"]} ins(%e : memref<32x100xf32>) outs(%s : memref<32xf32>) {
  ^bb0(%a: f32, %o: f32):
    %t = arith.addf %a, %o : f32
    linalg.yield %t : f32
  }
  linalg.generic {indexing_maps = [#row, #sum, #row], iterator_types = ["parallel", "parallel"]} ins(%e, %s : memref<32x100xf32>, memref<32xf32>) outs(%r : memref<32x100xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %t = arith.divf %a, %b : f32
    linalg.yield %t : f32
  }
  %ok = arith.constant 0 : i32
  return %ok : i32
}

// -----

#q = affine_map<(b, h, i, j, d) -> (b, h, i, d)>
#k = affine_map<(b, h, i, j, d) -> (b, h, j, d)>
#qk = affine_map<(b, h, i, j, d) -> (b, h, i, j)>
#a = affine_map<(n, i, j) -> (n, i, j)>
#max = affine_map<(n, i, j) -> (n, i)>
#p = affine_map<(n, i, e, j) -> (n, i, j)>
#v = affine_map<(n, i, e, j) -> (n, j, e)>
#o = affine_map<(n, i, e, j) -> (n, i, e)>
#by_head = affine_map<(b, h, i, e) -> (b, h, i, e)>
#by_place = affine_map<(b, h, i, e) -> (b, i, h, e)>

// Batches of products are rows of their own; a view in other dimensions has the same rows; what is written last may lie in any order.
// CHECK: func.func private @attention.0.rows(
// CHECK-SAME: sconce.plan = {block = 1 : i64, blocks = 12 : i64, groups = 4 : i64, row_bytes = 9120 : i64, rows = 12 : i64
// CHECK: scf.for %[[N:.*]] = %{{.*}} to %c12
// CHECK: linalg.generic {{.*}} outs(%{{.*}} : memref<1x1x40x40xf32>) attrs = {sconce.group = 0 : i64}
// CHECK: linalg.generic {{.*}} ins(%{{.*}} : memref<1x40x40xf32>) outs(%{{.*}} : memref<1x40xf32>) attrs = {sconce.group = 1 : i64}
// CHECK: linalg.generic {{.*}} ins(%{{.*}}, %{{.*}} : memref<1x40x40xf32>, memref<1x40x16xf32>) outs(%{{.*}} : memref<1x40x16xf32>) attrs = {sconce.group = 2 : i64}
// CHECK: linalg.generic {{.*}} outs(%{{.*}} : memref<1x40x1x16xf32, strided<[7680, 192, 16, 1]>>) attrs = {sconce.group = 3 : i64}
// CHECK: } {sconce.rows}
// CHECK: func.func @attention
// CHECK-NOT: memref.alloc
// CHECK: call @attention.0.rows
// CHECK-NOT: call
func.func @attention(%query: memref<1x12x40x16xf32>, %key: memref<1x12x40x16xf32>, %value: memref<12x40x16xf32>, %r: memref<1x40x12x16xf32>) -> i32 {
  %scores = memref.alloc() : memref<1x12x40x40xf32>
  %most = memref.alloc() : memref<12x40xf32>
  %result = memref.alloc() : memref<12x40x16xf32>
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%scores : memref<1x12x40x40xf32>)
  linalg.generic {indexing_maps = [#q, #k, #qk], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%query, %key : memref<1x12x40x16xf32>, memref<1x12x40x16xf32>) outs(%scores : memref<1x12x40x40xf32>) {
  ^bb0(%x: f32, %y: f32, %s: f32):
    %m = arith.mulf %x, %y : f32
    %t = arith.addf %s, %m : f32
    linalg.yield %t : f32
  }
  %flat = memref.collapse_shape %scores [[0, 1], [2], [3]] : memref<1x12x40x40xf32> into memref<12x40x40xf32>
  linalg.fill ins(%zero : f32) outs(%most : memref<12x40xf32>)
  linalg.generic {indexing_maps = [#a, #max], iterator_types = ["parallel", "parallel", "reduction"]} ins(%flat : memref<12x40x40xf32>) outs(%most : memref<12x40xf32>) {
  ^bb0(%x: f32, %s: f32):
    %t = arith.maximumf %s, %x : f32
    linalg.yield %t : f32
  }
  linalg.fill ins(%zero : f32) outs(%result : memref<12x40x16xf32>)
  linalg.generic {indexing_maps = [#p, #v, #o], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%flat, %value : memref<12x40x40xf32>, memref<12x40x16xf32>) outs(%result : memref<12x40x16xf32>) {
  ^bb0(%x: f32, %y: f32, %s: f32):
    %m = arith.mulf %x, %y : f32
    %t = arith.addf %s, %m : f32
    linalg.yield %t : f32
  }
  %heads = memref.expand_shape %result [[0, 1], [2], [3]] output_shape [1, 12, 40, 16] : memref<12x40x16xf32> into memref<1x12x40x16xf32>
  linalg.generic {indexing_maps = [#by_head, #by_place], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%heads : memref<1x12x40x16xf32>) outs(%r : memref<1x40x12x16xf32>) {
  ^bb0(%x: f32, %s: f32):
    linalg.yield %x : f32
  }
  %ok = arith.constant 0 : i32
  return %ok : i32
}

// -----

#row = affine_map<(d0, d1) -> (d0, d1)>
#turned = affine_map<(d0, d1) -> (d1, d0)>
#x = affine_map<(m, n, k) -> (m, k)>
#w = affine_map<(m, n, k) -> (k, n)>
#y = affine_map<(m, n, k) -> (m, n)>

// No chain: a product whose weights each row would read anew; what reads another row's result.
// CHECK-NOT: sconce.rows
// CHECK: func.func @apart
// CHECK-COUNT-3: call
// CHECK-NOT: call
func.func @apart(%a: memref<100x100xf32>, %weights: memref<100x100xf32>, %r: memref<100x100xf32>) -> i32 {
  %b = memref.alloc() : memref<100x100xf32>
  %c = memref.alloc() : memref<100x100xf32>
  linalg.generic {indexing_maps = [#row, #row], iterator_types = ["parallel", "parallel"]} ins(%a : memref<100x100xf32>) outs(%b : memref<100x100xf32>) {
  ^bb0(%p: f32, %o: f32):
    %t = math.exp %p : f32
    linalg.yield %t : f32
  }
  linalg.generic {indexing_maps = [#x, #w, #y], iterator_types = ["parallel", "parallel", "reduction"]} ins(%b, %weights : memref<100x100xf32>, memref<100x100xf32>) outs(%c : memref<100x100xf32>) {
  ^bb0(%p: f32, %q: f32, %s: f32):
    %m = arith.mulf %p, %q : f32
    %t = arith.addf %s, %m : f32
    linalg.yield %t : f32
  }
  linalg.generic {indexing_maps = [#turned, #row], iterator_types = ["parallel", "parallel"]} ins(%b : memref<100x100xf32>) outs(%r : memref<100x100xf32>) {
  ^bb0(%p: f32, %o: f32):
    %t = math.exp %p : f32
    linalg.yield %t : f32
  }
  linalg.generic {indexing_maps = [#turned, #row], iterator_types = ["parallel", "parallel"]} ins(%c : memref<100x100xf32>) outs(%a : memref<100x100xf32>) {
  ^bb0(%p: f32, %o: f32):
    %t = math.exp %p : f32
    linalg.yield %t : f32
  }
  %ok = arith.constant 0 : i32
  return %ok : i32
}

// -----

#q = affine_map<(h, i, j, d) -> (h, i, d)>
#k = affine_map<(h, i, j, d) -> (h, d, j)>
#qk = affine_map<(h, i, j, d) -> (h, i, j)>
#a = affine_map<(h, i, j) -> (h, i, j)>
#max = affine_map<(h, i, j) -> (h, i)>
#p = affine_map<(h, i, e, j) -> (h, i, j)>
#v = affine_map<(h, i, e, j) -> (h, j, e)>
#o = affine_map<(h, i, e, j) -> (h, i, e)>

// The scores of a head, 293 by 293, are more than a cache should hold: 98 queries together read the keys and values of their head. The
// third block begins at query 195, so that it is whole.
// CHECK: func.func private @blocks.0.rows(
// CHECK-SAME: sconce.plan = {block = 98 : i64, blocks = 6 : i64, groups = 3 : i64, row_bytes = {{[0-9]+}} : i64, rows = 586 : i64
// CHECK: scf.for %[[N:.*]] = %{{.*}} to %c6
// CHECK: %[[I:.*]] = arith.remui %[[N]], %c3
// CHECK: %[[BEGIN:.*]] = arith.muli %[[I]], %c98
// CHECK: %[[START:.*]] = arith.minui %[[BEGIN]], %c195
// CHECK: %[[H:.*]] = arith.divui %[[N]], %c3
// CHECK: %[[SPAN:.*]] = arith.muli %[[H]], %c293
// CHECK: %[[FIRST:.*]] = arith.addi %[[SPAN]], %[[START]]
// CHECK: arith.remui %[[FIRST]], %c293
// CHECK: linalg.generic {{.*}} ins(%{{.*}}, %{{.*}} : memref<1x98x16xf32>, memref<1x16x293xf32>) outs(%{{.*}} : memref<1x98x293xf32>) attrs = {sconce.group = 0 : i64}
// CHECK: linalg.generic {{.*}} ins(%{{.*}} : memref<1x98x293xf32>) outs(%{{.*}} : memref<1x98xf32>) attrs = {sconce.group = 1 : i64}
// CHECK: linalg.generic {{.*}} ins(%{{.*}}, %{{.*}} : memref<1x98x293xf32>, memref<1x293x16xf32>) outs(%{{.*}} : memref<1x98x16xf32>) attrs = {sconce.group = 2 : i64}
// CHECK: } {sconce.rows}
// CHECK: func.func @blocks
// CHECK-NOT: memref<2x293x293xf32>
// CHECK: call @blocks.0.rows
func.func @blocks(%query: memref<2x293x16xf32>, %key: memref<2x16x293xf32>, %value: memref<2x293x16xf32>, %most: memref<2x293xf32>, %r: memref<2x293x16xf32>) -> i32 {
  %scores = memref.alloc() : memref<2x293x293xf32>
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%scores : memref<2x293x293xf32>)
  linalg.generic {indexing_maps = [#q, #k, #qk], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%query, %key : memref<2x293x16xf32>, memref<2x16x293xf32>) outs(%scores : memref<2x293x293xf32>) {
  ^bb0(%x: f32, %y: f32, %s: f32):
    %m = arith.mulf %x, %y : f32
    %t = arith.addf %s, %m : f32
    linalg.yield %t : f32
  }
  linalg.fill ins(%zero : f32) outs(%most : memref<2x293xf32>)
  linalg.generic {indexing_maps = [#a, #max], iterator_types = ["parallel", "parallel", "reduction"]} ins(%scores : memref<2x293x293xf32>) outs(%most : memref<2x293xf32>) {
  ^bb0(%x: f32, %s: f32):
    %t = arith.maximumf %s, %x : f32
    linalg.yield %t : f32
  }
  linalg.fill ins(%zero : f32) outs(%r : memref<2x293x16xf32>)
  linalg.generic {indexing_maps = [#p, #v, #o], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%scores, %value : memref<2x293x293xf32>, memref<2x293x16xf32>) outs(%r : memref<2x293x16xf32>) {
  ^bb0(%x: f32, %y: f32, %s: f32):
    %m = arith.mulf %x, %y : f32
    %t = arith.addf %s, %m : f32
    linalg.yield %t : f32
  }
  %ok = arith.constant 0 : i32
  return %ok : i32
}

// -----

#tc = affine_map<(c, t) -> (t, c)>
#c = affine_map<(c, t) -> (c)>

// Rows whose elements lie apart, neighbours being other rows', are no rows to go through one after the other.
// CHECK-NOT: sconce.rows
// CHECK: func.func @across
func.func @across(%x: memref<100x32xf32>, %r: memref<100x32xf32>) -> i32 {
  %sum = memref.alloc() : memref<32xf32>
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%sum : memref<32xf32>)
  linalg.generic {indexing_maps = [#tc, #c], iterator_types = ["parallel", "reduction"]} ins(%x : memref<100x32xf32>) outs(%sum : memref<32xf32>) {
  ^bb0(%a: f32, %o: f32):
    %t = arith.addf %a, %o : f32
    linalg.yield %t : f32
  }
  linalg.generic {indexing_maps = [#tc, #c, #tc], iterator_types = ["parallel", "parallel"]} ins(%x, %sum : memref<100x32xf32>, memref<32xf32>) outs(%r : memref<100x32xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %t = arith.subf %a, %b : f32
    linalg.yield %t : f32
  }
  %ok = arith.constant 0 : i32
  return %ok : i32
}

// -----

#row = affine_map<(d0, d1) -> (d0, d1)>

// An op between two that would share rows reads what the first one makes, at places that its body computes: the first stays before it.
// CHECK: func.func @read_between
// CHECK: call @read_between.0.generic
// CHECK: call @read_between.1.generic
// CHECK: call @read_between.2.generic
func.func @read_between(%x: memref<32x100xf32>, %y: memref<32x100xf32>, %r: memref<32x100xf32>) -> i32 {
  %e = memref.alloc() : memref<32x100xf32>
  linalg.generic {indexing_maps = [#row, #row], iterator_types = ["parallel", "parallel"]} ins(%x : memref<32x100xf32>) outs(%e : memref<32x100xf32>) {
  ^bb0(%a: f32, %o: f32):
    %t = arith.mulf %a, %a : f32
    linalg.yield %t : f32
  }
  linalg.generic {indexing_maps = [#row], iterator_types = ["parallel", "parallel"]} outs(%y : memref<32x100xf32>) {
  ^bb0(%o: f32):
    %i = linalg.index 0 : index
    %j = linalg.index 1 : index
    %last = arith.constant 31 : index
    %at = arith.subi %last, %i : index
    %t = memref.load %e[%at, %j] : memref<32x100xf32>
    linalg.yield %t : f32
  }
  linalg.generic {indexing_maps = [#row, #row], iterator_types = ["parallel", "parallel"]} ins(%e : memref<32x100xf32>) outs(%r : memref<32x100xf32>) {
  ^bb0(%a: f32, %o: f32):
    %t = arith.addf %a, %a : f32
    linalg.yield %t : f32
  }
  memref.dealloc %e : memref<32x100xf32>
  %ok = arith.constant 0 : i32
  return %ok : i32
}

// -----

#row = affine_map<(d0, d1) -> (d0, d1)>

// An operand that the body also reads in other rows is no row that passes from one op to the other.
// CHECK: func.func @read_twice
// CHECK: call @read_twice.0.generic
// CHECK: call @read_twice.1.generic
func.func @read_twice(%x: memref<32x100xf32>, %r: memref<32x100xf32>) -> i32 {
  %e = memref.alloc() : memref<32x100xf32>
  linalg.generic {indexing_maps = [#row, #row], iterator_types = ["parallel", "parallel"]} ins(%x : memref<32x100xf32>) outs(%e : memref<32x100xf32>) {
  ^bb0(%a: f32, %o: f32):
    %t = arith.mulf %a, %a : f32
    linalg.yield %t : f32
  }
  linalg.generic {indexing_maps = [#row, #row], iterator_types = ["parallel", "parallel"]} ins(%e : memref<32x100xf32>) outs(%r : memref<32x100xf32>) {
  ^bb0(%a: f32, %o: f32):
    %i = linalg.index 0 : index
    %j = linalg.index 1 : index
    %last = arith.constant 31 : index
    %at = arith.subi %last, %i : index
    %b = memref.load %e[%at, %j] : memref<32x100xf32>
    %t = arith.addf %a, %b : f32
    linalg.yield %t : f32
  }
  memref.dealloc %e : memref<32x100xf32>
  %ok = arith.constant 0 : i32
  return %ok : i32
}
