//===- Benchmark.cpp - How long calls of a model take ---------------------===//

#include "lib/Driver/Benchmark.h"

#include "lib/Driver/Artifact.h"
#include "lib/Driver/Session.h"
#include "runtime/Context.h"

#include <sys/resource.h>

#include <chrono>
#include <numeric>

using namespace sconce;
using namespace sconce::driver;
using Clock = std::chrono::steady_clock;

static int64_t since(Clock::time_point start) { return std::chrono::nanoseconds(Clock::now() - start).count(); }

static double peakMegabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

/// Adds up the runs of equal kernels.
static std::vector<KernelTime> kernelTimes(const std::vector<KernelCall> &calls, const std::vector<sc_context::KernelRuns> &profile) {
  std::vector<KernelTime> times;
  for (auto [call, measured] : llvm::zip(calls, profile)) {
    auto same = llvm::find_if(times, [&](const KernelTime &other) { return other.call.name == call.name && other.call.place == call.place; });
    if (same == times.end())
      same = times.insert(times.end(), {.call = {.name = call.name, .place = call.place}});
    same->runs += measured.runs;
    same->nanoseconds += static_cast<double>(measured.nanoseconds);
    same->call.operations += measured.runs * call.operations;
    same->call.bytes += measured.runs * call.bytes;
  }
  return times;
}

llvm::Expected<Benchmark> driver::benchmark(llvm::StringRef file, const BenchmarkOptions &options) {
  Benchmark result;
  Clock::time_point start = Clock::now();
  auto session = Session::open(file, {.threads = options.threads, .winograd = options.winograd, .profile = options.profile,
                                      // What is compiled ahead of time needs the program.
                                      .disk = options.aheadOfTime ? CodeCacheOptions() : options.disk});
  if (!session)
    return session.takeError();
  result.load = since(start);
  if (llvm::Error error = (*session)->checkInputs(options.method, options.arguments))
    return std::move(error);
  std::unique_ptr<Artifact> artifact;
  if (options.aheadOfTime) {
    auto built = Artifact::build(**session, options.method, options.arguments);
    if (!built)
      return built.takeError();
    artifact = std::move(*built);
    result.load = artifact->loadTime();
  }
  std::unique_ptr<sc_context, decltype(&sc_context_destroy)> context(sc_context_create(options.threads), sc_context_destroy);
  if (!context)
    return badInput("no memory for a context", {.file = file.str()});
  auto call = [&](const std::vector<rt::Value> &arguments) {
    context->startClock();
    return artifact ? artifact->call(options.method, arguments) : (*session)->call(options.method, arguments, context.get());
  };

  start = Clock::now();
  for (const std::vector<rt::Value> &arguments : options.arguments) {
    auto value = call(arguments);
    if (!value)
      return value.takeError();
    if (result.results.empty())
      result.first = since(start);
    result.results.push_back(snapshot(*value));
  }
  context->clearProfile();

  constexpr size_t fewestCalls = 10;
  std::vector<int64_t> times;
  start = Clock::now();
  while (times.size() < fewestCalls || static_cast<double>(since(start)) < options.seconds * 1e9)
    for (const std::vector<rt::Value> &arguments : options.arguments) {
      Clock::time_point begun = Clock::now();
      auto value = call(arguments);
      times.push_back(since(begun));
      if (!value)
        return value.takeError();
    }
  result.calls = times.size();
  std::sort(times.begin(), times.end());
  result.minimum = static_cast<double>(times.front());
  result.median = static_cast<double>(times[times.size() / 2] + times[(times.size() - 1) / 2]) / 2;
  result.compiles = (*session)->counters().compiles;
  result.loads = (*session)->counters().loads;
  result.peakMegabytes = peakMegabytes();
  if (options.profile) {
    auto kernels = (*session)->kernels(options.method, options.arguments.front());
    if (!kernels)
      return kernels.takeError();
    result.kernels = kernelTimes(*kernels, context->profile());
  }
  return result;
}
