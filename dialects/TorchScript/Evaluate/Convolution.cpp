#include "dialects/TorchScript/Evaluate/Call.h"
#include "dialects/TorchScript/Evaluate/Domain.h"
#include "dialects/TorchScript/Evaluate/Places.h"

#include <algorithm>

using namespace sconce;
using namespace sconce::ts;

namespace {

struct Convolution {
  std::vector<WindowAxis> axes;
  std::vector<int64_t> outSpatial;
  int64_t batch, channels, outChannels, groups;

  /// Adds to the plane of one output channel what one input channel gives under one element of the kernel.
  template <typename T>
  void accumulate(const T *plane, T weight, T *to, const std::vector<int64_t> &kernelIndex) const {
    int64_t flat = 0;
    rt::forEachIndex(outSpatial, [&](rt::Index place) {
      int64_t from = 0;
      for (size_t i = 0; i < axes.size() && from >= 0; ++i) {
        int64_t at = axes[i].elementAt(place[i], kernelIndex[i]);
        from = at < 0 ? -1 : from * axes[i].extent + at;
      }
      if (from >= 0)
        to[flat] = plus(to[flat], times(plane[from], weight));
      ++flat;
    });
  }

  template <typename T> void run(llvm::ArrayRef<T> x, llvm::ArrayRef<T> w, llvm::MutableArrayRef<T> result) const {
    std::fill(result.begin(), result.end(), T());
    int64_t inPlane = 1, outPlane = 1;
    std::vector<int64_t> kernel;
    for (size_t i = 0; i < axes.size(); ++i) {
      inPlane = wrapMul(inPlane, axes[i].extent); // wraps only beside an extent of 0
      outPlane = wrapMul(outPlane, outSpatial[i]);
      kernel.push_back(axes[i].window);
    }
    if (outPlane == 0)
      return;
    int64_t groupChannels = channels / groups, groupOut = outChannels / groups;
    std::vector<int64_t> kernelIndex(axes.size());
    for (int64_t n = 0; n < batch; ++n)
      for (int64_t o = 0; o < outChannels; ++o) {
        const T *weight = w.data() + o * (w.size() / outChannels);
        T *to = result.data() + (n * outChannels + o) * outPlane;
        for (int64_t c = 0; c < groupChannels; ++c) {
          const T *plane = x.data() + (n * channels + o / groupOut * groupChannels + c) * inPlane;
          rt::forEachIndex(kernel, [&](rt::Index k) {
            kernelIndex.assign(k.begin(), k.end());
            accumulate(plane, *weight++, to, kernelIndex);
          });
        }
      }
  }
};

void evaluateConvolve(EvalCall &call) {
  rt::Tensor x = call.tensor(0), w = call.tensor(1);
  std::vector<int64_t> stride = call.ints(2), low = call.ints(3), high = call.ints(4), dilation = call.ints(5), spread = call.ints(6);
  int64_t groups = call.integer(7);
  if (!call.isGood() || !call.require(x.dtype() == w.dtype(), "operands have different dtypes") ||
      !call.require(x.rank() >= 3 && w.rank() == x.rank(), "operands of different or too small rank"))
    return;
  size_t spatial = x.rank() - 2;
  for (const auto *list : {&stride, &low, &high, &dilation, &spread})
    if (!call.require(list->size() == spatial, "not one entry for each spatial dimension"))
      return;
  Convolution convolution{{}, {}, x.size(0), x.size(1), w.size(0), groups};
  int64_t expected;
  if (!call.require(groups > 0 && w.size(0) % groups == 0 && !__builtin_mul_overflow(w.size(1), groups, &expected) && expected == x.size(1),
                    "channels do not fit the groups"))
    return;
  std::vector<int64_t> sizes = {x.size(0), w.size(0)};
  for (size_t i = 0; i < spatial; ++i) {
    WindowAxis axis{x.size(i + 2), w.size(i + 2), stride[i], low[i], high[i], dilation[i], spread[i]};
    if (!call.require(axis.stride > 0 && axis.dilation > 0 && axis.inputDilation > 0, "strides and dilations are not positive"))
      return;
    std::optional<int64_t> places = axis.places();
    if (!call.require(places.has_value(), "sizes are too large"))
      return;
    convolution.axes.push_back(axis);
    convolution.outSpatial.push_back(*places);
    sizes.push_back(*places);
  }
  std::vector<int64_t> work = sizes;
  work.insert(work.end(), w.sizes().begin() + 1, w.sizes().end());
  if (!call.isAffordable(work))
    return;
  rt::Dtype domain = domainOf(x.dtype());
  rt::Tensor input = widened(x, domain), weight = widened(w, domain), result = rt::Tensor::empty(domain, sizes);
  if (!call.require(input && weight && result, "not enough memory"))
    return;
  inDomain(domain, [&](auto zero) {
    using T = decltype(zero);
    convolution.run<T>(elementsOf<T>(input), elementsOf<T>(weight), elementsOf<T>(result));
  });
  call.give(narrowed(result, x.dtype()));
}

} // namespace

void ts::addConvolutionEvaluators(EvaluatorTable &table) { table["convolve"] = evaluateConvolve; }
