#include "runtime/Context.h"

#include "runtime/GuardedMemory.h"

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <new>

using namespace sconce::rt;

sc_context::sc_context(int32_t threads)
    : blocks{&blocks, &blocks}, randomGenerator(Generator::create()) {
  if (threads < 0)
    threads = ThreadPool::availableConcurrency();
  if (threads > 1)
    pool = std::make_unique<ThreadPool>(threads - 1);
}

sc_context::~sc_context() { endCall(); }

//===--- Errors -------------------------------------------------------------===//

sc_status sc_context::fail(Status status, std::string_view where, std::string_view callStack) {
  if (error.ok()) {
    error = std::move(status);
    location = where;
    stack = callStack;
  }
  return error.code;
}

void sc_context::clearError() {
  if (error.ok())
    return;
  error = {};
  location.clear();
  stack.clear();
}

//===--- Memory -------------------------------------------------------------===//

void *sc_context::allocate(size_t bytes) {
  constexpr size_t alignment = alignof(Block);
  if (bytes > SIZE_MAX - 2 * alignment)
    return nullptr;
  size_t rounded = (bytes + alignment - 1) / alignment * alignment;
  void *memory = guardsMemory ? takeGuardedMemory(sizeof(Block) + bytes) : std::aligned_alloc(alignment, sizeof(Block) + rounded);
  if (!memory)
    return nullptr;
  Block *block = new (memory) Block{blocks.previous, &blocks};
  block->previous->next = block;
  blocks.previous = block;
  ++liveCount;
  return block + 1;
}

void sc_context::free(void *memory) {
  if (!memory)
    return;
  Block *block = static_cast<Block *>(memory) - 1;
  if (block->loosePlace)
    loose[block->loosePlace - 1] = nullptr;
  block->previous->next = block->next;
  block->next->previous = block->previous;
  --liveCount;
  if constexpr (guardsMemory)
    giveGuardedMemory(block);
  else
    std::free(block);
}

void *sc_context::allocateResult(size_t bytes) {
  Ref<Storage> storage = Storage::allocate(bytes);
  if (!storage)
    return nullptr;
  resultStorages.push_back(storage);
  return storage->data();
}

Ref<Storage> sc_context::releaseResult(void *data) {
  for (Ref<Storage> &storage : resultStorages)
    if (storage && storage->data() == data)
      return storage;
  return nullptr;
}

void *sc_context::workspaceOf(size_t bytes) {
  if (!workspace || workspace->size() < bytes)
    workspace = Storage::allocate(bytes);
  return workspace ? workspace->data() : nullptr;
}

HeapObject *sc_context::keep(Value value) {
  if (!value.isHeap())
    return nullptr;
  HeapObject *object = value.heap();
  (void)value.take(); // The reference goes over.
  kept.push_back(Ref<HeapObject>::adopt(object));
  return object;
}

HeapObject *sc_context::keepBox(HeapObject *box) {
  kept.push_back(Ref<HeapObject>::adopt(box));
  return box;
}

void *sc_context::allocateLoose(size_t bytes) {
  void *memory = allocate(bytes);
  if (memory) {
    loose.push_back(static_cast<Block *>(memory) - 1);
    loose.back()->loosePlace = loose.size();
  }
  return memory;
}

void sc_context::enterLoop() { loops.push_back({kept.size(), kept.size(), loose.size(), loose.size(), {}}); }

void sc_context::carry(HeapObject *object) {
  object->retain();
  loops.back().carried.push_back(Ref<HeapObject>::adopt(object));
}

void sc_context::endIteration() {
  Loop &loop = loops.back();
  auto begin = static_cast<std::ptrdiff_t>(loop.keptBegin), young = static_cast<std::ptrdiff_t>(loop.keptYoung);
  // The references of the iteration before, in whose place come those that are carried on.
  std::vector<Ref<HeapObject>> dead(std::make_move_iterator(kept.begin() + begin), std::make_move_iterator(kept.begin() + young));
  kept.erase(kept.begin() + begin, kept.begin() + young);
  kept.insert(kept.begin() + begin, loop.carried.begin(), loop.carried.end());
  loop.keptYoung = kept.size();
  loop.carried.clear();
  size_t end = loop.looseBegin;
  for (size_t i = loop.looseBegin; i < loose.size(); ++i) {
    if (!loose[i])
      continue;
    if (i < loop.looseYoung) {
      free(loose[i] + 1);
      continue;
    }
    loose[end] = loose[i];
    loose[end]->loosePlace = end + 1;
    ++end;
  }
  loose.resize(end);
  loop.looseYoung = end;
}

