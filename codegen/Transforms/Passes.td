// From linalg on tensors to a host function that calls kernels on placed buffers.
// Records are alphabetical; the order of the passes is in codegen/Pipelines.

#ifndef SCONCE_CODEGEN_TRANSFORMS_PASSES_TD
#define SCONCE_CODEGEN_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def BindFramePass : Pass<"sconce-bind-frame", "::mlir::ModuleOp"> {
  let summary = "Give entry functions the signature of a compiled entry point";
  let description = [{
    An entry takes its tensors from, and leaves its results in, the caller's `sc_frame`. Inputs become read-only
    buffers; a result of static shape is materialized in the buffer whose address the caller put into the result
    slot; a result with run-time extents is materialized in an allocation that the caller takes over.

    ```mlir
    func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
      %y = …
      return %y : tensor<4xf32>
    }
    // becomes
    func.func @f(%frame: !llvm.ptr) -> i32 {
      %args = …                                // llvm.load of a field of the frame
      %p = llvm.load …                         // the first argument slot
      %in = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<4xf32>
      %x = bufferization.to_tensor %in restrict : memref<4xf32> to tensor<4xf32>
      %out = …
      %y = …
      bufferization.materialize_in_destination %y in restrict writable %out : …
      %ok = arith.constant 0 : i32
      return %ok : i32
    }
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::bufferization::BufferizationDialect",
                           "::mlir::complex::ComplexDialect", "::mlir::LLVM::LLVMDialect",
                           "::mlir::memref::MemRefDialect", "::mlir::tensor::TensorDialect"];
}

def BufferizePass : Pass<"sconce-bufferize", "::mlir::func::FuncOp"> {
  let summary = "Turn the tensors of a function into buffers";
  let description = [{
    Upstream's one-shot bufferization, preceded by empty tensor elimination and followed by the clean-up that it
    leaves to others: copies of a buffer to itself go, copies between strided buffers become `linalg.generic`, and
    every allocation of run-time size is released at the end of its block. What pads a value fills only what is around it.
    Loops and branches get the types of their buffers first, in the order of the program, so that a row of branches
    takes as many steps as there are.
  }];
  let dependentDialects = ["::mlir::bufferization::BufferizationDialect", "::mlir::linalg::LinalgDialect",
                           "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect"];
}

def CarryTensorsPass : Pass<"sconce-carry-tensors", "::mlir::func::FuncOp"> {
  let summary = "Decide which buffer holds a tensor that a loop carries or a branch yields";
  let description = [{
    Bufferization wants the value that a loop yields to live where the loop's argument lives. A carried tensor whose
    shape does not change is copied there at the end of the body (bufferization drops the copy when the value is
    computed in place). One whose extents change lives in an allocation of its own, made anew in each iteration:
    the loop carries a memref, and the old one is released when the body is done with it. The same holds for a tensor
    of run-time shape that `scf.if` yields.

    ```mlir
    %r = scf.for %i = %a to %b step %c iter_args(%t = %init) -> (tensor<4xf32>) {
      %n = …
      scf.yield %n : tensor<4xf32>
    }
    // becomes
    %r = scf.for %i = %a to %b step %c iter_args(%t = %init) -> (tensor<4xf32>) {
      %n = …
      %m = bufferization.materialize_in_destination %n in %t
      scf.yield %m : tensor<4xf32>
    }
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::bufferization::BufferizationDialect",
                           "::mlir::memref::MemRefDialect", "::mlir::tensor::TensorDialect",
                           "::mlir::ub::UBDialect"];
  let statistics = [
    Statistic<"numCopied", "carried-in-place", "carried tensors that keep their buffer">,
    Statistic<"numOwned", "carried-anew", "carried tensors that get a new buffer in each iteration">
  ];
}

def FuseElementwisePass : Pass<"sconce-fuse-elementwise", "::mlir::func::FuncOp"> {
  let summary = "Merge elementwise operations into those that use their results";
  let description = [{
    One walk from first to last op: a `linalg` op that computes each element of its result on its own is merged into
    its consumer when that consumer is its only user and visits each element once, or when recomputing it is cheaper
    than memory traffic. Contractions and convolutions are left alone.
  }];
  let dependentDialects = ["::mlir::affine::AffineDialect", "::mlir::linalg::LinalgDialect",
                           "::mlir::tensor::TensorDialect"];
  let statistics = [Statistic<"numFused", "fused", "producers merged into a consumer">];
}

