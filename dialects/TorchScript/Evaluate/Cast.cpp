#include "dialects/TorchScript/Evaluate/Call.h"

using namespace sconce;
using namespace sconce::ts;

namespace {

void evaluateConvert(EvalCall &call) {
  rt::Dtype dtype = call.dtype(1);
  if (call.isTensor(0)) {
    rt::Tensor x = call.tensor(0);
    if (call.isGood())
      call.give(x.convert(dtype));
    return;
  }
  rt::Tensor x = rt::Tensor::scalar(call.scalar(0), dtype);
  if (call.require(x.defined(), "not enough memory"))
    call.give(x.loadNumber({}));
}

/// Of dtypes of another size: the last dimension lies side by side and its bytes are a multiple of the new size.
void evaluateBitcast(EvalCall &call) {
  rt::Tensor x = call.tensor(0);
  rt::Dtype dtype = call.dtype(1);
  if (!call.isGood())
    return;
  int64_t before = rt::itemSize(x.dtype()), after = rt::itemSize(dtype);
  std::vector<int64_t> sizes = x.sizes(), strides = x.strides();
  if (before != after) {
    if (!call.require(!sizes.empty() && strides.back() == 1, "the last dimension does not lie side by side"))
      return;
    auto scale = [&](int64_t &count) {
      int64_t bytes;
      if (!call.require(!__builtin_mul_overflow(count, before, &bytes) && bytes % after == 0,
                        "sizes or strides are no multiple of the new element"))
        return false;
      count = bytes / after;
      return true;
    };
    for (size_t i = 0; i + 1 < strides.size(); ++i)
      if (!scale(strides[i]))
        return;
    if (!scale(sizes.back()))
      return;
  }
  int64_t byteOffset = x.offset() * before;
  if (call.require(byteOffset % after == 0, "the offset is no multiple of the new element"))
    call.give(rt::Tensor::view(x.storage(), dtype, byteOffset / after, sizes, strides));
}

} // namespace

void ts::addCastEvaluators(EvaluatorTable &table) {
  table["bitcast"] = evaluateBitcast;
  table["convert"] = evaluateConvert;
}
