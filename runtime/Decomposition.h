/// Eigenvalues and singular values of dense matrices.
#ifndef SCONCE_RUNTIME_DECOMPOSITION_H
#define SCONCE_RUNTIME_DECOMPOSITION_H

#include "runtime/Context.h"
#include "runtime/Status.h"
#include "runtime/Tensor.h"

namespace sconce::rt {

enum class Decomposition {
  Hermitian,      ///< a = left diag(values) left^H; reads the lower triangle; values rise
  General,        ///< a left = left diag(values); right gets nothing
  Singular,       ///< a = left diag(values) right^H; values fall; left and right are square
  Ldl,            ///< a = L D L^T, packed into left as LAPACK does, the pivots in values
  HermitianLdl,   ///< a = L D L^H, likewise; both read the lower triangle
  HermitianUpper, ///< as Hermitian, from the upper triangle
};

/// Decomposes each matrix of `source` [batch, m, n], all tensors contiguous and
/// complex128, with m >= n (m = n but for singular values): `left` [batch, m, m],
/// `values` [batch, n], `right` [batch, n, n]. Signs and order are LAPACK's for matrices of some ten rows.
Status decompose(sc_context *context, Decomposition kind, const Tensor &source, const Tensor &left, const Tensor &values,
                 const Tensor &right);

} // namespace sconce::rt

#endif
