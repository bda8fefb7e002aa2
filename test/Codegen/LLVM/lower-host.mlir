// RUN: sconce-opt %s --sconce-lower-host --split-input-file | FileCheck %s

// A check in a loop leaves the whole call: the failing way raises with class, message and location, and returns the status.
// CHECK-DAG: llvm.mlir.global internal constant @[[CLASS:.*]]("builtins.ValueError\00")
// CHECK-DAG: llvm.mlir.global internal constant @[[TEXT:.*]]("bad\00")
// CHECK-DAG: llvm.mlir.global internal constant @[[WHERE:.*]]("code/m.py:3:4\0A{{.*}}\00")
// CHECK-LABEL: func.func @check(
// CHECK-NOT: scf
// CHECK: cf.cond_br
// CHECK: %[[OK:.*]] = arith.cmpi slt
// CHECK: %[[BAD:.*]] = arith.xori %[[OK]]
// CHECK: cf.cond_br %[[BAD]], ^[[RAISE:.*]], ^
// CHECK: ^[[RAISE]]:
// CHECK: %[[C:.*]] = llvm.mlir.addressof @[[CLASS]]
// CHECK: %[[T:.*]] = llvm.mlir.addressof @[[TEXT]]
// CHECK: %[[W:.*]] = llvm.mlir.addressof @[[WHERE]]
// CHECK: %[[S:.*]] = llvm.call @sc_rt_raise(%{{.*}}, %{{.*}}, %[[C]], %[[T]], %[[W]])
// CHECK: return %[[S]] : i32
func.func @check(%frame: !llvm.ptr) -> i32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = llvm.load %frame : !llvm.ptr -> i64
  %i = arith.index_cast %n : i64 to index
  scf.for %k = %c0 to %i step %c1 {
    %t = arith.cmpi slt, %k, %i : index
    ts.check %t, "bad", "builtins.ValueError" loc("code/m.py":3:4)
  }
  %ok = arith.constant 0 : i32
  return %ok : i32
}

// -----

// Numbers for the message go on the stack of the failing way.
// CHECK-DAG: llvm.mlir.global internal constant @[[TEXT:.*]]("{} of {}\00")
// CHECK-DAG: llvm.func @sc_rt_raise_numbers({{.*}}) -> i32 attributes {passthrough = ["cold"]}
// CHECK-LABEL: func.func @check_values(
// CHECK: %[[A:.*]] = llvm.load %{{.*}} : !llvm.ptr -> i64
// CHECK: %[[B:.*]] = arith.constant 7
// CHECK-NOT: llvm.store
// CHECK: cf.cond_br %{{.*}}, ^[[RAISE:.*]], ^
// CHECK: ^[[RAISE]]:
// CHECK: %[[T:.*]] = llvm.mlir.addressof @[[TEXT]]
// CHECK: %[[NUMBERS:.*]] = llvm.alloca
// CHECK: llvm.store %[[A]], %[[NUMBERS]]
// CHECK: llvm.store %[[B]], %{{.*}}
// CHECK: llvm.call @sc_rt_raise_numbers(%{{.*}}, %{{.*}}, %{{.*}}, %[[T]], %{{.*}}, %[[NUMBERS]], %{{.*}})
func.func @check_values(%frame: !llvm.ptr) -> i32 {
  %a = llvm.load %frame : !llvm.ptr -> i64
  %b = arith.constant 7 : i64
  %c = arith.cmpi slt, %a, %b : i64
  ts.check %c, "{} of {}", "builtins.IndexError"(%a, %b)
  %ok = arith.constant 0 : i32
  return %ok : i32
}

// -----

// Memory of run-time size: an extent that is negative, or a size that overflows, asks for -1 bytes, which the runtime
// refuses; its null is SC_OUT_OF_MEMORY, unless the runtime says more, at the line. Results are allocated for the caller to keep.
// CHECK-LABEL: func.func @memory(
// CHECK: %[[CTX:.*]] = llvm.load %{{.*}} invariant
// CHECK: %[[NEG:.*]] = arith.cmpi slt, %[[N:.*]], %{{.*}} : i64
// CHECK: "llvm.intr.smul.with.overflow"(%{{.*}}, %[[N]])
// CHECK: %[[BYTES:.*]] = arith.select %{{.*}}, %{{.*}}, %{{.*}} : i64
// CHECK: %[[P:.*]] = llvm.call @sc_rt_alloc(%[[CTX]], %[[BYTES]])
// CHECK: %[[NULL:.*]] = llvm.icmp "eq" %[[P]]
// CHECK: %[[STATUS:.*]] = arith.constant 3 : i32
// CHECK: cf.cond_br %[[NULL]], ^[[LEAVE:[a-z0-9]*]](%[[STATUS]], %{{.*}} : i32, !llvm.ptr), ^
// CHECK: llvm.call @sc_rt_alloc_result(%[[CTX]],
// CHECK: cf.cond_br %{{.*}}, ^[[LEAVE]](%{{.*}}, %{{.*}} : i32, !llvm.ptr), ^
// CHECK: llvm.call @sc_rt_free(%[[CTX]],
// CHECK: ^[[LEAVE]](%[[GIVEN:.*]]: i32, %[[AT:.*]]: !llvm.ptr):
// CHECK: %[[R:.*]] = llvm.call @sc_rt_locate(%[[CTX]], %[[GIVEN]], %[[AT]])
// CHECK: return %[[R]]
func.func @memory(%frame: !llvm.ptr) -> i32 {
  %n = llvm.load %frame : !llvm.ptr -> i64
  %i = arith.index_cast %n : i64 to index
  %m = memref.alloc(%i) : memref<?xf32>
  %r = memref.alloc(%i) {sconce.result} : memref<?xf32>
  memref.dealloc %m : memref<?xf32>
  %ok = arith.constant 0 : i32
  return %ok : i32
}

// -----

// A call whose status is to be looked at. Where it fails, the error learns where the call was made.
// CHECK-LABEL: func.func @status(
// CHECK: %[[S:.*]] = llvm.call @sc_rt_warn(
// CHECK: %[[WHERE:.*]] = llvm.mlir.addressof
// CHECK: %[[FAILED:.*]] = arith.cmpi ne, %[[S]], %{{.*}} : i32
// CHECK: cf.cond_br %[[FAILED]], ^[[LEAVE:.*]](%[[S]], %[[WHERE]] : i32, !llvm.ptr), ^
// CHECK: ^[[LEAVE]](%[[G:.*]]: i32, %[[AT:.*]]: !llvm.ptr):
// CHECK: %[[R:.*]] = llvm.call @sc_rt_locate(%{{.*}}, %[[G]], %[[AT]])
// CHECK: return %[[R]]
func.func @status(%frame: !llvm.ptr) -> i32 {
  %s = llvm.call @sc_rt_warn(%frame, %frame) {sconce.status} : (!llvm.ptr, !llvm.ptr) -> i32
  %ok = arith.constant 0 : i32
  return %ok : i32
}
llvm.func @sc_rt_warn(!llvm.ptr, !llvm.ptr) -> i32
