// RUN: sconce-opt %s --sconce-merge-kernels --split-input-file | FileCheck %s

// The second is the first with other names; the third computes something else.
// CHECK: func.func private @f.0.generic
// CHECK-NOT: @f.1.generic
// CHECK: func.func private @f.2.generic
// CHECK-LABEL: func.func @f(
// CHECK: call @f.0.generic(%[[P:.*]]) :
// CHECK-NEXT: call @f.0.generic(%[[P]]) :
// CHECK-NEXT: call @f.2.generic(%[[P]]) :
func.func private @f.0.generic(%p: !llvm.ptr) attributes {sconce.kernel} {
  %a = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<4xf32>
  %v = arith.constant 1.0 : f32
  linalg.fill ins(%v : f32) outs(%a : memref<4xf32>)
  return
}
func.func private @f.1.generic(%q: !llvm.ptr) attributes {sconce.kernel} {
  %b = builtin.unrealized_conversion_cast %q : !llvm.ptr to memref<4xf32>
  %w = arith.constant 1.0 : f32
  linalg.fill ins(%w : f32) outs(%b : memref<4xf32>)
  return
}
func.func private @f.2.generic(%q: !llvm.ptr) attributes {sconce.kernel} {
  %b = builtin.unrealized_conversion_cast %q : !llvm.ptr to memref<4xf32>
  %w = arith.constant 2.0 : f32
  linalg.fill ins(%w : f32) outs(%b : memref<4xf32>)
  return
}
func.func @f(%p: !llvm.ptr) -> i32 {
  call @f.0.generic(%p) : (!llvm.ptr) -> ()
  call @f.1.generic(%p) : (!llvm.ptr) -> ()
  call @f.2.generic(%p) : (!llvm.ptr) -> ()
  %ok = arith.constant 0 : i32
  return %ok : i32
}

// -----

// Kernels that differ in the inner kernels that they call are equal where those are.
// CHECK: func.func private @g.0.products
// CHECK: func.func private @g.1.winograd
// CHECK-NOT: @g.2.products
// CHECK-NOT: @g.3.winograd
// CHECK-LABEL: func.func @g(
// CHECK: call @g.1.winograd(%[[P:.*]]) :
// CHECK-NEXT: call @g.1.winograd(%[[P]]) :
func.func private @g.0.products(%p: !llvm.ptr) attributes {sconce.kernel, sconce.inner} {
  return
}
func.func private @g.1.winograd(%p: !llvm.ptr) attributes {sconce.kernel} {
  call @g.0.products(%p) : (!llvm.ptr) -> ()
  return
}
func.func private @g.2.products(%p: !llvm.ptr) attributes {sconce.kernel, sconce.inner} {
  return
}
func.func private @g.3.winograd(%p: !llvm.ptr) attributes {sconce.kernel} {
  call @g.2.products(%p) : (!llvm.ptr) -> ()
  return
}
func.func @g(%p: !llvm.ptr) -> i32 {
  call @g.1.winograd(%p) : (!llvm.ptr) -> ()
  call @g.3.winograd(%p) : (!llvm.ptr) -> ()
  %ok = arith.constant 0 : i32
  return %ok : i32
}
