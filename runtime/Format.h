/// Values as text, in the forms that TorchScript programs and PyTorch's users see.
#ifndef SCONCE_RUNTIME_FORMAT_H
#define SCONCE_RUNTIME_FORMAT_H

#include "runtime/Status.h"
#include "runtime/Tensor.h"
#include "runtime/Value.h"

#include <span>
#include <string>

namespace sconce::rt {

/// What str(), print() and "{}" give in TorchScript: strings without quotes,
/// floats with 17 digits ("1.", "0.10000000000000001"), tensors as tensorText.
std::string str(const Value &value);
/// A tensor as TorchScript prints it: rows of numbers and `[ CPUFloatType{2,3} ]`.
std::string tensorText(const Tensor &tensor);
/// A tensor as Python prints it: `tensor([[1., 2.],\n        [3., 4.]])`, with
/// more than 1000 elements summarized.
std::string tensorRepr(const Tensor &tensor);
/// A value as Python prints it: strings quoted, floats shortest, tensors as
/// tensorRepr.
std::string repr(const Value &value);

/// The arguments of print(), separated by blanks, with a line end.
std::string printText(std::span<const Value> values);
/// aten::format: replaces each "{}" in order; other braces stay.
Result<std::string> format(std::string_view text, std::span<const Value> arguments);
/// aten::percentFormat: `argument` is one value or a tuple of them.
Result<std::string> percentFormat(std::string_view text, const Value &argument);

} // namespace sconce::rt

#endif
