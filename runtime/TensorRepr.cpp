/// Tensors as Python's repr writes them, after torch/_tensor_str.py with its
/// default options.
#include "runtime/Format.h"
#include "runtime/Number.h"

#include <algorithm>
#include <cmath>

namespace sconce::rt {
namespace {

constexpr int64_t threshold = 1000, edgeItems = 3, lineWidth = 80;
constexpr int precision = 4;

std::string padLeft(std::string text, size_t width) {
  return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

/// Width and form of the real or the imaginary parts of a tensor.
class Formatter {
public:
  Formatter(Dtype dtype, const std::vector<Value> &numbers) : floating(isFloating(dtype)) {
    if (floating)
      measureFloats(numbers);
    else
      for (const Value &number : numbers)
        width = std::max(width, str(number).size());
  }

  std::string format(const Value &number) const {
    if (!floating)
      return padLeft(str(number), width);
    double value = number.asDouble();
    std::string text;
    if (scientific)
      text = printPython(value, 'e', precision);
    else if (whole)
      text = printPython(value, 'f', 0) + (std::isfinite(value) ? "." : "");
    else
      text = printPython(value, 'f', precision);
    return padLeft(std::move(text), width);
  }

  size_t width = 1;

private:
  /// Python has no sign on NaN.
  static std::string printPython(double value, char form, int digits) {
    return std::isnan(value) ? "nan" : printDouble(value, form, digits);
  }

  void measureFloats(const std::vector<Value> &numbers) {
    double least = 0, most = 0;
    for (const Value &number : numbers) {
      double value = number.asDouble(), magnitude = std::fabs(value);
      if (!std::isfinite(value) || value == 0)
        continue;
      least = least == 0 ? magnitude : std::min(least, magnitude);
      most = std::max(most, magnitude);
      whole &= value == std::ceil(value);
    }
    if (most == 0)
      return;
    scientific = most / least > 1000 || most > 1e8 || least < 1e-4;
    for (const Value &number : numbers) {
      double value = number.asDouble();
      if (!std::isfinite(value) || value == 0)
        continue;
      std::string text = scientific ? printDouble(value, 'e', precision)
                         : whole    ? printDouble(value, 'f', 0) + "."
                                    : printDouble(value, 'f', precision);
      width = std::max(width, text.size());
    }
  }

  bool floating;
  bool whole = true;
  bool scientific = false;
};

/// Writes one tensor's elements; everything it needs on the way down.
class Writer {
public:
  explicit Writer(const Tensor &tensor)
      : tensor(tensor), summarize(tensor.numel() > threshold), complex(isComplex(tensor.dtype())),
        real(realPart(tensor.dtype()), visible(false)),
        imaginary(realPart(tensor.dtype()), complex ? visible(true) : std::vector<Value>()) {}

  std::string write(size_t indent) {
    std::vector<int64_t> index(tensor.sizes().size(), 0);
    return writeDim(0, indent, index);
  }

private:
  /// The positions along a dimension that are shown; -1 stands for "...".
  std::vector<int64_t> shown(int64_t size) const {
    std::vector<int64_t> positions;
    for (int64_t i = 0; i < size; ++i) {
      if (summarize && size > 2 * edgeItems && i == edgeItems) {
        positions.push_back(-1);
        i = size - edgeItems;
      }
      positions.push_back(i);
    }
    return positions;
  }

  void collect(size_t dim, std::vector<int64_t> &index, bool wantImaginary,
               std::vector<Value> &numbers) const {
    if (dim == index.size()) {
      numbers.push_back(part(index, wantImaginary));
      return;
    }
    for (int64_t position : shown(tensor.size(dim)))
      if (position >= 0) {
        index[dim] = position;
        collect(dim + 1, index, wantImaginary, numbers);
      }
  }

  std::vector<Value> visible(bool wantImaginary) const {
    std::vector<int64_t> index(tensor.sizes().size(), 0);
    std::vector<Value> numbers;
    collect(0, index, wantImaginary, numbers);
    return numbers;
  }

  Value part(const std::vector<int64_t> &index, bool wantImaginary) const {
    if (!isComplex(tensor.dtype()))
      return tensor.loadNumber(index);
    std::complex<double> number = tensor.loadComplex(index);
    return Value::ofDouble(wantImaginary ? number.imag() : number.real());
  }

  std::string element(const std::vector<int64_t> &index) const {
    if (!complex)
      return real.format(part(index, false));
    std::string text = imaginary.format(part(index, true)) + "j";
    text.erase(0, text.find_first_not_of(' '));
    bool isSigned = text[0] == '-' || text[0] == '+';
    return real.format(part(index, false)) + (isSigned ? "" : "+") + text;
  }

  std::string writeVector(size_t dim, size_t indent, std::vector<int64_t> &index) const {
    size_t length = real.width + 2 + (complex ? imaginary.width + 1 : 0);
    size_t perLine = indent < lineWidth ? std::max<size_t>(1, (lineWidth - indent) / length) : 1;
    std::string text = "[";
    size_t count = 0;
    for (int64_t position : shown(tensor.size(dim))) {
      if (count != 0)
        text += count % perLine == 0 ? ",\n" + std::string(indent + 1, ' ') : ", ";
      ++count;
      index[dim] = position;
      text += position < 0 ? " ..." : element(index);
    }
    return text + "]";
  }

  std::string writeDim(size_t dim, size_t indent, std::vector<int64_t> &index) const {
    size_t rank = index.size();
    if (dim == rank)
      return element(index);
    if (dim + 1 == rank)
      return writeVector(dim, indent, index);
    std::string text = "[";
    bool first = true;
    for (int64_t position : shown(tensor.size(dim))) {
      if (!first)
        text += "," + std::string(rank - dim - 1, '\n') + std::string(indent + 1, ' ');
      first = false;
      index[dim] = position;
      text += position < 0 ? "..." : writeDim(dim + 1, indent + 1, index);
    }
    return text + "]";
  }

  const Tensor &tensor;
  bool summarize;
  bool complex;
  Formatter real, imaginary;
};

std::string contents(const Tensor &tensor, size_t indent) {
  return tensor.numel() == 0 ? "[]" : Writer(tensor).write(indent);
}

std::string sizeText(const std::vector<int64_t> &sizes) {
  std::string text = "(";
  for (size_t i = 0; i < sizes.size(); ++i)
    text += (i ? ", " : "") + std::to_string(sizes[i]);
  return text + (sizes.size() == 1 ? ",)" : ")");
}

bool hasDefaultDtype(Dtype dtype) {
  return dtype == Dtype::Float32 || dtype == Dtype::Complex64 || dtype == Dtype::Int64 ||
         dtype == Dtype::Bool;
}

std::string addSuffixes(std::string text, const std::vector<std::string> &suffixes, size_t indent,
                        bool forceNewline) {
  size_t newline = text.rfind('\n');
  size_t lastLine = newline == std::string::npos ? text.size() + 2 : text.size() - newline + 1;
  for (const std::string &suffix : suffixes) {
    if (forceNewline || lastLine + suffix.size() + 2 > static_cast<size_t>(lineWidth)) {
      text += ",\n" + std::string(indent, ' ') + suffix;
      lastLine = indent + suffix.size();
      forceNewline = false;
    } else {
      text += ", " + suffix;
      lastLine += suffix.size() + 2;
    }
  }
  return text + ")";
}

/// `name=tensor(…)` of a sparse tensor's part.
std::string part(const char *name, const Tensor &tensor, size_t indent) {
  std::string prefix = std::string(name) + "=tensor(";
  std::string text = prefix + contents(tensor, indent + prefix.size());
  if (tensor.numel() == 0)
    text += ", size=" + sizeText(tensor.sizes());
  return text + ")";
}

std::string sparseContents(const Tensor &tensor, size_t indent,
                           std::vector<std::string> &suffixes) {
  const SparsePayload &payload = *tensor.get()->sparse;
  std::string separator = ",\n" + std::string(indent, ' ');
  bool isCsr = payload.layout == Layout::SparseCsr;
  suffixes.push_back("size=" + sizeText(tensor.sizes()));
  suffixes.push_back("nnz=" + std::to_string(payload.values.rank() ? payload.values.size(0) : 0));
  if (!hasDefaultDtype(tensor.dtype()))
    suffixes.push_back(std::string("dtype=torch.") + name(tensor.dtype()));
  suffixes.push_back(isCsr ? "layout=torch.sparse_csr" : "layout=torch.sparse_coo");
  std::string text = isCsr ? part("crow_indices", payload.rowPointers, indent) + separator : "";
  return text + part(isCsr ? "col_indices" : "indices", payload.indices, indent) + separator +
         part("values", payload.values, indent);
}

Tensor dequantized(const Tensor &tensor) {
  Tensor real = Tensor::empty(Dtype::Float32, tensor.sizes());
  if (!real)
    return tensor;
  const Quantizer &quantizer = *tensor.get()->quantizer;
  forEachIndex(tensor.sizes(), [&](Index index) {
    double scale = quantizer.scale, zero = static_cast<double>(quantizer.zeroPoint);
    if (quantizer.scales) {
      int64_t channel[] = {index[static_cast<size_t>(quantizer.axis)]};
      scale = quantizer.scales.loadDouble(channel);
      zero = quantizer.zeroPoints.loadDouble(channel);
    }
    real.store(index, Value::ofDouble((tensor.loadDouble(index) - zero) * scale));
  });
  return real;
}

void addQuantizer(const Quantizer &quantizer, const Tensor &tensor,
                  std::vector<std::string> &suffixes) {
  constexpr const char *names[] = {"per_tensor_affine", "per_channel_affine",
                                   "per_tensor_symmetric", "per_channel_symmetric",
                                   "per_channel_affine_float_qparams"};
  suffixes.push_back("size=" + sizeText(tensor.sizes()));
  suffixes.push_back(std::string("dtype=torch.") + name(tensor.dtype()));
  suffixes.push_back(std::string("quantization_scheme=torch.") +
                     names[static_cast<size_t>(quantizer.scheme) % std::size(names)]);
  if (quantizer.scales) {
    suffixes.push_back("scale=" + tensorRepr(quantizer.scales));
    suffixes.push_back("zero_point=" + tensorRepr(quantizer.zeroPoints));
    suffixes.push_back("axis=" + std::to_string(quantizer.axis));
  } else {
    suffixes.push_back("scale=" + printShortest(quantizer.scale));
    suffixes.push_back("zero_point=" + std::to_string(quantizer.zeroPoint));
  }
}

} // namespace

std::string tensorRepr(const Tensor &tensor) {
  if (!tensor)
    return "None";
  constexpr std::string_view prefix = "tensor(";
  size_t indent = prefix.size();
  std::vector<std::string> suffixes;
  std::string text;
  if (tensor.isSparse()) {
    text = sparseContents(tensor, indent, suffixes);
  } else if (tensor.isQuantized()) {
    addQuantizer(*tensor.get()->quantizer, tensor, suffixes);
    text = contents(dequantized(tensor), indent);
  } else {
    if (tensor.numel() == 0 && tensor.rank() != 1)
      suffixes.push_back("size=" + sizeText(tensor.sizes()));
    if (tensor.numel() == 0 ? tensor.dtype() != Dtype::Float32 : !hasDefaultDtype(tensor.dtype()))
      suffixes.push_back(std::string("dtype=torch.") + name(tensor.dtype()));
    text = contents(tensor, indent);
  }
  if (tensor.requiresGrad())
    suffixes.push_back("requires_grad=True");
  return addSuffixes(std::string(prefix) + text, suffixes, indent,
                     tensor.isSparse() && tensor.get()->sparse->layout == Layout::SparseCoo);
}

} // namespace sconce::rt
