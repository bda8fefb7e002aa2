#include "dialects/TorchScript/Evaluate/Call.h"
#include "dialects/TorchScript/Evaluate/Domain.h"

#include "runtime/Decomposition.h"

#include <algorithm>

using namespace sconce;
using namespace sconce::ts;

namespace {

/// One operand with its dimensions grouped: batch, free, contracted.
struct Grouped {
  std::vector<int64_t> batch, contract, freeSizes;
  std::vector<int64_t> order;
  int64_t freeElements = 1;

  Grouped(EvalCall &call, const rt::Tensor &x, std::vector<int64_t> batchDims, std::vector<int64_t> contractDims, bool contractLast)
      : batch(std::move(batchDims)), contract(std::move(contractDims)) {
    std::vector<int64_t> bound = batch;
    bound.insert(bound.end(), contract.begin(), contract.end());
    if (!call.areDims(bound, x))
      return;
    std::vector<int64_t> free;
    for (int64_t i = 0; i < x.rank(); ++i)
      if (!llvm::is_contained(bound, i)) {
        free.push_back(i);
        freeSizes.push_back(x.size(i));
        freeElements = wrapMul(freeElements, x.size(i)); // wraps only beside an extent of 0
      }
    order = batch;
    const std::vector<int64_t> &second = contractLast ? free : contract, &third = contractLast ? contract : free;
    order.insert(order.end(), second.begin(), second.end());
    order.insert(order.end(), third.begin(), third.end());
  }
};

/// result[batch, m, n] = sum over k of a[batch, m, k] * b[batch, k, n].
template <typename T>
void multiply(llvm::ArrayRef<T> a, llvm::ArrayRef<T> b, llvm::MutableArrayRef<T> result, int64_t batch, int64_t m, int64_t n, int64_t k) {
  std::fill(result.begin(), result.end(), T());
  for (int64_t g = 0; g < batch; ++g)
    for (int64_t i = 0; i < m; ++i) {
      T *to = result.data() + (g * m + i) * n;
      for (int64_t c = 0; c < k; ++c) {
        T factor = a[(g * m + i) * k + c];
        const T *row = b.data() + (g * k + c) * n;
        for (int64_t j = 0; j < n; ++j)
          to[j] = plus(to[j], times(factor, row[j]));
      }
    }
}

void evaluateContract(EvalCall &call) {
  rt::Tensor a = call.tensor(0), b = call.tensor(1);
  std::vector<int64_t> aBatch = call.ints(2), bBatch = call.ints(3), aContract = call.ints(4), bContract = call.ints(5);
  if (!call.isGood() || !call.require(a.dtype() == b.dtype(), "operands have different dtypes") ||
      !call.require(aBatch.size() == bBatch.size() && aContract.size() == bContract.size(), "dimensions do not pair up"))
    return;
  Grouped left(call, a, aBatch, aContract, /*contractLast=*/true), right(call, b, bBatch, bContract, /*contractLast=*/false);
  if (!call.isGood())
    return;
  int64_t batch = 1, contracted = 1;
  std::vector<int64_t> sizes;
  for (size_t i = 0; i < aBatch.size(); ++i) {
    if (!call.require(a.size(aBatch[i]) == b.size(bBatch[i]), "batch extents differ"))
      return;
    sizes.push_back(a.size(aBatch[i]));
    batch = wrapMul(batch, sizes.back());
  }
  for (size_t i = 0; i < aContract.size(); ++i) {
    if (!call.require(a.size(aContract[i]) == b.size(bContract[i]), "contracted extents differ"))
      return;
    contracted = wrapMul(contracted, a.size(aContract[i]));
  }
  sizes.insert(sizes.end(), left.freeSizes.begin(), left.freeSizes.end());
  sizes.insert(sizes.end(), right.freeSizes.begin(), right.freeSizes.end());
  if (!call.isAffordable({batch, left.freeElements, right.freeElements, contracted}))
    return;
  rt::Dtype domain = domainOf(a.dtype());
  rt::Tensor x = widened(a.permute(left.order), domain), y = widened(b.permute(right.order), domain);
  rt::Tensor result = rt::Tensor::empty(domain, sizes);
  if (!call.require(x && y && result, "not enough memory"))
    return;
  inDomain(domain, [&](auto zero) {
    using T = decltype(zero);
    multiply<T>(elementsOf<T>(x), elementsOf<T>(y), elementsOf<T>(result), batch, left.freeElements, right.freeElements, contracted);
  });
  call.give(narrowed(result, a.dtype()));
}

void evaluateDecompose(EvalCall &call) {
  rt::Tensor x = call.tensor(0);
  auto kind = llvm::StringSwitch<std::optional<rt::Decomposition>>(call.word(1))
                  .Case("hermitian", rt::Decomposition::Hermitian)
                  .Case("hermitian_upper", rt::Decomposition::HermitianUpper)
                  .Case("general", rt::Decomposition::General)
                  .Case("singular", rt::Decomposition::Singular)
                  .Case("ldl", rt::Decomposition::Ldl)
                  .Case("ldl_hermitian", rt::Decomposition::HermitianLdl)
                  .Default(std::nullopt);
  if (!call.isGood() || !call.require(x.rank() == 3 && x.dtype() == rt::Dtype::Complex128, "takes matrices of complex128 in a batch") ||
      !call.require(kind.has_value(), "there is no such decomposition"))
    return;
  int64_t batch = x.size(0), m = x.size(1), n = x.size(2);
  if (!call.require(m == n || (m > n && *kind == rt::Decomposition::Singular), "the matrix has the wrong shape") ||
      !call.isAffordable({batch, m, m, m, 30}))
    return;
  rt::Tensor left = rt::Tensor::empty(x.dtype(), {batch, m, m}), values = rt::Tensor::empty(x.dtype(), {batch, n});
  rt::Tensor right = rt::Tensor::empty(x.dtype(), {batch, n, n}), dense = x.contiguous();
  if (!call.require(dense && left && values && right, "not enough memory"))
    return;
  rt::Status status = rt::decompose(nullptr, *kind, dense, left, values, right);
  if (!call.require(status.ok(), status.message))
    return;
  call.give(left);
  call.give(values);
  call.give(right);
}

} // namespace

void ts::addMatmulEvaluators(EvaluatorTable &table) {
  table["contract"] = evaluateContract;
  table["decompose"] = evaluateDecompose;
}
