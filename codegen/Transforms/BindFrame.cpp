// Gives entry functions the signature of a compiled entry point.
//
// It runs on tensors, before bufferization, so that a result can be computed in the caller's buffer: to
// bufferization the frame's buffers are the only memory there is, and the function has no tensor in its type.
// Requires: public functions take and return tensors, scalars and run-time values, and have one block that ends in
// func.return. The last results of one with the attribute `ts.written_inputs` are what it leaves in those of its tensor
// arguments. Ensures: each is `(!llvm.ptr) -> i32`.

#include "codegen/Transforms/BufferPointer.h"
#include "codegen/Transforms/Frame.h"
#include "codegen/Transforms/InputStrides.h"
#include "codegen/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
namespace sconce::codegen {
#define GEN_PASS_DEF_BINDFRAMEPASS
#include "codegen/Transforms/Passes.h.inc"

namespace {

/// The slots of the frame's `args` or `results`, taken one after the other.
class SlotCursor {
public:
  SlotCursor(OpBuilder &builder, func::FuncOp func, FrameField field)
      : builder(builder), func(func), field(field) {}

  Value nextAddress(Location loc) {
    if (!base)
      base = loadFrameField(builder, func, field);
    return offsetPointer(builder, loc, base, 8 * slot++);
  }
  Value read(Location loc, Type type) {
    return LLVM::LoadOp::create(builder, loc, type, nextAddress(loc), 8);
  }
  void write(Location loc, Value value) { LLVM::StoreOp::create(builder, loc, value, nextAddress(loc), 8); }

private:
  OpBuilder &builder;
  func::FuncOp func;
  FrameField field;
  Value base;
  int64_t slot = 0;
};

/// What happens at the end of the function to one of its results.
struct ResultPlan {
  Value destination;              ///< static tensors: the caller's buffer
  SmallVector<Value, 2> addresses; ///< otherwise: the slots to be written
};

/// Binds one function.
class FrameBinder {
public:
  explicit FrameBinder(func::FuncOp func) : func(func), builder(func.getContext()) {}

  LogicalResult bind();

private:
  LogicalResult checkTypes();
  Value readArgument(SlotCursor &slots, BlockArgument argument, ArrayRef<int64_t> strides);
  ResultPlan planResult(SlotCursor &slots, Type type);
  void writeResult(Value value, const ResultPlan &plan);
  void writeTensor(TypedValue<RankedTensorType> tensor, const ResultPlan &plan);
  void copyTo(Value tensor, Value destination);
  void writeBack(ValueRange tensors, ArrayRef<Value> arguments);

  func::FuncOp func;
  OpBuilder builder;
  SmallVector<Value> tensorArguments; ///< the buffers of the tensor arguments, in order
};

} // namespace

static bool isRunTimeValue(Type type) { return !isa<ShapedType, IntegerType, FloatType, IndexType, ComplexType>(type); }

LogicalResult FrameBinder::checkTypes() {
  if (!func.getBody().hasOneBlock() || !isa<func::ReturnOp>(func.front().getTerminator()))
    return func.emitOpError("expected an entry function to be one block that ends in func.return");
  for (Type type : llvm::concat<const Type>(func.getArgumentTypes(), func.getResultTypes())) {
    auto integer = dyn_cast<IntegerType>(type);
    if ((isa<ShapedType>(type) && !isa<RankedTensorType>(type)) || (integer && integer.getWidth() > 64))
      return func.emitOpError("expected ranked tensors and scalars of at most 64 bits in an entry's type, got ") << type;
  }
  return success();
}

Value FrameBinder::readArgument(SlotCursor &slots, BlockArgument argument, ArrayRef<int64_t> strides) {
  Location loc = argument.getLoc();
  Type type = argument.getType();
  if (auto tensor = dyn_cast<RankedTensorType>(type)) {
    MemRefLayoutAttrInterface layout;
    if (!strides.empty())
      layout = StridedLayoutAttr::get(func.getContext(), 0, strides);
    auto buffer = MemRefType::get(tensor.getShape(), tensor.getElementType(), layout);
    SmallVector<Value> parts;
    for (Type part : getBufferParts(buffer))
      parts.push_back(slots.read(loc, part));
    Value memref = putTogether(builder, loc, buffer, parts);
    tensorArguments.push_back(memref);
    return bufferization::ToTensorOp::create(builder, loc, tensor, memref, /*restrict=*/true);
  }
  if (auto complex = dyn_cast<ComplexType>(type)) {
    Value real = slots.read(loc, complex.getElementType());
    Value imaginary = slots.read(loc, complex.getElementType());
    return complex::CreateOp::create(builder, loc, complex, real, imaginary);
  }
  if (isa<IndexType>(type))
    return arith::IndexCastOp::create(builder, loc, type, slots.read(loc, builder.getI64Type()));
  if (type.isInteger(1)) {
    Value word = slots.read(loc, builder.getI64Type());
    Value zero = arith::ConstantOp::create(builder, loc, builder.getI64IntegerAttr(0));
    return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ne, word, zero);
  }
  if (isRunTimeValue(type)) {
    Value tag = slots.read(loc, builder.getI64Type());
    Value payload = slots.read(loc, builder.getI64Type());
    return UnrealizedConversionCastOp::create(builder, loc, type, ValueRange{tag, payload}).getResult(0);
  }
  return slots.read(loc, type);
}

