//===- ModelBuilder.cpp - Several entries as one model --------------------===//

#include "lib/Driver/ModelBuilder.h"

#include "codegen/Transforms/KernelMarks.h"
#include "dialects/TorchScript/IR/TorchScript.h"
#include "lib/Driver/CompileReport.h"
#include "lib/Driver/Compiler.h"
#include "lib/Driver/Header.h"
#include "lib/Driver/Session.h"
#include "lib/Driver/StateTypes.h"
#include "lib/Import/Importer.h"
#include "runtime/Entry.h"
#include "runtime/Tensor.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace sconce;
using namespace sconce::driver;
using llvm::ArrayRef;
using llvm::StringRef;
using rt::Value;

//===-- Specializing --------------------------------------------------------------------------------===//

llvm::Expected<EntryRequest> driver::parseRequest(StringRef method, ArrayRef<std::string> specs) {
  EntryRequest request{method.str(), {}};
  for (const std::string &text : specs) {
    auto spec = specialize::parseArgumentSpec(text);
    if (!spec)
      return badInput("--input: " + llvm::toString(spec.takeError()));
    request.arguments.push_back(std::move(*spec));
  }
  return request;
}

EntryRequest driver::requestFor(StringRef method, ArrayRef<rt::Value> arguments) {
  EntryRequest request{method.str(), {}};
  for (const rt::Value &argument : arguments)
    request.arguments.push_back(specialize::specFromValue(argument));
  return request;
}

std::vector<EntryRequest> driver::distinct(std::vector<EntryRequest> requests) {
  llvm::StringSet<> known;
  llvm::erase_if(requests, [&](const EntryRequest &request) {
    std::string key = request.method;
    for (const specialize::ArgumentSpec &argument : request.arguments)
      key += "\n" + specialize::spellArgumentSpec(argument);
    return !known.insert(key).second;
  });
  return requests;
}

/// Moves the functions of `entry` into the model's module; its weights get numbers of the model's table.
static void mergeEntry(SpecializedModel &model, specialize::SpecializedEntry &entry, StringRef symbol) {
  nameEntry(*entry.module, symbol);
  const auto &storages = entry.weights.storages();
  entry.module->walk([&](ts::WeightOp weight) {
    weight.setStorage(model.weights.numberOf(storages[static_cast<size_t>(weight.getStorage())]));
  });
  if (!model.module) {
    model.module = std::move(entry.module);
    return;
  }
  mlir::Block *target = model.module->getBody();
  target->getOperations().splice(target->end(), entry.module->getBody()->getOperations());
}

static std::vector<std::string> pathsOf(const SpecializedModel &model) {
  std::vector<std::string> paths;
  for (const specialize::StateSlot &slot : model.state)
    paths.push_back(slot.path);
  return paths;
}

namespace {
/// Specializes entries one by one into a model.
class Builder {
public:
  Builder(Session &session, ArrayRef<EntryRequest> requests, StringRef prefix) : session(session), requests(requests) {
    model.description.prefix = prefix.str();
  }

  /// Adds all. An entry for state that a call leaves may write attributes that no entry before it did (a submodule that takes another
  /// one's place): then all begins anew.
  llvm::Error addAll(const StateLimit &limit);
  SpecializedModel take() { return std::move(model); }

private:
  llvm::Expected<specialize::SpecializedEntry> specializeFor(const EntryRequest &request, const Value &instance,
                                                             std::map<std::string, std::vector<bool>> open = {});
  llvm::Error addInitialEntries();
  llvm::Error addEntries(const StateLimit &limit);
  llvm::Error add(size_t request, specialize::SpecializedEntry entry);
  bool learn(const specialize::SpecializedEntry &entry);
  llvm::Error addFor(const StateTypes &types);

  /// An entry of the model, with what it takes.
  struct Known {
    size_t request;
    rt::Signature signature;
    std::vector<StateTypes> statesRaised;
  };

  Session &session;
  ArrayRef<EntryRequest> requests;
  SpecializedModel model;
  std::vector<std::string> statePaths;
  std::set<std::string> runTimeState; ///< lists and dicts among it whose structure run time gives
  std::vector<Known> known;
  bool beginsAnew = false;
};
} // namespace

