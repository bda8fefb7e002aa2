// Makes one kernel of many that differ in numbers alone.
//
// The layers of a densely connected net differ in how many channels they read: 58 convolutions of DenseNet-121 are two kernels but
// for the bounds and strides of their loops, and compiling each by itself is most of the time of its first call. Such numbers become
// arguments. Code with numbers it knows is a little better, so kernels of few likes stay as they are, but for those that prepare
// weights: they run once, and compiling one takes longer than that.
// Requires: kernels of loops and vectors. Ensures: nothing beyond that.

#include "codegen/Strategies/Passes.h"
#include "codegen/Transforms/HoistWeights.h"
#include "codegen/Transforms/KernelHash.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;
namespace sconce::codegen {
#define GEN_PASS_DEF_GENERALIZEKERNELSPASS
#include "codegen/Strategies/Passes.h.inc"

namespace {

/// The constants of a kernel that may become arguments, in the order of its operations.
using Numbers = SmallVector<arith::ConstantOp>;

bool isNumber(Operation *op) {
  auto constant = dyn_cast<arith::ConstantOp>(op);
  return constant && constant.getType().isIndex();
}

int64_t valueOf(arith::ConstantOp number) { return cast<IntegerAttr>(number.getValue()).getInt(); }

Numbers listNumbers(func::FuncOp kernel) {
  Numbers numbers;
  kernel.walk([&](Operation *op) {
    if (isNumber(op))
      numbers.push_back(cast<arith::ConstantOp>(op));
  });
  return numbers;
}

bool areLike(Region &a, Region &b, DenseMap<Value, Value> &twins);

/// Whether two ops do the same with the same, but for numbers; `twins` has what stands for each value of the first.
bool areLike(Operation &a, Operation &b, DenseMap<Value, Value> &twins) {
  if (a.getName() != b.getName() || a.getResultTypes() != b.getResultTypes() || a.getNumOperands() != b.getNumOperands() ||
      a.getNumRegions() != b.getNumRegions() || a.getNumSuccessors() != 0)
    return false;
  if (!(isNumber(&a) && isNumber(&b)) && (a.getRawDictionaryAttrs() != b.getRawDictionaryAttrs() ||
                                          !a.getName().compareOpProperties(a.getPropertiesStorage(), b.getPropertiesStorage())))
    return false;
  for (auto [mine, other] : llvm::zip_equal(a.getOperands(), b.getOperands()))
    if (twins.lookup(mine) != other)
      return false;
  for (auto [mine, other] : llvm::zip_equal(a.getResults(), b.getResults()))
    twins[mine] = other;
  for (auto [mine, other] : llvm::zip_equal(a.getRegions(), b.getRegions()))
    if (!areLike(mine, other, twins))
      return false;
  return true;
}

bool areLike(Region &a, Region &b, DenseMap<Value, Value> &twins) {
  if (!llvm::hasNItemsOrLess(a, 1) || !llvm::hasNItemsOrLess(b, 1) || a.empty() != b.empty())
    return false;
  if (a.empty())
    return true;
  Block &mine = a.front(), &other = b.front();
  if (mine.getArgumentTypes() != other.getArgumentTypes() || mine.getOperations().size() != other.getOperations().size())
    return false;
  for (auto [first, second] : llvm::zip_equal(mine.getArguments(), other.getArguments()))
    twins[first] = second;
  return llvm::all_of(llvm::zip_equal(mine, other), [&](auto pair) { return areLike(std::get<0>(pair), std::get<1>(pair), twins); });
}

bool areLike(func::FuncOp a, func::FuncOp b) {
  DenseMap<Value, Value> twins;
  return a.getFunctionType() == b.getFunctionType() && a.getArgAttrsAttr() == b.getArgAttrsAttr() &&
         a->hasAttr(loadsAttrName) == b->hasAttr(loadsAttrName) && areLike(a.getBody(), b.getBody(), twins);
}

struct GeneralizeKernelsPass : impl::GeneralizeKernelsPassBase<GeneralizeKernelsPass> {
  using Base::Base;
  void runOnOperation() override {
    llvm::MapVector<size_t, SmallVector<SmallVector<func::FuncOp>>> byHash;
    for (auto kernel : getOperation().getOps<func::FuncOp>()) {
      if (!kernel->hasAttr("sconce.kernel"))
        continue;
      auto &sets = byHash[hashKernel(kernel, isNumber)];
      auto set = llvm::find_if(sets, [&](auto &likes) { return areLike(likes.front(), kernel); });
      (set == sets.end() ? sets.emplace_back() : *set).push_back(kernel);
    }
    llvm::StringMap<SmallVector<func::CallOp>> calls;
    getOperation().walk([&](func::CallOp call) { calls[call.getCallee()].push_back(call); });
    for (auto &[hash, sets] : byHash)
      for (ArrayRef<func::FuncOp> likes : sets)
        if (static_cast<int64_t>(likes.size()) >= (likes.front()->hasAttr(loadsAttrName) ? 2 : fewest) && succeeded(generalize(likes, calls)))
          numGeneralized += likes.size() - 1;
  }

  /// Leaves the first of `likes`, with an argument for each number in which they differ.
  LogicalResult generalize(ArrayRef<func::FuncOp> likes, llvm::StringMap<SmallVector<func::CallOp>> &calls) {
    SmallVector<Numbers> numbers = llvm::map_to_vector(likes, listNumbers);
    func::FuncOp kernel = likes.front();
    // By the values that a number has in each of them: those that vary together are one argument.
    std::map<SmallVector<int64_t>, SmallVector<arith::ConstantOp>> varying;
    for (size_t i = 0; i < numbers.front().size(); ++i) {
      auto values = llvm::map_to_vector(numbers, [&](Numbers &of) { return valueOf(of[i]); });
      if (!llvm::all_equal(values))
        varying[values].push_back(numbers.front()[i]);
    }
    if (static_cast<int64_t>(varying.size()) > mostArguments)
      return failure();
    OpBuilder builder = OpBuilder::atBlockBegin(&kernel.front());
    for (auto &[values, constants] : varying) {
      unsigned place = kernel.getNumArguments();
      if (failed(kernel.insertArgument(place, builder.getI64Type(), {}, kernel.getLoc())))
        return failure();
      Value number = arith::IndexCastOp::create(builder, kernel.getLoc(), builder.getIndexType(), kernel.getArgument(place));
      for (arith::ConstantOp constant : constants) {
        constant.replaceAllUsesWith(number);
        constant.erase();
      }
      for (auto [like, value] : llvm::zip_equal(SmallVector<func::FuncOp>(likes), values))
        for (func::CallOp call : calls[like.getName()]) {
          OpBuilder caller(call);
          call->insertOperands(call->getNumOperands(),
                               LLVM::ConstantOp::create(caller, call.getLoc(), caller.getI64IntegerAttr(value)).getResult());
        }
    }
    for (func::FuncOp like : likes.drop_front()) {
      for (func::CallOp call : calls[like.getName()])
        call.setCallee(kernel.getName());
      like.walk([&](func::CallOp call) { llvm::erase(calls[call.getCallee()], call); });
      like.erase();
    }
    return success();
  }
};
} // namespace
} // namespace sconce::codegen
