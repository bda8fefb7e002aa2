//===- Compare.cpp - Are two results close --------------------------------===//

#include "lib/Driver/Compare.h"

#include "runtime/Format.h"
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
  case SC_BOOL: return "a bool";
  case SC_INT: return "an int";
  case SC_DOUBLE: return "a float";
  case SC_COMPLEX: return "a complex";
  case SC_STRING: return "a str";
  case SC_TENSOR: return "a Tensor";
  case SC_LIST: return "a list";
  case SC_TUPLE: return "a tuple";
  case SC_DICT: return "a dict";
  case SC_OBJECT: return "an object";
  case SC_ENUM: return "an enum member";
  case SC_DEVICE: return "a device";
  case SC_GENERATOR: return "a generator";
  case SC_FUTURE: return "a future";
  case SC_FUNCTION: return "a function";
  }
  return "a value";
}

/// A number as Python would show it.
std::string numberText(std::complex<double> number, bool isComplex) {
  return isComplex ? fmt::format("{}{:+}j", number.real(), number.imag()) : fmt::format("{}", number.real());
}

/// A dict's key in a path.
std::string keyText(const Value &key, size_t position) {
  if (key.isString())
    return fmt::format("'{}'", key.asString());
  return key.isTensor() ? fmt::format("tensor {}", position) : rt::str(key);
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
    return sameParts || (std::isfinite(expected.real()) && std::isfinite(expected.imag()) &&
                         std::abs(actual - expected) <= tolerance.absolute + tolerance.relative * std::abs(expected));
  }
  static std::string where(const std::string &path) { return path.empty() ? "the result" : "result" + path; }

  driver::Tolerance tolerance;
};

Difference Comparison::compare(const Value &actual, const Value &expected, const std::string &path) {
  if (actual.tag() != expected.tag())
    return fmt::format("{} is {}, expected {}", where(path), kindName(actual), kindName(expected));
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
      return fmt::format("{} is {}, expected {}", where(path), numberText(actual.toComplex(), actual.tag() == SC_COMPLEX),
                         numberText(expected.toComplex(), actual.tag() == SC_COMPLEX));
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
  double largest = 0, firstBy = 0;
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
    if (count++ == 0) {
      first.assign(index.begin(), index.end());
      firstBy = by;
    }
    largest = std::max(largest, by);
  });
  if (count == 0)
    return std::nullopt;
  bool isComplex = rt::isComplex(actual.dtype());
  std::string allowed = exact ? "none is allowed"
                              : fmt::format("allowed are {:g} + {:g} times the expected value", tolerance.absolute,
                                            tolerance.relative);
  return fmt::format("{} differs in {} of {} elements, first at [{}]: {} where {} was expected, by {:.6g}; the largest "
                     "difference is {:.6g} ({})",
                     where(path), count, actual.numel(), fmt::join(first, ", "),
                     numberText(actual.loadComplex(first), isComplex), numberText(expected.loadComplex(first), isComplex),
                     firstBy, largest, allowed);
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
      return fmt::format("{} lacks the key {}", where(path), keyText(key, i));
    if (Difference difference = compare(*found, value, fmt::format("{}[{}]", path, keyText(key, i))))
      return difference;
  }
  return std::nullopt;
}

} // namespace

Difference driver::findDifference(const Value &actual, const Value &expected, Tolerance tolerance) {
  return Comparison(tolerance).compare(actual, expected, "");
}