llvm::Expected<specialize::SpecializedEntry> Builder::specializeFor(const EntryRequest &request, const Value &instance,
                                                                    std::map<std::string, std::vector<bool>> open) {
  return specializeEntry(session.program(), session.file(),
                         {.method = request.method,
                          .arguments = request.arguments,
                          .instance = instance,
                          .statePaths = statePaths,
                          .openExtents = std::move(open),
                          .runTimeState = runTimeState});
}

/// Adds the entries for the state as it is. What one method writes is state of all, so they are made again until nobody
/// finds more.
llvm::Error Builder::addInitialEntries() {
  auto instance = session.instance();
  if (!instance)
    return instance.takeError();
  std::vector<specialize::SpecializedEntry> entries;
  for (bool settled = false; !settled;) {
    settled = true;
    entries.clear();
    for (const EntryRequest &request : requests) {
      auto entry = specializeFor(request, *instance);
      if (!entry)
        return entry.takeError();
      for (const specialize::StateSlot &slot : entry->state) {
        if (slot.isAtRunTime)
          settled &= !runTimeState.insert(slot.path).second;
      }
      settled &= !learn(*entry);
      entries.push_back(std::move(*entry));
    }
    // One entry has found all of its own.
    settled |= requests.size() == 1;
  }
  for (auto [number, entry] : llvm::enumerate(entries))
    if (llvm::Error error = add(number, std::move(entry)))
      return error;
  return llvm::Error::success();
}

/// Whether the entry writes attributes that were not known to be state.
bool Builder::learn(const specialize::SpecializedEntry &entry) {
  size_t before = statePaths.size();
  for (const specialize::StateSlot &slot : entry.state)
    if (!llvm::is_contained(statePaths, slot.path))
      statePaths.push_back(slot.path);
  return statePaths.size() != before;
}

llvm::Error Builder::add(size_t request, specialize::SpecializedEntry entry) {
  rt::Result<rt::Signature> signature = rt::Signature::parse(entry.signature);
  if (!signature)
    return unsupported("the entry's signature is malformed: " + signature.status().message, {.file = session.file()});
  known.push_back({request, std::move(*signature), std::move(entry.statesRaised)});
  session.report(requests[request].method, requests[request].arguments, entry.report);
  if (model.state.empty())
    model.state = entry.state;
  std::string symbol = fmt::format("{}_entry{}", model.description.prefix, model.description.entries.size());
  model.description.entries.push_back({.method = requests[request].method,
                                       .signature = entry.signature,
                                       .symbol = symbol,
                                       .function = {},
                                       .parameters = {},
                                       .results = {}});
  mergeEntry(model, entry, symbol);
  return llvm::Error::success();
}

/// Adds an entry for each request that has none for state of these types.
llvm::Error Builder::addFor(const StateTypes &types) {
  for (size_t request = 0; request < requests.size(); ++request) {
    if (llvm::any_of(known, [&](const Known &entry) {
          return entry.request == request && accepts(entry.signature.stateIn, types);
        }))
      continue;
    auto instance = session.instance();
    if (!instance)
      return instance.takeError();
    std::map<std::string, std::vector<bool>> open;
    specialize::addPointers(*instance, statePaths);
    std::optional<Value> typed = instanceOf(types, pathsOf(model), std::move(*instance), open, runTimeState);
    if (!typed)
      return unsupported("a call leaves the state with a type that only run time knows", {.file = session.file()});
    auto entry = specializeFor(requests[request], *typed, std::move(open));
    if (!entry)
      return entry.takeError();
    if (learn(*entry)) {
      beginsAnew = true;
      return llvm::Error::success();
    }
    if (llvm::Error error = add(request, std::move(*entry)))
      return error;
  }
  return llvm::Error::success();
}

llvm::Error Builder::addEntries(const StateLimit &limit) {
  if (llvm::Error error = addInitialEntries())
    return error;
  // Entries are appended while this goes on; each may lead to further types.
  unsigned versions = 1;
  for (size_t next = 0; next < known.size(); ++next) {
    std::vector<StateTypes> after = typesAfter(known[next].signature);
    const size_t numReturned = after.size();
    for (const StateTypes &types : known[next].statesRaised) {
      rt::Signature raising = known[next].signature;
      raising.stateOut = types;
      llvm::append_range(after, typesAfter(raising));
    }
    for (auto [i, types] : llvm::enumerate(after)) {
      if (types.empty())
        continue;
      size_t before = known.size();
      if (versions >= limit.versions) {
        bool isKnown = llvm::any_of(known, [&](const Known &entry) { return accepts(entry.signature.stateIn, types); });
        if (isKnown || !limit.mustSettle || i >= numReturned)
          continue;
        return unsupported(fmt::format("the types of the state ({}) still change after {} calls; a list that grows with every "
                                       "call has no end of types",
                                       fmt::join(pathsOf(model), ", "), limit.versions),
                           {.file = session.file()});
      }
      if (llvm::Error error = addFor(types))
        return error;
      if (beginsAnew)
        return llvm::Error::success();
      versions += known.size() > before;
    }
  }
  return llvm::Error::success();
}

