#include "codegen/Transforms/Frame.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "sconce-c/Entry.h"

using namespace mlir;
namespace sconce::codegen {

static_assert(offsetof(sc_frame, ctx) == static_cast<size_t>(FrameField::Context));
static_assert(offsetof(sc_frame, workspace) == static_cast<size_t>(FrameField::Workspace));
static_assert(offsetof(sc_frame, weights) == static_cast<size_t>(FrameField::Weights));
static_assert(offsetof(sc_frame, args) == static_cast<size_t>(FrameField::Args));
static_assert(offsetof(sc_frame, results) == static_cast<size_t>(FrameField::Results));

bool isBoundEntry(func::FuncOp func) {
  FunctionType type = func.getFunctionType();
  return func.isPublic() && !func.isDeclaration() && type.getNumInputs() == 1 && type.getNumResults() == 1 &&
         isa<LLVM::LLVMPointerType>(type.getInput(0)) && type.getResult(0).isInteger(32);
}

Value loadFrameField(OpBuilder &builder, func::FuncOp func, FrameField field) {
  Location loc = func.getLoc();
  Value address = offsetPointer(builder, loc, func.getArgument(0), static_cast<int64_t>(field));
  auto load = LLVM::LoadOp::create(builder, loc, LLVM::LLVMPointerType::get(builder.getContext()), address, 8);
  load.setInvariant(true);
  return load;
}

Value offsetPointer(OpBuilder &builder, Location loc, Value base, int64_t bytes) {
  if (bytes == 0)
    return base;
  // The operation's own constants are 29 bits wide, and more are cut off without a word.
  if (llvm::isInt<LLVM::kGEPConstantBitWidth>(bytes))
    return LLVM::GEPOp::create(builder, loc, base.getType(), builder.getI8Type(), base,
                               ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(bytes)});
  Value offset = LLVM::ConstantOp::create(builder, loc, builder.getI64Type(), builder.getI64IntegerAttr(bytes));
  return LLVM::GEPOp::create(builder, loc, base.getType(), builder.getI8Type(), base,
                             ArrayRef<LLVM::GEPArg>{offset});
}

} // namespace sconce::codegen
