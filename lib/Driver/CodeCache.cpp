//===- CodeCache.cpp - What was compiled of an archive, between processes -===//

#include "lib/Driver/CodeCache.h"

#include "lib/Archive/Archive.h"
#include "lib/Driver/BuildId.h"
#include "lib/Driver/ByteStream.h"
#include "lib/Driver/ModelState.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"

using namespace sconce;
using namespace sconce::driver;
using llvm::ArrayRef;
using llvm::StringRef;
using rt::Value;
using specialize::ArgumentSpec;

static ContentHash hashOf(StringRef bytes) {
  return llvm::BLAKE3::hash(ArrayRef(reinterpret_cast<const uint8_t *>(bytes.data()), bytes.size()));
}

static StringRef bytesOf(const rt::Storage &storage) {
  return {reinterpret_cast<const char *>(storage.data()), storage.size()};
}

static StringRef bytesOf(const ContentHash &hash) { return {reinterpret_cast<const char *>(hash.data()), hash.size()}; }

//===-- Keys ----------------------------------------------------------------------------------------===//

/// False for a value that is known by its identity alone.
static bool encodeValue(ByteWriter &out, const Value &value) {
  out.number(static_cast<uint64_t>(value.tag()));
  switch (value.tag()) {
  case SC_NONE:
    return true;
  case SC_BOOL:
    out.flag(value.asBool());
    return true;
  case SC_INT:
    out.number(static_cast<uint64_t>(value.asInt()));
    return true;
  case SC_DOUBLE:
    out.number(llvm::bit_cast<uint64_t>(value.asDouble()));
    return true;
  case SC_COMPLEX:
    out.number(llvm::bit_cast<uint64_t>(value.asComplex().real()));
    out.number(llvm::bit_cast<uint64_t>(value.asComplex().imag()));
    return true;
  case SC_STRING:
    out.text(value.asString());
    return true;
  case SC_DEVICE:
    out.text(value.asDevice().text());
    return true;
  case SC_ENUM:
    out.text(value.asEnum().className);
    out.text(value.asEnum().name);
    return encodeValue(out, value.asEnum().value);
  default:
    return false;
  }
}

static void encodeNumbers(ByteWriter &out, ArrayRef<int64_t> numbers) {
  out.number(numbers.size());
  for (int64_t number : numbers)
    out.number(static_cast<uint64_t>(number));
}

/// All of a spec, which its spelling is not. False where it has a value of which that cannot be said.
static bool encodeSpec(ByteWriter &out, const ArgumentSpec &spec) {
  out.number(static_cast<uint64_t>(spec.kind));
  out.number(static_cast<uint64_t>(spec.dtype));
  encodeNumbers(out, spec.sizes);
  encodeNumbers(out, spec.strides);
  out.text(spec.elementType);
  out.text(spec.className);
  out.texts(spec.fieldNames);
  out.number(spec.keys.size());
  for (const Value &key : spec.keys)
    if (!encodeValue(out, key))
      return false;
  out.number(spec.elements.size());
  for (const ArgumentSpec &element : spec.elements)
    if (!encodeSpec(out, element))
      return false;
  return encodeValue(out, spec.value);
}

/// The numbers among the state are run time's, but flags, of which entries know the value.
static void openNumbers(ArgumentSpec &spec) {
  if (spec.kind == ArgumentSpec::Kind::Known && spec.value.isNumber() && !spec.value.isBool()) {
    spec.kind = spec.value.isInt()      ? ArgumentSpec::Kind::Int
                : spec.value.isDouble() ? ArgumentSpec::Kind::Float
                                        : ArgumentSpec::Kind::Complex;
    spec.value = Value();
  }
  for (ArgumentSpec &element : spec.elements)
    openNumbers(element);
}

/// Whether an entry fits the state shows when it is there; the state's types are in the key so that one that fits is found.
static bool encodeState(ByteWriter &out, const CompileRequest &request) {
  Value instance = request.instance;
  out.texts(request.statePaths);
  for (const std::string &path : request.statePaths) {
    bool isAtRunTime = request.runTimeState.contains(path);
    out.flag(isAtRunTime);
    const Value *value = isAtRunTime ? nullptr : findAttribute(instance, path);
    if (!value)
      continue;
    ArgumentSpec spec = specialize::specFromValue(*value);
    if (!specialize::isPointer(path)) // Which object it is decides structure.
      openNumbers(spec);
    if (!encodeSpec(out, spec))
      return false;
  }
  out.texts(std::vector<std::string>(request.runTimeState.begin(), request.runTimeState.end()));
  return true;
}

