// Places of a window over padded, spread dimensions.

#ifndef SCONCE_DIALECTS_TORCHSCRIPT_EVALUATE_PLACES_H
#define SCONCE_DIALECTS_TORCHSCRIPT_EVALUATE_PLACES_H

#include <cstdint>
#include <optional>

namespace sconce::ts {

/// One dimension of a window.
struct WindowAxis {
  int64_t extent = 1; ///< of the input
  int64_t window = 1;
  int64_t stride = 1;
  int64_t padLow = 0;
  int64_t padHigh = 0;
  int64_t dilation = 1;
  int64_t inputDilation = 1;

  /// How many places the window has; nullopt when numbers overflow.
  std::optional<int64_t> places() const {
    int64_t input = 0, kernel = 0;
    if (spread(extent, inputDilation, input) || spread(window, dilation, kernel) ||
        __builtin_add_overflow(input, padLow, &input) || __builtin_add_overflow(input, padHigh, &input))
      return std::nullopt;
    return input < kernel ? 0 : (input - kernel) / stride + 1;
  }

  /// The input's element under element `k` of the window at `place`; -1 on padding and between spread elements.
  int64_t elementAt(int64_t place, int64_t k) const {
    int64_t at = place * stride + k * dilation - padLow;
    if (at < 0 || at % inputDilation != 0)
      return -1;
    at /= inputDilation;
    return at < extent ? at : -1;
  }

private:
  static bool spread(int64_t count, int64_t dilation, int64_t &result) {
    if (count == 0)
      return false;
    return __builtin_mul_overflow(count - 1, dilation, &result) || __builtin_add_overflow(result, int64_t(1), &result);
  }
};

} // namespace sconce::ts

#endif
