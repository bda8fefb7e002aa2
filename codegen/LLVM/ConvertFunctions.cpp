// Turns func.func, func.call and func.return into their LLVM forms.
//
// Their types are LLVM's already, so no conversion is needed, only other ops.
// Requires: sconce-convert-bodies-to-llvm. Ensures: a module of the LLVM dialect only.

#include "codegen/LLVM/Passes.h"
#include "codegen/Transforms/Frame.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;
namespace sconce::codegen {
#define GEN_PASS_DEF_CONVERTFUNCTIONSPASS
#include "codegen/LLVM/Passes.h.inc"

static LLVM::LLVMFunctionType convertType(FunctionType type) {
  Type result = LLVM::LLVMVoidType::get(type.getContext());
  if (type.getNumResults() == 1)
    result = type.getResult(0);
  else if (type.getNumResults() > 1)
    result = LLVM::LLVMStructType::getLiteral(type.getContext(), type.getResults());
  return LLVM::LLVMFunctionType::get(result, type.getInputs());
}

/// A constant that tells callers how many bytes `entry` wants as its workspace.
static void declareWorkspace(OpBuilder &builder, func::FuncOp entry, int64_t bytes) {
  std::string name = (entry.getName() + "_workspace").str();
  LLVM::GlobalOp::create(builder, entry.getLoc(), builder.getI64Type(), /*isConstant=*/true, LLVM::Linkage::External, name,
                         builder.getI64IntegerAttr(bytes), /*alignment=*/8);
}

static LogicalResult convertFunction(func::FuncOp func) {
  OpBuilder builder(func);
  for (Type type : llvm::concat<const Type>(func.getArgumentTypes(), func.getResultTypes()))
    if (!LLVM::isCompatibleType(type))
      return func.emitOpError("expected LLVM types in the function's type, got ") << type;
  if (func.getNumResults() > 1)
    return func.emitOpError("expected at most one result, got ") << func.getNumResults();
  bool isKernel = func->hasAttr("sconce.kernel");
  LLVM::Linkage linkage = func.isPrivate() && !func.isDeclaration() ? LLVM::Linkage::Internal : LLVM::Linkage::External;
  auto converted = LLVM::LLVMFuncOp::create(builder, func.getLoc(), func.getName(), convertType(func.getFunctionType()), linkage);
  for (unsigned i = 0; i < func.getNumArguments(); ++i)
    if (DictionaryAttr attributes = func.getArgAttrDict(i))
      converted.setArgAttrs(i, attributes);
  if (isKernel) {
    converted.setNoInline(true);
    // A panel on the stack is larger than a guard page: it must not reach past one.
    converted.setPassthroughAttr(builder.getArrayAttr(builder.getStrArrayAttr({"probe-stack", "inline-asm"})));
    converted->setAttr("sconce.kernel", builder.getUnitAttr());
  }
  if (auto bytes = func->getAttrOfType<IntegerAttr>("sconce.workspace"))
    declareWorkspace(builder, func, bytes.getInt());
  converted.getBody().takeBody(func.getBody());
  func.erase();
  return success();
}

static void convertCall(func::CallOp call) {
  OpBuilder builder(call);
  auto converted = LLVM::CallOp::create(builder, call.getLoc(), call.getResultTypes(), call.getCallee(), call.getOperands());
  call.replaceAllUsesWith(converted.getResults());
  call.erase();
}

namespace {
struct ConvertFunctionsPass : impl::ConvertFunctionsPassBase<ConvertFunctionsPass> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    for (auto func : llvm::make_early_inc_range(module.getOps<func::FuncOp>()))
      if (failed(convertFunction(func)))
        return signalPassFailure();
    module.walk([](Operation *op) {
      if (auto call = dyn_cast<func::CallOp>(op))
        return convertCall(call);
      if (auto end = dyn_cast<func::ReturnOp>(op)) {
        OpBuilder builder(end);
        LLVM::ReturnOp::create(builder, end.getLoc(), end.getOperands());
        end.erase();
      }
    });
  }
};
} // namespace
} // namespace sconce::codegen
