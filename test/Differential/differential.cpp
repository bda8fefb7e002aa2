//===- differential.cpp - One program, three ways -------------------------===//
//
// Reads archives from standard input, one a line: LLVM's optimization level and the path. The methods `p<number>` of each are called
// with the attributes `p<number>_<call>_<argument>`, in order, by the reference evaluator, compiled just in time, and from one shared
// library of them all, in which each is a model of its own. For each method a line: `same`, `raises`, `refused` with what is
// unsupported, or `DIFFERS` with how; then `done`.
// With --show the interpreted results follow as JSON, for who compares them with those of PyTorch.
//
//===----------------------------------------------------------------------===//

#include "lib/Driver/Artifact.h"
#include "lib/Driver/Session.h"
#include "runtime/Instance.h"
#include "runtime/Tensor.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <cstdio>
#include <iostream>

using namespace sconce;
using namespace sconce::driver;
using rt::Value;

namespace {

/// How one call ended.
struct Result {
  enum { Returned, Raised, Refused } how = Returned;
  Value value;
  std::string text;             ///< what was raised or is unsupported
  std::vector<Value> arguments; ///< as the call left them
};

Result resultOf(llvm::Expected<Value> value, std::vector<Value> arguments) {
  Result result;
  result.arguments = std::move(arguments);
  if (value) {
    result.value = snapshot(*value);
    return result;
  }
  llvm::handleAllErrors(
      value.takeError(),
      [&](const RaisedError &raised) {
        result.how = Result::Raised;
        result.text = raised.exceptionClass() + ": " + raised.text();
      },
      [&](const llvm::ErrorInfoBase &other) {
        if (result.how != Result::Returned)
          return;
        result.how = Result::Refused;
        result.text = other.message();
      });
  return result;
}

double toleranceOf(rt::Dtype dtype) {
  switch (dtype) {
  case rt::Dtype::Float16:
    return 1e-2;
  case rt::Dtype::BFloat16:
    return 6e-2;
  case rt::Dtype::Float32:
  case rt::Dtype::Complex64:
    return 2e-4;
  case rt::Dtype::Float64: // which may come of a sum of floats
    return 1e-5;
  default:
    return 1e-9;
  }
}

/// Compares values; `exactly` bit for bit, else floating ones within what another order of summation explains.
class Comparing {
public:
  explicit Comparing(bool exactly) : exactly(exactly) {}

  /// Where two values differ, or nothing.
  std::string compare(const Value &a, const Value &b, const std::string &place) {
    if (a.raw().tag != b.raw().tag)
      return fmt::format("{} is {} or {}", place, printValue(a), printValue(b));
    if (a.isTensor())
      return compareTensors(a.asTensor(), b.asTensor(), place);
    if (a.isDouble())
      return isClose(a.asDouble(), b.asDouble(), exactly ? 0 : 2e-4 * std::max(1.0, std::abs(b.asDouble())))
                 ? ""
                 : fmt::format("{} is {} or {}", place, printValue(a), printValue(b));
    if (a.isList())
      return compareAll(a.asList().elements, b.asList().elements, place);
    if (a.isTuple())
      return compareAll(a.asTuple().elements, b.asTuple().elements, place);
    if (a.isDict()) {
      std::vector<Value> as, bs;
      for (const auto &[key, value] : a.asDict().entries())
        as.insert(as.end(), {key, value});
      for (const auto &[key, value] : b.asDict().entries())
        bs.insert(bs.end(), {key, value});
      return compareAll(as, bs, place);
    }
    return printValue(a) == printValue(b) ? "" : fmt::format("{} is {} or {}", place, printValue(a), printValue(b));
  }

private:
  std::string compareAll(const std::vector<Value> &as, const std::vector<Value> &bs, const std::string &place) {
    if (as.size() != bs.size())
      return fmt::format("{} has {} or {} elements", place, as.size(), bs.size());
    for (size_t i = 0; i < as.size(); ++i)
      if (std::string text = compare(as[i], bs[i], fmt::format("{}[{}]", place, i)); !text.empty())
        return text;
    return "";
  }

  static bool isClose(double a, double b, double tolerance) {
    return a == b || (std::isnan(a) && std::isnan(b)) || std::abs(a - b) <= tolerance;
  }

