// How one kernel becomes loops, vectors and registers.
// Records are alphabetical; the order of the passes is in codegen/Pipelines.

#ifndef SCONCE_CODEGEN_STRATEGIES_PASSES_TD
#define SCONCE_CODEGEN_STRATEGIES_PASSES_TD

include "mlir/Pass/PassBase.td"

def DropIntermediatesPass : Pass<"sconce-drop-intermediates", "::mlir::ModuleOp"> {
  let summary = "Drop the buffers between a reduction and the op that is merged into its kernel";
  let description = [{
    Where a kernel fills a buffer, reduces into it and reads it in an op that has vector code, the reduced values stay in
    registers. The kernel gets poison for the buffer's address, and its callers make none.
  }];
  let dependentDialects = ["::mlir::ub::UBDialect"];
  let statistics = [Statistic<"numDropped", "dropped", "buffers">];
}

def ExpandFloatsPass : Pass<"sconce-expand-floats", "::mlir::func::FuncOp"> {
  let summary = "Write out conversions of half and brain floats that a target has no instruction for";
  let description = [{
    LLVM calls functions of a compiler's support library for them, which compiled models must not need. bf16 is the
    upper half of an f32, and a word of 16 bits from here on; f16 is unpacked and packed with integer arithmetic. Rounding is to nearest,
    ties to even.
    Conversions between f16 or bf16 and f64 go through f32 only when that is exact; to narrow f64, it is first rounded
    to odd.
  }];
  let options = [Option<"hasHalf", "half", "bool", /*default=*/"false", "f16 and f32 convert by instructions">];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def ExpandComplexPass : Pass<"sconce-expand-complex", "::mlir::func::FuncOp"> {
  let summary = "Turn functions of complex numbers into functions of their parts";
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::complex::ComplexDialect", "::mlir::math::MathDialect"];
}

def ExpandMathPass : Pass<"sconce-expand-math", "::mlir::func::FuncOp"> {
  let summary = "Turn elementary functions of f32 into arithmetic on vectors";
  let description = [{
    Their errors are at most 4.6 ulp over the whole range (VectorMath.h has each). Angles past 48039 take a branch that calls
    libm for all lanes, as do remainders of numbers whose quotient has more digits than its type. Functions of f64 other than the
    remainder stay, and become calls of libm.
  }];
  let options = [
    Option<"hasFMA", "fma", "bool", /*default=*/"true", "fused multiply-add is an instruction">,
    Option<"hasScale", "scale", "bool", /*default=*/"false", "multiplication by a power of two is an instruction, AVX-512's">
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect", "::mlir::math::MathDialect", "::mlir::scf::SCFDialect",
                           "::mlir::vector::VectorDialect"];
  let statistics = [Statistic<"numExpanded", "expanded", "functions written out">];
}

def LowerContractionsPass : Pass<"sconce-lower-contractions", "::mlir::ModuleOp"> {
  let summary = "Tile sums of products in vector registers";
  let description = [{
    Matches any product of two operands that is summed over some loops, by how the operands move with the loops: matrix
    products, batched or transposed, and convolutions. A tile of rows × vectors of the result is carried through the
    reduction; the fill before it and the elementwise op after it are applied to the registers. Where an operand must be
    read in vectors across its rows, a panel of it is packed first, into a buffer that the caller provides. A kernel that
    streams a large operand through few rows goes through it backwards in every other iteration of a loop that calls it.

    ```mlir
    scf.for %k = %c0 to %c512 step %c1 iter_args(%s0 = %z, %s1 = %z, …) {
      %b = vector.load %panel[%at] : memref<?xf32>, vector<16xf32>
      %a0 = memref.load %a[%row0] : memref<?xf32>
      %v0 = vector.broadcast %a0 : f32 to vector<16xf32>
      %r0 = math.fma %v0, %b, %s0 : vector<16xf32>
      …
    }
    ```
  }];
  let options = [
    Option<"vectorBits", "vector-bits", "unsigned", /*default=*/"128", "bits of a vector register">,
    Option<"registers", "registers", "unsigned", /*default=*/"16", "vector registers">,
    Option<"maskedMemory", "masked-memory", "bool", /*default=*/"false", "loads and stores under a mask are cheap">,
    Option<"hasFMA", "fma", "bool", /*default=*/"true", "fused multiply-add is an instruction">
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect", "::mlir::math::MathDialect",
                           "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect", "::mlir::ub::UBDialect",
                           "::mlir::vector::VectorDialect"];
  let statistics = [Statistic<"numAlternating", "alternating", "tiled kernels whose direction alternates">,
                    Statistic<"numTiled", "tiled", "kernels that became tiles">];
}

def LowerLoopsPass : Pass<"sconce-lower-loops", "::mlir::func::FuncOp"> {
  let summary = "Turn the linalg operations of a kernel into loops over vectors";
  let description = [{
    Any structured op on buffers becomes a nest of `scf.for`. Loops that address memory like one are merged, one loop is
    chosen to run over vector lanes by what its operands' strides cost, and reductions along it keep several vectors of
    partial results. Several neighbours of which each reads much of what the next one reads, as in depthwise convolutions
    and pooling, are worked on at once. What the body does is cloned on vectors; bodies that have no vector form run on
    scalars.

    ```mlir
    linalg.generic {… iterator_types = ["parallel", "parallel"]} ins(%a : memref<8x32xf32>) outs(%b : memref<8x32xf32>) {
    ^bb0(%x: f32, %y: f32):
      %r = arith.addf %x, %x : f32
      linalg.yield %r : f32
    }
    // becomes
    scf.for %i = %c0 to %c256 step %c16 {
      %x = vector.load %a1[%i] : memref<?xf32>, vector<16xf32>
      %r = arith.addf %x, %x : vector<16xf32>
      vector.store %r, %b1[%i] : memref<?xf32>, vector<16xf32>
    }
    ```
  }];
  let options = [
    Option<"vectorBits", "vector-bits", "unsigned", /*default=*/"128", "bits of a vector register">,
    Option<"registers", "registers", "unsigned", /*default=*/"16", "vector registers">,
    Option<"maskedMemory", "masked-memory", "bool", /*default=*/"false", "loads and stores under a mask are cheap">
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect", "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
                           "::mlir::ub::UBDialect", "::mlir::vector::VectorDialect"];
  let statistics = [
    Statistic<"numVector", "on-vectors", "ops that run on vectors">,
    Statistic<"numScalar", "on-scalars", "ops that run on scalars">
  ];
}

def GeneralizeKernelsPass : Pass<"sconce-generalize-kernels", "::mlir::ModuleOp"> {
  let summary = "Make one kernel of many that differ in numbers alone";
  let description = [{
    Index constants in which at least `fewest` kernels differ become arguments of the first of them, and the others go. Of kernels that
    run when a model is loaded (`sconce.loads`), two are enough.

    ```mlir
    func.func private @a(%p: !llvm.ptr) attributes {sconce.kernel} { %n = arith.constant 64 : index … }
    func.func private @b(%p: !llvm.ptr) attributes {sconce.kernel} { %n = arith.constant 96 : index … }
    // becomes
    func.func private @a(%p: !llvm.ptr, %0: i64) attributes {sconce.kernel} { %n = arith.index_cast %0 : i64 to index … }
    ```
  }];
  let options = [
    Option<"fewest", "fewest", "int64_t", /*default=*/"8", "how many must be alike">,
    Option<"mostArguments", "most-arguments", "int64_t", /*default=*/"16", "how many numbers they may differ in">
  ];
  let statistics = [Statistic<"numGeneralized", "generalized", "kernels that are another one with other numbers">];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect", "::mlir::arith::ArithDialect"];
}

def ShareKernelsPass : Pass<"sconce-share-kernels", "::mlir::ModuleOp"> {
  let summary = "Split kernels over the context's threads";
  let description = [{
    A kernel whose only loop at the top has the attribute `sconce.shared` becomes a part that runs a range of it. What is
    called under the kernel's name, with the context as one more argument, gives the ranges to `sc_parallel_for`.

    ```mlir
    func.func private @k(%p: !llvm.ptr) attributes {sconce.kernel} {
      scf.for %i = %c0 to %c64 step %c1 { … } {sconce.shared}
    }
    // becomes
    func.func private @k.part(%p: !llvm.ptr, %begin: i64, %end: i64) attributes {sconce.kernel} { … }
    llvm.func internal @k.range(%record: !llvm.ptr, %begin: i64, %end: i64) { … func.call @k.part(…) }
    func.func private @k(%p: !llvm.ptr, %context: !llvm.ptr) {
      …
      llvm.call @sc_parallel_for(%context, %c64, %c1, %range, %record)
    }
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::func::FuncDialect", "::mlir::LLVM::LLVMDialect"];
  let statistics = [Statistic<"numShared", "shared", "kernels that threads share">];
}

#endif
