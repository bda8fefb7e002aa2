/// What is kept between processes: the files, and the entries in them.
#include "lib/Driver/CodeCache.h"

#include "lib/Driver/BuildId.h"
#include "lib/Driver/Compare.h"
#include "lib/Driver/Session.h"
#include "lib/Import/Importer.h"
#include "runtime/Tensor.h"

#include "llvm/Support/FileSystem.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fcntl.h>
#include <random>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

using namespace sconce;
using namespace sconce::driver;
using llvm::StringRef;

namespace {
/// A folder that goes with the test.
class Folder {
public:
  Folder() { EXPECT_FALSE(llvm::sys::fs::createUniqueDirectory("sconce-cache", path)); }
  ~Folder() { llvm::sys::fs::remove_directories(path); }

  std::string str() const { return std::string(path); }
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    std::error_code code;
    for (llvm::sys::fs::directory_iterator item(path, code), end; item != end && !code; item.increment(code))
      names.push_back(item->path());
    return names;
  }

private:
  llvm::SmallString<128> path;
};

ContentHash keyOf(uint8_t number) {
  ContentHash key{};
  key[0] = number;
  return key;
}

std::unique_ptr<CodeStore> openStore(const Folder &folder, uint64_t maxBytes = 1 << 20) {
  auto store = CodeStore::open(folder.str(), maxBytes);
  EXPECT_TRUE(static_cast<bool>(store)) << llvm::toString(store.takeError());
  return std::move(*store);
}

std::string contents(CodeStore &store, uint8_t number) {
  auto bytes = store.read(keyOf(number));
  return bytes ? bytes->getBuffer().str() : "none";
}

std::string readAll(const std::string &path) {
  auto file = llvm::MemoryBuffer::getFile(path);
  return file ? (*file)->getBuffer().str() : "";
}

void writeAll(const std::string &path, StringRef bytes) {
  std::error_code code;
  llvm::raw_fd_ostream out(path, code);
  out << bytes;
}
} // namespace

TEST(CodeStore, GivesBackWhatWasWritten) {
  Folder folder;
  auto store = openStore(folder), other = openStore(folder);
  EXPECT_EQ(contents(*store, 1), "none");
  store->write(keyOf(1), "one");
  store->write(keyOf(2), "");
  EXPECT_EQ(contents(*other, 1), "one");
  EXPECT_EQ(contents(*other, 2), "");
  other->write(keyOf(1), "another one");
  EXPECT_EQ(contents(*store, 1), "another one");
  EXPECT_EQ(folder.files().size(), 2u);
}

TEST(CodeStore, TakesNothingDamagedWhereverTheDamageIs) {
  Folder folder;
  auto store = openStore(folder);
  store->write(keyOf(1), "some compiled code");
  std::string path = folder.files().front(), whole = readAll(path);
  for (size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] ^= 0x10;
    writeAll(path, damaged);
    EXPECT_EQ(contents(*store, 1), "none") << "byte " << i;
    EXPECT_TRUE(folder.files().empty()) << "what is damaged is deleted";
    writeAll(path, StringRef(whole).take_front(i));
    EXPECT_EQ(contents(*store, 1), "none") << "cut at " << i;
  }
  writeAll(path, whole + "!");
  EXPECT_EQ(contents(*store, 1), "none");
  writeAll(path, whole);
  EXPECT_EQ(contents(*store, 1), "some compiled code");
  // Under another name it is another's.
  ASSERT_EQ(std::rename(path.c_str(), (path.substr(0, path.rfind('/')) + "/02" + path.substr(path.rfind('/') + 3)).c_str()), 0);
  EXPECT_EQ(contents(*store, 2), "none");
}

TEST(CodeStore, TakesNothingThatOthersMayHaveWritten) {
  Folder folder;
  auto store = openStore(folder);
  store->write(keyOf(1), "code");
  std::string path = folder.files().front();
  ASSERT_EQ(chmod(path.c_str(), 0620), 0);
  EXPECT_EQ(contents(*store, 1), "none");
  ASSERT_EQ(chmod(path.c_str(), 0600), 0);
  EXPECT_EQ(contents(*store, 1), "code");
  // Neither through a link, nor from what is no file.
  std::string moved = folder.str() + "/moved";
  ASSERT_EQ(std::rename(path.c_str(), moved.c_str()), 0);
  ASSERT_EQ(symlink(moved.c_str(), path.c_str()), 0);
  EXPECT_EQ(contents(*store, 1), "none");
  ASSERT_EQ(unlink(path.c_str()), 0);
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  EXPECT_EQ(contents(*store, 1), "none");
}