llvm::Error Builder::addAll(const StateLimit &limit) {
  do {
    beginsAnew = false;
    SpecializedModel fresh;
    fresh.description.prefix = model.description.prefix;
    model = std::move(fresh);
    known.clear();
    if (llvm::Error error = addEntries(limit))
      return error;
  } while (beginsAnew);
  return llvm::Error::success();
}

llvm::Expected<SpecializedModel> driver::specializeAll(Session &session, ArrayRef<EntryRequest> requests, StringRef prefix,
                                                       const StateLimit &limit) {
  Builder builder(session, requests, prefix);
  if (llvm::Error error = builder.addAll(limit))
    return std::move(error);
  return builder.take();
}

llvm::Error driver::checkReturns(SpecializedModel &model, StringRef file) {
  for (auto function : model.module->getOps<mlir::func::FuncOp>()) {
    if (!function->hasAttr("ts.signature") || function.isExternal())
      continue;
    for (auto check : function.getBody().front().getOps<ts::CheckOp>()) {
      auto condition = check.getCond().getDefiningOp<mlir::arith::ConstantOp>();
      auto value = condition ? llvm::dyn_cast<mlir::BoolAttr>(condition.getValue()) : nullptr;
      if (!value || value.getValue() || !check.getValues().empty())
        continue;
      Location location{.file = file.str()};
      if (auto line = check.getLoc()->findInstanceOf<mlir::FileLineColLoc>()) {
        location.member = line.getFilename().str();
        location.line = line.getLine();
        location.column = line.getColumn();
      }
      return withNote(llvm::make_error<RaisedError>(check.getCls().str(), check.getMsg().str(), location, ""),
                      "the model always raises this with arguments of these types");
    }
  }
  return llvm::Error::success();
}

//===-- Describing ----------------------------------------------------------------------------------===//

/// The names of a method's parameters after `self`.
static std::vector<std::string> argumentNames(const import::ClassInfo &info, StringRef method) {
  std::vector<std::string> names;
  if (const script::DefStmt *definition = info.findMethod(method))
    for (const script::Param &parameter : definition->params.drop_front(definition->params.empty() ? 0 : 1))
      names.push_back(parameter.name.str());
  return names;
}

llvm::Error driver::describeFunctions(SpecializedModel &model, Session &session) {
  llvm::StringSet<> methods;
  StringRef file = session.file();
  auto info = session.program().classInfo(session.program().root().asObject().className);
  if (!info)
    return info.takeError();
  for (codegen::ModelEntry &entry : model.description.entries) {
    rt::Result<rt::Signature> signature = rt::Signature::parse(entry.signature);
    if (!signature)
      return unsupported("the entry's signature is malformed: " + signature.status().message, {.file = file.str()});
    size_t versions = llvm::count_if(model.description.entries,
                                     [&](const codegen::ModelEntry &other) { return other.method == entry.method; });
    // Which entry fits depends on the state where a method has several: the generic call finds it.
    bool isFixed = versions == 1 || signature->stateIn.empty();
    if (methods.insert(entry.method).second && isFixed)
      describeDirectCall(entry, *signature, argumentNames(**info, entry.method), model.description.prefix);
  }
  return llvm::Error::success();
}

namespace {
/// Lays values out as the words that a frame's arguments would hold for them (see runtime/Model.cpp, which reads them).
class StateWriter {
public:
  explicit StateWriter(SpecializedModel &model) : model(model) {}