ResultPlan FrameBinder::planResult(SlotCursor &slots, Type type) {
  ResultPlan plan;
  Location loc = func.getLoc();
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (tensor && tensor.hasStaticShape()) {
    auto buffer = MemRefType::get(tensor.getShape(), tensor.getElementType());
    plan.destination = putTogether(builder, loc, buffer, slots.read(loc, getBufferParts(buffer)[0]));
    return plan;
  }
  int64_t count = tensor ? 1 + tensor.getNumDynamicDims() : isa<ComplexType>(type) || isRunTimeValue(type) ? 2 : 1;
  for (int64_t i = 0; i < count; ++i)
    plan.addresses.push_back(slots.nextAddress(loc));
  return plan;
}

void FrameBinder::copyTo(Value tensor, Value destination) {
  auto copy = bufferization::MaterializeInDestinationOp::create(builder, func.getLoc(), TypeRange{}, tensor, destination);
  copy.setRestrict(true);
  copy.setWritable(true);
}

/// Leaves `tensors` in the buffers of arguments. All are computed elsewhere before one is written, as what is in the buffers may be read
/// until then: one tensor's new value may be another's old one.
void FrameBinder::writeBack(ValueRange tensors, ArrayRef<Value> arguments) {
  SmallVector<Value> computed;
  for (Value tensor : tensors)
    computed.push_back(bufferization::AllocTensorOp::create(builder, func.getLoc(), cast<RankedTensorType>(tensor.getType()), ValueRange{}, tensor));
  for (auto [own, argument] : llvm::zip_equal(computed, arguments))
    copyTo(own, argument);
}

void FrameBinder::writeTensor(TypedValue<RankedTensorType> tensor, const ResultPlan &plan) {
  Location loc = func.getLoc();
  Value destination = plan.destination;
  if (destination) {
    // What was computed in another shape is computed in the caller's buffer, too.
    Operation *reshape = tensor.getDefiningOp();
    while (isa_and_nonnull<tensor::CollapseShapeOp, tensor::ExpandShapeOp>(reshape)) {
      auto source = cast<TypedValue<RankedTensorType>>(reshape->getOperand(0));
      if (!source.getType().hasStaticShape())
        break;
      tensor = source;
      auto type = MemRefType::get(tensor.getType().getShape(), tensor.getType().getElementType());
      destination = putTogether(builder, loc, type, destination.getDefiningOp()->getOperand(0));
      reshape = tensor.getDefiningOp();
    }
  }
  if (!destination) {
    RankedTensorType type = tensor.getType();
    SmallVector<Value> extents;
    for (int64_t dim = 0; dim < type.getRank(); ++dim)
      if (type.isDynamicDim(dim))
        extents.push_back(tensor::DimOp::create(builder, loc, tensor, dim));
    auto alloc = memref::AllocOp::create(builder, loc, MemRefType::get(type.getShape(), type.getElementType()), extents);
    alloc->setAttr("sconce.result", builder.getUnitAttr());
    destination = alloc;
  }
  copyTo(tensor, destination);
  if (plan.destination)
    return;
  for (auto [address, part] : llvm::zip_equal(plan.addresses, takeApart(builder, loc, destination)))
    LLVM::StoreOp::create(builder, loc, part, address, 8);
}

