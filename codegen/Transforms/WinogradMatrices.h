/// The matrices of Winograd's algorithm for lines of a convolution.
#ifndef SCONCE_CODEGEN_TRANSFORMS_WINOGRADMATRICES_H
#define SCONCE_CODEGEN_TRANSFORMS_WINOGRADMATRICES_H

#include <cstdint>
#include <vector>

namespace sconce::codegen {

/// Rows of numbers.
using Matrix = std::vector<std::vector<double>>;

/// `tile` neighbouring results of a line, y[i] = Σ d[i * stride + k] w[k], are Aᵀ ((G w) ⊙ (Bᵀ d)): as many products of pairs as there are
/// points. The numbers of Aᵀ and Bᵀ are exact in f32, those of G are rounded to f64.
struct WinogradMatrices {
  Matrix a; ///< Aᵀ, [tile, points]
  Matrix b; ///< Bᵀ, [points, patch]
  Matrix g; ///< G, [points, taps]
};

/// After Toom and Cook: a line of `tile + taps - 1` numbers is a polynomial's coefficients, and each point is a place where it is evaluated:
/// 0, 1, -1, 2, -2, infinity as far as needed, of 7 points 1/2 and -1/2 instead of infinity, of 8 both. At a stride, each phase of the taps, those that
/// meet every stride-th number, has points of its own, whose products are added. Takes up to 8 points for each phase.
WinogradMatrices makeWinogradMatrices(int64_t tile, int64_t taps, int64_t stride);

/// In elements of a cache line, of the caches of all targets.
inline constexpr int64_t lineElements = 16;

/// How far apart points of so many elements should lie. Transforms touch all points of a tile at once, so it is an odd number of cache
/// lines: then they fall into different sets of a first-level cache, however many tiles there are.
inline int64_t spacePoints(int64_t elements) { return ((elements + lineElements - 1) / lineElements | 1) * lineElements; }

} // namespace sconce::codegen

#endif