  /// Writes a value of this slot, in which a list, dict or object that was written before becomes `Same`. False for a kind of value
  /// that has no words.
  bool write(const Value &value, rt::Slot &slot) {
    switch (value.tag()) {
    case SC_NONE:
    case SC_STRING:
    case SC_DEVICE:
    case SC_ENUM: // the signature says it all
      return true;
    case SC_BOOL:
    case SC_INT:
    case SC_DOUBLE:
      return addWord(value.raw().as.i);
    case SC_COMPLEX:
      return addWord(llvm::bit_cast<int64_t>(value.asComplex().real())) &&
             addWord(llvm::bit_cast<int64_t>(value.asComplex().imag()));
    case SC_TENSOR:
      return writeTensor(value.asTensor());
    case SC_TUPLE:
      return writeChildren(value.asTuple().elements, slot);
    case SC_LIST:
    case SC_DICT:
    case SC_OBJECT:
      return writeContainer(value, slot);
    default:
      return false;
    }
  }

private:
  bool writeChildren(const std::vector<Value> &values, rt::Slot &slot) {
    return llvm::all_of(llvm::zip_equal(values, slot.children), [&](auto pair) { return write(std::get<0>(pair), std::get<1>(pair)); });
  }

  bool writeContainer(const Value &value, rt::Slot &slot) {
    auto [known, isNew] = containers.try_emplace(value.heap(), static_cast<int64_t>(containers.size()));
    if (!isNew) {
      slot = rt::Slot();
      slot.kind = rt::Slot::Kind::Same;
      slot.alias = known->second;
      return true;
    }
    if (value.isList())
      return writeChildren(value.asList().elements, slot);
    if (value.isObject())
      return llvm::all_of(llvm::zip_equal(value.asObject().slots, slot.children),
                          [&](auto pair) { return write(std::get<0>(pair).second, std::get<1>(pair)); });
    return llvm::all_of(llvm::enumerate(value.asDict().entries()), [&](auto entry) {
      return !entry.value().first.isTensor() && write(entry.value().second, slot.children[2 * entry.index() + 1]);
    });
  }

  bool addWord(int64_t word) {
    model.description.stateWords.emplace_back(word);
    return true;
  }

  bool writeTensor(const rt::Tensor &value) {
    rt::Tensor tensor = value.contiguous();
    if (tensor.offset() != 0)
      tensor = tensor.clone();
    int64_t number = model.weights.numberOf(tensor.storage());
    model.description.stateWords.emplace_back(fmt::format("{}_weight{}", model.description.prefix, number));
    return true;
  }

  SpecializedModel &model;
  llvm::DenseMap<const void *, int64_t> containers;
};
} // namespace

llvm::Error driver::describeState(SpecializedModel &model, Session &session) {
  auto root = session.instance();
  if (!root)
    return root.takeError();
  specialize::addPointers(*root, pathsOf(model));
  StateWriter writer(model);
  for (auto [number, slot] : llvm::enumerate(model.state)) {
    Value *value = findAttribute(*root, slot.path);
    if (!value)
      return unsupported("the state '" + slot.path + "' has no value", {.file = session.file()});
    rt::Slot described = rt::slotOf(*value);
    if (!writer.write(*value, described))
      return unsupported("the initial state '" + slot.path + "' is of a kind that is not stored ahead of time",
                         {.file = session.file()});
    model.description.stateNames.push_back(slot.path);
    model.description.stateSignature += (number ? "," : "") + rt::printSlot(described);
  }
  return llvm::Error::success();
}

//===-- Writing -------------------------------------------------------------------------------------===//

/// The archive of the runtime, beside the program that runs.
static std::string runtimeArchive() {
  static int anchor;
  llvm::SmallString<256> path(llvm::sys::fs::getMainExecutable("sconce", &anchor));
  for (StringRef place : {"../lib/libsconce_rt.a", "../../lib/libsconce_rt.a"}) {
    llvm::SmallString<256> candidate(llvm::sys::path::parent_path(path));
    llvm::sys::path::append(candidate, place);
    if (llvm::sys::fs::exists(candidate))
      return std::string(candidate);
  }
  return "libsconce_rt.a";
}