std::optional<ContentHash> CodeCache::keyOf(const CompileRequest &request) const {
  // Extents that are left open for a version of the state are an artifact's; sessions have none.
  if (!request.openExtents.empty())
    return std::nullopt;
  const codegen::TargetInfo &target = hostTarget();
  ByteWriter out;
  out.text("entry");
  out.text(buildId());
  out.text(bytesOf(structure));
  out.text(target.triple);
  out.text(target.cpu);
  out.text(target.features);
  encodeNumbers(out, {target.vectorBits, target.vectorRegisters, target.l1Bytes, target.l2Bytes, request.optLevel, request.winograd,
                      request.profile});
  out.text(request.method);
  out.number(request.arguments.size());
  for (const ArgumentSpec &argument : request.arguments)
    if (!encodeSpec(out, argument))
      return std::nullopt;
  if (!encodeState(out, request))
    return std::nullopt;
  return hashOf(out.data());
}

//===-- Entries -------------------------------------------------------------------------------------===//

static void encodeReport(ByteWriter &out, const specialize::Report &report) {
  for (uint64_t number : {report.steps, report.maxSteps, uint64_t(report.versions), uint64_t(report.maxVersions),
                          uint64_t(report.evaluations), uint64_t(report.splits.size())})
    out.number(number);
  for (const specialize::Split &split : report.splits) {
    out.text(split.place);
    out.text(split.reason);
    out.number(split.times);
  }
  out.flag(report.alwaysRaises.has_value());
  out.text(report.alwaysRaises.value_or(""));
}

static specialize::Report decodeReport(ByteReader &in) {
  specialize::Report report;
  report.steps = in.number();
  report.maxSteps = in.number();
  report.versions = static_cast<unsigned>(in.number());
  report.maxVersions = static_cast<unsigned>(in.number());
  report.evaluations = static_cast<unsigned>(in.number());
  report.splits.resize(in.count());
  for (specialize::Split &split : report.splits) {
    split.place = in.text().str();
    split.reason = in.text().str();
    split.times = static_cast<unsigned>(in.number());
  }
  bool raises = in.flag();
  StringRef message = in.text();
  if (raises)
    report.alwaysRaises = message.str();
  return report;
}

std::string driver::encodeEntry(const EntryCode &code, ArrayRef<rt::Ref<rt::Storage>> storages) {
  llvm::DenseMap<const rt::Storage *, size_t> numbers;
  for (size_t i = 0; i < storages.size(); ++i)
    numbers.try_emplace(storages[i].get(), i);
  ByteWriter out;
  out.text(code.signature);
  out.texts(code.statePaths);
  out.texts(code.writtenPaths);
  encodeReport(out, code.report);
  out.number(code.kernels.size());
  for (const KernelCall &kernel : code.kernels) {
    out.text(kernel.name);
    out.text(kernel.place);
    out.number(static_cast<uint64_t>(kernel.operations));
    out.number(static_cast<uint64_t>(kernel.bytes));
  }
  std::vector<size_t> read;
  for (const rt::Storage *storage : code.readStorages)
    if (auto found = numbers.find(storage); found != numbers.end())
      read.push_back(found->second);
  out.number(read.size());
  for (size_t number : read) {
    out.number(number);
    out.text(bytesOf(hashOf(bytesOf(*storages[number]))));
  }
  out.number(code.storages.size());
  for (const rt::Ref<rt::Storage> &storage : code.storages) {
    auto found = numbers.find(storage.get());
    out.flag(found != numbers.end());
    if (found != numbers.end())
      out.number(found->second);
    else
      out.text(bytesOf(*storage));
  }
  encodeNumbers(out, code.preparedBytes);
  out.number(code.module.entries.size());
  for (const codegen::CompiledEntry &entry : code.module.entries) {
    out.text(entry.name);
    out.number(static_cast<uint64_t>(entry.workspace));
  }
  out.number(code.module.objects.size());
  for (const auto &object : code.module.objects)
    out.alignedText(object->getBuffer());
  return out.data().str();
}

/// The linker keeps each object for as long as it wants.
static std::unique_ptr<llvm::MemoryBuffer> copyObject(StringRef bytes) {
  auto copy = llvm::WritableMemoryBuffer::getNewUninitMemBuffer(bytes.size(), "sconce.o", llvm::Align(ByteWriter::alignment));
  if (copy && !bytes.empty())
    std::memcpy(copy->getBufferStart(), bytes.data(), bytes.size());
  return copy;
}

