//===- Tiers.h - Interpreted now, compiled in the background --------------===//
//
// The opt-in way of a session's calls: a call for which there is no code yet is interpreted, where that takes less time than
// the compile that a thread has begun meanwhile, or else waits for it. What varies from call to call is left to run time.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "lib/Driver/Generaliser.h"
#include "lib/Driver/Session.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <thread>

namespace sconce::driver {

class Tiers {
public:
  explicit Tiers(Session &session);
  /// Waits for the compile that is under way; those that have not begun are dropped.
  ~Tiers();

  /// Any thread may call.
  llvm::Expected<rt::Value> call(llvm::StringRef method, llvm::ArrayRef<rt::Value> arguments, sc_context &context);

private:
  using Clock = std::chrono::steady_clock;

  /// A compile that was asked for.
  struct Job {
    CallTypes types;
    std::vector<rt::Value> arguments; ///< of the call that asked: they choose among entries of one key
    std::vector<bool> open;
    std::string key;
    enum class Stage : uint8_t { Waiting, Running, Done, Failed } stage = Stage::Waiting;
    Clock::time_point begin = {};
    std::shared_ptr<CompiledEntry> entry = nullptr;
  };

  std::shared_ptr<Job> ask(const CallTypes &types, std::vector<bool> open, std::string key, llvm::ArrayRef<rt::Value> arguments);
  bool wait(const std::shared_ptr<Job> &job);
  uint64_t remainingNanoseconds(const std::shared_ptr<Job> &job);
  llvm::Expected<std::optional<rt::Value>> tryInterpreting(const CallTypes &types, llvm::ArrayRef<rt::Value> arguments,
                                                           sc_context &context, const std::shared_ptr<Job> &job);
  void compileAll();
  bool compile(Job &job);

  Session &session;
  Generaliser generaliser;
  /// What is interpreted has a context of its own: compiling holds the session's.
  Workshop interpreting;
  std::mutex interpretLock;

  std::mutex lock;
  std::condition_variable changed;
  std::deque<std::shared_ptr<Job>> jobs; ///< the first one may be running
  std::set<std::string> failed; ///< keys that cannot be compiled
  bool ending = false;
  uint64_t compileNanoseconds; ///< what a compile took lately
  std::thread compiler;
};

} // namespace sconce::driver
