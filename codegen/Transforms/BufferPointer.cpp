#include "codegen/Transforms/BufferPointer.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;
namespace sconce::codegen {

SmallVector<Type> getBufferParts(MemRefType type) {
  Type i64 = IntegerType::get(type.getContext(), 64);
  SmallVector<Type> parts{LLVM::LLVMPointerType::get(type.getContext())};
  parts.append(type.getNumDynamicDims(), i64);
  if (type.getLayout().isIdentity())
    return parts;
  auto [strides, offset] = type.getStridesAndOffset();
  parts.append(llvm::count_if(strides, ShapedType::isDynamic), i64);
  return parts;
}

MemRefType dropOffset(MemRefType type) {
  if (type.getLayout().isIdentity()) // however that is said
    return MemRefType::get(type.getShape(), type.getElementType());
  auto [strides, offset] = type.getStridesAndOffset();
  // Strides that follow from static extents are the identity layout; naming it lets equal kernels be found equal.
  SmallVector<int64_t> natural(type.getRank(), 1);
  for (int64_t i = type.getRank() - 2; i >= 0; --i)
    natural[i] = ShapedType::isDynamic(natural[i + 1]) || type.isDynamicDim(i + 1)
                     ? ShapedType::kDynamic
                     : natural[i + 1] * type.getDimSize(i + 1);
  if (llvm::none_of(natural, ShapedType::isDynamic) && natural == strides)
    return MemRefType::get(type.getShape(), type.getElementType());
  return MemRefType::get(type.getShape(), type.getElementType(),
                         StridedLayoutAttr::get(type.getContext(), 0, strides));
}

SmallVector<Value> takeApart(OpBuilder &builder, Location loc, Value buffer) {
  auto type = cast<MemRefType>(buffer.getType());
  auto cast = UnrealizedConversionCastOp::create(builder, loc, getBufferParts(dropOffset(type)), buffer);
  return SmallVector<Value>(cast.getResults());
}

Value putTogether(OpBuilder &builder, Location loc, MemRefType type, ValueRange parts) {
  return UnrealizedConversionCastOp::create(builder, loc, type, parts).getResult(0);
}

bool isTakenApart(Operation *op) {
  return isa<UnrealizedConversionCastOp>(op) && op->getNumOperands() == 1 &&
         isa<MemRefType>(op->getOperand(0).getType()) && isa<LLVM::LLVMPointerType>(op->getResult(0).getType());
}

bool isPutTogether(Operation *op) {
  return isa<UnrealizedConversionCastOp>(op) && op->getNumResults() == 1 &&
         isa<MemRefType>(op->getResult(0).getType()) && isa<LLVM::LLVMPointerType>(op->getOperand(0).getType());
}

} // namespace sconce::codegen
