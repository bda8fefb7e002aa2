//===- Compare.cpp - Are two results close --------------------------------===//

#include "lib/Driver/Compare.h"

#include "runtime/Tensor.h"

#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace sconce;
using rt::Value;

namespace {

using Difference = std::optional<std::string>;

const char *kindName(const Value &value) {
  switch (value.tag()) {
  case SC_NONE: return "None";
  case SC_BOOL: return "bool";
  case SC_INT: return "int";
  case SC_DOUBLE: return "float";
  case SC_COMPLEX: return "complex";
  case SC_STRING: return "str";
  case SC_TENSOR: return "Tensor";
  case SC_LIST: return "list";
  case SC_TUPLE: return "tuple";
  case SC_DICT: return "dict";
  case SC_OBJECT: return "object";
  case SC_ENUM: return "enum member";
  case SC_DEVICE: return "device";
  case SC_GENERATOR: return "generator";
  case SC_FUTURE: return "future";
  case SC_FUNCTION: return "function";
  }
  return "value";
}

class Comparison {
public:
  explicit Comparison(driver::Tolerance tolerance) : tolerance(tolerance) {}

  Difference compare(const Value &actual, const Value &expected, const std::string &path);

private:
  Difference compareTensors(const rt::Tensor &actual, const rt::Tensor &expected, const std::string &path);
  Difference compareElements(const std::vector<Value> &actual, const std::vector<Value> &expected,
                             const std::string &path);
  Difference compareDicts(const rt::Dict &actual, const rt::Dict &expected, const std::string &path);

  bool isClose(double actual, double expected) const {
    if (actual == expected || (std::isnan(actual) && std::isnan(expected)))
      return true;
    return std::isfinite(expected) &&
           std::abs(actual - expected) <= tolerance.absolute + tolerance.relative * std::abs(expected);
  }
  bool isClose(std::complex<double> actual, std::complex<double> expected) const {
    bool sameParts = isClose(actual.real(), expected.real()) && isClose(actual.imag(), expected.imag());
    return sameParts ||
           std::abs(actual - expected) <= tolerance.absolute + tolerance.relative * std::abs(expected);
  }
  static std::string where(const std::string &path) { return path.empty() ? "the result" : "result" + path; }

  driver::Tolerance tolerance;
};

Difference Comparison::compare(const Value &actual, const Value &expected, const std::string &path) {
  if (actual.tag() != expected.tag())
    return fmt::format("{} is a {}, expected a {}", where(path), kindName(actual), kindName(expected));
  switch (actual.tag()) {
  case SC_TENSOR:
    return compareTensors(actual.asTensor(), expected.asTensor(), path);
  case SC_LIST:
    return compareElements(actual.asList().elements, expected.asList().elements, path);
  case SC_TUPLE:
    return compareElements(actual.asTuple().elements, expected.asTuple().elements, path);
  case SC_DICT:
    return compareDicts(actual.asDict(), expected.asDict(), path);
  case SC_DOUBLE:
  case SC_COMPLEX:
    if (!isClose(actual.toComplex(), expected.toComplex()))
      return fmt::format("{} is {}, expected {}", where(path), actual.toComplex().real(), expected.toComplex().real());
    return std::nullopt;
  case SC_OBJECT: {
    const rt::Object &expectedObject = expected.asObject();
    for (const auto &[name, value] : expectedObject.slots) {
      const Value *found = actual.asObject().find(name);
      if (!found)
        return fmt::format("{} has no attribute '{}'", where(path), name);
      if (Difference difference = compare(*found, value, path + "." + name))
        return difference;
    }
    return std::nullopt;
  }
  case SC_ENUM:
    return compare(actual.asEnum().value, expected.asEnum().value, path + ".value");
  default:
    if (!rt::equal(actual, expected)) {
      if (actual.isString())
        return fmt::format("{} is '{}', expected '{}'", where(path), actual.asString(), expected.asString());
      if (actual.isInt())
        return fmt::format("{} is {}, expected {}", where(path), actual.asInt(), expected.asInt());
      return fmt::format("{} differs", where(path));
    }
    return std::nullopt;
  }
}

Difference Comparison::compareTensors(const rt::Tensor &actual, const rt::Tensor &expected, const std::string &path) {
  if (actual.dtype() != expected.dtype())
    return fmt::format("{} has dtype {}, expected {}", where(path), rt::name(actual.dtype()),
                       rt::name(expected.dtype()));
  if (actual.sizes() != expected.sizes())
    return fmt::format("{} has shape [{}], expected [{}]", where(path), fmt::join(actual.sizes(), ", "),
                       fmt::join(expected.sizes(), ", "));
  if (actual.isSparse() || expected.isSparse())
    return fmt::format("{} is sparse, which is not compared", where(path));

  const bool exact = !rt::isFloating(actual.dtype()) && !rt::isComplex(actual.dtype());
  int64_t count = 0;
  double largest = 0;
  std::vector<int64_t> first;
  rt::forEachIndex(actual.sizes(), [&](rt::Index index) {
    bool close;
    double by;
    if (exact) {
      int64_t a = actual.loadInt(index), b = expected.loadInt(index);
      close = a == b;
      by = std::abs(static_cast<double>(a) - static_cast<double>(b));
    } else {
      auto a = actual.loadComplex(index), b = expected.loadComplex(index);
      close = isClose(a, b);
      by = std::abs(a - b);
    }
    if (close)
      return;
    if (count++ == 0)
      first.assign(index.begin(), index.end());
    largest = std::max(largest, by);
  });
  if (count == 0)
    return std::nullopt;
  return fmt::format("{} differs in {} of {} elements, first at [{}]: {} where {} was expected; the largest difference "
                     "is {:.6g} (allowed: {:g} + {:g} times the expected value)",
                     where(path), count, actual.numel(), fmt::join(first, ", "), actual.loadComplex(first).real(),
                     expected.loadComplex(first).real(), largest, tolerance.absolute, tolerance.relative);
}

Difference Comparison::compareElements(const std::vector<Value> &actual, const std::vector<Value> &expected,
                                       const std::string &path) {
  if (actual.size() != expected.size())
    return fmt::format("{} has {} elements, expected {}", where(path), actual.size(), expected.size());
  for (size_t i = 0; i < actual.size(); ++i)
    if (Difference difference = compare(actual[i], expected[i], fmt::format("{}[{}]", path, i)))
      return difference;
  return std::nullopt;
}

Difference Comparison::compareDicts(const rt::Dict &actual, const rt::Dict &expected, const std::string &path) {
  if (actual.size() != expected.size())
    return fmt::format("{} has {} entries, expected {}", where(path), actual.size(), expected.size());
  auto actualEntries = actual.entries(), expectedEntries = expected.entries();
  for (size_t i = 0; i < expectedEntries.size(); ++i) {
    const auto &[key, value] = expectedEntries[i];
    // Tensors as keys are found by their place: two files never share an identity.
    const Value *found = key.isTensor() ? &actualEntries[i].second : actual.find(key);
    if (!found)
      return fmt::format("{} lacks the key of expected entry {}", where(path), i);
    if (Difference difference = compare(*found, value, fmt::format("{}{{{}}}", path, i)))
      return difference;
  }
  return std::nullopt;
}

} // namespace

Difference driver::findDifference(const Value &actual, const Value &expected, Tolerance tolerance) {
  return Comparison(tolerance).compare(actual, expected, "");
}
