// What every primitive answers, and how elementwise ones say what they compute.

#ifndef SCONCE_DIALECTS_TORCHSCRIPT_IR_PRIMITIVEINTERFACES_TD
#define SCONCE_DIALECTS_TORCHSCRIPT_IR_PRIMITIVEINTERFACES_TD

include "mlir/IR/Interfaces.td"

def TS_PrimitiveOpInterface : OpInterface<"PrimitiveOpInterface"> {
  let description = "An operation that the operator library can call.";
  let cppNamespace = "::sconce::ts";
  let methods = [
    StaticInterfaceMethod<"The schema under which the operator library calls it, `ts::name(...) -> ...`.",
                          "::llvm::StringRef", "getLibrarySchema">,
    InterfaceMethod<[{
        The types of the results, from the operands' types and the attributes alone: the verifier compares with them, and who builds
        the operation takes them. Fails after a diagnostic where the operands do not fit together.
      }],
      "::llvm::LogicalResult", "inferTypes", (ins "::llvm::SmallVectorImpl<::mlir::Type> &":$types)>
  ];
  let verify = "return ::sconce::ts::verifyPrimitive($_op);";
}

def TS_ScalarBodyOpInterface : OpInterface<"ScalarBodyOpInterface"> {
  let description = "An operation that computes each element of its result from the elements of its operands at the same place.";
  let cppNamespace = "::sconce::ts";
  let methods = [
    InterfaceMethod<[{
        Builds the computation of one element with arith, math, complex and scf operations. Each scalar has the *compute type* of its operand's element
        type, and the result that of the result's: f32 for the 8- and 16-bit floats, a signless integer for an unsigned one, otherwise the
        element type itself (`computeTypeOf`). Signedness is taken from the operation's own types.
      }],
      "::mlir::Value", "buildScalar",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc, "::mlir::ValueRange":$scalars)>
  ];
}

#endif
