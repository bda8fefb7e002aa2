// The pass of codegen/Lowering.

#ifndef SCONCE_CODEGEN_LOWERING_PASSES_TD
#define SCONCE_CODEGEN_LOWERING_PASSES_TD

include "mlir/Pass/PassBase.td"

def ConvertTsToLinalgPass : Pass<"convert-ts-to-linalg", "::mlir::ModuleOp"> {
  let summary = "Lower the primitives of specialized TorchScript to linalg on tensors";
  let description = [{
    Each primitive brings its own lowering (`LowerToLinalgOpInterface`). Tensors of bool and of unsigned integers become
    tensors of signless integers of whole bytes; f16 and bf16 compute in f32 and round after each primitive.

    ```mlir
    %0 = ts.add %a, %b : tensor<4xf32>
    // becomes
    %1 = tensor.empty() : tensor<4xf32>
    %0 = linalg.generic {…} ins(%a, %b : tensor<4xf32>, tensor<4xf32>) outs(%1 : tensor<4xf32>) { … arith.addf … }
    ```

    What talks to the runtime (`ts.weight`, `ts.check`, `ts.runtime_call`, `ts.box`, `ts.unbox`, `ts.library_call`)
    stays, with converted types.
  }];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect", "::mlir::complex::ComplexDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect", "::mlir::scf::SCFDialect",
    "::mlir::tensor::TensorDialect", "::mlir::vector::VectorDialect"
  ];
}

#endif
