// RUN: sconce-opt %s --sconce-lower-contractions='vector-bits=512 registers=32 masked-memory=true' | FileCheck %s
// RUN: sconce-opt %s --sconce-lower-contractions='vector-bits=256 registers=16' | FileCheck %s --check-prefix=FEW

// Sums that an elementary function is computed of go through memory: its code is there once, in a loop over the rows of the tile. With few
// registers four vectors go through it together.
// CHECK-LABEL: func.func private @function(
// CHECK: llvm.alloca %c448_i64 x f32
// CHECK: %[[TILE:.*]]:28 = scf.for
// CHECK-COUNT-28: vector.store %[[TILE]]#
// CHECK: scf.for %[[ROW:.*]] =
// CHECK-COUNT-2: math.tanh %{{.*}} : vector<16xf32>
// CHECK-NOT: math.tanh
// CHECK: return
// FEW-LABEL: func.func private @function(
// FEW: llvm.alloca %c96_i64 x f32
// FEW: scf.for
// FEW: math.fma {{.*}} : vector<8xf32>
// FEW: scf.for
// FEW: math.tanh %{{.*}} : vector<32xf32>
// FEW-NOT: math.tanh
// FEW: return
#id = affine_map<(d0, d1) -> (d0, d1)>
#turned = affine_map<(d0, d1) -> (d1, d0)>
func.func private @function(%p: !llvm.ptr, %q: !llvm.ptr, %r: !llvm.ptr, %s: !llvm.ptr) attributes {sconce.kernel} {
  %a = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<168x64xf32>
  %b = builtin.unrealized_conversion_cast %q : !llvm.ptr to memref<64x96xf32>
  %c = builtin.unrealized_conversion_cast %r : !llvm.ptr to memref<168x96xf32>
  %d = builtin.unrealized_conversion_cast %s : !llvm.ptr to memref<168x96xf32>
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%c : memref<168x96xf32>)
  linalg.matmul ins(%a, %b : memref<168x64xf32>, memref<64x96xf32>) outs(%c : memref<168x96xf32>)
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%c : memref<168x96xf32>) outs(%d : memref<168x96xf32>) {
  ^bb0(%x: f32, %y: f32):
    %t = math.tanh %x : f32
    linalg.yield %t : f32
  }
  return
}

// What is short stays in registers.
// CHECK-LABEL: func.func private @short(
// CHECK-NOT: llvm.alloca %c448_i64
// CHECK-COUNT-28: arith.maximumf %{{.*}} : vector<16xf32>
// CHECK: return
func.func private @short(%p: !llvm.ptr, %q: !llvm.ptr, %r: !llvm.ptr, %s: !llvm.ptr) attributes {sconce.kernel} {
  %a = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<168x64xf32>
  %b = builtin.unrealized_conversion_cast %q : !llvm.ptr to memref<64x96xf32>
  %c = builtin.unrealized_conversion_cast %r : !llvm.ptr to memref<168x96xf32>
  %d = builtin.unrealized_conversion_cast %s : !llvm.ptr to memref<168x96xf32>
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%c : memref<168x96xf32>)
  linalg.matmul ins(%a, %b : memref<168x64xf32>, memref<64x96xf32>) outs(%c : memref<168x96xf32>)
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%c : memref<168x96xf32>) outs(%d : memref<168x96xf32>) {
  ^bb0(%x: f32, %y: f32):
    %t = arith.maximumf %x, %y : f32
    linalg.yield %t : f32
  }
  return
}

// A result that lies along the rows is turned in registers, all rows of it together.
// CHECK-LABEL: func.func private @turned(
// CHECK-NOT: llvm.alloca %c448_i64
// CHECK: math.tanh %{{.*}} : vector<16xf32>
// CHECK: vector.shuffle
// CHECK: return
func.func private @turned(%p: !llvm.ptr, %q: !llvm.ptr, %r: !llvm.ptr, %s: !llvm.ptr) attributes {sconce.kernel} {
  %a = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<168x64xf32>
  %b = builtin.unrealized_conversion_cast %q : !llvm.ptr to memref<64x96xf32>
  %c = builtin.unrealized_conversion_cast %r : !llvm.ptr to memref<168x96xf32>
  %d = builtin.unrealized_conversion_cast %s : !llvm.ptr to memref<96x168xf32>
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%c : memref<168x96xf32>)
  linalg.matmul ins(%a, %b : memref<168x64xf32>, memref<64x96xf32>) outs(%c : memref<168x96xf32>)
  linalg.generic {indexing_maps = [#id, #turned], iterator_types = ["parallel", "parallel"]} ins(%c : memref<168x96xf32>) outs(%d : memref<96x168xf32>) {
  ^bb0(%x: f32, %y: f32):
    %t = math.tanh %x : f32
    linalg.yield %t : f32
  }
  return
}
