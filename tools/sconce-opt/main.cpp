// sconce-opt: every dialect, pass and pipeline of Sconce on text.

#include "codegen/Lowering/Lowering.h"
#include "codegen/Pipelines/Registration.h"
#include "dialects/TorchScript/IR/TorchScript.h"

#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  registry.insert<sconce::ts::TorchScriptDialect>();
  sconce::codegen::registerCodegenDialects(registry);
  sconce::codegen::registerLowerings(registry);
  sconce::codegen::registerLoweringPasses();
  sconce::codegen::registerCodegenPasses();
  mlir::registerTransformsPasses();
  return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, "Sconce's optimizer driver\n", registry));
}
