#include "codegen/Transforms/RowChain.h"
#include "codegen/Transforms/OperationInputs.h"
#include "codegen/Transforms/RuntimeFunctions.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
namespace sconce::codegen {

/// What is written of a row must stay in a second-level cache, and on the stack of who runs the kernel.
static constexpr int64_t mostRowBytes = 192 << 10;
/// Of rows that are worked on together, as attention's where a head's scores are more than that; more would leave the stack too small for
/// what else a kernel puts there.
static constexpr int64_t mostBlockBytes = 320 << 10;
/// So many rows share what each of them reads of an operand, at least and at most.
static constexpr int64_t fewestTogether = 8, mostTogether = 128;
/// What all rows of a head read stays in a cache.
static constexpr int64_t mostSharedBytes = 4 << 20;
/// In a first-level cache there is room for this much of what is written.
static constexpr int64_t smallRowBytes = 16 << 10;
/// Rows are shared by threads, and what is done once for each counts with fewer elements.
static constexpr int64_t fewestRows = 8, enoughRows = 16, fewestElements = 64;
/// So many groups that do not read what a chain makes are passed over in search of one that does.
static constexpr unsigned mostPassedOver = 12;

Value dropReshapes(Value buffer) {
  while (Operation *op = buffer.getDefiningOp()) {
    if (!isa<memref::ExpandShapeOp, memref::CollapseShapeOp>(op))
      break;
    buffer = op->getOperand(0);
  }
  return buffer;
}

/// The loops along the first dimensions, those that have `rows` positions together.
static std::optional<SmallVector<unsigned>> takeLeading(AffineMap map, ArrayRef<int64_t> shape, int64_t rows) {
  SmallVector<unsigned> loops;
  int64_t count = 1;
  for (auto [expr, extent] : llvm::zip_equal(map.getResults(), shape)) {
    if (count >= rows)
      break;
    if (extent == 1)
      continue;
    auto dim = dyn_cast<AffineDimExpr>(expr);
    if (!dim)
      return std::nullopt;
    loops.push_back(dim.getPosition());
    count *= extent;
  }
  if (count != rows)
    return std::nullopt;
  return loops;
}

bool isRowByRow(Value buffer, AffineMap map, ArrayRef<unsigned> loops) {
  auto type = cast<MemRefType>(buffer.getType());
  if (!type.getLayout().isIdentity())
    return false;
  unsigned found = 0;
  for (auto [expr, extent] : llvm::zip_equal(map.getResults(), type.getShape())) {
    if (extent == 1)
      continue;
    auto dim = dyn_cast<AffineDimExpr>(expr);
    if (found < loops.size() ? !dim || dim.getPosition() != loops[found]
                             : llvm::any_of(loops, [&](unsigned loop) { return expr.isFunctionOfDim(loop); }))
      return false;
    found += found < loops.size();
  }
  return found == loops.size();
}

/// Whether one position of `loops` is a part of the buffer of any strides.
static bool isPart(MemRefType type, AffineMap map, ArrayRef<unsigned> loops) {
  auto [strides, offset] = type.getStridesAndOffset();
  return llvm::none_of(strides, ShapedType::isDynamic) && llvm::all_of(map.getResults(), [&](AffineExpr expr) {
    return isa<AffineDimExpr>(expr) || llvm::none_of(loops, [&](unsigned loop) { return expr.isFunctionOfDim(loop); });
  });
}

/// Whether neighbours in the buffer's memory belong to different rows: a row of it is a cache line for each element, most of which other
/// rows read, and no vectors. By loops whose lanes are rows it goes as fast as the memory.
static bool liesAcrossRows(MemRefType type, AffineMap map, ArrayRef<unsigned> rowLoops) {
  constexpr int64_t fewestNeighbours = 8, fewestElements = 16;
  auto [strides, offset] = type.getStridesAndOffset();
  bool hasNeighbours = false, areNeighboursRows = false;
  int64_t elements = 1;
  for (auto [expr, stride, extent] : llvm::zip_equal(map.getResults(), strides, type.getShape())) {
    if (extent == 1)
      continue;
    auto dim = dyn_cast<AffineDimExpr>(expr);
    bool isRow = dim && llvm::is_contained(rowLoops, dim.getPosition());
    if (!isRow)
      elements *= extent;
    if (stride == 1)
      (isRow && extent >= fewestNeighbours ? areNeighboursRows : hasNeighbours) = true;
  }
  return areNeighboursRows && !hasNeighbours && elements >= fewestElements;
}

namespace {

/// Grows a chain for one number of rows.
class ChainBuilder {
public:
  ChainBuilder(int64_t rows, int64_t block, int64_t span, BufferRoots &roots) : roots(roots) {
    chain.rows = rows;
    chain.block = block;
    chain.span = span;
  }