  std::string compareTensors(const rt::Tensor &a, const rt::Tensor &b, const std::string &place) {
    if (a.dtype() != b.dtype() || a.sizes() != b.sizes())
      return fmt::format("{} is {} of {} dimensions or {} of {}: {} or {}", place, rt::name(a.dtype()), a.rank(), rt::name(b.dtype()),
                         b.rank(), printValue(Value::ofTensor(a)), printValue(Value::ofTensor(b)));
    std::vector<Value> left = elements(a), right = elements(b);
    bool isFloating = rt::isFloating(a.dtype()) || rt::isComplex(a.dtype());
    double scale = 1;
    for (const Value &value : right)
      if (isFloating && std::isfinite(std::abs(value.toComplex())))
        scale = std::max(scale, std::abs(value.toComplex()));
    double tolerance = exactly ? 0 : toleranceOf(a.dtype()) * scale;
    auto isSame = [&](const Value &x, const Value &y) {
      if (!isFloating)
        return x.toInt() == y.toInt();
      std::complex<double> u = x.toComplex(), v = y.toComplex();
      return isClose(u.real(), v.real(), tolerance) && isClose(u.imag(), v.imag(), tolerance);
    };
    for (size_t i = 0; i < left.size(); ++i)
      if (!isSame(left[i], right[i]))
        return fmt::format("{} ({}) differs at element {}, {:.17g} or {:.17g}: {} or {}", place, rt::name(a.dtype()), i,
                           left[i].toComplex().real(), right[i].toComplex().real(), printValue(Value::ofTensor(a)), printValue(Value::ofTensor(b)));
    return "";
  }

