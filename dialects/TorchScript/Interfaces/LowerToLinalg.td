// The interface through which the code generator gives a primitive its lowering.

#ifndef SCONCE_DIALECTS_TORCHSCRIPT_INTERFACES_LOWERTOLINALG_TD
#define SCONCE_DIALECTS_TORCHSCRIPT_INTERFACES_LOWERTOLINALG_TD

include "mlir/IR/Interfaces.td"

def TS_LowerToLinalgOpInterface : OpInterface<"LowerToLinalgOpInterface"> {
  let description = [{
    Builds the linalg, tensor, scf and arith operations that compute a primitive. The dialect only declares it: models
    are attached in `codegen/Lowering`, so that a primitive without a lowering is a fact one can ask for.
  }];
  let cppNamespace = "::sconce::ts";
  let methods = [
    InterfaceMethod<
      /*desc=*/[{
        Replaces the operation. `operands` are its operands with converted types: tensors of bool and uint8 are
        tensors of i8.
      }],
      /*retTy=*/"::llvm::LogicalResult",
      /*methodName=*/"lowerToLinalg",
      /*args=*/(ins "::mlir::ValueRange":$operands, "::mlir::ConversionPatternRewriter &":$rewriter)>
  ];
}

#endif