void FrameBinder::writeResult(Value value, const ResultPlan &plan) {
  Location loc = func.getLoc();
  Type type = value.getType();
  auto store = [&](Value part, unsigned slot) {
    LLVM::StoreOp::create(builder, loc, part, plan.addresses[slot], 8);
  };
  if (auto tensor = dyn_cast<TypedValue<RankedTensorType>>(value))
    return writeTensor(tensor, plan);
  if (isa<ComplexType>(type)) {
    store(complex::ReOp::create(builder, loc, value), 0);
    store(complex::ImOp::create(builder, loc, value), 1);
    return;
  }
  if (isRunTimeValue(type)) {
    Type word = builder.getI64Type();
    auto parts = UnrealizedConversionCastOp::create(builder, loc, TypeRange{word, word}, value);
    store(parts.getResult(0), 0);
    store(parts.getResult(1), 1);
    return;
  }
  if (isa<IndexType>(type))
    value = arith::IndexCastOp::create(builder, loc, builder.getI64Type(), value);
  else if (type.isInteger(1))
    value = arith::ExtUIOp::create(builder, loc, builder.getI64Type(), value);
  else if (type.isInteger() && !type.isInteger(64))
    value = arith::ExtSIOp::create(builder, loc, builder.getI64Type(), value);
  store(value, 0);
}

LogicalResult FrameBinder::bind() {
  if (failed(checkTypes()))
    return failure();
  FailureOr<SmallVector<SmallVector<int64_t>>> strides = readInputStrides(func);
  if (failed(strides))
    return failure();

  Block &block = func.front();
  auto oldReturn = cast<func::ReturnOp>(block.getTerminator());
  unsigned numArguments = block.getNumArguments();
  auto pointer = LLVM::LLVMPointerType::get(func.getContext());
  SmallVector<Type> resultTypes(func.getResultTypes());
  block.insertArgument(0u, pointer, func.getLoc());
  func.setType(FunctionType::get(func.getContext(), {pointer}, {builder.getI32Type()}));
  func.removeArgAttrsAttr();
  func.removeResAttrsAttr();
  func.setArgAttr(0, "llvm.noalias", builder.getUnitAttr());

  builder.setInsertionPointToStart(&block);
  SlotCursor args(builder, func, FrameField::Args);
  unsigned tensorIndex = 0;
  for (BlockArgument argument : llvm::to_vector(block.getArguments().drop_front())) {
    ArrayRef<int64_t> layout;
    if (isa<RankedTensorType>(argument.getType()) && tensorIndex < strides->size())
      layout = (*strides)[tensorIndex++];
    argument.replaceAllUsesWith(readArgument(args, argument, layout));
  }
  block.eraseArguments(1, numArguments);

  SlotCursor results(builder, func, FrameField::Results);
  SmallVector<ResultPlan> plans;
  ArrayRef<int64_t> written;
  if (auto inputs = func->getAttrOfType<DenseI64ArrayAttr>("ts.written_inputs"))
    written = inputs.asArrayRef();
  if (written.size() > resultTypes.size() ||
      llvm::any_of(written, [&](int64_t input) { return input < 0 || static_cast<size_t>(input) >= tensorArguments.size(); }))
    return func.emitOpError("expected a result for each written input, and tensor arguments to write");
  size_t numResults = resultTypes.size() - written.size();
  for (Type type : ArrayRef(resultTypes).take_front(numResults))
    plans.push_back(planResult(results, type));

  builder.setInsertionPoint(oldReturn);
  for (auto [value, plan] : llvm::zip_equal(oldReturn.getOperands().take_front(numResults), plans))
    writeResult(value, plan);
  writeBack(oldReturn.getOperands().drop_front(numResults),
            llvm::map_to_vector(written, [&](auto input) { return tensorArguments[input]; }));
  Value ok = arith::ConstantOp::create(builder, oldReturn.getLoc(), builder.getI32IntegerAttr(0));
  func::ReturnOp::create(builder, oldReturn.getLoc(), ok);
  oldReturn.erase();
  return success();
}

namespace {
struct BindFramePass : impl::BindFramePassBase<BindFramePass> {
  void runOnOperation() override {
    for (auto func : getOperation().getOps<func::FuncOp>())
      if (func.isPublic() && !func.isDeclaration() && !isBoundEntry(func) && failed(FrameBinder(func).bind()))
        return signalPassFailure();
  }
};
} // namespace
} // namespace sconce::codegen