  /// Adds a group; false, and nothing has changed, where it does not fit.
  bool add(const KernelGroup &group);
  /// Whether the group reads what the chain makes.
  bool isReadBy(KernelGroup group) const;
  /// Finds what the chain alone uses.
  RowChain finish();

  int64_t countBlockBytes() const;
  int64_t countRowElements() const;
  /// Whether some rows may be worked on twice: nothing that is seen outside is read and written.
  bool mayRepeat() const;
  /// How many operands all rows of a block share.
  unsigned countShared() const { return numShared; }
  size_t size() const { return chain.groups.size(); }

private:
  /// How an op of the chain reaches a buffer.
  struct Use {
    Value buffer, whole;
    bool writes, isRowByRow;
  };
  using Loops = SmallVector<unsigned>;

  bool isWritten(Value whole, ArrayRef<Use> more = {}) const;
  std::optional<Loops> findLoops(KernelGroup &group) const;
  bool collectUses(linalg::LinalgOp op, const Loops &loops, SmallVectorImpl<Use> &found, unsigned &shared) const;
  bool mayShare(MemRefType type, AffineMap map, const Loops &loops) const;
  bool mayMove(KernelGroup group) const;

  BufferRoots &roots;
  RowChain chain;
  SmallVector<Use> uses;
  unsigned numShared = 0;
};

} // namespace

bool ChainBuilder::isWritten(Value whole, ArrayRef<Use> more) const {
  auto writes = [&](const Use &use) { return use.writes && use.whole == whole; };
  return llvm::any_of(uses, writes) || llvm::any_of(more, writes);
}

bool ChainBuilder::isReadBy(KernelGroup group) const {
  return llvm::any_of(group.getOps(), [&](linalg::LinalgOp op) {
    return llvm::any_of(op.getDpsInputOperands(), [&](OpOperand *input) { return isWritten(dropReshapes(input->get())); });
  });
}

/// The loops of the leader that number the row: along what the chain made before, or else along what the leader makes.
std::optional<SmallVector<unsigned>> ChainBuilder::findLoops(KernelGroup &group) const {
  auto leading = [&](linalg::LinalgOp op, OpOperand &operand) {
    return takeLeading(op.getMatchingIndexingMap(&operand), cast<MemRefType>(operand.get().getType()).getShape(), chain.rows);
  };
  for (OpOperand *input : group.leader.getDpsInputOperands())
    if (isWritten(dropReshapes(input->get())))
      return leading(group.leader, *input);
  if (group.epilogue)
    for (OpOperand *input : group.epilogue.getDpsInputOperands())
      if (isWritten(dropReshapes(input->get()))) {
        auto loops = leading(cast<linalg::LinalgOp>(group.epilogue.getOperation()), *input);
        SmallVector<unsigned> leaders = group.getEpilogueLoops();
        if (loops)
          for (unsigned &loop : *loops)
            loop = leaders[loop];
        return loops;
      }
  return leading(group.leader, *group.leader.getDpsInitOperand(0));
}

/// Whether the rows of a block may all read an operand of a sum: there are enough of them, and others read another part of it, as the
/// queries of a head its keys. What all rows read, as a layer's weights, is better read once for all of them.
bool ChainBuilder::mayShare(MemRefType type, AffineMap map, const Loops &loops) const {
  if (chain.block < fewestTogether || loops.size() < 2 || map.isFunctionOfDim(loops.back()))
    return false;
  int64_t parts = 1;
  for (auto [expr, extent] : llvm::zip_equal(map.getResults(), type.getShape()))
    if (auto dim = dyn_cast<AffineDimExpr>(expr); dim && llvm::is_contained(loops, dim.getPosition()))
      parts *= extent;
  return llvm::all_of(ArrayRef(loops).drop_back(), [&](unsigned loop) { return map.isFunctionOfDim(loop); }) &&
         type.getNumElements() * getElementBytes(type.getElementType()) / parts <= mostSharedBytes;
}

/// Lists how `op` reaches its buffers; false where one position of `loops` is no part of one. Counts what a block shares.
bool ChainBuilder::collectUses(linalg::LinalgOp op, const Loops &loops, SmallVectorImpl<Use> &found, unsigned &shared) const {
  llvm::SetVector<Value> inputs, readByBody;
  collectInputs(op, inputs);
  getUsedValuesDefinedAbove(op->getRegions(), readByBody);
  for (Value input : inputs) {
    auto type = dyn_cast<MemRefType>(input.getType());
    if (!type)
      continue;
    if (!type.hasStaticShape() || type.getNumElements() == 0)
      return false;
    for (OpOperand &operand : op->getOpOperands()) {
      if (operand.get() != input)
        continue;
      AffineMap map = op.getMatchingIndexingMap(&operand);
      if (!isPart(type, map, loops) || liesAcrossRows(type, map, loops))
        return false;
      // Each row would read all of it.
      if (op.isDpsInput(&operand) && llvm::any_of(llvm::seq<unsigned>(0, op.getNumLoops()), [&](unsigned loop) {
            return op.getIteratorTypesArray()[loop] == utils::IteratorType::reduction && map.isFunctionOfDim(loop);
          }))
        if (llvm::any_of(loops, [&](unsigned loop) { return !map.isFunctionOfDim(loop); })) {
          if (!mayShare(type, map, loops))
            return false;
          ++shared;
        }
      found.push_back({input, dropReshapes(input), op.isDpsInit(&operand), isRowByRow(input, map, loops)});
    }
    if (readByBody.contains(input)) // anywhere
      found.push_back({input, dropReshapes(input), false, false});
  }
  return true;
}

/// Whether what is in the chain may as well run where `group` does.
bool ChainBuilder::mayMove(KernelGroup group) const {
  SmallVector<Value> read, written;
  for (const Use &use : uses)
    (use.writes ? written : read).push_back(use.buffer);
  Operation *from = KernelGroup(chain.groups.back()).getOps().back(), *to = group.getOps().back();
  if (from->getBlock() != to->getBlock())
    return false;
  SmallVector<linalg::LinalgOp> own = group.getOps();
  for (Operation *op = from->getNextNode(); op != to; op = op->getNextNode()) {
    if (!op)
      return false;
    if (!llvm::is_contained(own, op) && !chain.loops.contains(op) && !commutes(op, read, written, roots))
      return false;
  }
  return true;
}

bool ChainBuilder::add(const KernelGroup &added) {
  KernelGroup group = added;
  if (group.leader.getNumDpsInits() == 0 || !group.leader.hasPureBufferSemantics() ||
      !isa<MemRefType>(group.leader.getDpsInits()[0].getType()))
    return false;
  std::optional<Loops> loops = findLoops(group);
  if (!loops || (!chain.groups.empty() && !mayMove(group)))
    return false;
  SmallVector<utils::IteratorType> iterators = group.leader.getIteratorTypesArray();
  SmallVector<int64_t> extents = group.leader.getStaticLoopRanges();
  int64_t rows = 1;
  for (unsigned loop : *loops) {
    if (iterators[loop] != utils::IteratorType::parallel)
      return false;
    rows *= extents[loop];
  }
  if (rows != chain.rows || (chain.span != 1 && extents[loops->back()] % chain.span != 0))
    return false;
  // The same loops in the ops around the leader.
  SmallVector<std::pair<linalg::LinalgOp, Loops>> ops;
  if (group.fill) {
    Loops own;
    AffineMap written = group.leader.getMatchingIndexingMap(group.leader.getDpsInitOperand(0));
    for (unsigned loop : *loops)
      own.push_back(*written.getResultPosition(getAffineDimExpr(loop, written.getContext())));
    ops.push_back({cast<linalg::LinalgOp>(group.fill.getOperation()), own});
  }
  ops.push_back({group.leader, *loops});
  if (group.epilogue) {
    Loops own;
    SmallVector<unsigned> leaders = group.getEpilogueLoops();
    for (unsigned loop : *loops)
      own.push_back(llvm::find(leaders, loop) - leaders.begin());
    ops.push_back({cast<linalg::LinalgOp>(group.epilogue.getOperation()), own});
  }
  SmallVector<Use> more;
  unsigned shared = 0;
  for (auto &[op, own] : ops)
    if (!collectUses(op, own, more, shared))
      return false;
  // What passes from one group to another must do so within a row.
  for (const Use &use : more)
    for (const Use &other : uses)
      if ((use.writes || other.writes) && roots.mayOverlap(use.buffer, other.buffer) &&
          !(use.whole == other.whole && use.isRowByRow && other.isRowByRow))
        return false;
  uses.append(more);
  if (countBlockBytes() > (chain.block == 1 ? mostRowBytes : mostBlockBytes)) {
    uses.truncate(uses.size() - more.size());
    return false;
  }
  for (auto &[op, own] : ops)
    chain.loops[op] = own;
  chain.groups.push_back(group);
  numShared += shared;
  return true;
}

int64_t ChainBuilder::countBlockBytes() const {
  SmallPtrSet<Value, 8> seen;
  int64_t bytes = 0;
  for (const Use &use : uses)
    if (auto type = cast<MemRefType>(use.buffer.getType()); use.writes && seen.insert(use.whole).second)
      bytes += type.getNumElements() * getElementBytes(type.getElementType()) / chain.rows * chain.block;
  return bytes;
}

bool ChainBuilder::mayRepeat() const {
  for (const KernelGroup &member : chain.groups) {
    KernelGroup group = member;
    for (linalg::LinalgOp op : group.getOps())
      for (OpOperand &init : op.getDpsInitsMutable())
        if (op.payloadUsesValueFromOperand(&init) && !(group.fill && op == group.leader))
          return false;
  }
  return llvm::all_of(uses, [&](const Use &write) {
    return !write.writes || llvm::is_contained(chain.locals, write.whole) || llvm::none_of(uses, [&](const Use &read) {
      return !read.writes && roots.mayOverlap(read.buffer, write.buffer);
    });
  });
}

int64_t ChainBuilder::countRowElements() const {
  int64_t most = 0;
  for (const auto &entry : chain.loops) {
    int64_t elements = 1;
    for (int64_t extent : cast<linalg::LinalgOp>(entry.first).getStaticLoopRanges())
      elements *= extent;
    most = std::max(most, elements / chain.rows);
  }
  return most;
}

int64_t RowChain::countLocalBytes() const {
  int64_t bytes = 0;
  for (Value local : locals) {
    auto type = cast<MemRefType>(local.getType());
    bytes += type.getNumElements() / rows * block * getElementBytes(type.getElementType());
  }
  return bytes;
}

/// Whether only ops of `chain` use `buffer`, whatever its dimensions.
static bool isUsedByChainOnly(Value buffer, const RowChain &chain) {
  return llvm::all_of(buffer.getUsers(), [&](Operation *user) {
    if (isa<memref::ExpandShapeOp, memref::CollapseShapeOp>(user))
      return isUsedByChainOnly(user->getResult(0), chain);
    return chain.loops.contains(user);
  });
}

RowChain ChainBuilder::finish() {
  for (const Use &use : uses)
    if (use.writes && use.whole.getDefiningOp<memref::AllocOp>() && !llvm::is_contained(chain.locals, use.whole) &&
        isUsedByChainOnly(use.whole, chain) &&
        llvm::all_of(uses, [&](const Use &other) { return other.whole != use.whole || other.isRowByRow; }))
      chain.locals.push_back(use.whole);
  return chain;
}

/// The numbers of rows that what `group` makes may be cut into, ascending.
static SmallVector<int64_t> listRows(const KernelGroup &group) {
  SmallVector<int64_t> counts;
  KernelGroup own = group;
  if (own.leader.getNumDpsInits() == 0)
    return counts;
  auto type = dyn_cast<MemRefType>(own.leader.getDpsInits()[0].getType());
  if (!type || !type.hasStaticShape())
    return counts;
  int64_t rows = 1;
  for (int64_t extent : type.getShape()) {
    rows *= extent;
    if (extent > 1 && rows >= fewestRows)
      counts.push_back(rows);
  }
  return counts;
}

namespace {

/// Finds the chains of a list of groups.
class ChainFinder {
public:
  ChainFinder(ArrayRef<KernelGroup> groups, BufferRoots &roots) : groups(groups), roots(roots), taken(groups.size()) {}
  std::vector<RowChain> find();

private:
  void grow(ChainBuilder &builder, size_t first, SmallVectorImpl<size_t> &added) const;
  std::optional<RowChain> findRows(size_t first, SmallVectorImpl<size_t> &members) const;
  std::optional<RowChain> findBlocks(size_t first, SmallVectorImpl<size_t> &members) const;

