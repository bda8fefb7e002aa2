// Sorting: by the runtime, whose order of equal elements is part of what the primitive means.

#include "dialects/TorchScript/Evaluate/Call.h"

#include "runtime/Sort.h"

using namespace sconce;
using namespace sconce::ts;

static std::optional<rt::SortKind> sortKind(llvm::StringRef word) {
  return llvm::StringSwitch<std::optional<rt::SortKind>>(word)
      .Case("stable", rt::SortKind::Stable)
      .Case("sort", rt::SortKind::Sort)
      .Case("topk", rt::SortKind::Top)
      .Case("topk_unsorted", rt::SortKind::TopUnsorted)
      .Case("kthvalue", rt::SortKind::Kth)
      .Default(std::nullopt);
}

static void evaluateSort(EvalCall &call) {
  rt::Tensor x = call.tensor(0);
  int64_t dim = call.integer(1);
  rt::SortOrder order;
  order.descending = call.boolean(2);
  std::optional<rt::SortKind> kind = sortKind(call.word(3));
  order.k = call.integer(4);
  if (!call.isGood() || !call.isDim(dim, x) || !call.require(!rt::isComplex(x.dtype()), "not for complex numbers") ||
      !call.require(kind.has_value(), "there is no such kind of sort"))
    return;
  order.kind = *kind;
  rt::Tensor values = rt::Tensor::empty(x.dtype(), x.sizes()), places = rt::Tensor::empty(rt::Dtype::Int64, x.sizes());
  if (!call.require(values && places, "not enough memory") ||
      !call.require(rt::sortTensor(nullptr, x, dim, order, values, places).ok(), "not enough memory"))
    return;
  call.give(values);
  call.give(places);
}

void ts::addSortEvaluators(EvaluatorTable &table) { table["sort"] = evaluateSort; }
