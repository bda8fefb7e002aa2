//===- Bench.cpp - sconce bench -------------------------------------------===//

#include "tools/sconce/Commands.h"
#include "tools/sconce/Json.h"

#include "lib/Driver/Benchmark.h"
#include "lib/Driver/DataFiles.h"
#include "lib/Support/Error.h"

#include "llvm/Support/FileSystem.h"

#include <fmt/format.h>

using namespace sconce;
using namespace sconce::tools;
using rt::Value;

/// The tensors and numbers of a result, in order.
static void collectArrays(const Value &value, std::vector<Value> &arrays) {
  if (value.isTensor()) {
    arrays.push_back(value);
  } else if (value.isNumber() || value.isBool()) {
    arrays.push_back(Value::ofTensor(rt::Tensor::scalar(value)));
  } else if (value.isList()) {
    for (const Value &element : value.asList().elements)
      collectArrays(element, arrays);
  } else if (value.isTuple()) {
    for (const Value &element : value.asTuple().elements)
      collectArrays(element, arrays);
  } else if (value.isDict()) {
    for (const auto &[key, element] : value.asDict().entries())
      collectArrays(element, arrays);
  }
}

static llvm::Error saveArrays(const std::vector<Value> &results, const std::string &folder) {
  if (std::error_code code = llvm::sys::fs::create_directories(folder))
    return badInput("cannot make the folder: " + code.message(), {.file = folder});
  std::vector<Value> arrays;
  for (const Value &result : results)
    collectArrays(result, arrays);
  for (size_t i = 0; i < arrays.size(); ++i)
    if (llvm::Error error = driver::writeValue(arrays[i], fmt::format("{}/o{}.npy", folder, i)))
      return error;
  return llvm::Error::success();
}

static std::string duration(double nanoseconds) {
  if (nanoseconds < 1e3)
    return fmt::format("{:.0f} ns", nanoseconds);
  if (nanoseconds < 1e6)
    return fmt::format("{:.2f} us", nanoseconds / 1e3);
  return nanoseconds < 1e9 ? fmt::format("{:.3f} ms", nanoseconds / 1e6) : fmt::format("{:.2f} s", nanoseconds / 1e9);
}

/// The kernels that take longest first, with what they reach.
static void printKernels(std::vector<driver::KernelTime> kernels, llvm::raw_ostream &out) {
  llvm::sort(kernels, [](const auto &a, const auto &b) { return a.nanoseconds > b.nanoseconds; });
  double total = 0;
  for (const driver::KernelTime &kernel : kernels)
    total += kernel.nanoseconds;
  // Of extents that are known only when it runs, a kernel's operations and bytes are not known here.
  auto rate = [](int64_t amount, double time) { return amount == 0 ? std::string("-") : fmt::format("{:.1f}", static_cast<double>(amount) / time); };
  out << fmt::format("{:>12} {:>6} {:>6} {:>9} {:>8}  {}\n", "time", "share", "runs", "GFLOP/s", "GB/s", "kernel, line");
  for (const auto &[call, runs, time] : kernels)
    out << fmt::format("{:>12} {:>5.1f}% {:>6} {:>9} {:>8}  {} {}\n", duration(time), 100 * time / total, runs, rate(call.operations, time),
                       rate(call.bytes, time), call.name, call.place);
}

Outcome sconce::tools::benchModel(const BenchOptions &options, llvm::raw_ostream &out) {
  auto calls = driver::readCalls(options.inputs);
  if (!calls)
    return failed(calls.takeError());
  auto result = driver::benchmark(options.model, {.method = options.method,
                                                  .arguments = calls->arguments,
                                                  .threads = options.threads,
                                                  .seconds = options.seconds,
                                                  .winograd = !options.direct,
                                                  .disk = cacheOptions(options.cache),
                                                  .aheadOfTime = options.aot,
                                                  .profile = options.profile});
  if (!result)
    return failed(result.takeError());
  if (!options.save.empty())
    if (llvm::Error error = saveArrays(result->results, options.save))
      return failed(std::move(error));
  out << fmt::format("{} calls: median {}, minimum {}; load {}, first call {}; at most {:.0f} MB resident\n", result->calls,
                     duration(result->median), duration(result->minimum), duration(static_cast<double>(result->load)),
                     duration(static_cast<double>(result->first)), result->peakMegabytes);
  if (options.profile)
    printKernels(result->kernels, out);
  if (options.json)
    out << numbersLine({{"median_ns", result->median},
                        {"min_ns", result->minimum},
                        {"load_ns", static_cast<double>(result->load)},
                        {"first_ns", static_cast<double>(result->first)},
                        {"rss_mb", result->peakMegabytes},
                        {"compiles", static_cast<double>(result->compiles)},
                        {"loads", static_cast<double>(result->loads)}})
        << '\n';
  return {};
}
