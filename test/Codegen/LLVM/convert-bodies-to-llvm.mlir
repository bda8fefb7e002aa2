// RUN: sconce-opt %s --pass-pipeline='builtin.module(func.func(sconce-convert-bodies-to-llvm))' | FileCheck %s
// RUN: sconce-opt %s --pass-pipeline='builtin.module(func.func(sconce-convert-bodies-to-llvm),sconce-convert-functions-to-llvm)' | FileCheck %s --check-prefix=FUNCTIONS

// Structured control flow, buffers and vectors become blocks, addresses and LLVM's operations; the function itself waits.
// CHECK-LABEL: func.func private @kernel(
// CHECK-NOT: scf
// CHECK-NOT: memref
// CHECK: llvm.cond_br
// CHECK: %[[AT:.*]] = llvm.getelementptr %{{.*}}[%{{.*}}] : (!llvm.ptr, i64) -> !llvm.ptr, f32
// CHECK: %[[V:.*]] = llvm.load %[[AT]] {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
// CHECK: llvm.fadd %[[V]], %[[V]] : vector<4xf32>
// CHECK: llvm.store
// CHECK: return
// A kernel is not seen from outside, nor inlined: it is compiled on its own.
// FUNCTIONS: llvm.func internal @kernel(%{{.*}}: !llvm.ptr, %{{.*}}: i64) attributes {{{.*}}no_inline
// FUNCTIONS-NOT: func.func
// FUNCTIONS: llvm.return
func.func private @kernel(%p: !llvm.ptr, %n: i64) attributes {sconce.kernel} {
  %m = builtin.unrealized_conversion_cast %p, %n : !llvm.ptr, i64 to memref<?xf32>
  %c0 = arith.constant 0 : index
  %c4 = arith.constant 4 : index
  %d = memref.dim %m, %c0 : memref<?xf32>
  scf.for %i = %c0 to %d step %c4 {
    %v = vector.load %m[%i] : memref<?xf32>, vector<4xf32>
    %w = arith.addf %v, %v : vector<4xf32>
    vector.store %w, %m[%i] : memref<?xf32>, vector<4xf32>
  }
  return
}

// CHECK-LABEL: func.func @entry(
// CHECK: call @kernel(
// FUNCTIONS: llvm.func @entry(%{{.*}}: !llvm.ptr) -> i32
// FUNCTIONS: llvm.call @kernel(
// FUNCTIONS: llvm.return %{{.*}} : i32
// The bytes that the caller provides.
// FUNCTIONS: llvm.mlir.global external constant @entry_workspace(64 : i64) {{.*}} : i64
func.func @entry(%frame: !llvm.ptr) -> i32 attributes {sconce.workspace = 64 : i64} {
  %n = llvm.load %frame : !llvm.ptr -> i64
  call @kernel(%frame, %n) : (!llvm.ptr, i64) -> ()
  %ok = arith.constant 0 : i32
  return %ok : i32
}

// Vectors of neighbours are loaded at once; where elements are a stride apart, one by one.
// CHECK-LABEL: func.func private @transfers(
// CHECK: llvm.load %{{.*}} : !llvm.ptr -> vector<4xf32>
// CHECK-COUNT-4: llvm.store %{{.*}} : f32, !llvm.ptr
// CHECK-NOT: llvm.store
// CHECK: return
func.func private @transfers(%p: !llvm.ptr, %q: !llvm.ptr) attributes {sconce.kernel} {
  %m = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<8xf32>
  %s = builtin.unrealized_conversion_cast %q : !llvm.ptr to memref<8xf32, strided<[2]>>
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f32
  %v = vector.transfer_read %m[%c0], %z {in_bounds = [true]} : memref<8xf32>, vector<4xf32>
  vector.transfer_write %v, %s[%c0] {in_bounds = [true]} : vector<4xf32>, memref<8xf32, strided<[2]>>
  return
}
