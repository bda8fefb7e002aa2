// RUN: sconce-opt %s --sconce-merge-kernels | FileCheck %s

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
