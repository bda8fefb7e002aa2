// Extents of what a window that moves over a padded dimension gives.

#ifndef SCONCE_DIALECTS_TORCHSCRIPT_IR_WINDOW_H
#define SCONCE_DIALECTS_TORCHSCRIPT_IR_WINDOW_H

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/Support/MathExtras.h"

namespace sconce::ts {

/// One dimension of a window.
struct WindowDim {
  int64_t window = 1;
  int64_t stride = 1;
  int64_t padLow = 0;
  int64_t padHigh = 0;
  int64_t dilation = 1;
  int64_t inputDilation = 1;
};

/// How many places the window has in an input of `extent` elements: kDynamic where that is not known, nullopt where numbers
/// overflow. 0 when the window does not fit.
inline std::optional<int64_t> windowPlaces(int64_t extent, const WindowDim &dim) {
  if (mlir::ShapedType::isDynamic(extent) || mlir::ShapedType::isDynamic(dim.window))
    return mlir::ShapedType::kDynamic;
  auto spread = [](int64_t count, int64_t dilation, int64_t &result) {
    if (count == 0) {
      result = 0;
      return false;
    }
    return llvm::MulOverflow(count - 1, dilation, result) || llvm::AddOverflow(result, int64_t(1), result);
  };
  int64_t input, kernel;
  if (spread(extent, dim.inputDilation, input) || spread(dim.window, dim.dilation, kernel) ||
      llvm::AddOverflow(input, dim.padLow, input) || llvm::AddOverflow(input, dim.padHigh, input))
    return std::nullopt;
  return input < kernel ? 0 : (input - kernel) / dim.stride + 1;
}

} // namespace sconce::ts

#endif
