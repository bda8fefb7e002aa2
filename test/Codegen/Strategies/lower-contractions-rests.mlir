// RUN: sconce-opt %s --sconce-lower-contractions='vector-bits=512 registers=32 masked-memory=true' --split-input-file | FileCheck %s
// RUN: sconce-opt %s --sconce-lower-contractions='vector-bits=256 registers=16' --split-input-file | FileCheck %s --check-prefix=NOMASK
// What is left of the columns takes as few lanes as cover it: half a vector where that is enough.

// CHECK-LABEL: func.func private @half(
// CHECK: scf.for {{.*}} -> (vector<16xf32>, vector<8xf32>
// CHECK: vector.load {{.*}} vector<16xf32>
// CHECK: vector.load {{.*}} vector<8xf32>
// CHECK: memref.load
// CHECK: vector.broadcast %{{.*}} : f32 to vector<16xf32>
// CHECK: math.fma {{.*}} : vector<16xf32>
// CHECK: vector.broadcast %{{.*}} : f32 to vector<8xf32>
// CHECK: math.fma {{.*}} : vector<8xf32>
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

// Three columns past a vector: four lanes under a mask, or where that is slow, two and one.
// CHECK-LABEL: func.func private @odd(
// CHECK: vector.maskedload {{.*}} vector<4xi1>, vector<4xf32> into vector<4xf32>
// CHECK-NOT: vector<16xi1>
// CHECK: vector.maskedstore {{.*}} vector<4xi1>, vector<4xf32>
// CHECK: return
// NOMASK-LABEL: func.func private @odd(
// NOMASK: scf.for {{.*}} -> (vector<8xf32>
// NOMASK: scf.for {{.*}} -> (vector<2xf32>
// NOMASK: scf.for {{.*}} -> (f32
// NOMASK-NOT: vector.masked
// NOMASK: return
func.func private @odd(%p: !llvm.ptr, %q: !llvm.ptr, %r: !llvm.ptr) attributes {sconce.kernel} {
  %a = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<56x40xf32>
  %b = builtin.unrealized_conversion_cast %q : !llvm.ptr to memref<40x19xf32>
  %c = builtin.unrealized_conversion_cast %r : !llvm.ptr to memref<56x19xf32>
  linalg.matmul ins(%a, %b : memref<56x40xf32>, memref<40x19xf32>) outs(%c : memref<56x19xf32>)
  return
}
