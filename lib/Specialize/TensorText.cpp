#include "lib/Specialize/TensorText.h"

using namespace sconce;
using namespace sconce::specialize;

std::string specialize::sizesText(const TensorNode *tensor) {
  std::string text = "[";
  for (const Extent &size : tensor->sizes)
    text += (text.size() > 1 ? ", " : "") + (size.isKnownInt() ? std::to_string(size.asInt()) : "?");
  return text + "]";
}

llvm::StringRef specialize::scalarTypeName(rt::Dtype dtype) {
  switch (dtype) {
  case rt::Dtype::UInt8:
    return "Byte";
  case rt::Dtype::Int8:
    return "Char";
  case rt::Dtype::Int16:
    return "Short";
  case rt::Dtype::Int32:
    return "Int";
  case rt::Dtype::Int64:
    return "Long";
  case rt::Dtype::Float16:
    return "Half";
  case rt::Dtype::Float32:
    return "Float";
  case rt::Dtype::Float64:
    return "Double";
  case rt::Dtype::Complex32:
    return "ComplexHalf";
  case rt::Dtype::Complex64:
    return "ComplexFloat";
  case rt::Dtype::Complex128:
    return "ComplexDouble";
  case rt::Dtype::Bool:
    return "Bool";
  case rt::Dtype::QInt8:
    return "QInt8";
  case rt::Dtype::QUInt8:
    return "QUInt8";
  case rt::Dtype::QInt32:
    return "QInt32";
  case rt::Dtype::BFloat16:
    return "BFloat16";
  case rt::Dtype::Float8E5M2:
    return "Float8_e5m2";
  case rt::Dtype::Float8E4M3FN:
    return "Float8_e4m3fn";
  case rt::Dtype::Float8E5M2FNUZ:
    return "Float8_e5m2fnuz";
  case rt::Dtype::Float8E4M3FNUZ:
    return "Float8_e4m3fnuz";
  case rt::Dtype::UInt16:
    return "UInt16";
  case rt::Dtype::UInt32:
    return "UInt32";
  case rt::Dtype::UInt64:
    return "UInt64";
  case rt::Dtype::Float8E8M0FNU:
    return "Float8_e8m0fnu";
  }
  return "Undefined";
}
