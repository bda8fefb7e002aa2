#include "codegen/Transforms/RuntimeFunctions.h"

#include "dialects/TorchScript/IR/TorchScript.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
namespace sconce::codegen {

SmallVector<Value> callRuntime(OpBuilder &builder, func::FuncOp caller, Location loc, StringRef name, Type result,
                               ValueRange arguments) {
  if (!SymbolTable::lookupSymbolIn(caller->getParentOp(), name)) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPoint(caller);
    // What loops and branches carry becomes a pointer only when all calls have been made.
    auto pointer = LLVM::LLVMPointerType::get(builder.getContext());
    SmallVector<Type> types = llvm::map_to_vector(
        arguments.getTypes(), [&](Type type) -> Type { return isa<ts::RefType>(type) ? Type(pointer) : type; });
    auto type = LLVM::LLVMFunctionType::get(result ? result : LLVM::LLVMVoidType::get(builder.getContext()), types);
    auto function = LLVM::LLVMFuncOp::create(builder, caller.getLoc(), name, type);
    // Ways that end in an error are laid out apart from the others.
    if (name.starts_with("sc_rt_raise") || name == "sc_rt_first_outside" || name == "sc_rt_locate")
      function.setPassthroughAttr(builder.getStrArrayAttr({"cold"}));
  }
  auto call = LLVM::CallOp::create(builder, loc, result ? TypeRange(result) : TypeRange(), name, arguments);
  return SmallVector<Value>(call.getResults());
}

Value getStringAddress(OpBuilder &builder, func::FuncOp caller, Location loc, StringRef text) {
  Operation *module = caller->getParentOp();
  LLVM::GlobalOp global;
  unsigned count = 0;
  for (auto known : module->getRegion(0).getOps<LLVM::GlobalOp>()) {
    auto value = dyn_cast_or_null<StringAttr>(known.getValueOrNull());
    count += value != nullptr;
    if (value && value.getValue().drop_back() == text)
      global = known;
  }
  if (!global) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(&module->getRegion(0).front());
    std::string bytes = text.str();
    bytes.push_back('\0');
    auto type = LLVM::LLVMArrayType::get(builder.getI8Type(), bytes.size());
    std::string name = (caller.getName() + ".text" + llvm::Twine(count)).str();
    global = LLVM::GlobalOp::create(builder, loc, type, /*isConstant=*/true, LLVM::Linkage::Internal, name,
                                    builder.getStringAttr(bytes), /*alignment=*/1);
  }
  return LLVM::AddressOfOp::create(builder, loc, global);
}

int64_t dtypeCode(Type elementType) {
  if (auto integer = dyn_cast<IntegerType>(elementType)) {
    switch (integer.getWidth()) {
    case 1: return 11;
    case 8: return integer.isUnsigned() ? 0 : 1;
    case 16: return integer.isUnsigned() ? 27 : 2;
    case 32: return integer.isUnsigned() ? 28 : 3;
    default: return integer.isUnsigned() ? 29 : 4;
    }
  }
  if (auto complex = dyn_cast<ComplexType>(elementType))
    return complex.getElementType().isF64() ? 10 : complex.getElementType().isF32() ? 9 : 8;
  if (elementType.isF64())
    return 7;
  if (elementType.isF16())
    return 5;
  return elementType.isBF16() ? 15 : 6;
}

int64_t getElementBytes(Type element) {
  if (auto complex = dyn_cast<ComplexType>(element))
    return 2 * getElementBytes(complex.getElementType());
  return element.isIndex() ? 8 : llvm::divideCeil(element.getIntOrFloatBitWidth(), 8);
}

} // namespace sconce::codegen
