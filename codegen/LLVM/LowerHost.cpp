// Lowers allocation, checks and structured control flow of entry functions.
//
// An error inside a loop ends the call: there is no unwinding, so structured control flow becomes blocks first, and
// whatever can fail ends its block with a branch to one that returns the status. Memory that was allocated until then
// belongs to the context and goes when the call is over.
// Requires: a bound entry on buffers. Ensures: no scf, no memref.alloc and memref.dealloc, no check.

#include "codegen/LLVM/ControlFlow.h"
#include "codegen/LLVM/Passes.h"
#include "codegen/Transforms/BufferPointer.h"
#include "codegen/Transforms/Frame.h"
#include "codegen/Transforms/RuntimeFunctions.h"

#include "dialects/TorchScript/IR/TorchScript.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "sconce-c/Status.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
namespace sconce::codegen {
#define GEN_PASS_DEF_LOWERHOSTPASS
#include "codegen/LLVM/Passes.h.inc"

namespace {
/// Lowers what an entry asks of the runtime.
class HostLowering {
public:
  explicit HostLowering(func::FuncOp func) : func(func), builder(func.getContext()) {}
  void run();

private:
  void lower(memref::AllocOp alloc);
  void lower(memref::DeallocOp dealloc);
  void lower(LLVM::CallOp call);
  void lower(ts::CheckOp check);
  Value storeNumbers(Location loc, ValueRange numbers);
  Value countBytes(memref::AllocOp alloc);
  Block *returnGivenStatus();
  void leaveIf(Operation *before, Value failed, Block *target, ValueRange arguments = {});

  func::FuncOp func;
  OpBuilder builder;
  Value context;
  Block *returnGiven = nullptr;
};
} // namespace

/// A block that returns its first argument, the status of a call; the second is where that was made.
Block *HostLowering::returnGivenStatus() {
  if (!returnGiven) {
    OpBuilder::InsertionGuard guard(builder);
    Location loc = func.getLoc();
    Type types[] = {builder.getI32Type(), LLVM::LLVMPointerType::get(builder.getContext())};
    returnGiven = builder.createBlock(&func.getBody(), func.getBody().end(), types, {loc, loc});
    Value status = callRuntime(builder, func, loc, "sc_rt_locate", types[0],
                               {context, returnGiven->getArgument(0), returnGiven->getArgument(1)})
                       .front();
    func::ReturnOp::create(builder, loc, status);
  }
  return returnGiven;
}

/// Ends the block before `before` with a branch to `target` when `failed`.
void HostLowering::leaveIf(Operation *before, Value failed, Block *target, ValueRange arguments) {
  Block *block = before->getBlock();
  Block *next = block->splitBlock(before);
  builder.setInsertionPointToEnd(block);
  cf::CondBranchOp::create(builder, before->getLoc(), failed, target, arguments, next, ValueRange{});
}

/// The bytes of an allocation. A negative extent or a product that overflows gives -1, which no allocator has.
Value HostLowering::countBytes(memref::AllocOp alloc) {
  Location loc = alloc.getLoc();
  MemRefType type = alloc.getType();
  int64_t constant = getElementBytes(type.getElementType());
  bool tooLarge = false;
  for (int64_t extent : type.getShape())
    if (!ShapedType::isDynamic(extent))
      tooLarge |= llvm::MulOverflow(constant, extent, constant);
  Type i64 = builder.getI64Type();
  Value bytes = arith::ConstantOp::create(builder, loc, builder.getI64IntegerAttr(tooLarge ? -1 : constant));
  Value zero = arith::ConstantOp::create(builder, loc, builder.getI64IntegerAttr(0));
  Value failed = arith::ConstantOp::create(builder, loc, builder.getBoolAttr(tooLarge));
  auto pair = LLVM::LLVMStructType::getLiteral(builder.getContext(), {i64, builder.getI1Type()});
  for (Value size : alloc.getDynamicSizes()) {
    Value extent = arith::IndexCastOp::create(builder, loc, i64, size);
    Value negative = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, extent, zero);
    Value product = LLVM::SMulWithOverflowOp::create(builder, loc, pair, bytes, extent);
    bytes = LLVM::ExtractValueOp::create(builder, loc, product, 0);
    Value overflow = LLVM::ExtractValueOp::create(builder, loc, product, 1);
    failed = arith::OrIOp::create(builder, loc, failed, arith::OrIOp::create(builder, loc, negative, overflow));
  }
  Value none = arith::ConstantOp::create(builder, loc, builder.getI64IntegerAttr(-1));
  return arith::SelectOp::create(builder, loc, failed, none, bytes);
}

/// "file:line:column", then a line for each call that led there, innermost last.
static std::string describeLocation(Location loc) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  SmallVector<FileLineColLoc> frames;
  Location current = loc;
  while (true) {
    if (auto call = dyn_cast<CallSiteLoc>(current)) {
      if (auto file = call.getCallee()->findInstanceOf<FileLineColLoc>())
        frames.push_back(file);
      current = call.getCaller();
      continue;
    }
    if (auto file = current->findInstanceOf<FileLineColLoc>())
      frames.push_back(file);
    break;
  }
  auto print = [&](FileLineColLoc frame) {
    stream << frame.getFilename().getValue() << ":" << frame.getLine() << ":" << frame.getColumn();
  };
  if (frames.empty())
    return text;
  print(frames.front());
  for (FileLineColLoc frame : llvm::reverse(frames)) {
    stream << "\n";
    print(frame);
  }
  return text;
}

