// Places the buffers of static size in the caller's workspace.
//
// A compiled entry allocates nothing while shapes are static: the caller hands in one block of memory, and this pass
// says which bytes of it each buffer is. Lifetimes are intervals of op positions in program order, widened to whole
// loops where a value survives an iteration; the largest buffers are placed first, each at the lowest offset free
// during its lifetime. Where that takes more than what lives at one time, other orders are tried.
// Requires: buffers, a bound entry. Ensures: no memref.alloc of static size.

#include "codegen/Transforms/BufferPointer.h"
#include "codegen/Transforms/BufferRoots.h"
#include "codegen/Transforms/Frame.h"
#include "codegen/Transforms/KernelMarks.h"
#include "codegen/Transforms/Passes.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
namespace sconce::codegen {
#define GEN_PASS_DEF_PLANBUFFERSPASS
#include "codegen/Transforms/Passes.h.inc"

static constexpr int64_t bufferAlignment = 64;
/// A workspace past this is a broken extent, not a model.
static constexpr int64_t maxWorkspace = int64_t(1) << 46;

namespace {
struct PlannedBuffer {
  memref::AllocOp alloc;
  int64_t bytes = 0;
  int64_t first = 0, last = 0; ///< positions in program order, inclusive
  int64_t offset = 0;
};

/// Positions of the ops of a function in program order; an op with regions spans those of its body.
class ProgramOrder {
public:
  explicit ProgramOrder(func::FuncOp func) { number(func); }
  int64_t begin(Operation *op) const { return spans.at(op).first; }
  int64_t end(Operation *op) const { return spans.at(op).second; }

private:
  void number(Operation *root) {
    root->walk<WalkOrder::PreOrder>([&](Operation *op) { spans[op].first = next++; });
    root->walk([&](Operation *op) {
      int64_t last = spans[op].first;
      for (Region &region : op->getRegions())
        for (Block &block : region)
          if (!block.empty())
            last = std::max(last, spans[&block.back()].second);
      spans[op].second = last;
    });
  }
  DenseMap<Operation *, std::pair<int64_t, int64_t>> spans;
  int64_t next = 0;
};
} // namespace

/// The bytes of `type`, rounded up; failure when they are too many.
static FailureOr<int64_t> getBytes(MemRefType type) {
  int64_t bytes = 1;
  unsigned width = 0;
  if (auto complex = dyn_cast<ComplexType>(type.getElementType()))
    width = 2 * complex.getElementType().getIntOrFloatBitWidth();
  else
    width = type.getElementType().isIndex() ? 64 : type.getElementType().getIntOrFloatBitWidth();
  bool overflow = llvm::MulOverflow<int64_t>(bytes, llvm::divideCeil(width, 8), bytes);
  for (int64_t extent : type.getShape())
    overflow |= llvm::MulOverflow<int64_t>(bytes, extent, bytes);
  if (overflow || bytes > maxWorkspace)
    return failure();
  return static_cast<int64_t>(llvm::alignTo(std::max<int64_t>(bytes, 1), bufferAlignment));
}

/// The outermost loop around `op` that does not contain `scope`, or `op`: what runs again while `scope`'s buffer lives.
static Operation *getRepeated(Operation *op, Operation *scope) {
  Operation *widest = op;
  for (Operation *parent = op->getParentOp(); parent && !parent->isProperAncestor(scope); parent = parent->getParentOp())
    if (isa<LoopLikeOpInterface>(parent))
      widest = parent;
  return widest;
}

/// The op that reads the buffer which `user` is given: a description of it that is stored is for the next call.
static Operation *getReader(Operation *user) {
  if (isa<LLVM::StoreOp>(user))
    for (Operation *next = user->getNextNode(); next; next = next->getNextNode())
      if (isa<LLVM::CallOp>(next))
        return next;
  return user;
}

/// The interval in which any alias of `buffer` is used.
static void findLifetime(PlannedBuffer &buffer, BufferRoots &roots, const ProgramOrder &order) {
  buffer.first = INT64_MAX;
  buffer.last = order.begin(buffer.alloc);
  for (Value alias : roots.getAliases(buffer.alloc))
    for (Operation *user : alias.getUsers()) {
      Operation *span = getRepeated(getReader(user), buffer.alloc);
      buffer.first = std::min(buffer.first, order.begin(span));
      buffer.last = std::max(buffer.last, order.end(span));
    }
  buffer.first = std::min(buffer.first, buffer.last);
}

/// The most bytes that live at one time: no order in memory does with less.
static int64_t countLive(ArrayRef<PlannedBuffer> buffers) {
  SmallVector<std::pair<int64_t, int64_t>> changes; // of bytes, at positions
  for (const PlannedBuffer &buffer : buffers) {
    changes.push_back({buffer.first, buffer.bytes});
    changes.push_back({buffer.last + 1, -buffer.bytes});
  }
  llvm::sort(changes); // at one position, what ends goes before what begins
  int64_t live = 0, most = 0;
  for (auto [position, bytes] : changes)
    most = std::max(most, live += bytes);
  return most;
}

/// Gives each buffer the lowest offset that is free during its lifetime, in this order; returns the bytes needed.
static int64_t placeInOrder(ArrayRef<PlannedBuffer *> order) {
  int64_t total = 0;
  SmallVector<PlannedBuffer *> placed; // by offset
  for (PlannedBuffer *buffer : order) {
    int64_t offset = 0;
    for (PlannedBuffer *other : placed) {
      if (other->last < buffer->first || buffer->last < other->first)
        continue;
      if (other->offset >= offset + buffer->bytes)
        break;
      offset = std::max(offset, other->offset + other->bytes);
    }
    buffer->offset = offset;
    total = std::max(total, offset + buffer->bytes);
    placed.insert(llvm::upper_bound(placed, offset, [](int64_t o, PlannedBuffer *p) { return o < p->offset; }), buffer);
  }
  return total;
}

/// Gives each buffer an offset; returns the bytes needed. `live` is what is needed at least.
static int64_t placeBuffers(MutableArrayRef<PlannedBuffer> buffers, int64_t live) {
  if (buffers.empty())
    return 0;
  SmallVector<PlannedBuffer *> order;
  for (PlannedBuffer &buffer : buffers)
    order.push_back(&buffer);
  // The address breaks ties: buffers are in program order.
  llvm::sort(order, [](PlannedBuffer *a, PlannedBuffer *b) { return a->bytes != b->bytes ? a->bytes > b->bytes : a < b; });
  SmallVector<PlannedBuffer *> best = order;
  int64_t least = placeInOrder(order);
  // A buffer that ends up on top had come too late: it is placed first the next time. Attempts are bounded so that planning a
  // thousand buffers takes as long as planning a hundred.
  constexpr uint64_t steps = 2'000'000, mostAttempts = 100;
  uint64_t attempts = std::min<uint64_t>(mostAttempts, steps / (buffers.size() * buffers.size()));
  int64_t total = least;
  bool isPlaced = true; // as the best order has it
  for (uint64_t i = 0; i < attempts && least > live; ++i) {
    auto top = llvm::find_if(order, [&](PlannedBuffer *buffer) { return buffer->offset + buffer->bytes == total; });
    std::rotate(order.begin(), top, std::next(top));
    total = placeInOrder(order);
    isPlaced = total < least;
    if (isPlaced) {
      least = total;
      best = order;
    }
  }
  return isPlaced ? least : placeInOrder(best);
}

/// Replaces the allocation by its place in the workspace.
static void replaceAllocation(PlannedBuffer &buffer, Value workspace) {
  OpBuilder builder(buffer.alloc);
  Location loc = buffer.alloc.getLoc();
  Value pointer = offsetPointer(builder, loc, workspace, buffer.offset);
  Value memref = putTogether(builder, loc, buffer.alloc.getType(), pointer);
  for (Operation *user : llvm::make_early_inc_range(buffer.alloc->getUsers()))
    if (isa<memref::DeallocOp>(user))
      user->erase();
  buffer.alloc.replaceAllUsesWith(memref);
  buffer.alloc.erase();
}

namespace {
struct PlanBuffersPass : impl::PlanBuffersPassBase<PlanBuffersPass> {
  void runOnOperation() override {
    func::FuncOp func = getOperation();
    if (!isBoundEntry(func))
      return;
    SmallVector<PlannedBuffer> buffers;
    WalkResult walk = func.walk([&](memref::AllocOp alloc) -> WalkResult {
      if (!alloc.getType().hasStaticShape())
        return WalkResult::advance();
      FailureOr<int64_t> bytes = getBytes(alloc.getType());
      if (failed(bytes))
        return alloc.emitOpError("expected a tensor of less than 2^46 bytes, got ") << alloc.getType();
      buffers.push_back({alloc, *bytes});
      bytesAsked += *bytes;
      return WalkResult::advance();
    });
    if (walk.wasInterrupted())
      return signalPassFailure();
    BufferRoots roots(func);
    ProgramOrder order(func);
    for (PlannedBuffer &buffer : buffers)
      findLifetime(buffer, roots, order);
    int64_t live = countLive(buffers), bytes = placeBuffers(buffers, live);
    OpBuilder builder = OpBuilder::atBlockBegin(&func.front());
    func->setAttr("sconce.workspace", builder.getI64IntegerAttr(bytes));
    func->setAttr(liveBytesAttrName, builder.getI64IntegerAttr(live));
    if (buffers.empty())
      return;
    Value workspace = loadFrameField(builder, func, FrameField::Workspace);
    for (PlannedBuffer &buffer : buffers)
      replaceAllocation(buffer, workspace);
    numPlaced += buffers.size();
    bytesPlaced += bytes;
  }
};
} // namespace
} // namespace sconce::codegen
