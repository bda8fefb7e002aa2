#include "dialects/TorchScript/Evaluate/Call.h"
#include "dialects/TorchScript/Evaluate/Domain.h"

using namespace sconce;
using namespace sconce::ts;

namespace {

void evaluateFirstOutside(EvalCall &call) {
  rt::Tensor x = call.tensor(0);
  rt::Value low = call.scalar(1), high = call.scalar(2);
  if (!call.isGood() || !call.require(x.dtype() == rt::Dtype::Int64, "not int64"))
    return;
  rt::Tensor elements = x.contiguous();
  if (call.require(elements.defined(), "not enough memory"))
    call.give(rt::Value::ofInt(elements.firstOutside(low.asInt(), high.asInt())));
}

void evaluateFull(EvalCall &call) {
  std::vector<int64_t> sizes = call.ints(0);
  rt::Value value = call.scalar(1);
  rt::Dtype dtype = call.dtype(2);
  if (!call.isGood())
    return;
  rt::Tensor one = rt::Tensor::scalar(value, dtype), result = rt::Tensor::empty(dtype, sizes);
  if (!call.require(one && result, "not enough memory, or negative sizes"))
    return;
  result.copyFrom(rt::Tensor::view(one.storage(), dtype, 0, sizes, std::vector<int64_t>(sizes.size(), 0)));
  call.give(result);
}

void evaluateIota(EvalCall &call) {
  int64_t size = call.integer(0);
  rt::Dtype dtype = call.dtype(1);
  if (!call.isGood())
    return;
  rt::Tensor numbers = rt::Tensor::empty(rt::Dtype::Int64, {size});
  if (!call.require(numbers.defined(), "not enough memory, or a negative size"))
    return;
  int64_t next = 0;
  for (int64_t &number : elementsOf<int64_t>(numbers))
    number = next++;
  call.give(narrowed(numbers, dtype));
}

void evaluateTensorOf(EvalCall &call) {
  rt::Value value = call.scalar(0);
  if (call.isGood())
    call.give(rt::Tensor::scalar(value));
}

void evaluateItem(EvalCall &call) {
  rt::Tensor x = call.tensor(0);
  if (call.isGood() && call.require(x.rank() == 0, "not 0-dimensional"))
    call.give(x.loadNumber({}));
}

void evaluateDim(EvalCall &call) {
  rt::Tensor x = call.tensor(0);
  int64_t dim = call.integer(1);
  if (call.isGood() && call.isDim(dim, x))
    call.give(rt::Value::ofInt(x.size(dim)));
}

} // namespace

void ts::addCreateEvaluators(EvaluatorTable &table) {
  table["dim"] = evaluateDim;
  table["first_outside"] = evaluateFirstOutside;
  table["full"] = evaluateFull;
  table["iota"] = evaluateIota;
  table["item"] = evaluateItem;
  table["tensor_of"] = evaluateTensorOf;
}