void HostLowering::lower(memref::AllocOp alloc) {
  Location loc = alloc.getLoc();
  builder.setInsertionPoint(alloc);
  Value bytes = countBytes(alloc);
  StringRef name = alloc->hasAttr("sconce.result") ? "sc_rt_alloc_result" : "sc_rt_alloc";
  Type pointer = LLVM::LLVMPointerType::get(builder.getContext());
  Value memory = callRuntime(builder, func, loc, name, pointer, {context, bytes}).front();
  Value null = LLVM::ZeroOp::create(builder, loc, pointer);
  Value failed = LLVM::ICmpOp::create(builder, loc, LLVM::ICmpPredicate::eq, memory, null);
  SmallVector<Value> parts{memory};
  for (Value size : alloc.getDynamicSizes())
    parts.push_back(arith::IndexCastOp::create(builder, loc, builder.getI64Type(), size));
  Value memref = putTogether(builder, loc, alloc.getType(), parts);
  Value status = arith::ConstantOp::create(builder, loc, builder.getI32IntegerAttr(SC_OUT_OF_MEMORY));
  leaveIf(alloc, failed, returnGivenStatus(), {status, getStringAddress(builder, func, loc, describeLocation(loc))});
  alloc.replaceAllUsesWith(memref);
  alloc.erase();
}

void HostLowering::lower(memref::DeallocOp dealloc) {
  builder.setInsertionPoint(dealloc);
  Value memory = takeApart(builder, dealloc.getLoc(), dealloc.getMemref()).front();
  callRuntime(builder, func, dealloc.getLoc(), "sc_rt_free", Type(), {context, memory});
  dealloc.erase();
}

/// A call that may fail: its status ends the entry unless it is SC_OK.
void HostLowering::lower(LLVM::CallOp call) {
  builder.setInsertionPointAfter(call);
  Value location = getStringAddress(builder, func, call.getLoc(), describeLocation(call.getLoc()));
  Value ok = arith::ConstantOp::create(builder, call.getLoc(), builder.getI32IntegerAttr(SC_OK));
  auto failed =
      arith::CmpIOp::create(builder, call.getLoc(), arith::CmpIPredicate::ne, call.getResult(), ok);
  call->removeAttr(statusAttrName);
  leaveIf(failed->getNextNode(), failed, returnGivenStatus(), {call.getResult(), location});
}

/// The address of the numbers, one after the other on the stack.
Value HostLowering::storeNumbers(Location loc, ValueRange numbers) {
  Value count = LLVM::ConstantOp::create(builder, loc, builder.getI64Type(), builder.getI64IntegerAttr(numbers.size()));
  auto pointer = LLVM::LLVMPointerType::get(builder.getContext());
  Value first = LLVM::AllocaOp::create(builder, loc, pointer, builder.getI64Type(), count, /*alignment=*/8);
  for (auto [i, number] : llvm::enumerate(numbers))
    LLVM::StoreOp::create(builder, loc, number, offsetPointer(builder, loc, first, 8 * i), 8);
  return first;
}

void HostLowering::lower(ts::CheckOp check) {
  Location loc = check.getLoc();
  builder.setInsertionPoint(check);
  Value yes = arith::ConstantOp::create(builder, loc, builder.getBoolAttr(true));
  Value failed = arith::XOrIOp::create(builder, loc, check.getCond(), yes);
  Block *raising = builder.createBlock(&func.getBody(), func.getBody().end());
  Type i32 = builder.getI32Type();
  Value status = arith::ConstantOp::create(builder, loc, builder.getI32IntegerAttr(SC_RAISED));
  Value exceptionClass = getStringAddress(builder, func, loc, check.getCls());
  Value message = getStringAddress(builder, func, loc, check.getMsg());
  Value location = getStringAddress(builder, func, loc, describeLocation(loc));
  SmallVector<Value> arguments{context, status, exceptionClass, message, location};
  if (!check.getValues().empty()) {
    arguments.push_back(storeNumbers(loc, check.getValues()));
    arguments.push_back(LLVM::ConstantOp::create(builder, loc, builder.getI64Type(), builder.getI64IntegerAttr(check.getValues().size())));
  }
  StringRef raise = check.getValues().empty() ? "sc_rt_raise" : "sc_rt_raise_numbers";
  Value raised = callRuntime(builder, func, loc, raise, i32, arguments).front();
  func::ReturnOp::create(builder, loc, raised);
  leaveIf(check, failed, raising);
  check.erase();
}

void HostLowering::run() {
  SmallVector<Operation *> ops;
  func.walk([&](Operation *op) {
    if (isa<memref::AllocOp, memref::DeallocOp, ts::CheckOp>(op) || op->hasAttr(statusAttrName))
      ops.push_back(op);
  });
  if (ops.empty())
    return;
  builder.setInsertionPointToStart(&func.front());
  context = loadFrameField(builder, func, FrameField::Context);
  for (Operation *op : ops)
    llvm::TypeSwitch<Operation *>(op).Case<memref::AllocOp, memref::DeallocOp, LLVM::CallOp, ts::CheckOp>(
        [&](auto typed) { lower(typed); });
}

namespace {
struct LowerHostPass : impl::LowerHostPassBase<LowerHostPass> {
  void runOnOperation() override {
    for (auto func : getOperation().getOps<func::FuncOp>()) {
      if (!isBoundEntry(func))
        continue;
      if (failed(lowerControlFlow(func)))
        return signalPassFailure();
      HostLowering(func).run();
    }
  }
};
} // namespace
} // namespace sconce::codegen
