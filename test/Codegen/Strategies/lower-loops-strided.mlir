// RUN: sconce-opt %s --pass-pipeline='builtin.module(func.func(sconce-lower-loops{vector-bits=128 masked-memory=true}))' | FileCheck %s

// Every second of 19 elements: two vectors hold four of them, of which the second ends at the last that is wanted, and not behind the
// buffer. Of the two that are left no others are read.
// CHECK-LABEL: func.func @every_second(
// CHECK: scf.for
// CHECK: %[[FIRST:.*]] = vector.load %{{.*}}[%[[PLACE:.*]]] : memref<?xf32>, vector<4xf32>
// CHECK: %[[LOW:.*]] = vector.shuffle %[[FIRST]], %[[FIRST]] [4, 6, -1, -1]
// CHECK: %[[THREE:.*]] = arith.constant 3 : index
// CHECK: %[[END:.*]] = arith.addi %[[PLACE]], %[[THREE]]
// CHECK: %[[SECOND:.*]] = vector.load %{{.*}}[%[[END]]] : memref<?xf32>, vector<4xf32>
// CHECK: vector.shuffle %[[LOW]], %[[SECOND]] [0, 1, 5, 7]
// CHECK: vector.store
// CHECK: %[[NONE:.*]] = arith.constant dense<false> : vector<4xi1>
// CHECK: %[[WANTED:.*]] = vector.shuffle %{{.*}}, %[[NONE]] [0, 4, 1, 4] : vector<4xi1>, vector<4xi1>
// CHECK: vector.maskedload %{{.*}}[%{{.*}}], %[[WANTED]]
// CHECK: vector.maskedload
// CHECK: vector.maskedstore
// CHECK-NOT: vector.gather
#every = affine_map<(i) -> (i * 2)>
#same = affine_map<(i) -> (i)>
func.func @every_second(%p: !llvm.ptr, %q: !llvm.ptr) attributes {sconce.kernel} {
  %x = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<19xf32>
  %y = builtin.unrealized_conversion_cast %q : !llvm.ptr to memref<10xf32>
  linalg.generic {indexing_maps = [#every, #same], iterator_types = ["parallel"]} ins(%x : memref<19xf32>) outs(%y : memref<10xf32>) {
  ^bb0(%a: f32, %old: f32):
    %r = arith.addf %a, %a : f32
    linalg.yield %r : f32
  }
  return
}

// Of elements that are further apart, each is read for itself.
// CHECK-LABEL: func.func @every_fifth(
// CHECK-NOT: vector.shuffle
#fifth = affine_map<(i) -> (i * 5)>
func.func @every_fifth(%p: !llvm.ptr, %q: !llvm.ptr) attributes {sconce.kernel} {
  %x = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<46xf32>
  %y = builtin.unrealized_conversion_cast %q : !llvm.ptr to memref<10xf32>
  linalg.generic {indexing_maps = [#fifth, #same], iterator_types = ["parallel"]} ins(%x : memref<46xf32>) outs(%y : memref<10xf32>) {
  ^bb0(%a: f32, %old: f32):
    %r = arith.addf %a, %a : f32
    linalg.yield %r : f32
  }
  return
}
