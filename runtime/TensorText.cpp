/// Tensors as TorchScript's print() and str() write them: after PyTorch's C++
/// stream operator, whose choices of width, scale and scientific form, and whose
/// oddities around column breaks, are kept.
#include "runtime/Format.h"
#include "runtime/Number.h"

#include <algorithm>
#include <cmath>

namespace sconce::rt {
namespace {

constexpr int64_t lineSize = 80;

/// How the numbers of one block are written.
struct NumberStyle {
  char format = 'g'; ///< as printDouble's
  int precision = 6;
  double scale = 1;
  int64_t width = 0;

  std::string write(double number) const {
    std::string text = printDouble(number / scale, format, precision);
    size_t missing =
        static_cast<size_t>(std::max<int64_t>(width - static_cast<int64_t>(text.size()), 0));
    return std::string(missing, ' ') + text;
  }
};

double exponentOf(double magnitude) {
  return magnitude == 0 ? 1 : std::floor(std::log10(magnitude)) + 1;
}

/// Exponents of the smallest and largest finite magnitude, or 1 and 1.
std::pair<double, double> exponentRange(std::span<const double> numbers) {
  double least = 1, most = 1;
  bool any = false;
  for (double number : numbers) {
    if (!std::isfinite(number))
      continue;
    double magnitude = std::fabs(number);
    least = any ? std::min(least, magnitude) : magnitude;
    most = any ? std::max(most, magnitude) : magnitude;
    any = true;
  }
  if (!any)
    return {1, 1};
  return {exponentOf(least), exponentOf(most)};
}

NumberStyle chooseStyle(std::span<const double> numbers) {
  NumberStyle style;
  if (numbers.empty())
    return style;
  bool whole = std::all_of(numbers.begin(), numbers.end(), [](double number) {
    return !std::isfinite(number) || number == std::ceil(number);
  });
  auto [least, most] = exponentRange(numbers);
  style.precision = 4;
  if (whole) {
    if (most > 9) {
      style.format = 'e';
      style.width = 11;
    } else {
      style.precision = 6;
      style.width = static_cast<int64_t>(most) + 1;
    }
    return style;
  }
  if (most - least > 4) {
    style.format = 'e';
    style.width = std::fabs(most) > 99 || std::fabs(least) > 99 ? 12 : 11;
    return style;
  }
  style.format = 'f';
  if (most > 5 || most < 0) {
    style.width = 7;
    style.scale = std::pow(10, most - 1);
  } else {
    style.width = most == 0 ? 7 : static_cast<int64_t>(most) + 6;
  }
  return style;
}

/// fmt's "{}" of a double: shortest, without ".0".
std::string shortestText(double number) {
  std::string text = printShortest(number);
  return text.ends_with(".0") ? text.substr(0, text.size() - 2) : text;
}

std::string writeScale(double scale) { return shortestText(scale) + " *\n"; }

/// One matrix, wrapped into blocks of columns that fit the line.
std::string writeMatrix(std::span<const double> numbers, int64_t rows, int64_t columns,
                        int64_t indent) {
  NumberStyle style = chooseStyle(numbers);
  std::string margin(static_cast<size_t>(indent), ' ');
  std::string text;
  int64_t perLine = std::max<int64_t>((lineSize - indent) / (style.width + 1), 1);
  for (int64_t first = 0; first < columns; first += perLine) {
    int64_t last = std::min(first + perLine, columns) - 1;
    if (perLine < columns) {
      if (first != 0)
        text += '\n';
      text += "Columns " + std::to_string(first + 1) + " to " + std::to_string(last + 1) + margin;
    }
    if (style.scale != 1)
      text += writeScale(style.scale) + margin;
    for (int64_t row = 0; row < rows; ++row) {
      for (int64_t column = first; column <= last; ++column) {
        text += style.write(numbers[static_cast<size_t>(row * columns + column)]);
        text += column == last ? '\n' : ' ';
      }
      if (row != rows - 1)
        text += style.scale != 1 ? margin + " " : margin;
    }
  }
  return text;
}

/// Matrices of a tensor of rank 3 or more, the first dimension fastest.
std::string writeMatrices(std::span<const double> numbers, const std::vector<int64_t> &sizes) {
  size_t outer = sizes.size() - 2;
  int64_t rows = sizes[outer], columns = sizes[outer + 1];
  std::vector<int64_t> counter(outer, 0);
  std::string text;
  while (true) {
    int64_t position = 0;
    text += text.empty() ? "(" : "\n(";
    for (size_t dim = 0; dim < outer; ++dim) {
      text += std::to_string(counter[dim] + 1) + ",";
      position = position * sizes[dim] + counter[dim];
    }
    text += ".,.) = \n";
    size_t area = static_cast<size_t>(rows * columns);
    text +=
        writeMatrix(numbers.subspan(static_cast<size_t>(position) * area, area), rows, columns, 1);
    size_t dim = 0;
    while (dim < outer && ++counter[dim] == sizes[dim])
      counter[dim++] = 0;
    if (dim == outer)
      return text;
  }
}

const char *typeName(Dtype dtype) {
  switch (dtype) {
  case Dtype::UInt8:
    return "Byte";
  case Dtype::Int8:
    return "Char";
  case Dtype::Int16:
    return "Short";
  case Dtype::Int32:
    return "Int";
  case Dtype::Int64:
    return "Long";
  case Dtype::Float16:
    return "Half";
  case Dtype::Float32:
    return "Float";
  case Dtype::Float64:
    return "Double";
  case Dtype::Complex32:
    return "ComplexHalf";
  case Dtype::Complex64:
    return "ComplexFloat";
  case Dtype::Complex128:
    return "ComplexDouble";
  case Dtype::Bool:
    return "Bool";
  case Dtype::QInt8:
    return "QInt8";
  case Dtype::QUInt8:
    return "QUInt8";
  case Dtype::QInt32:
    return "QInt32";
  case Dtype::BFloat16:
    return "BFloat16";
  case Dtype::Float8E5M2:
    return "Float8_e5m2";
  case Dtype::Float8E4M3FN:
    return "Float8_e4m3fn";
  case Dtype::Float8E5M2FNUZ:
    return "Float8_e5m2fnuz";
  case Dtype::Float8E4M3FNUZ:
    return "Float8_e4m3fnuz";
  case Dtype::UInt16:
    return "UInt16";
  case Dtype::UInt32:
    return "UInt32";
  case Dtype::UInt64:
    return "UInt64";
  case Dtype::Float8E8M0FNU:
    return "Float8_e8m0fnu";
  }
  return "";
}

/// The elements as doubles, dequantized, row-major; real parts of complex ones.
std::vector<double> elementsOf(const Tensor &tensor) {
  std::vector<double> numbers;
  numbers.reserve(static_cast<size_t>(tensor.numel()));
  const Quantizer *quantizer = tensor.get()->quantizer.get();
  forEachIndex(tensor.sizes(), [&](Index index) {
    double number = tensor.loadDouble(index);
    if (quantizer && quantizer->scales) {
      int64_t channel[] = {index[static_cast<size_t>(quantizer->axis)]};
      number = (number - quantizer->zeroPoints.loadDouble(channel)) *
               quantizer->scales.loadDouble(channel);
    } else if (quantizer) {
      number = (number - static_cast<double>(quantizer->zeroPoint)) * quantizer->scale;
    }
    // Dequantized values are float32.
    numbers.push_back(quantizer ? static_cast<float>(number) : number);
  });
  return numbers;
}

std::string joinSizes(const std::vector<int64_t> &sizes, const char *separator) {
  std::string text;
  for (size_t i = 0; i < sizes.size(); ++i)
    text += (i ? separator : "") + std::to_string(sizes[i]);
  return text;
}

std::string quantizerText(const Quantizer &quantizer) {
  constexpr const char *names[] = {"per_tensor_affine", "per_channel_affine",
                                   "per_tensor_symmetric", "per_channel_symmetric",
                                   "per_channel_affine_float_qparams"};
  std::string text =
      std::string(", qscheme: ") + names[static_cast<size_t>(quantizer.scheme) % std::size(names)];
  if (quantizer.scales)
    return text + ", scales: " + tensorText(quantizer.scales) +
           ", zero_points: " + tensorText(quantizer.zeroPoints) +
           ", axis: " + std::to_string(quantizer.axis);
  return text + ", scale: " + shortestText(quantizer.scale) +
         ", zero_point: " + std::to_string(quantizer.zeroPoint);
}

std::string sparseText(const Tensor &tensor) {
  const SparsePayload &payload = *tensor.get()->sparse;
  std::string text = std::string("[ SparseCPU") + typeName(tensor.dtype()) + "Type{}\n";
  if (payload.rowPointers)
    text += "crow_indices:\n" + tensorText(payload.rowPointers) + "\ncol_indices:\n";
  else
    text += "indices:\n";
  return text + tensorText(payload.indices) + "\nvalues:\n" + tensorText(payload.values) +
         "\nsize:\n[" + joinSizes(tensor.sizes(), ", ") + "]\n]";
}

} // namespace

std::string tensorText(const Tensor &tensor) {
  if (!tensor)
    return "[ Tensor (undefined) ]";
  if (tensor.isSparse())
    return sparseText(tensor);
  std::vector<double> numbers = elementsOf(tensor);
  const std::vector<int64_t> &sizes = tensor.sizes();
  std::string text;
  if (sizes.empty())
    text = shortestText(numbers[0]) + "\n";
  else if (!numbers.empty() && sizes.size() == 1) {
    NumberStyle style = chooseStyle(numbers);
    if (style.scale != 1)
      text += writeScale(style.scale);
    for (double number : numbers)
      text += style.write(number) + "\n";
  } else if (!numbers.empty() && sizes.size() == 2)
    text = writeMatrix(numbers, sizes[0], sizes[1], 0);
  else if (!numbers.empty())
    text = writeMatrices(numbers, sizes);
  text += std::string("[ ") + (tensor.isQuantized() ? "QuantizedCPU" : "CPU") +
          typeName(tensor.dtype()) + "Type{" + joinSizes(sizes, ",") + "}";
  if (tensor.isQuantized())
    text += quantizerText(*tensor.get()->quantizer);
  return text + " ]";
}

} // namespace sconce::rt
