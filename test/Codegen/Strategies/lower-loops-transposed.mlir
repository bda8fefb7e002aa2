// RUN: sconce-opt %s --pass-pipeline='builtin.module(func.func(sconce-lower-loops{vector-bits=128}))' | FileCheck %s
// RUN: sconce-opt %s --pass-pipeline='builtin.module(func.func(sconce-lower-loops{vector-bits=128 masked-memory=true}))' | FileCheck %s --check-prefix=MASKED
// RUN: sconce-opt %s --pass-pipeline='builtin.module(func.func(sconce-lower-loops{vector-bits=512}))' | FileCheck %s --check-prefix=WIDE

// Where an input lies across the lanes, squares of it are read along its own lines and transposed in registers; 10 columns leave
// two, which are gathered or read one by one.
// CHECK-LABEL: func.func @transposed(
// CHECK: scf.for
// CHECK: scf.for
// CHECK-COUNT-4: vector.load %{{.*}} : memref<?xf32>, vector<4xf32>
// CHECK-COUNT-4: vector.shuffle
// CHECK-NOT: llvm.arithmetic.fence
// CHECK-COUNT-4: vector.shuffle
// CHECK: arith.negf %{{.*}} : vector<4xf32>
// CHECK: vector.store
// CHECK-COUNT-3: arith.negf %{{.*}} : vector<4xf32>
// CHECK-NOT: vector.gather
// CHECK: arith.negf %{{.*}} : f32

// The four rounds of a square of 16 are two and two: instruction selection, which looks for one shuffle in place of several, does not look
// past the fences between them.
// WIDE-LABEL: func.func @wide(
// WIDE-COUNT-32: vector.shuffle
// WIDE-NOT: vector.shuffle
// WIDE-COUNT-16: llvm.call_intrinsic "llvm.arithmetic.fence"
// WIDE-NOT: llvm.call_intrinsic
// WIDE-COUNT-32: vector.shuffle
// WIDE-NOT: vector.shuffle
// WIDE: vector.store

// With masks squares have their size whatever the extents: 7 rows are 4 and 3, and of the 2 columns that are left two lines are read.
// MASKED-LABEL: func.func @uneven(
// MASKED: scf.for
// MASKED-COUNT-4: vector.load %{{.*}} : memref<?xf32>, vector<4xf32>
// MASKED: vector.shuffle
// MASKED-COUNT-4: vector.store
// MASKED: arith.constant dense<[true, true, true, false]>
// MASKED-COUNT-4: vector.maskedload %{{.*}} : memref<?xf32>, vector<4xi1>, vector<4xf32> into vector<4xf32>
// MASKED: vector.shuffle
// MASKED-COUNT-3: vector.store
// MASKED-COUNT-2: vector.load %{{.*}} : memref<?xf32>, vector<4xf32>
// MASKED-NOT: vector.load
// MASKED: vector.shuffle
// MASKED-COUNT-4: vector.maskedstore
// MASKED-COUNT-2: vector.maskedload
// MASKED-NOT: vector.maskedload
// MASKED-COUNT-3: vector.maskedstore
// MASKED-NOT: vector.gather
#id = affine_map<(d0, d1) -> (d0, d1)>
#across = affine_map<(d0, d1) -> (d1, d0)>
func.func @transposed(%p: !llvm.ptr, %q: !llvm.ptr) attributes {sconce.kernel} {
  %a = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<10x8xf32>
  %b = builtin.unrealized_conversion_cast %q : !llvm.ptr to memref<8x10xf32>
  linalg.generic {indexing_maps = [#across, #id], iterator_types = ["parallel", "parallel"]} ins(%a : memref<10x8xf32>) outs(%b : memref<8x10xf32>) {
  ^bb0(%x: f32, %y: f32):
    %r = arith.negf %x : f32
    linalg.yield %r : f32
  }
  return
}
func.func @uneven(%p: !llvm.ptr, %q: !llvm.ptr) attributes {sconce.kernel} {
  %a = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<10x7xf32>
  %b = builtin.unrealized_conversion_cast %q : !llvm.ptr to memref<7x10xf32>
  linalg.generic {indexing_maps = [#across, #id], iterator_types = ["parallel", "parallel"]} ins(%a : memref<10x7xf32>) outs(%b : memref<7x10xf32>) {
  ^bb0(%x: f32, %y: f32):
    linalg.yield %x : f32
  }
  return
}
func.func @wide(%p: !llvm.ptr, %q: !llvm.ptr) attributes {sconce.kernel} {
  %a = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<16x32xf32>
  %b = builtin.unrealized_conversion_cast %q : !llvm.ptr to memref<32x16xf32>
  linalg.generic {indexing_maps = [#across, #id], iterator_types = ["parallel", "parallel"]} ins(%a : memref<16x32xf32>) outs(%b : memref<32x16xf32>) {
  ^bb0(%x: f32, %y: f32):
    linalg.yield %x : f32
  }
  return
}
