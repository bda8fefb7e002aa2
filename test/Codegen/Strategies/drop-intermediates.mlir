// RUN: sconce-opt %s --sconce-drop-intermediates --split-input-file | FileCheck %s

#in = affine_map<(d0, d1) -> (d0, d1)>
#out = affine_map<(d0, d1) -> (d0)>
#id = affine_map<(d0) -> (d0)>

// The sums are read by the op after them, in registers: their buffer goes.
// CHECK: func.func private @kernel(%{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr) attributes
// CHECK: %[[P:.*]] = ub.poison : !llvm.ptr
// CHECK: %[[S:.*]] = builtin.unrealized_conversion_cast %[[P]] : !llvm.ptr to memref<8xf32>
// CHECK: linalg.fill {{.*}} outs(%[[S]]
// CHECK-LABEL: func.func @entry(
// CHECK-NOT: memref.alloc
// CHECK: call @kernel(%{{.*}}, %{{.*}}) : (!llvm.ptr, !llvm.ptr) -> ()
func.func private @kernel(%p: !llvm.ptr, %q: !llvm.ptr, %r: !llvm.ptr) attributes {sconce.kernel} {
  %a = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<8x16xf32>
  %s = builtin.unrealized_conversion_cast %q : !llvm.ptr to memref<8xf32>
  %b = builtin.unrealized_conversion_cast %r : !llvm.ptr to memref<8xf32>
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%s : memref<8xf32>)
  linalg.generic {indexing_maps = [#in, #out], iterator_types = ["parallel", "reduction"]} ins(%a : memref<8x16xf32>) outs(%s : memref<8xf32>) {
  ^bb0(%x: f32, %y: f32):
    %r0 = arith.addf %x, %y : f32
    linalg.yield %r0 : f32
  }
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%s : memref<8xf32>) outs(%b : memref<8xf32>) {
  ^bb0(%x: f32, %y: f32):
    %r0 = arith.negf %x : f32
    linalg.yield %r0 : f32
  }
  return
}
func.func @entry(%p: !llvm.ptr, %r: !llvm.ptr) {
  %s = memref.alloc() : memref<8xf32>
  %q = builtin.unrealized_conversion_cast %s : memref<8xf32> to !llvm.ptr
  call @kernel(%p, %q, %r) : (!llvm.ptr, !llvm.ptr, !llvm.ptr) -> ()
  return
}

// -----

#in = affine_map<(d0, d1) -> (d0, d1)>
#out = affine_map<(d0, d1) -> (d0)>

// Sums that start from what is in memory lie there.
// CHECK: func.func private @noFill(%{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr)
// CHECK-NOT: ub.poison
// CHECK: return
func.func private @noFill(%p: !llvm.ptr, %q: !llvm.ptr) attributes {sconce.kernel} {
  %a = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<8x16xf32>
  %s = builtin.unrealized_conversion_cast %q : !llvm.ptr to memref<8xf32>
  linalg.generic {indexing_maps = [#in, #out], iterator_types = ["parallel", "reduction"]} ins(%a : memref<8x16xf32>) outs(%s : memref<8xf32>) {
  ^bb0(%x: f32, %y: f32):
    %r0 = arith.addf %x, %y : f32
    linalg.yield %r0 : f32
  }
  return
}