  ArrayRef<KernelGroup> groups;
  BufferRoots &roots;
  llvm::BitVector taken;
};

} // namespace

/// Adds group `first` and what fits of those that read what it makes; `added` are their numbers, none where not even the first fits.
void ChainFinder::grow(ChainBuilder &builder, size_t first, SmallVectorImpl<size_t> &added) const {
  if (!builder.add(groups[first]))
    return;
  added.push_back(first);
  unsigned passedOver = 0;
  for (size_t next = first + 1; next < groups.size() && passedOver <= mostPassedOver; ++next) {
    if (taken[next] || !builder.isReadBy(groups[next]) || !builder.add(groups[next])) {
      ++passedOver;
      continue;
    }
    added.push_back(next);
    passedOver = 0;
  }
}

/// The best chain of single rows that begins with group `first`.
std::optional<RowChain> ChainFinder::findRows(size_t first, SmallVectorImpl<size_t> &members) const {
  std::optional<ChainBuilder> best;
  bool isBestSmall = false;
  for (int64_t rows : listRows(groups[first])) {
    SmallVector<size_t> added;
    ChainBuilder builder(rows, /*block=*/1, /*span=*/1, roots);
    grow(builder, first, added);
    if (builder.size() < 2 || builder.countRowElements() < fewestElements)
      continue;
    // Long chains first; then the longest rows that a first-level cache holds, else the shortest.
    bool isSmall = rows >= enoughRows && builder.countBlockBytes() <= smallRowBytes;
    if (best && (builder.size() < best->size() || (builder.size() == best->size() && isBestSmall)))
      continue;
    best.emplace(std::move(builder));
    isBestSmall = isSmall;
    members = added;
  }
  if (!best)
    return std::nullopt;
  return best->finish();
}

/// The chain of the largest blocks that begins with group `first`, a product, and has another one: attention whose scores of a head are
/// more than a cache should hold.
std::optional<RowChain> ChainFinder::findBlocks(size_t first, SmallVectorImpl<size_t> &members) const {
  KernelGroup group = groups[first];
  if (group.leader.getNumDpsInits() != 1 || group.leader.getNumDpsInputs() != 2 || group.leader.getNumReductionLoops() != 1)
    return std::nullopt;
  auto type = dyn_cast<MemRefType>(group.leader.getDpsInits()[0].getType());
  if (!type || !type.hasStaticShape() || type.getRank() < 3)
    return std::nullopt;
  int64_t columns = type.getShape().back(), span = type.getDimSize(type.getRank() - 2);
  int64_t rowBytes = columns * getElementBytes(type.getElementType());
  if (span * rowBytes <= mostRowBytes || rowBytes > mostBlockBytes / fewestTogether)
    return std::nullopt;
  for (int64_t most = std::min(mostTogether, mostBlockBytes / rowBytes); most >= fewestTogether; most -= llvm::divideCeil(most, 16)) {
    // As many blocks as there must be, of one size.
    int64_t block = llvm::divideCeil(span, llvm::divideCeil(span, most));
    SmallVector<size_t> added;
    ChainBuilder builder(type.getNumElements() / columns, block, span, roots);
    grow(builder, first, added);
    if (builder.countShared() < 2)
      continue;
    RowChain chain = builder.finish();
    if (!builder.mayRepeat())
      return std::nullopt;
    members = added;
    return chain;
  }
  return std::nullopt;
}

std::vector<RowChain> ChainFinder::find() {
  std::vector<RowChain> chains;
  for (size_t first = 0; first < groups.size(); ++first) {
    if (taken[first])
      continue;
    SmallVector<size_t> members;
    std::optional<RowChain> chain = findRows(first, members);
    if (!chain)
      chain = findBlocks(first, members);
    if (chain) {
      for (size_t member : members)
        taken.set(member);
      chains.push_back(std::move(*chain));
      continue;
    }
    RowChain &alone = chains.emplace_back();
    alone.groups.push_back(groups[first]);
  }
  return chains;
}

std::vector<RowChain> collectRowChains(ArrayRef<KernelGroup> groups, BufferRoots &roots) { return ChainFinder(groups, roots).find(); }

} // namespace sconce::codegen