  static void add(std::vector<Value> &values, const rt::Tensor &tensor, std::vector<int64_t> &index, size_t dim) {
    if (dim == index.size()) {
      values.push_back(tensor.loadNumber(index));
      return;
    }
    for (index[dim] = 0; index[dim] < tensor.size(dim); ++index[dim])
      add(values, tensor, index, dim + 1);
  }

public:
  static std::vector<Value> elements(const rt::Tensor &tensor) {
    std::vector<Value> values;
    std::vector<int64_t> index(static_cast<size_t>(tensor.rank()));
    add(values, tensor, index, 0);
    return values;
  }

private:
  bool exactly;
};

std::string compare(const Result &a, const Result &b, bool exactly) {
  if (a.how != b.how || a.how == Result::Raised) {
    auto spell = [](const Result &result) { return result.how == Result::Returned ? "returns " + printValue(result.value) : result.text; };
    if (a.how != b.how || a.text != b.text)
      return fmt::format("{} or {}", spell(a), spell(b));
  }
  Comparing comparing(exactly);
  std::string text = a.how == Result::Raised ? "" : comparing.compare(a.value, b.value, "the result");
  for (size_t i = 0; i < a.arguments.size() && text.empty(); ++i)
    text = comparing.compare(a.arguments[i], b.arguments[i], fmt::format("argument {} afterwards", i));
  return text;
}

std::string json(const Value &value) {
  std::string text;
  auto join = [&](const std::vector<Value> &values) {
    std::string all;
    for (const Value &element : values)
      all += (all.empty() ? "" : ",") + json(element);
    return all;
  };
  if (value.isTensor()) {
    const rt::Tensor &tensor = value.asTensor();
    for (const Value &element : Comparing::elements(tensor)) {
      std::complex<double> number = element.toComplex();
      text += fmt::format("{}\"{}{}\"", text.empty() ? "" : ",", number.real(), element.isComplex() ? fmt::format("{:+}j", number.imag()) : "");
    }
    return fmt::format("{{\"dtype\":\"{}\",\"sizes\":[{}],\"data\":[{}]}}", rt::name(tensor.dtype()), fmt::join(tensor.sizes(), ","), text);
  }
  if (value.isList())
    return "[" + join(value.asList().elements) + "]";
  if (value.isTuple())
    return "[" + join(value.asTuple().elements) + "]";
  if (value.isDict()) {
    for (const auto &[key, element] : value.asDict().entries())
      text += (text.empty() ? "" : ",") + fmt::format("[{},{}]", json(key), json(element));
    return "{\"dict\":[" + text + "]}";
  }
  if (value.isDouble())
    return fmt::format("{{\"float\":\"{}\"}}", value.asDouble());
  if (value.isString()) {
    for (char c : value.asString())
      text += c == '\n' ? "\\n" : c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    return "\"" + text + "\"";
  }
  return value.isNone() ? "null" : value.isBool() ? value.asBool() ? "true" : "false" : printValue(value);
}

std::string oneLine(std::string text) {
  for (char &c : text)
    if (c == '\n')
      c = ' ';
  return text.substr(0, 1500);
}

/// The calls of an archive's programs.
struct Program {
  std::string method;
  std::vector<std::vector<Value>> calls;
};

std::vector<Program> programsOf(Session &session) {
  std::vector<Program> programs;
  llvm::Expected<std::vector<std::string>> names = session.methodNames();
  if (!names) {
    llvm::consumeError(names.takeError());
    return programs;
  }
  for (const std::string &name : *names) {
    if (name.find_first_not_of("0123456789", 1) != std::string::npos || name[0] != 'p')
      continue;
    Program program{name, {}};
    for (int call = 0;; ++call) {
      std::vector<Value> arguments;
      while (true) {
        llvm::Expected<Value> argument = session.attribute(fmt::format("{}_{}_{}", name, call, arguments.size()));
        if (!argument) {
          llvm::consumeError(argument.takeError());
          break;
        }
        arguments.push_back(snapshot(*argument));
      }
      if (arguments.empty())
        break;
      program.calls.push_back(std::move(arguments));
    }
    programs.push_back(std::move(program));
  }
  return programs;
}

template <typename Call> std::vector<Result> runCalls(const Program &program, Call call) {
  std::vector<Result> results;
  for (const std::vector<Value> &given : program.calls) {
    // What arguments share with each other they go on sharing.
    Value all = snapshot(Value::ofList("Any", given));
    std::vector<Value> arguments = all.asList().elements;
    llvm::Expected<Value> value = call(arguments);
    results.push_back(resultOf(std::move(value), arguments));
  }
  return results;
}

void run(const std::string &path, int optLevel, bool shows) {
  auto open = [&] { return Session::open(path, {.optLevel = optLevel}); };
  auto interpreting = open(), compiling = open(), ahead = open();
  if (!interpreting || !compiling || !ahead) {
    llvm::Error error = llvm::joinErrors(interpreting ? llvm::Error::success() : interpreting.takeError(),
                                         llvm::joinErrors(compiling ? llvm::Error::success() : compiling.takeError(),
                                                          ahead ? llvm::Error::success() : ahead.takeError()));
    std::printf("unreadable %s\n", oneLine(llvm::toString(std::move(error))).c_str());
    return;
  }
  for (auto *session : {&*interpreting, &*compiling, &*ahead})
    (*session)->setPrint([](int, llvm::StringRef) {});
  std::vector<Program> programs = programsOf(**interpreting);
  std::vector<std::vector<Result>> expected, compiled;
  std::vector<std::string> said(programs.size());
  std::vector<size_t> wanted;
  std::vector<std::vector<MethodCall>> models;
  for (auto [i, program] : llvm::enumerate(programs)) {
    expected.push_back(runCalls(program, [&](llvm::ArrayRef<Value> arguments) { return (*interpreting)->interpret(program.method, arguments); }));
    compiled.push_back(runCalls(program, [&](llvm::ArrayRef<Value> arguments) { return (*compiling)->call(program.method, arguments); }));
    bool raises = false;
    for (size_t call = 0; call < program.calls.size() && said[i].empty(); ++call) {
      const Result &left = expected[i][call], &right = compiled[i][call];
      raises |= left.how == Result::Raised;
      if (left.how == Result::Refused || right.how == Result::Refused)
        said[i] = fmt::format("refused {} {}: {}", program.method, left.how == Result::Refused ? "interpreted" : "compiled",
                              oneLine(left.how == Result::Refused ? left.text : right.text));
      else if (std::string text = compare(left, right, false); !text.empty())
        said[i] = fmt::format("DIFFERS {} call {} interpreted or just in time: {}", program.method, call, oneLine(text));
    }
    if (!said[i].empty())
      continue;
    said[i] = fmt::format("{} {}", raises ? "raises" : "same", program.method);
    wanted.push_back(i);
    models.emplace_back();
    for (const std::vector<Value> &arguments : program.calls)
      models.back().push_back({program.method, arguments});
  }
  auto artifacts = models.empty() ? std::vector<llvm::Expected<std::unique_ptr<Artifact>>>() : Artifact::buildAll(**ahead, models);
  for (auto [i, artifact] : llvm::zip_equal(wanted, artifacts)) {
    const Program &program = programs[i];
    if (!artifact) {
      said[i] = fmt::format("DIFFERS {} ahead of time: {}", program.method, oneLine(llvm::toString(artifact.takeError())));
      continue;
    }
    std::vector<Result> called = runCalls(program, [&](llvm::ArrayRef<Value> arguments) { return (*artifact)->call(program.method, arguments); });
    for (size_t call = 0; call < called.size(); ++call)
      if (std::string text = compare(compiled[i][call], called[call], true); !text.empty()) {
        said[i] = fmt::format("DIFFERS {} call {} just in time or ahead of time: {}", program.method, call, oneLine(text));
        break;
      }
  }
  for (auto [i, line] : llvm::enumerate(said)) {
    std::printf("%s\n", line.c_str());
    if (!shows)
      continue;
    std::string all;
    for (const Result &result : expected[i])
      all += (all.empty() ? "" : ",") + (result.how == Result::Returned ? json(result.value) : "{\"raised\":" + json(Value::ofString(result.text)) + "}");
    std::printf("show %s [%s]\n", programs[i].method.c_str(), all.c_str());
  }
}

} // namespace

int main(int argc, char **argv) {
  bool shows = argc > 1 && std::string(argv[1]) == "--show";
  std::string path;
  while (std::getline(std::cin, path)) {
    auto [level, file] = llvm::StringRef(path).split(' ');
    run(file.str(), level[0] - '0', shows);
    std::printf("done\n");
    std::fflush(stdout);
  }
  return 0;
}
