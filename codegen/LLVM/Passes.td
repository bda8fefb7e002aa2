// From loops and buffers to the LLVM dialect.
// Records are alphabetical; the order of the passes is in codegen/Pipelines.

#ifndef SCONCE_CODEGEN_LLVM_PASSES_TD
#define SCONCE_CODEGEN_LLVM_PASSES_TD

include "mlir/Pass/PassBase.td"

def CallLibmPass : Pass<"sconce-call-libm", "::mlir::ModuleOp"> {
  let summary = "Call libm for the mathematical functions that are left";
  let description = [{
    One call for each lane of a vector. LLVM's own intrinsics would become the same calls, where it has one.

    ```mlir
    %y = math.erf %x : f64
    // becomes
    %y = llvm.call @erf(%x) : (f64) -> f64
    ```
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect", "::mlir::vector::VectorDialect"];
}

def ConvertBodiesPass : Pass<"sconce-convert-bodies-to-llvm", "::mlir::func::FuncOp"> {
  let summary = "Convert the body of a function to the LLVM dialect";
  let description = [{
    Structured control flow becomes blocks, then one conversion runs the patterns of all dialects that are left. The function itself stays a `func.func`, whose type
    is of LLVM types already, so that functions are converted side by side; `sconce-convert-functions-to-llvm` is next.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect", "::mlir::cf::ControlFlowDialect"];
}

def ConvertFunctionsPass : Pass<"sconce-convert-functions-to-llvm", "::mlir::ModuleOp"> {
  let summary = "Turn func.func, func.call and func.return into their LLVM forms";
  let description = [{
    Kernels become internal functions that are not inlined; entries keep their names. The sizes of the entries'
    workspaces become constants `NAME_workspace`.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

def FoldViewsPass : Pass<"sconce-fold-views", "::mlir::func::FuncOp"> {
  let summary = "Make pointers of views whose place in their buffer is known";
  let description = [{
    ```mlir
    %m = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<4x8xf32>
    %v = memref.subview %m[2, 0] [1, 8] [1, 1] : memref<4x8xf32> to memref<8xf32, strided<[1], offset: 16>>
    %q = builtin.unrealized_conversion_cast %v : memref<8xf32, strided<[1], offset: 16>> to !llvm.ptr
    // becomes
    %q = llvm.getelementptr %p[64] : (!llvm.ptr) -> !llvm.ptr, i8
    ```
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

def LowerHostPass : Pass<"sconce-lower-host", "::mlir::ModuleOp"> {
  let summary = "Lower allocation, checks and structured control flow of entry functions";
  let description = [{
    `scf` becomes branches. Memory of run-time size comes from `sc_rt_alloc` and `sc_rt_alloc_result`, whose null is the
    status SC_OUT_OF_MEMORY, returned at once; a failing check calls `sc_rt_raise` and returns its status.

    ```mlir
    %m = memref.alloc(%n) : memref<?xf32>
    // becomes
    %p = llvm.call @sc_rt_alloc(%ctx, %bytes) : (!llvm.ptr, i64) -> !llvm.ptr
    %null = llvm.icmp "eq" %p, %zero : !llvm.ptr
    cf.cond_br %null, ^fail, ^next
    ```
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect", "::mlir::arith::ArithDialect", "::mlir::cf::ControlFlowDialect"];
}

#endif