void sc_context::leaveLoop() { loops.pop_back(); }

void sc_context::endCall() {
  while (blocks.next != &blocks)
    free(blocks.next + 1);
  kept.clear();
  loose.clear();
  loops.clear();
  resultStorages.clear();
}

//===--- Time ----------------------------------------------------------------===//

static int64_t now() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

void sc_context::startClock() {
  foldProfile();
  lastMark = now();
}

void sc_context::mark(size_t number) {
  if (number >= lastRuns.size())
    lastRuns.resize(number + 1);
  int64_t time = now();
  lastRuns[number].nanoseconds += time - lastMark;
  ++lastRuns[number].runs;
  lastMark = time;
}

void sc_context::foldProfile() {
  if (leastRuns.size() < lastRuns.size())
    leastRuns.resize(lastRuns.size());
  for (size_t i = 0; i < lastRuns.size(); ++i)
    if (lastRuns[i].runs != 0 && (leastRuns[i].runs == 0 || lastRuns[i].nanoseconds < leastRuns[i].nanoseconds))
      leastRuns[i] = lastRuns[i];
  lastRuns.clear();
}

const std::vector<sc_context::KernelRuns> &sc_context::profile() {
  foldProfile();
  return leastRuns;
}

void sc_context::clearProfile() {
  leastRuns.clear();
  lastRuns.clear();
}

//===--- Threads, text, random numbers --------------------------------------===//

void sc_context::parallelFor(int64_t size, int64_t grain, sc_range_fn body, void *argument) {
  if (size <= 0)
    return;
  if (executorFn)
    executorFn(executor, size, grain, body, argument);
  else if (pool)
    pool->run(size, grain, body, argument);
  else
    body(argument, 0, size);
}

int32_t sc_context::concurrency() const {
  if (executorFn)
    return executorConcurrency;
  return pool ? pool->size() + 1 : 1;
}

void sc_context::print(int32_t stream, std::string_view text) {
  if (printFn)
    return printFn(printSink, stream, text.data(), text.size());
  FILE *file = stream == 2 ? stderr : stdout;
  std::fwrite(text.data(), 1, text.size(), file);
  std::fflush(file);
}

void sc_context::setGenerator(Ref<Generator> generator) { randomGenerator = std::move(generator); }

//===--- C ABI --------------------------------------------------------------===//

extern "C" {

sc_context *sc_context_create(int32_t threads) { return new (std::nothrow) sc_context(threads); }
void sc_context_destroy(sc_context *context) { delete context; }

void sc_context_set_executor(sc_context *context, sc_executor_fn run, void *executor,
                             int32_t concurrency) {
  context->executorFn = run;
  context->executor = executor;
  context->executorConcurrency = concurrency > 0 ? concurrency : 1;
  context->pool.reset();
}

void sc_context_set_print(sc_context *context, sc_print_fn print, void *sink) {
  context->printFn = print;
  context->printSink = sink;
}

void sc_context_manual_seed(sc_context *context, uint64_t seed) {
  context->generator().manualSeed(seed);
}

sc_status sc_context_status(const sc_context *context) { return context->error.code; }
const char *sc_context_message(const sc_context *context) { return context->error.message.c_str(); }
const char *sc_context_exception_class(const sc_context *context) {
  return context->error.exceptionClass.c_str();
}
const char *sc_context_location(const sc_context *context) { return context->location.c_str(); }
const char *sc_context_stack(const sc_context *context) { return context->stack.c_str(); }
void sc_context_clear_error(sc_context *context) { context->clearError(); }

void sc_parallel_for(sc_context *context, int64_t size, int64_t grain, sc_range_fn body,
                     void *argument) {
  context->parallelFor(size, grain, body, argument);
}

} // extern "C"
