// Turns what remains of the ts dialect into calls of the runtime.
//
// It runs before bufferization, because what a call reads and writes must be buffers of our own: a contiguous copy that
// bufferization may compute in place, and a fresh buffer for each result.
// Requires: bound entries. Ensures: of the ts dialect only ts.check is left; no value of type !ts.ref.

#include "codegen/Transforms/BufferPointer.h"
#include "codegen/Transforms/Frame.h"
#include "codegen/Transforms/Passes.h"
#include "codegen/Transforms/RuntimeFunctions.h"

#include "dialects/TorchScript/IR/TorchScript.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
namespace sconce::codegen {
#define GEN_PASS_DEF_LOWERRUNTIMECALLSPASS
#include "codegen/Transforms/Passes.h.inc"

namespace {

/// Lowers the ops of one entry.
class RuntimeLowering {
public:
  explicit RuntimeLowering(func::FuncOp func) : func(func), builder(func.getContext()) {
    pointer = LLVM::LLVMPointerType::get(func.getContext());
    word = builder.getI64Type();
  }
  LogicalResult run();

private:
  LogicalResult lower(Operation *op);
  LogicalResult lower(ts::WeightOp op);
  LogicalResult lower(ts::BoxOp op);
  LogicalResult lower(ts::UnboxOp op);
  LogicalResult lower(ts::RuntimeCallOp op);
  LogicalResult lowerValueCast(UnrealizedConversionCastOp cast);

  Operation *call(StringRef name, ArrayRef<Value> operands);
  LogicalResult appendOperand(SmallVectorImpl<Value> &words, Operation *op, Value operand);
  Value appendResult(SmallVectorImpl<Value> &words, Type type);
  Value readResult(Value slot, Type type);
  Value newBuffer(Value like);
  Value describe(Value memref);
  Value stackSlot(int64_t words);
  Value constant(int64_t value);
  Value text(StringRef data);
  void retypeReferences();

