//===- Compare.h - Are two results close ----------------------------------===//
#pragma once

#include "runtime/Value.h"

#include <optional>
#include <string>

namespace sconce::driver {

struct Tolerance {
  double relative = 1e-5;
  double absolute = 1e-8;
};

/// Compares as PyTorch's assert_close does: structure, dtype and shape exactly, floating values within
/// |actual - expected| <= absolute + relative * |expected|, NaN equal to NaN. Returns none when they are close, else
/// a sentence that names the first element that differs and by how much.
std::optional<std::string> findDifference(const rt::Value &actual, const rt::Value &expected, Tolerance tolerance);

} // namespace sconce::driver
