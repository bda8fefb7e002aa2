//===- ModelBuilder.cpp - Several entries as one model --------------------===//

#include "lib/Driver/ModelBuilder.h"

#include "dialects/TorchScript/IR/TorchScript.h"
#include "lib/Driver/Compiler.h"
#include "lib/Driver/Header.h"
#include "lib/Driver/Session.h"
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

using namespace sconce;
using namespace sconce::driver;
using llvm::ArrayRef;
using llvm::StringRef;
using rt::Value;

//===-- Specializing --------------------------------------------------------------------------------===//

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

// What one method writes is found first; then everything is specialized with it.
llvm::Expected<SpecializedModel> driver::specializeAll(Session &session, ArrayRef<EntryRequest> requests, StringRef prefix) {
  std::vector<std::string> statePaths;
  for (bool settled = false; !settled;) {
    settled = true;
    SpecializedModel model;
    model.description.prefix = prefix.str();
    for (auto [number, request] : llvm::enumerate(requests)) {
      auto entry = specializeEntry(session.program(), session.file(),
                                   {.method = request.method,
                                    .arguments = request.arguments,
                                    .instance = snapshot(session.instance()),
                                    .statePaths = statePaths});
      if (!entry)
        return entry.takeError();
      for (const specialize::StateSlot &slot : entry->state) {
        if (llvm::is_contained(statePaths, slot.path))
          continue;
        statePaths.push_back(slot.path);
        // With one entry there is nobody else to tell.
        settled &= requests.size() == 1;
      }
      model.state = entry->state;
      std::string symbol = fmt::format("{}_entry{}", prefix.str(), number);
      model.description.entries.push_back(
          {.method = request.method, .signature = entry->signature, .symbol = symbol, .function = {}, .parameters = {}});
      mergeEntry(model, *entry, symbol);
    }
    if (settled)
      return model;
  }
  llvm_unreachable("the loop ends when it is settled");
}

llvm::Error driver::checkReturns(SpecializedModel &model, StringRef file) {
  for (auto function : model.module->getOps<mlir::func::FuncOp>()) {
    if (!function->hasAttr("ts.signature") || function.isExternal())
      continue;
    for (auto check : function.getBody().front().getOps<ts::CheckOp>()) {
      auto condition = check.getCond().getDefiningOp<mlir::arith::ConstantOp>();
      auto value = condition ? llvm::dyn_cast<mlir::BoolAttr>(condition.getValue()) : nullptr;
      if (!value || value.getValue())
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
    if (methods.insert(entry.method).second)
      describeDirectCall(entry, *signature, argumentNames(**info, entry.method), model.description.prefix);
  }
  return llvm::Error::success();
}

llvm::Error driver::describeState(SpecializedModel &model, Session &session) {
  std::vector<std::string> slots;
  Value root = session.instance();
  StringRef file = session.file();
  for (const specialize::StateSlot &slot : model.state) {
    Value *value = findAttribute(root, slot.path);
    if (!value)
      return unsupported("the state '" + slot.path + "' has no value", {.file = file.str()});
    model.description.stateNames.push_back(slot.path);
    rt::Slot described = rt::slotOf(*value);
    slots.push_back(rt::printSlot(described));
    auto addWords = [&](auto &&self, const Value &part) -> llvm::Error {
      if (part.isTensor()) {
        rt::Tensor tensor = part.asTensor().contiguous();
        int64_t number = model.weights.numberOf(tensor.storage());
        if (tensor.offset() != 0)
          number = model.weights.numberOf((tensor = tensor.clone()).storage());
        model.description.stateWords.emplace_back(fmt::format("{}_weight{}", model.description.prefix, number));
      } else if (part.isInt() || part.isBool() || part.isDouble()) {
        model.description.stateWords.emplace_back(part.raw().as.i);
      } else if (part.isTuple() || part.isList()) {
        for (const Value &element : part.isTuple() ? part.asTuple().elements : part.asList().elements)
          if (llvm::Error error = self(self, element))
            return error;
      } else if (!part.isNone() && !part.isString()) {
        return unsupported("the initial state '" + slot.path + "' is of a kind that is not stored ahead of time",
                           {.file = file.str()});
      }
      return llvm::Error::success();
    };
    if (llvm::Error error = addWords(addWords, *value))
      return error;
  }
  for (size_t i = 0; i < slots.size(); ++i)
    model.description.stateSignature += (i ? "," : "") + slots[i];
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

llvm::Error driver::writeModel(SpecializedModel &model, StringRef output, codegen::FileKind kind,
                       const codegen::PipelineOptions &pipeline, StringRef file) {
  if (llvm::Error error = lowerTo(codegen::Stage::LLVM, *model.module, pipeline, file))
    return error;
  for (codegen::ModelEntry &entry : model.description.entries)
    if (auto bytes = model.module->lookupSymbol<mlir::LLVM::GlobalOp>(entry.symbol + "_workspace"))
      if (auto value = llvm::dyn_cast_or_null<mlir::IntegerAttr>(bytes.getValueOrNull()))
        entry.workspace = value.getInt();

  codegen::FileContents contents;
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
  contents.exports = model.description.exports();
  if (kind == codegen::FileKind::SharedLibrary || kind == codegen::FileKind::Archive)
    contents.archives.push_back(runtimeArchive());
  return codegen::emitFile(kind, output, *model.module, pipeline.target,
                           {.optLevel = pipeline.optLevel, .singleObject = kind == codegen::FileKind::Object}, contents);
}