  func::FuncOp func;
  OpBuilder builder;
  Location loc = builder.getUnknownLoc();
  Type pointer, word;
  Value context;
};

} // namespace

Value RuntimeLowering::constant(int64_t value) {
  return LLVM::ConstantOp::create(builder, loc, word, builder.getI64IntegerAttr(value));
}

/// Room for `words` times 8 bytes that lives as long as the call: the entry's stack, wherever it is asked for.
Value RuntimeLowering::stackSlot(int64_t words) {
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(&func.front());
  return LLVM::AllocaOp::create(builder, loc, pointer, word, constant(words), /*alignment=*/8);
}

/// The address of a constant string in the module.
Value RuntimeLowering::text(StringRef data) { return getStringAddress(builder, func, loc, data); }

/// A call whose status is looked at.
Operation *RuntimeLowering::call(StringRef name, ArrayRef<Value> operands) {
  SmallVector<Value> all{context};
  llvm::append_range(all, operands);
  Value status = callRuntime(builder, func, loc, name, builder.getI32Type(), all).front();
  status.getDefiningOp()->setAttr(statusAttrName, builder.getUnitAttr());
  return status.getDefiningOp();
}

/// A contiguous buffer of the shape of the tensor `like`. Bufferization releases it if need be.
Value RuntimeLowering::newBuffer(Value like) {
  auto type = cast<RankedTensorType>(like.getType());
  SmallVector<Value> extents;
  for (int64_t dim = 0; dim < type.getRank(); ++dim)
    if (type.isDynamicDim(dim))
      extents.push_back(tensor::DimOp::create(builder, loc, like, dim));
  return memref::AllocOp::create(builder, loc, MemRefType::get(type.getShape(), type.getElementType()), extents);
}

/// The address of an sc_rt_buffer that describes `memref`: {data, rank, sizes}.
Value RuntimeLowering::describe(Value memref) {
  auto type = cast<MemRefType>(memref.getType());
  SmallVector<Value> parts = takeApart(builder, loc, memref);
  Value sizes = stackSlot(std::max<int64_t>(type.getRank(), 1)), buffer = stackSlot(3);
  unsigned next = 1;
  for (auto [dim, extent] : llvm::enumerate(type.getShape())) {
    Value size = ShapedType::isDynamic(extent) ? parts[next++] : constant(extent);
    LLVM::StoreOp::create(builder, loc, size, offsetPointer(builder, loc, sizes, 8 * dim), 8);
  }
  LLVM::StoreOp::create(builder, loc, parts.front(), buffer, 8);
  LLVM::StoreOp::create(builder, loc, constant(type.getRank()), offsetPointer(builder, loc, buffer, 8), 8);
  LLVM::StoreOp::create(builder, loc, sizes, offsetPointer(builder, loc, buffer, 16), 8);
  return buffer;
}

/// Appends what the callee receives for `operand`.
LogicalResult RuntimeLowering::appendOperand(SmallVectorImpl<Value> &words, Operation *op, Value operand) {
  Type type = operand.getType();
  if (isa<RankedTensorType>(type)) {
    Value memref = newBuffer(operand);
    auto copy = bufferization::MaterializeInDestinationOp::create(builder, loc, TypeRange{}, operand, memref);
    copy.setRestrict(true);
    copy.setWritable(true);
    words.push_back(describe(memref));
  } else if (auto literal = operand.getDefiningOp<ts::ConstantOp>(); literal && isa<StringAttr>(literal.getValue())) {
    StringRef data = cast<StringAttr>(literal.getValue()).getValue();
    words.push_back(text(data));
    words.push_back(constant(data.size()));
  } else if (isa<ComplexType>(type)) {
    words.push_back(complex::ReOp::create(builder, loc, operand));
    words.push_back(complex::ImOp::create(builder, loc, operand));
  } else if (type.isInteger(1)) {
    words.push_back(arith::ExtUIOp::create(builder, loc, word, operand));
  } else if (isa<IndexType>(type)) {
    words.push_back(arith::IndexCastOp::create(builder, loc, word, operand));
  } else if (type.isInteger() && !type.isInteger(64)) {
    words.push_back(arith::ExtSIOp::create(builder, loc, word, operand));
  } else if (type.isF32()) {
    words.push_back(arith::ExtFOp::create(builder, loc, builder.getF64Type(), operand));
  } else if (type.isInteger(64) || type.isF64() || isa<ts::RefType, LLVM::LLVMPointerType>(type)) {
    words.push_back(operand);
  } else {
    return op->emitOpError("expected tensors, scalars and run-time values as operands, got ") << type;
  }
  return success();
}

/// Appends the places where the callee leaves a result of `type`; the first of them.
Value RuntimeLowering::appendResult(SmallVectorImpl<Value> &words, Type type) {
  int64_t count = isa<ComplexType>(type) ? 2 : 1;
  Value slot = stackSlot(count);
  for (int64_t i = 0; i < count; ++i)
    words.push_back(offsetPointer(builder, loc, slot, 8 * i));
  return slot;
}

Value RuntimeLowering::readResult(Value slot, Type type) {
  if (isa<ts::RefType>(type))
    return LLVM::LoadOp::create(builder, loc, pointer, slot, 8);
  if (auto complex = dyn_cast<ComplexType>(type)) {
    Value real = LLVM::LoadOp::create(builder, loc, builder.getF64Type(), slot, 8);
    Value imaginary = LLVM::LoadOp::create(builder, loc, builder.getF64Type(), offsetPointer(builder, loc, slot, 8), 8);
    return complex::CreateOp::create(builder, loc, complex, real, imaginary);
  }
  if (type.isF64())
    return LLVM::LoadOp::create(builder, loc, type, slot, 8);
  Value value = LLVM::LoadOp::create(builder, loc, word, slot, 8);
  if (type.isIndex())
    return arith::IndexCastOp::create(builder, loc, type, value);
  if (type != word)
    return arith::TruncIOp::create(builder, loc, type, value);
  return value;
}

LogicalResult RuntimeLowering::lower(ts::WeightOp op) {
  auto type = dyn_cast<RankedTensorType>(op.getResult().getType());
  if (!type || !type.hasStaticShape())
    return op.emitOpError("expected a weight of static shape, got ") << op.getResult().getType();
  MemRefLayoutAttrInterface layout;
  if (auto strides = op.getStrides())
    layout = StridedLayoutAttr::get(op.getContext(), 0, *strides);
  Value table = loadFrameField(builder, func, FrameField::Weights);
  auto base = LLVM::LoadOp::create(builder, loc, pointer,
                                   offsetPointer(builder, loc, table, 8 * static_cast<int64_t>(op.getStorage())), 8);
  base.setInvariant(true);
  int64_t bytes = static_cast<int64_t>(op.getOffset()) * getElementBytes(type.getElementType());
  auto buffer = MemRefType::get(type.getShape(), type.getElementType(), layout);
  Value memref = putTogether(builder, loc, dropOffset(buffer), offsetPointer(builder, loc, base, bytes));
  op.replaceAllUsesWith(
      bufferization::ToTensorOp::create(builder, loc, type, memref, /*restrict=*/true).getResult());
  return success();
}

/// PyTorch's code of the element type of a boxed or unboxed tensor: what its lowering noted, as a bool tensor has become
/// one of bytes.
static int64_t getDtype(Operation *op, Type element) {
  if (auto noted = op->getAttrOfType<IntegerAttr>(dtypeAttrName))
    return noted.getInt();
  return dtypeCode(element);
}

/// "int", "float", …: how the runtime's boxing functions name a scalar's type.
static FailureOr<StringRef> getScalarName(Operation *op, Type type) {
  if (isa<ComplexType>(type))
    return StringRef("complex");
  if (type.isF64())
    return StringRef("float");
  if (type.isInteger(1))
    return StringRef("bool");
  if (type.isInteger(64) || type.isIndex())
    return StringRef("int");
  return op->emitOpError("expected a tensor or a scalar of the language, got ") << type;
}

LogicalResult RuntimeLowering::lower(ts::BoxOp op) {
  SmallVector<Value> words;
  std::string name = "sc_rt_box";
  Type type = op.getValue().getType();
  if (auto tensor = dyn_cast<RankedTensorType>(type)) {
    words.push_back(constant(getDtype(op, tensor.getElementType())));
  } else {
    FailureOr<StringRef> scalar = getScalarName(op, type);
    if (failed(scalar))
      return failure();
    name += "_" + scalar->str();
  }
  if (failed(appendOperand(words, op, op.getValue())))
    return failure();
  Value slot = appendResult(words, op.getType());
  call(name, words);
  op.getResult().replaceAllUsesWith(readResult(slot, op.getType()));
  return success();
}

// The operand may have become a pointer already, which the typed accessor does not expect.
LogicalResult RuntimeLowering::lower(ts::UnboxOp op) {
  auto tensor = dyn_cast<RankedTensorType>(op.getType());
  if (!tensor) {
    FailureOr<StringRef> scalar = getScalarName(op, op.getType());
    if (failed(scalar))
      return failure();
    SmallVector<Value> words{op->getOperand(0)};
    Value slot = appendResult(words, op.getType());
    call(("sc_rt_unbox_" + *scalar).str(), words);
    op.replaceAllUsesWith(readResult(slot, op.getType()));
    return success();
  }
  Value sizes = stackSlot(std::max<int64_t>(tensor.getRank(), 1)), data = stackSlot(1);
  for (auto [dim, extent] : llvm::enumerate(tensor.getShape()))
    LLVM::StoreOp::create(builder, loc, constant(ShapedType::isDynamic(extent) ? -1 : extent),
                          offsetPointer(builder, loc, sizes, 8 * dim), 8);
  call("sc_rt_unbox", {op->getOperand(0), constant(getDtype(op, tensor.getElementType())), constant(tensor.getRank()),
                       sizes, data});
  SmallVector<Value> parts{LLVM::LoadOp::create(builder, loc, pointer, data, 8)};
  for (auto [dim, extent] : llvm::enumerate(tensor.getShape()))
    if (ShapedType::isDynamic(extent))
      parts.push_back(LLVM::LoadOp::create(builder, loc, word, offsetPointer(builder, loc, sizes, 8 * dim), 8));
  Value memref = putTogether(builder, loc, MemRefType::get(tensor.getShape(), tensor.getElementType()), parts);
  op.replaceAllUsesWith(bufferization::ToTensorOp::create(builder, loc, tensor, memref, /*restrict=*/true,
                                                          /*writable=*/true)
                            .getResult());
  return success();
}

/// The tensors among a call's results are its last operands, overwritten.
LogicalResult RuntimeLowering::lower(ts::RuntimeCallOp op) {
  SmallVector<Value> words;
  auto isTensor = [](Type type) { return isa<RankedTensorType>(type); };
  size_t numDestinations = llvm::count_if(op.getResultTypes(), isTensor);
  if (numDestinations > op.getOperands().size())
    return op.emitOpError("expected an operand to overwrite for each tensor that results");
  ValueRange operands = op.getOperands().drop_back(numDestinations);
  for (Value operand : operands)
    if (failed(appendOperand(words, op, operand)))
      return failure();
  size_t next = operands.size();
  SmallVector<Value> places;
  for (Type type : op.getResultTypes()) {
    if (!isTensor(type)) {
      places.push_back(appendResult(words, type));
      continue;
    }
    Value destination = op.getOperands()[next++];
    if (!isTensor(destination.getType()))
      return op.emitOpError("expected a tensor to overwrite, got ") << destination.getType();
    places.push_back(newBuffer(destination));
    words.push_back(describe(places.back()));
  }
  Operation *made = call(op.getCallee(), words);
  if (op->hasAttr("ts.continues")) // The program asks itself whether it has failed.
    made->removeAttr(statusAttrName);
  for (auto [result, place] : llvm::zip_equal(op.getResults(), places)) {
    Value value;
    if (!isTensor(result.getType())) {
      value = readResult(place, result.getType());
    } else {
      Type type = cast<MemRefType>(place.getType()).getElementType();
      auto made = RankedTensorType::get(cast<MemRefType>(place.getType()).getShape(), type);
      value = bufferization::ToTensorOp::create(builder, loc, made, place, /*restrict=*/true, /*writable=*/true);
      if (made != result.getType())
        value = tensor::CastOp::create(builder, loc, result.getType(), value);
    }
    result.replaceAllUsesWith(value);
  }
  return success();
}

/// The two words of an sc_value in the frame, and the reference that stands for it here.
LogicalResult RuntimeLowering::lowerValueCast(UnrealizedConversionCastOp cast) {
  SmallVector<Value> words(cast.getOperands());
  SmallVector<Value> slots;
  for (Type type : cast.getResultTypes())
    slots.push_back(appendResult(words, type));
  call(cast.getNumResults() == 1 ? "sc_rt_from_value" : "sc_rt_to_value", words);
  for (auto [result, slot] : llvm::zip_equal(cast.getResults(), slots))
    result.replaceAllUsesWith(readResult(slot, result.getType()));
  return success();
}

LogicalResult RuntimeLowering::lower(Operation *op) {
  loc = op->getLoc();
  builder.setInsertionPoint(op);
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case<ts::WeightOp, ts::BoxOp, ts::UnboxOp, ts::RuntimeCallOp>([&](auto typed) { return lower(typed); })
      .Case([&](UnrealizedConversionCastOp cast) { return lowerValueCast(cast); })
      .Default([](Operation *other) { return other->emitOpError("is not supported by the code generator"); });
}

/// Values of type !ts.ref that loops and branches carry are pointers, too.
void RuntimeLowering::retypeReferences() {
  func.walk([&](Operation *op) {
    auto retype = [&](Value value) {
      if (isa<ts::RefType>(value.getType()))
        value.setType(pointer);
    };
    llvm::for_each(op->getResults(), retype);
    for (Region &region : op->getRegions())
      for (Block &block : region)
        llvm::for_each(block.getArguments(), retype);
  });
}

LogicalResult RuntimeLowering::run() {
  SmallVector<Operation *> ops, literals;
  auto isReference = [](Type type) { return isa<ts::RefType>(type); };
  func.walk([&](Operation *op) {
    if (auto literal = dyn_cast<ts::ConstantOp>(op); literal && isa<StringAttr>(literal.getValue()))
      literals.push_back(op);
    else if (isa<UnrealizedConversionCastOp>(op)
                 ? llvm::any_of(op->getOperandTypes(), isReference) || llvm::any_of(op->getResultTypes(), isReference)
                 : isa<ts::TorchScriptDialect>(op->getDialect()) && !isa<ts::CheckOp>(op))
      ops.push_back(op);
  });
  if (ops.empty())
    return success();
  builder.setInsertionPointToStart(&func.front());
  context = loadFrameField(builder, func, FrameField::Context);
  for (Operation *op : ops) {
    if (failed(lower(op)))
      return failure();
    op->erase();
  }
  for (Operation *literal : literals)
    if (literal->use_empty())
      literal->erase();
  retypeReferences();
  return success();
}

namespace {
struct LowerRuntimeCallsPass : impl::LowerRuntimeCallsPassBase<LowerRuntimeCallsPass> {
  void runOnOperation() override {
    for (auto func : llvm::to_vector(getOperation().getOps<func::FuncOp>()))
      if (isBoundEntry(func) && failed(RuntimeLowering(func).run()))
        return signalPassFailure();
  }
};
} // namespace
} // namespace sconce::codegen
