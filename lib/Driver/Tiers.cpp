//===- Tiers.cpp - Interpreted now, compiled in the background ------------===//

#include "lib/Driver/Tiers.h"

#include "lib/Driver/Compiler.h"

using namespace sconce;
using namespace sconce::driver;
using llvm::ArrayRef;
using llvm::StringRef;
using rt::Value;

/// What a compile is thought to take before there was one.
static constexpr uint64_t firstCompileNanoseconds = 60'000'000;
/// Interpreted calls leave locations and shapes in their context.
static constexpr unsigned callsPerWorkshop = 512;
/// More compiles than these are not put off: whoever asks for the next compiles it.
static constexpr size_t maxJobs = 16;
/// So many signatures are remembered that cannot be compiled.
static constexpr size_t maxFailed = 256;

Tiers::Tiers(Session &session)
    : session(session), generaliser(3, std::max<size_t>(session.options().cacheSize, 16)), interpreting(callsPerWorkshop),
      compileNanoseconds(firstCompileNanoseconds) {}

Tiers::~Tiers() {
  {
    std::lock_guard<std::mutex> guard(lock);
    ending = true;
  }
  changed.notify_all();
  if (compiler.joinable())
    compiler.join();
}

llvm::Expected<Value> Tiers::call(StringRef method, ArrayRef<Value> arguments, sc_context &context) {
  CallTypes types(method, arguments);
  std::string alone = entryKey(method, types.specs);
  // The state's types may change between finding an entry and calling it, and an entry may go in between.
  for (int attempt = 0; attempt < 16; ++attempt) {
    std::shared_ptr<CompiledEntry> entry = session.findCompiled(alone, arguments);
    std::vector<bool> open;
    std::string key = alone;
    if (!entry) {
      open = generaliser.open(types);
      if (!open.empty()) {
        key = entryKey(method, types.opened(open));
        entry = session.findCompiled(key, arguments);
      }
    }
    if (entry) {
      ++session.count.hits;
    } else {
      std::shared_ptr<Job> job = ask(types, std::move(open), std::move(key), arguments);
      auto result = tryInterpreting(types, arguments, context, job);
      if (!result)
        return result.takeError();
      if (*result)
        return std::move(**result);
      if (!job || !wait(job))
        break;
      entry = job->entry;
    }
    auto result = session.run(*entry, arguments, context, /*mayRefuse=*/true);
    if (!result)
      return result.takeError();
    if (*result)
      return std::move(**result);
  }
  // Compiled for this call alone: what is wrong with it shows here.
  auto entry = session.compile(alone, method, types.specs, arguments);
  if (!entry)
    return entry.takeError();
  auto result = session.run(**entry, arguments, context, /*mayRefuse=*/false);
  if (!result)
    return result.takeError();
  return std::move(**result);
}

//===-- Interpreting --------------------------------------------------------------------------------===//

llvm::Expected<std::optional<Value>> Tiers::tryInterpreting(const CallTypes &types, ArrayRef<Value> arguments,
                                                            sc_context &context, const std::shared_ptr<Job> &job) {
  uint64_t remaining = remainingNanoseconds(job);
  if (generaliser.interpretedNanoseconds(types) > remaining)
    return std::nullopt;
  std::lock_guard<std::mutex> guard(interpretLock);
  if (!interpreting.isOpen())
    if (llvm::Error error = interpreting.open(session.archive()))
      return inFile(std::move(error), session.file());
  Clock::time_point begin = Clock::now();
  auto result = session.interpretIn(interpreting, types.method, arguments, context, remaining);
  uint64_t time = static_cast<uint64_t>(std::chrono::nanoseconds(Clock::now() - begin).count());
  // What cannot be interpreted may compile.
  if (!result && !result.errorIsA<RaisedError>()) {
    llvm::consumeError(result.takeError());
    generaliser.setInterpretedNanoseconds(types, UINT64_MAX);
    return std::nullopt;
  }
  // What was abandoned takes longer than it was given.
  bool finished = !result || *result;
  generaliser.setInterpretedNanoseconds(types, finished ? time : std::max(time, remaining) + 1);
  return result;
}

/// The time until the job is done, going by what others took.
uint64_t Tiers::remainingNanoseconds(const std::shared_ptr<Job> &job) {
  std::lock_guard<std::mutex> guard(lock);
  if (!job)
    return compileNanoseconds;
  uint64_t time = 0;
  for (const std::shared_ptr<Job> &other : jobs) {
    uint64_t gone = other->stage == Job::Stage::Running
                        ? static_cast<uint64_t>(std::chrono::nanoseconds(Clock::now() - other->begin).count())
                        : 0;
    // One that takes longer than others did is thought to be half done.
    time += gone < compileNanoseconds / 2 ? compileNanoseconds - gone : std::max(gone, compileNanoseconds / 2);
    if (other == job)
      return time;
  }
  return job->stage == Job::Stage::Failed ? compileNanoseconds : 0;
}

//===-- Compiling -----------------------------------------------------------------------------------===//

std::shared_ptr<Tiers::Job> Tiers::ask(const CallTypes &types, std::vector<bool> open, std::string key,
                                       ArrayRef<Value> arguments) {
  std::lock_guard<std::mutex> guard(lock);
  for (const std::shared_ptr<Job> &job : jobs)
    if (job->key == key)
      return job;
  if (jobs.size() >= maxJobs || failed.contains(key))
    return nullptr;
  jobs.push_back(std::make_shared<Job>(Job{types, arguments.vec(), std::move(open), std::move(key)}));
  if (!compiler.joinable())
    compiler = std::thread([this] { compileAll(); });
  changed.notify_all();
  return jobs.back();
}

/// Until the job has ended; whether it has an entry.
bool Tiers::wait(const std::shared_ptr<Job> &job) {
  std::unique_lock<std::mutex> guard(lock);
  changed.wait(guard, [&] { return job->stage == Job::Stage::Done || job->stage == Job::Stage::Failed; });
  return job->stage == Job::Stage::Done;
}

void Tiers::compileAll() {
  std::unique_lock<std::mutex> guard(lock);
  while (true) {
    changed.wait(guard, [&] { return ending || !jobs.empty(); });
    if (ending)
      return;
    std::shared_ptr<Job> job = jobs.front();
    job->stage = Job::Stage::Running;
    job->begin = Clock::now();
    guard.unlock();
    bool done = compile(*job);
    guard.lock();
    uint64_t time = static_cast<uint64_t>(std::chrono::nanoseconds(Clock::now() - job->begin).count());
    compileNanoseconds = (3 * compileNanoseconds + time) / 4;
    job->stage = done ? Job::Stage::Done : Job::Stage::Failed;
    if (!done && failed.size() >= maxFailed)
      failed.clear();
    if (!done)
      failed.insert(job->key);
    jobs.pop_front();
    changed.notify_all();
  }
}

/// Compiles with as much left to run time as the method allows.
bool Tiers::compile(Job &job) {
  std::vector<bool> open = job.open;
  while (true) {
    std::vector<specialize::ArgumentSpec> specs = job.types.opened(open);
    auto entry = session.compile(entryKey(job.types.method, specs), job.types.method, specs, job.arguments);
    if (entry) {
      job.entry = std::move(*entry);
      if (!open.empty())
        ++session.count.generalisations;
      return true;
    }
    llvm::consumeError(entry.takeError());
    if (open.empty())
      return false;
    generaliser.refuse(job.types, open);
    open = generaliser.open(job.types);
  }
}