def LowerRuntimeCallsPass : Pass<"sconce-lower-runtime-calls", "::mlir::ModuleOp"> {
  let summary = "Turn what remains of the ts dialect into calls of the runtime";
  let description = [{
    `ts.weight` becomes the address that the frame's table of weights has; boxes, unboxes, random draws and other
    runtime calls become calls by the convention of `runtime/Compiled.h`, tensors going as buffers in memory. A call
    whose status must be looked at carries the attribute `sconce.status`: the entry is left early when it fails, which
    `sconce-lower-host` writes out. A run-time value `!ts.ref` is a pointer from here on. `ts.check` stays until then.

    ```mlir
    %w = ts.weight 3 : tensor<4xf32>
    // becomes
    %table = llvm.load …
    %p = llvm.load … // entry 3 of the table
    %m = builtin.unrealized_conversion_cast %p : !llvm.ptr to memref<4xf32>
    %w = bufferization.to_tensor %m restrict : memref<4xf32> to tensor<4xf32>
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::bufferization::BufferizationDialect",
                           "::mlir::complex::ComplexDialect", "::mlir::LLVM::LLVMDialect",
                           "::mlir::memref::MemRefDialect", "::mlir::tensor::TensorDialect"];
}

def AssignLayoutsPass : Pass<"sconce-assign-layouts", "::mlir::func::FuncOp"> {
  let summary = "Choose the order in which the dimensions of tensors lie in memory";
  let description = [{
    Convolutions get channels last, and what is around them with them; the weights of sums of products get the order that
    register tiles read. Only types and indexing maps change, but where a value meets an op that takes PyTorch's order
    alone: a copy stands between.

    ```mlir
    %y = linalg.generic {indexing_maps = [(n, c, h, w) -> (n, c, h, w), …]} … -> tensor<1x64x56x56xf32>
    // becomes
    %y = linalg.generic {indexing_maps = [(n, c, h, w) -> (n, h, w, c), …]} … -> tensor<1x56x56x64xf32>
    ```
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect"];
  let options = [Option<"copiesArguments", "copies-arguments", "bool", /*default=*/"false",
                        "give arguments that convolutions read an order that suits small tiles, too">,
                 Option<"vectorBits", "vector-bits", "unsigned", "128", "width of a vector register">];
  let statistics = [Statistic<"numAssigned", "assigned", "values in another order than PyTorch's">];
}

def GrowConcatenationsPass : Pass<"sconce-grow-concatenations", "::mlir::func::FuncOp"> {
  let summary = "Let concatenations that begin with another one grow in one tensor";
  let description = [{
    Where the operands of one concatenation are the first ones of the next, and what reads the first does so before the next is made, both
    are slices of a tensor to which the next adds. Bufferization then computes each operand in its place in it.

    ```mlir
    %ab = concatenation of %a, %b
    %c = linalg.generic … ins(%ab : …)
    %abc = concatenation of %a, %b, %c
    // becomes
    %2 = %a and %b inserted into tensor.empty : tensor<1x14x14x96xf32>
    %ab = tensor.extract_slice %2 … : tensor<1x14x14x96xf32> to tensor<1x14x14x64xf32>
    %c = linalg.generic … ins(%ab : …)
    %abc = tensor.insert_slice %c into %2 …
    ```
  }];
  let dependentDialects = ["::mlir::tensor::TensorDialect"];
  let statistics = [Statistic<"numGrown", "grown", "concatenations that another one's tensor grows to">];
}

def FoldScalesPass : Pass<"sconce-fold-scales", "::mlir::func::FuncOp"> {
  let summary = "Multiply weights, not results, by what is known for each channel";
  let description = [{
    A sum of products from zero, each of whose results is multiplied by a weight that varies along one dimension only, has that in its own
    weights, where they have the dimension. A batch norm behind a convolution is so.

    ```mlir
    %s = ts.weight 1 strides [1, 0] : tensor<8x14xf32>
    %y = linalg.generic … ins(%x, %w : …, tensor<8x3xf32>) -> tensor<8x14xf32>
    %z = linalg.generic … ins(%y, %s : …) // arith.mulf
    // becomes
    %n = ts.weight 1 strides [1] : tensor<8xf32>
    %v = linalg.generic … ins(%w, %n : …) // arith.mulf
    %z = linalg.generic … ins(%x, %v : …)
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect",
                           "::sconce::ts::TorchScriptDialect"];
  let statistics = [Statistic<"numFolded", "folded", "multiplications">];
}

def HoistChecksPass : Pass<"sconce-hoist-checks", "::mlir::func::FuncOp"> {
  let summary = "Check extents as soon as they are known";
  let description = [{
    Moves each `ts.check`, each branch that only makes a message and then raises, and the arithmetic that they need, up to right behind what
    they depend on. They stay behind ops with effects, so that what a program prints, writes and raises keeps its order.
  }];
}

def HoistContractionsPass : Pass<"sconce-hoist-contractions", "::mlir::func::FuncOp"> {
  let summary = "Multiply the rows that a loop's iterations take by what is the same in all, before the loop";
  let description = [{
    A sum of products of place i of a tensor's first dimension, in iteration i, and of a value from before the loop becomes one of all
    places, which are free loops of it then; the iteration takes its part of the result.

    ```mlir
    scf.for %i = %c0 to %c100 step %c1 … {
      %x = tensor.extract_slice %xs[%i, 0, 0] [1, 1, 64] [1, 1, 1] : tensor<100x1x64xf32> to tensor<1x1x64xf32>
      %y = linalg.generic … ins(%x, %w : …) -> tensor<1x1x128xf32>
    // becomes
    %ys = linalg.generic … ins(%xs, %w : …) -> tensor<100x1x1x128xf32>
    scf.for %i = %c0 to %c100 step %c1 … {
      %y = tensor.extract_slice %ys[%i, 0, 0, 0] …
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect"];
  let statistics = [Statistic<"numHoisted", "hoisted", "sums of products moved out of a loop">];
}

def HoistWeightsPass : Pass<"sconce-hoist-weights", "::mlir::ModuleOp"> {
  let summary = "Compute what follows from weights alone once";
  let description = [{
    Such values become weights of their own, behind the `ts.weights` storages of the model, and results of the function
    `sconce_prepare`. `sconce.prepared` on the module lists their bytes.

    ```mlir
    %t = linalg.generic … ins(%w) … // %w = ts.weight 0
    // becomes, in a module with ts.weights = 1
    %t = ts.weight 1 : tensor<…>
    // and
    func.func @sconce_prepare() -> tensor<…> { … }
    ```
  }];
  let dependentDialects = ["::mlir::func::FuncDialect", "::sconce::ts::TorchScriptDialect"];
  let statistics = [Statistic<"numPrepared", "prepared", "values that are prepared">];
}

def JoinGroupsPass : Pass<"sconce-join-groups", "::mlir::func::FuncOp"> {
  let summary = "Make one loop of the groups of a convolution and of their channels";
  let description = [{
    A convolution channels last, whose groups have as many channels out as in, so few that a vector holds several groups, gets one loop
    over all channels: lanes run over it, and of the image each reads its own group's channels.

    ```mlir
    %y = linalg.generic {indexing_maps = [(n, g, o, w, i, c) -> (n, w + i, g, c), (n, g, o, w, i, c) -> (g, i, c, o), (…) -> (n, w, g, o)]} …
           tensor<1x30x13x8xf32>, tensor<13x3x8x8xf32> …
    // becomes
    %y = linalg.generic {indexing_maps = [(n, o, w, i, c) -> (n, w + i, o floordiv 8 * 8 + c), (n, o, w, i, c) -> (i, c, o), (…) -> (n, w, o)]} …
           tensor<1x30x104xf32>, tensor<3x8x104xf32> …
    ```
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect"];
  let options = [Option<"vectorBits", "vector-bits", "unsigned", "128", "width of a vector register">];
  let statistics = [Statistic<"numJoined", "joined", "convolutions whose lanes run over several groups">];
}

def PackWeightsPass : Pass<"sconce-pack-weights", "::mlir::func::FuncOp"> {
  let summary = "Lay weights in the panels that register tiles read";
  let description = [{
    A weight of a sum of products whose last dimension is columns of the result is copied into panels of as many columns
    as a tile has, where the columns are a multiple of that, or many, and there are rows enough to read it several times.

    ```mlir
    %y = linalg.generic {indexing_maps = [(m, n, k) -> (m, k), (m, n, k) -> (k, n), …]} … tensor<768x3072xf32>
    // becomes
    %y = linalg.generic {indexing_maps = [(m, n, k) -> (m, k), (m, n, k) -> (n floordiv 32, k, n mod 32), …]} …
           tensor<96x768x32xf32>
    ```
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect"];
  let options = [Option<"vectorBits", "vector-bits", "unsigned", "128", "width of a vector register">,
                 Option<"registers", "registers", "unsigned", "32", "vectors that the target holds">];
  let statistics = [Statistic<"numPacked", "packed", "weights in panels">];
}

def WinogradConvolutionsPass : Pass<"sconce-winograd-convolutions", "::mlir::func::FuncOp"> {
  let summary = "Compute convolutions by matrix products of fewer numbers";
  let description = [{
    A convolution of stride 1 or 2 on f32, channels last, with weights that are known when the model is loaded, becomes F(4x4, 3x3),
    F(2x2, 3x3), F(2x2, 5x5) or, of 7 or 8 taps at stride 2, F(4x4, 4x4): its image, weights and result are transformed by ops that are
    elementwise over channels, where channels and tiles are so many that this pays.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect",
                           "::sconce::winograd::WinogradDialect"];
  let statistics = [Statistic<"numRewritten", "rewritten", "convolutions">];
}

def FuseResultsPass : Pass<"sconce-fuse-results", "::mlir::func::FuncOp"> {
  let summary = "Merge elementwise ops into the fast convolutions whose results they read";
  let description = [{
    What transforms the sums of a tile to results, at the end of Winograd's algorithm, does in registers what an elementwise op does with
    its result, where that alone reads it and is simple.
  }];
  let dependentDialects = ["::sconce::winograd::WinogradDialect"];
  let statistics = [Statistic<"numFused", "fused", "ops merged into convolutions">];
}

def MergeKernelsPass : Pass<"sconce-merge-kernels", "::mlir::ModuleOp"> {
  let summary = "Keep one of each set of equal kernels";
  let description = [{
    Two kernels whose bodies differ in locations and names only are one: the later ones are erased and their
    callers call the first.
  }];
  let statistics = [Statistic<"numMerged", "merged", "kernels erased">];
}

def OutlineKernelsPass : Pass<"sconce-outline-kernels", "::mlir::ModuleOp"> {
  let summary = "Move each linalg operation on buffers into a function of its own";
  let description = [{
    A kernel is a private function with the attribute `sconce.kernel`; `sconce.work`, the operations on
    numbers and the bytes of buffers of one run (0 where they are not known); and `sconce.reads` and `sconce.writes`, the types of
    the buffers that it is given. The location of its call is merged of those of its ops. A remark of the category `fusion` says
    why the op after a reduction is a kernel of its own. A kernel takes a pointer for each buffer, followed by
    the buffer's run-time extents and strides, and the scalars that its body uses. A pointer through which it writes
    is `llvm.noalias` when nothing else that it is given can be the same memory.

    Ops that work on each other's results row by row (the leading dimensions of these) are one kernel, a loop over rows
    with the attribute `sconce.rows` whose ops, on one row each, have the attribute `sconce.group`. A row of what only
    they use is on the stack. A `winograd.convolve` is such a loop over blocks of tiles, which calls its products, a kernel with the
    attribute `sconce.inner`.

    ```mlir
    linalg.generic … ins(%a : memref<?xf32>) outs(%b : memref<?xf32>) …
    // becomes
    %p, %n = builtin.unrealized_conversion_cast %a : memref<?xf32> to !llvm.ptr, i64
    %q, %m = builtin.unrealized_conversion_cast %b : memref<?xf32> to !llvm.ptr, i64
    call @f.0.generic(%p, %n, %q, %m) : (!llvm.ptr, i64, !llvm.ptr, i64) -> ()
    ```
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect", "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect", "::mlir::LLVM::LLVMDialect",
                           "::mlir::scf::SCFDialect"];
  let statistics = [Statistic<"numOutlined", "outlined", "kernels made">];
}

def PlanBuffersPass : Pass<"sconce-plan-buffers", "::mlir::func::FuncOp"> {
  let summary = "Place the buffers of static size in the caller's workspace";
  let description = [{
    Buffers whose lifetimes do not overlap share bytes. Each becomes a constant offset, a multiple of 64, from the
    frame's workspace; the function's attribute `sconce.workspace` is the number of bytes that the caller provides.
    Buffers of run-time size are left to the runtime's allocator.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect", "::mlir::memref::MemRefDialect"];
  let statistics = [
    Statistic<"numPlaced", "placed", "buffers placed">,
    Statistic<"bytesPlaced", "bytes", "bytes of the workspace">,
    Statistic<"bytesAsked", "bytes-unshared", "bytes that the buffers would take if none shared">
  ];
}

#endif
