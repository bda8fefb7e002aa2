// RUN: sconce-opt %s --pass-pipeline='builtin.module(func.func(sconce-lower-loops{vector-bits=128}))' --split-input-file | FileCheck %s

#id = affine_map<(d0, d1) -> (d0, d1)>

// Two loops that address memory like one are one; the lanes run along it, which the kernel says.
// CHECK-LABEL: func.func @merged(
// CHECK-SAME: sconce.plan = {along = "elements", jam = 1 : i64, lanes = 4 : i64, shared = {{[a-z]+}}, strategy = "loops", unroll = 1 : i64}
// CHECK-DAG: %[[N:.*]] = arith.constant 256 : index
// CHECK-DAG: %[[FOUR:.*]] = arith.constant 4 : index
// CHECK: scf.for %[[I:.*]] = %{{.*}} to %[[N]] step %[[FOUR]] {
// CHECK-NEXT: %[[X:.*]] = vector.load %{{.*}}[%[[I]]] : memref<?xf32>, vector<4xf32>
// CHECK-NEXT: %[[R:.*]] = arith.addf %[[X]], %[[X]] : vector<4xf32>
// CHECK-NEXT: vector.store %[[R]], %{{.*}}[%[[I]]]
// CHECK-NEXT: }
// CHECK-NOT: linalg
func.func @merged(%p: !llvm.ptr, %q: !llvm.ptr) attributes {sconce.kernel} {
  %a = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<8x32xf32>
  %b = builtin.unrealized_conversion_cast %q : !llvm.ptr to memref<8x32xf32>
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%a : memref<8x32xf32>) outs(%b : memref<8x32xf32>) {
  ^bb0(%x: f32, %y: f32):
    %r = arith.addf %x, %x : f32
    linalg.yield %r : f32
  }
  return
}

// -----

// A reduction along the lanes keeps several vectors of partial sums, in an order that no target changes; the initial value
// is added last, once.
// CHECK-LABEL: func.func @row_sums(
// CHECK: scf.for
// CHECK: %[[S:.*]]:4 = scf.for {{.*}} -> (vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>)
// CHECK: scf.yield
// CHECK: %[[A:.*]] = arith.addf %{{.*}}#0, %{{.*}}#1 : vector<4xf32>
// CHECK: %[[B:.*]] = arith.addf %[[A]], %{{.*}}#2
// CHECK: %[[C:.*]] = arith.addf %[[B]], %{{.*}}#3
// CHECK: %[[INIT:.*]] = memref.load
// CHECK: vector.shuffle %[[C]], %[[C]] [0, 1]
// CHECK: %[[TOTAL:.*]] = vector.extract
// CHECK: %[[R:.*]] = arith.addf %[[INIT]], %[[TOTAL]] : f32
// CHECK: memref.store %[[R]]
func.func @row_sums(%p: !llvm.ptr, %q: !llvm.ptr, %n: i64) attributes {sconce.kernel} {
  %a = builtin.unrealized_conversion_cast %p, %n : !llvm.ptr, i64 to memref<8x?xf32>
  %b = builtin.unrealized_conversion_cast %q : !llvm.ptr to memref<8xf32>
  linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]} ins(%a : memref<8x?xf32>) outs(%b : memref<8xf32>) {
  ^bb0(%x: f32, %y: f32):
    %r = arith.addf %y, %x : f32
    linalg.yield %r : f32
  }
  return
}

// -----

// Sums over rows put columns on the lanes: every load is of a vector.
// CHECK-LABEL: func.func @column_sums(
// CHECK-NOT: vector.shuffle
// CHECK: vector.load {{.*}} vector<4xf32>
// CHECK: arith.addf {{.*}} : vector<4xf32>
// CHECK: vector.store
// CHECK-NOT: vector.shuffle
// CHECK: return
func.func @column_sums(%p: !llvm.ptr, %q: !llvm.ptr) attributes {sconce.kernel} {
  %a = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<32x8xf32>
  %b = builtin.unrealized_conversion_cast %q : !llvm.ptr to memref<8xf32>
  linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d1, d0)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]} ins(%a : memref<32x8xf32>) outs(%b : memref<8xf32>) {
  ^bb0(%x: f32, %y: f32):
    %r = arith.addf %y, %x : f32
    linalg.yield %r : f32
  }
  return
}

// -----

#id = affine_map<(d0) -> (d0)>