std::optional<EntryCode> driver::decodeEntry(std::unique_ptr<llvm::MemoryBuffer> bytes, ArrayRef<rt::Ref<rt::Storage>> storages) {
  EntryCode code;
  ByteReader in(bytes->getBuffer());
  code.signature = in.text().str();
  code.statePaths = in.texts();
  code.writtenPaths = in.texts();
  code.report = decodeReport(in);
  code.kernels.resize(in.count());
  for (KernelCall &kernel : code.kernels) {
    kernel.name = in.text().str();
    kernel.place = in.text().str();
    kernel.operations = static_cast<int64_t>(in.number());
    kernel.bytes = static_cast<int64_t>(in.number());
  }
  for (size_t left = in.count(); left != 0 && !in.hasFailed(); --left) {
    size_t number = in.number();
    StringRef hash = in.text();
    if (number >= storages.size() || hash != bytesOf(hashOf(bytesOf(*storages[number]))))
      return std::nullopt;
  }
  for (size_t left = in.count(); left != 0 && !in.hasFailed(); --left) {
    if (in.flag()) {
      size_t number = in.number();
      if (number >= storages.size())
        return std::nullopt;
      code.storages.push_back(storages[number]);
      continue;
    }
    StringRef contents = in.text();
    rt::Ref<rt::Storage> storage = rt::Storage::allocate(contents.size());
    if (!storage)
      return std::nullopt;
    if (!contents.empty())
      std::memcpy(storage->data(), contents.data(), contents.size());
    code.storages.push_back(std::move(storage));
  }
  code.preparedBytes.resize(in.count());
  for (int64_t &size : code.preparedBytes)
    size = static_cast<int64_t>(in.number());
  code.module.entries.resize(in.count());
  for (codegen::CompiledEntry &entry : code.module.entries) {
    entry.name = in.text().str();
    entry.workspace = static_cast<int64_t>(in.number());
  }
  code.module.objects.resize(in.count());
  for (auto &object : code.module.objects) {
    object = copyObject(in.alignedText());
    if (!object)
      return std::nullopt;
  }
  constexpr int64_t maxBytes = int64_t(1) << 48;
  bool hasSizes = llvm::all_of(code.preparedBytes, [](int64_t size) { return size >= 0 && size < maxBytes; }) &&
                  llvm::all_of(code.module.entries, [](const auto &entry) { return entry.workspace >= 0 && entry.workspace < maxBytes; });
  if (!in.isAtEnd() || !hasSizes)
    return std::nullopt;
  code.times.end("decode");
  return code;
}

//===-- The cache -----------------------------------------------------------------------------------===//

llvm::Expected<std::unique_ptr<CodeCache>> CodeCache::open(const CodeCacheOptions &options, const archive::Archive &archive) {
  auto store = CodeStore::open(options.folder, options.maxBytes);
  if (!store)
    return store.takeError();
  auto structure = archive.structureHash();
  if (!structure)
    return structure.takeError();
  std::unique_ptr<CodeCache> cache(new CodeCache(std::move(*store)));
  cache->structure = *structure;
  cache->storages = archive.storages();
  return cache;
}

static ContentHash methodsKey(const ContentHash &structure) {
  ByteWriter out;
  out.text("methods");
  out.text(buildId());
  out.text(bytesOf(structure));
  return hashOf(out.data());
}

std::optional<std::vector<MethodFacts>> CodeCache::readMethods() {
  std::unique_ptr<llvm::MemoryBuffer> bytes = store->read(methodsKey(structure));
  if (!bytes)
    return std::nullopt;
  ByteReader in(bytes->getBuffer());
  std::vector<MethodFacts> methods(in.count());
  for (MethodFacts &method : methods) {
    method.name = in.text().str();
    method.requiredArguments = in.number();
    method.maxArguments = in.number();
  }
  return in.isAtEnd() ? std::optional(std::move(methods)) : std::nullopt;
}

void CodeCache::writeMethods(const std::vector<MethodFacts> &methods) {
  ByteWriter out;
  out.number(methods.size());
  for (const MethodFacts &method : methods) {
    out.text(method.name);
    out.number(method.requiredArguments);
    out.number(method.maxArguments);
  }
  store->write(methodsKey(structure), out.data());
}

std::optional<EntryCode> CodeCache::read(const CompileRequest &request) {
  std::optional<ContentHash> key = keyOf(request);
  std::unique_ptr<llvm::MemoryBuffer> bytes = key ? store->read(*key) : nullptr;
  return bytes ? decodeEntry(std::move(bytes), storages) : std::nullopt;
}

void CodeCache::write(const CompileRequest &request, const EntryCode &code) {
  if (std::optional<ContentHash> key = keyOf(request))
    store->write(*key, encodeEntry(code, storages));
}

std::string driver::cacheFolderOfEnvironment() {
  if (std::optional<std::string> folder = llvm::sys::Process::GetEnv("SCONCE_CACHE_DIR"))
    return *folder;
  llvm::SmallString<128> path;
  if (std::optional<std::string> folder = llvm::sys::Process::GetEnv("XDG_CACHE_HOME"); folder && llvm::sys::path::is_absolute(*folder))
    path = *folder;
  else if (llvm::sys::path::home_directory(path))
    llvm::sys::path::append(path, ".cache");
  else
    return {};
  llvm::sys::path::append(path, "sconce");
  return std::string(path);
}