TEST(CodeStore, RefusesFoldersOfOthers) {
  Folder folder;
  ASSERT_EQ(chmod(folder.str().c_str(), 0770), 0);
  EXPECT_EQ(llvm::toString(CodeStore::open(folder.str(), 1).takeError()),
            folder.str() + ": cannot keep compiled code in this folder: it belongs to another user, or others may write to it (chmod go-w)");
  std::string file = folder.str() + "/file";
  writeAll(file, "");
  EXPECT_TRUE(llvm::errorToBool(CodeStore::open(file, 1).takeError()));
}

TEST(CodeStore, DropsWhatWasNotUsedForLongest) {
  Folder folder;
  std::string bytes(1000, 'x');
  auto store = openStore(folder, 3500);
  auto setAge = [&](uint8_t number, long seconds) {
    for (const std::string &path : folder.files())
      if (StringRef(path).contains("/0" + std::to_string(number))) {
        struct timespec times[2] = {{::time(nullptr) - seconds, 0}, {::time(nullptr) - seconds, 0}};
        ASSERT_EQ(utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
      }
  };
  for (uint8_t number : {1, 2, 3}) {
    store->write(keyOf(number), bytes);
    setAge(number, 100 - number);
  }
  EXPECT_EQ(folder.files().size(), 3u);
  EXPECT_EQ(contents(*store, 1), bytes); // and so it is the youngest now
  store->write(keyOf(4), bytes);
  EXPECT_EQ(contents(*store, 2), "none");
  EXPECT_EQ(contents(*store, 1), bytes);
  EXPECT_EQ(contents(*store, 3), bytes);
  EXPECT_EQ(contents(*store, 4), bytes);
  // What alone is too much drops nothing.
  store->write(keyOf(5), std::string(4000, 'y'));
  EXPECT_EQ(contents(*store, 5), "none");
  EXPECT_EQ(folder.files().size(), 3u);
}

TEST(CodeStore, BoundsTheNumberOfFilesHoweverSmall) {
  Folder folder;
  auto store = openStore(folder, uint64_t(64) << 20);
  ContentHash key{};
  constexpr unsigned bound = 1 << 14;
  for (unsigned i = 0; i < bound + 100; ++i) {
    key[0] = static_cast<uint8_t>(i), key[1] = static_cast<uint8_t>(i >> 8);
    store->write(key, "x");
  }
  EXPECT_LE(folder.files().size(), bound);
  EXPECT_GT(folder.files().size(), bound / 2);
  EXPECT_EQ(store->read(key)->getBuffer(), "x") << "the youngest stays";
}

TEST(CodeStore, ClearsAwayWhatProcessesLeftBehind) {
  Folder folder;
  auto store = openStore(folder);
  std::string old = folder.str() + "/new-1-0", recent = folder.str() + "/new-2-0";
  writeAll(old, "half");
  writeAll(recent, "half");
  struct timespec times[2] = {{::time(nullptr) - 7200, 0}, {::time(nullptr) - 7200, 0}};
  ASSERT_EQ(utimensat(AT_FDCWD, old.c_str(), times, 0), 0);
  store->write(keyOf(1), "code");
  EXPECT_FALSE(llvm::sys::fs::exists(old));
  EXPECT_TRUE(llvm::sys::fs::exists(recent)) << "another process is writing it";
}

TEST(CodeStore, ManyWritersAndReadersAtOnce) {
  Folder folder;
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  for (int thread = 0; thread < 8; ++thread)
    threads.emplace_back([&, thread] {
      auto store = openStore(folder, 20'000);
      std::mt19937 random(static_cast<unsigned>(thread));
      for (int i = 0; i < 200; ++i) {
        uint8_t number = static_cast<uint8_t>(random() % 10);
        std::string expected(1000 + number * 400u, static_cast<char>('a' + number));
        if (random() % 2 == 0)
          store->write(keyOf(number), expected);
        else if (std::string found = contents(*store, number); found != "none" && found != expected)
          ++wrong;
      }
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(wrong, 0);
  uint64_t total = 0;
  for (const std::string &path : folder.files())
    total += readAll(path).size();
  EXPECT_LE(total, 20'000u);
}

//===-- Entries -------------------------------------------------------------------------------------===//

namespace {
rt::Ref<rt::Storage> storageOf(StringRef bytes) {
  rt::Ref<rt::Storage> storage = rt::Storage::allocate(bytes.size());
  std::memcpy(storage->data(), bytes.data(), bytes.size());
  return storage;
}

EntryCode exampleCode(const std::vector<rt::Ref<rt::Storage>> &archive) {
  EntryCode code;
  code.signature = "(T6[2,3]){i}->(T6[3]){i}";
  code.statePaths = {"count", "layer.mean"};
  code.writtenPaths = {"count"};
  code.report.steps = 12;
  code.report.splits.push_back({"code/a.py:1:2", "ranks differ", 3});
  code.report.alwaysRaises = "always";
  code.kernels.push_back({"kernel", "code/a.py:4:5", 100, 200});
  code.storages = {archive[1], storageOf("made while compiling"), archive[0]};
  code.readStorages = {archive[0].get(), code.storages[1].get()};
  code.preparedBytes = {64, 128};
  code.module.entries = {{"sconce_entry", 4096}, {"sconce_prepare", 0}};
  code.module.objects.push_back(llvm::MemoryBuffer::getMemBufferCopy("an object"));
  code.module.objects.push_back(llvm::MemoryBuffer::getMemBufferCopy(std::string(1000, 'o')));
  return code;
}

std::optional<EntryCode> decode(StringRef bytes, const std::vector<rt::Ref<rt::Storage>> &archive) {
  return decodeEntry(llvm::MemoryBuffer::getMemBufferCopy(bytes), archive);
}
} // namespace

TEST(EntryBytes, AreTheEntry) {
  std::vector<rt::Ref<rt::Storage>> archive = {storageOf("weights"), storageOf("more weights")};
  EntryCode code = exampleCode(archive);
  std::optional<EntryCode> back = decode(encodeEntry(code, archive), archive);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->signature, code.signature);
  EXPECT_EQ(back->statePaths, code.statePaths);
  EXPECT_EQ(back->writtenPaths, code.writtenPaths);
  EXPECT_EQ(back->report.steps, 12u);
  ASSERT_EQ(back->report.splits.size(), 1u);
  EXPECT_EQ(back->report.splits[0].reason, "ranks differ");
  EXPECT_EQ(back->report.alwaysRaises, "always");
  ASSERT_EQ(back->kernels.size(), 1u);
  EXPECT_EQ(back->kernels[0].bytes, 200);
  ASSERT_EQ(back->storages.size(), 3u);
  EXPECT_EQ(back->storages[0].get(), archive[1].get());
  EXPECT_EQ(StringRef(reinterpret_cast<char *>(back->storages[1]->data()), back->storages[1]->size()), "made while compiling");
  EXPECT_EQ(back->storages[2].get(), archive[0].get());
  EXPECT_EQ(back->preparedBytes, code.preparedBytes);
  ASSERT_EQ(back->module.entries.size(), 2u);
  EXPECT_EQ(back->module.entries[0].name, "sconce_entry");
  EXPECT_EQ(back->module.entries[0].workspace, 4096);
  ASSERT_EQ(back->module.objects.size(), 2u);
  EXPECT_EQ(back->module.objects[0]->getBuffer(), "an object");
}

TEST(EntryBytes, AreGoodForTheBytesThatWereLookedAt) {
  std::vector<rt::Ref<rt::Storage>> archive = {storageOf("weights"), storageOf("more weights")};
  std::string bytes = encodeEntry(exampleCode(archive), archive);
  archive[1]->data()[0] ^= 1; // never looked at
  EXPECT_TRUE(decode(bytes, archive));
  archive[0]->data()[0] ^= 1;
  EXPECT_FALSE(decode(bytes, archive));
  archive[0]->data()[0] ^= 1;
  archive.pop_back();
  EXPECT_FALSE(decode(bytes, archive)) << "a storage that is not there";
}

TEST(EntryBytes, NeverLeadTheReaderAstray) {
  std::vector<rt::Ref<rt::Storage>> archive = {storageOf("weights"), storageOf("more weights")};
  std::string whole = encodeEntry(exampleCode(archive), archive);
  for (size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(decode(StringRef(whole).take_front(size), archive)) << size;
  EXPECT_FALSE(decode(whole + "!", archive));
  // Whatever is changed, it is decoded or refused, within its own bytes.
  for (size_t i = 0; i < whole.size(); ++i)
    for (unsigned char value : {0x00, 0x01, 0x7f, 0x80, 0xff}) {
      std::string damaged = whole;
      damaged[i] = static_cast<char>(value);
      (void)decode(damaged, archive);
    }
  std::mt19937 random(0);
  for (int round = 0; round < 2000; ++round) {
    std::string noise = whole;
    for (int change = 0; change < 8; ++change)
      noise[random() % noise.size()] = static_cast<char>(random());
    (void)decode(noise, archive);
  }
}

TEST(BuildId, NamesAllThreeParts) {
  EXPECT_GE(llvm::StringRef(buildId()).count(' '), 2u);
  EXPECT_GE(buildId().size(), 3 * 16u);
}

//===-- Sessions ------------------------------------------------------------------------------------===//

namespace {
std::string fixture(const std::string &name) { return SCONCE_FIXTURES + name + "/model.pt"; }

std::shared_ptr<Session> openSession(const std::string &name, SessionOptions options, const Folder &folder) {
  options.disk.folder = folder.str();
  auto session = Session::open(fixture(name), options);
  EXPECT_TRUE(static_cast<bool>(session)) << llvm::toString(session.takeError());
  return std::move(*session);
}

rt::Value floats(std::vector<int64_t> sizes) {
  rt::Tensor tensor = rt::Tensor::empty(rt::Dtype::Float32, std::move(sizes));
  for (int64_t i = 0; i < tensor.numel(); ++i)
    tensor.dataAs<float>()[i] = static_cast<float>(i % 7) - 2.5f;
  return rt::Value::ofTensor(tensor);
}

bool sameBits(const rt::Value &left, const rt::Value &right) { return !findDifference(left, right, {0, 0}); }

rt::Value callForward(Session &session, std::vector<rt::Value> arguments) {
  auto result = session.call("forward", arguments);
  EXPECT_TRUE(static_cast<bool>(result)) << llvm::toString(result.takeError());
  return result ? std::move(*result) : rt::Value();
}
} // namespace

TEST(SessionOnDisk, CompilesOnceForAllSessions) {
  Folder folder;
  auto first = openSession("linear_relu", {}, folder), second = openSession("linear_relu", {}, folder);
  rt::Value x = floats({3, 10});
  rt::Value expected = callForward(*first, {x}), found = callForward(*second, {x});
  EXPECT_TRUE(sameBits(expected, found));
  EXPECT_EQ(first->counters().compiles, 1u);
  EXPECT_EQ(first->counters().loads, 0u);
  EXPECT_EQ(second->counters().compiles, 0u);
  EXPECT_EQ(second->counters().loads, 1u);
  // Other shapes and other options are other code.
  callForward(*second, {floats({4, 10})});
  EXPECT_EQ(second->counters().compiles, 1u);
  for (SessionOptions options : {SessionOptions{.optLevel = 1}, SessionOptions{.winograd = false}, SessionOptions{.profile = true}}) {
    auto other = openSession("linear_relu", options, folder);
    callForward(*other, {x});
    EXPECT_EQ(other->counters().compiles, 1u);
  }
}

TEST(SessionOnDisk, AnswersWithoutTheProgramWhatItNeedsNot) {
  Folder folder;
  auto first = openSession("two_methods", {}, folder), second = openSession("two_methods", {}, folder);
  EXPECT_EQ(*first->methodNames(), *second->methodNames());
  EXPECT_FALSE(llvm::errorToBool(second->checkCall("forward", 1, "")));
  EXPECT_EQ(llvm::toString(second->checkCall("encode", 1, "")),
            fixture("two_methods") + ": the module has no method 'encode'; its methods are forward, decode");
  auto lock = second->lockProgram();
  ASSERT_TRUE(static_cast<bool>(lock));
  EXPECT_TRUE(second->program().root().isObject());
}

TEST(SessionOnDisk, StateGoesOnWithCodeThatWasFound) {
  Folder folder;
  auto first = openSession("running_mean", {}, folder), second = openSession("running_mean", {}, folder);
  rt::Value x = floats({2, 3});
  for (int call = 0; call < 3; ++call) {
    rt::Value expected = snapshot(callForward(*first, {x}));
    EXPECT_TRUE(sameBits(expected, snapshot(callForward(*second, {x})))) << call;
  }
  EXPECT_EQ(second->counters().compiles, 0u);
  EXPECT_TRUE(sameBits(*first->attribute("mean"), *second->attribute("mean")));
  EXPECT_FALSE(llvm::errorToBool(second->reset()));
  EXPECT_TRUE(sameBits(snapshot(callForward(*openSession("running_mean", {}, folder), {x})), snapshot(callForward(*second, {x}))));
}