// A read at a place that each element computes gathers lane by lane.
// CHECK-LABEL: func.func @gather(
// CHECK: scf.for
// CHECK: %[[AT:.*]] = vector.load {{.*}} vector<2xi64>
// CHECK: arith.index_cast %[[AT]] : vector<2xi64> to vector<2xindex>
// CHECK: vector.gather {{.*}} vector<2xf32>
// CHECK: vector.store
// CHECK-NOT: linalg
func.func @gather(%p: !llvm.ptr, %q: !llvm.ptr, %r: !llvm.ptr) attributes {sconce.kernel} {
  %a = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<8xi64>
  %t = builtin.unrealized_conversion_cast %r : !llvm.ptr to memref<100xf32>
  %b = builtin.unrealized_conversion_cast %q : !llvm.ptr to memref<8xf32>
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%a : memref<8xi64>) outs(%b : memref<8xf32>) {
  ^bb0(%x: i64, %y: f32):
    %i = arith.index_cast %x : i64 to index
    %v = memref.load %t[%i] : memref<100xf32>
    linalg.yield %v : f32
  }
  return
}

// -----

#id = affine_map<(d0) -> (d0)>

// A body without a vector form runs on scalars.
// CHECK-LABEL: func.func @scalars(
// CHECK: scf.for {{.*}} step %[[ONE:.*]] {
// CHECK: %[[X:.*]] = memref.load
// CHECK: scf.while
// CHECK: memref.store
// CHECK-NOT: linalg
func.func @scalars(%p: !llvm.ptr, %q: !llvm.ptr) attributes {sconce.kernel} {
  %a = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<8xi64>
  %b = builtin.unrealized_conversion_cast %q : !llvm.ptr to memref<8xi64>
  %c1 = arith.constant 1 : i64
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%a : memref<8xi64>) outs(%b : memref<8xi64>) {
  ^bb0(%x: i64, %y: i64):
    %v = scf.while (%i = %x) : (i64) -> i64 {
      %go = arith.cmpi sgt, %i, %c1 : i64
      scf.condition(%go) %i : i64
    } do {
    ^bb1(%i: i64):
      %j = arith.shrsi %i, %c1 : i64
      scf.yield %j : i64
    }
    linalg.yield %v : i64
  }
  return
}

// -----

// The position in a loop whose operand lies in panels is that of the panel and that in it.
// CHECK-LABEL: func.func private @positionInPanels(
// CHECK: scf.for %[[P:.*]] = %{{.*}} to %c4
// CHECK: scf.for %[[I:.*]] = %{{.*}} to %c8
// CHECK: vector.load
// CHECK: %[[FIRST:.*]] = arith.muli %[[P]], %c8{{.*}} : index
// CHECK: %[[AT:.*]] = arith.addi %[[FIRST]], %[[I]] : index
// CHECK: arith.index_cast %[[AT]] : index to i64
func.func private @positionInPanels(%p: !llvm.ptr, %q: !llvm.ptr) attributes {sconce.kernel} {
  %a = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<4x50x8xi64>
  %b = builtin.unrealized_conversion_cast %q : !llvm.ptr to memref<50x32xi64>
  linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d1 floordiv 8, d0, d1 mod 8)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%a : memref<4x50x8xi64>) outs(%b : memref<50x32xi64>) {
  ^bb0(%x: i64, %o: i64):
    %i = linalg.index 1 : index
    %n = arith.index_cast %i : index to i64
    %s = arith.addi %x, %n : i64
    linalg.yield %s : i64
  }
  return
}

// -----

#id = affine_map<(i) -> (i)>

// What counts down is read as the vector that ends where lane 0 is, turned.
// CHECK-LABEL: func.func @backwards(
// CHECK: %[[AT:.*]] = arith.subi %c11{{.*}}, %{{.*}} : index
// CHECK: %[[BEGIN:.*]] = arith.subi %[[AT]], %c3
// CHECK: %[[AHEAD:.*]] = vector.load %{{.*}}[%[[BEGIN]]] : memref<12xf32>, vector<4xf32>
// CHECK: vector.shuffle %[[AHEAD]], %[[AHEAD]] [3, 2, 1, 0]
// CHECK-NOT: vector.gather
// CHECK: return
func.func @backwards(%x: memref<12xf32>, %y: memref<12xf32>) attributes {sconce.kernel} {
  %last = arith.constant 11 : index
  linalg.generic {indexing_maps = [#id], iterator_types = ["parallel"]} outs(%y : memref<12xf32>) {
  ^bb0(%o: f32):
    %i = linalg.index 0 : index
    %at = arith.subi %last, %i : index
    %v = memref.load %x[%at] : memref<12xf32>
    linalg.yield %v : f32
  }
  return
}
