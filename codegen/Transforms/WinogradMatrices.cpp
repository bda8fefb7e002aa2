#include "codegen/Transforms/WinogradMatrices.h"

#include <cassert>
#include <cmath>

namespace sconce::codegen {

/// The places besides infinity: numbers and their negatives, which share much of what they take, and powers of two, whose powers are exact.
static std::vector<double> choosePlaces(int64_t points) {
  switch (points) {
  case 1:
    return {};
  case 2:
    return {0};
  case 3:
    return {0, 1};
  case 4:
    return {0, 1, -1};
  case 5:
    return {0, 1, -1, 2};
  case 6:
    return {0, 1, -1, 2, -2};
  default:
    assert((points == 7 || points == 8) && "no places for so many points");
    return {0, 1, -1, 2, -2, 0.5, -0.5};
  }
}

/// The coefficients of the product of (x - place) for all places but the one at `without`, from that of x⁰ on.
static std::vector<double> multiplyRoots(const std::vector<double> &places, size_t without) {
  std::vector<double> product = {1};
  for (size_t q = 0; q < places.size(); ++q) {
    if (q == without)
      continue;
    product.push_back(0);
    for (size_t i = product.size(); i-- > 0;)
      product[i] = (i > 0 ? product[i - 1] : 0) - places[q] * product[i];
  }
  return product;
}

/// Writes the matrices of F(tile, taps) at stride 1 into those of a whole line: from point `first` on, for every stride-th number of a
/// patch and every stride-th tap from `phase` on.
static void addPhase(WinogradMatrices &matrices, size_t first, int64_t tile, int64_t taps, int64_t phase, int64_t stride) {
  const std::vector<double> places = choosePlaces(tile + taps - 1);
  for (size_t p = 0; p < static_cast<size_t>(tile + taps - 1); ++p) {
    const bool isInfinity = p == places.size();
    std::vector<double> row = multiplyRoots(places, p);
    double scale = 1;
    for (size_t q = 0; q < places.size() && !isInfinity; ++q)
      scale *= q == p ? 1 : places[p] - places[q];
    for (size_t i = 0; i < row.size(); ++i)
      matrices.b[first + p][phase + i * stride] = row[i];
    for (int64_t i = 0; i < tile; ++i)
      matrices.a[i][first + p] = isInfinity ? (i == tile - 1) : std::pow(places[p], i);
    for (int64_t k = 0; k < taps; ++k)
      matrices.g[first + p][phase + k * stride] = isInfinity ? (k == taps - 1) : std::pow(places[p], k) / scale;
  }
}

WinogradMatrices makeWinogradMatrices(int64_t tile, int64_t taps, int64_t stride) {
  const size_t patch = (tile - 1) * stride + taps; // as many as points
  WinogradMatrices matrices = {Matrix(tile, std::vector<double>(patch)), Matrix(patch, std::vector<double>(patch)),
                               Matrix(patch, std::vector<double>(taps))};
  size_t first = 0;
  for (int64_t phase = 0; phase < stride && phase < taps; ++phase) {
    int64_t own = (taps - phase + stride - 1) / stride;
    addPhase(matrices, first, tile, own, phase, stride);
    first += tile + own - 1;
  }
  return matrices;
}

} // namespace sconce::codegen
