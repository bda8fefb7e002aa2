// RUN: sconce-opt %s "--pass-pipeline=builtin.module(sconce-lower-contractions{vector-bits=256 registers=16},func.func(sconce-lower-loops{vector-bits=256}))" --split-input-file | FileCheck %s

#x = affine_map<(n, i, j, k) -> (n, i, k)>
#y = affine_map<(n, i, j, k) -> (n, k, j)>
#z = affine_map<(n, i, j, k) -> (n, i, j)>
#id = affine_map<(n, i, j) -> (n, i, j)>

// Each group of a kernel over rows is lowered inside of the loop over rows, which is the one that threads share. What a group packs
// has its place on the stack outside of it.
// CHECK-LABEL: func.func private @rows(
// CHECK: llvm.alloca %{{.*}} x f32
// CHECK: llvm.alloca %c65536_i64 x i8
// CHECK-NOT: scf.for
// CHECK: scf.for %{{.*}} = %{{.*}} to %c64 step
// CHECK-NOT: llvm.alloca
// CHECK-NOT: linalg.
// CHECK: math.fma
// Of few registers four at once go through a function.
// CHECK: math.exp %{{.*}} : vector<32xf32>
// CHECK-NOT: linalg.
// CHECK: } {sconce.rows, sconce.shared}
// CHECK-NEXT: return
func.func private @rows(%p: !llvm.ptr {llvm.noalias}, %q: !llvm.ptr, %r: !llvm.ptr {llvm.noalias}) attributes {sconce.kernel, sconce.work = array<i64: 134217728, 0>} {
  %zero = arith.constant 0.0 : f32
  %bytes = arith.constant 65536 : i64
  %local = llvm.alloca %bytes x i8 {alignment = 64 : i64} : (i64) -> !llvm.ptr
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  scf.for %n = %c0 to %c64 step %c1 {
    %step = arith.constant 32768 : index
    %offset = arith.muli %n, %step : index
    %at = arith.index_cast %offset : index to i64
    %pn = llvm.getelementptr %p[%at] : (!llvm.ptr, i64) -> !llvm.ptr, i8
    %qn = llvm.getelementptr %q[%at] : (!llvm.ptr, i64) -> !llvm.ptr, i8
    %rn = llvm.getelementptr %r[%at] : (!llvm.ptr, i64) -> !llvm.ptr, i8
    %a = builtin.unrealized_conversion_cast %pn : !llvm.ptr to memref<1x128x64xf32>
    %b = builtin.unrealized_conversion_cast %qn : !llvm.ptr to memref<1x64x128xf32>
    %s = builtin.unrealized_conversion_cast %local : !llvm.ptr to memref<1x128x128xf32>
    %o = builtin.unrealized_conversion_cast %rn : !llvm.ptr to memref<1x128x128xf32>
    linalg.fill {sconce.group = 0 : i64} ins(%zero : f32) outs(%s : memref<1x128x128xf32>)
    linalg.generic {indexing_maps = [#x, #y, #z], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%a, %b : memref<1x128x64xf32>, memref<1x64x128xf32>) outs(%s : memref<1x128x128xf32>) attrs = {sconce.group = 0 : i64} {
    ^bb0(%u: f32, %v: f32, %sum: f32):
      %m = arith.mulf %u, %v : f32
      %t = arith.addf %sum, %m : f32
      linalg.yield %t : f32
    }
    linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel"]} ins(%s : memref<1x128x128xf32>) outs(%o : memref<1x128x128xf32>) attrs = {sconce.group = 1 : i64} {
    ^bb0(%u: f32, %old: f32):
      %t = math.exp %u : f32
      linalg.yield %t : f32
    }
  } {sconce.rows}
  return
}