/// Lowers a described model to stage llvm, noting on the way what reports and headers say.
static llvm::Error lowerModel(SpecializedModel &model, const codegen::PipelineOptions &pipeline, StringRef file, CompileReport *report) {
  if (report)
    report->listen(*model.module->getContext());
  return lowerByStages(*model.module, pipeline, file, report ? &report->stageTimes() : nullptr, [&](codegen::Stage stage) {
    if (report)
      report->add(stage, *model.module, model.description, pipeline.target);
    if (stage == codegen::Stage::Buffers)
      for (codegen::ModelEntry &entry : model.description.entries)
        if (auto function = model.module->lookupSymbol<mlir::func::FuncOp>(entry.symbol))
          if (auto bytes = function->getAttrOfType<mlir::IntegerAttr>(codegen::liveBytesAttrName))
            entry.liveBytes = bytes.getInt();
  });
}

/// Lowers a described model to stage llvm, and adds what goes into the file beside its code.
static llvm::Error finishModel(SpecializedModel &model, codegen::FileKind kind, const codegen::PipelineOptions &pipeline, StringRef file,
                               codegen::FileContents &contents, CompileReport *report = nullptr) {
  std::string prepare = model.description.prefix + "_prepare";
  countWeights(*model.module, model.weights.storages().size(), prepare);
  if (llvm::Error error = lowerModel(model, pipeline, file, report))
    return error;
  auto workspaceOf = [&](const std::string &symbol) -> int64_t {
    auto bytes = model.module->lookupSymbol<mlir::LLVM::GlobalOp>(symbol + "_workspace");
    auto value = bytes ? llvm::dyn_cast_or_null<mlir::IntegerAttr>(bytes.getValueOrNull()) : mlir::IntegerAttr();
    return value ? value.getInt() : 0;
  };
  for (codegen::ModelEntry &entry : model.description.entries)
    entry.workspace = workspaceOf(entry.symbol);
  model.description.prepared = preparedWeights(*model.module);
  if (!model.description.prepared.empty()) {
    model.description.prepare = prepare;
    model.description.prepareWorkspace = workspaceOf(prepare);
  }
  for (auto [number, storage] : llvm::enumerate(model.weights.storages())) {
    std::string symbol = fmt::format("{}_weight{}", model.description.prefix, number);
    model.description.weights.push_back(symbol);
    contents.weights.push_back(
        {symbol, llvm::ArrayRef<char>(reinterpret_cast<const char *>(storage->data()), storage->size())});
  }
  model.description.holdsRuntime = kind == codegen::FileKind::SharedLibrary;
  auto object = codegen::emitModelObject(model.description, pipeline.target);
  if (!object)
    return object.takeError();
  contents.objects.push_back(std::move(*object));
  llvm::append_range(contents.exports, model.description.exports());
  return llvm::Error::success();
}

llvm::Error driver::writeModel(SpecializedModel &model, StringRef output, codegen::FileKind kind,
                       const codegen::PipelineOptions &pipeline, StringRef file, CompileReport *report) {
  codegen::FileContents contents;
  if (llvm::Error error = finishModel(model, kind, pipeline, file, contents, report))
    return error;
  if (kind == codegen::FileKind::SharedLibrary || kind == codegen::FileKind::Archive)
    contents.archives.push_back(runtimeArchive());
  llvm::Error error = codegen::emitFile(kind, output, *model.module, pipeline.target,
                                        {.optLevel = pipeline.optLevel,
                                         .threads = compileThreads(),
                                         .singleObject = kind == codegen::FileKind::Object,
                                         .times = report ? report->emitTimes() : nullptr},
                                        contents);
  if (report)
    report->stageTimes().end("code and file");
  return error;
}

llvm::Error driver::addToLibrary(SpecializedModel &model, codegen::FileContents &contents, const codegen::PipelineOptions &pipeline,
                                 StringRef file) {
  codegen::FileContents own;
  if (llvm::Error error = finishModel(model, codegen::FileKind::SharedLibrary, pipeline, file, own))
    return error;
  auto compiled = codegen::compile(*model.module, pipeline.target, {.optLevel = pipeline.optLevel, .singleObject = true});
  if (!compiled)
    return inFile(compiled.takeError(), file);
  for (auto *objects : {&compiled->objects, &own.objects})
    std::move(objects->begin(), objects->end(), std::back_inserter(contents.objects));
  llvm::append_range(contents.weights, own.weights);
  llvm::append_range(contents.exports, own.exports);
  return llvm::Error::success();
}

llvm::Error driver::writeLibrary(StringRef output, codegen::FileContents &contents, const codegen::PipelineOptions &pipeline) {
  contents.archives.push_back(runtimeArchive());
  return codegen::linkLibrary(output, pipeline.target, contents);
}
