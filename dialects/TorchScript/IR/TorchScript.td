// The TorchScript dialect: TorchScript programs as they are in an archive (generic), and as ranked, pure tensor code (specialized).

#ifndef SCONCE_DIALECTS_TORCHSCRIPT_IR_TORCHSCRIPT_TD
#define SCONCE_DIALECTS_TORCHSCRIPT_IR_TORCHSCRIPT_TD

include "mlir/IR/OpBase.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def TorchScript_Dialect : Dialect {
  let name = "ts";
  let summary = "TorchScript programs, from the archive's code to ranked tensor primitives";
  let description = [{
    The dialect has two levels.

    *Generic* IR says what the archive says: functions, classes, attributes and calls of operators by their
    schema, over dynamically typed values (`!ts.tensor`, `!ts.list<int>`, `!ts.class<"...">`). Its operations
    have memory effects and stay in program order.

    *Specialized* IR is one function for each entry and signature: ranked tensors and scalars of builtin type,
    computed by *primitives* that are pure. What only run time can know is a `!ts.ref`, handled by operations
    with declared effects.
  }];
  let cppNamespace = "::sconce::ts";
  let useDefaultTypePrinterParser = 1;
  let hasConstantMaterializer = 1;
  let dependentDialects = ["::mlir::arith::ArithDialect"];
  let extraClassDeclaration = [{
    void registerTypes();
    /// Parses and prints a type of this dialect without the `!ts.` in front, as inside `!ts.list<int>`.
    static mlir::ParseResult parseNestedType(mlir::AsmParser &parser, mlir::Type &type);
    static void printNestedType(mlir::AsmPrinter &printer, mlir::Type type);
  }];
}

class TS_Op<string mnemonic, list<Trait> traits = []> : Op<TorchScript_Dialect, mnemonic, traits>;

#endif
