//===- ModelBuilder.h - Several entries as one model ----------------------===//
//
// What compiling ahead of time does beyond one entry: the methods are specialized into one module, with one table of weights
// and one state, and described for the runtime.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "codegen/Emit/EmitFile.h"
#include "codegen/Emit/ModelObject.h"
#include "codegen/Pipelines/Pipelines.h"
#include "lib/Specialize/Specializer.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

#include <string>
#include <vector>

namespace sconce::driver {

class CompileReport;
class Session;

/// What is compiled: a method and the types of its arguments.
struct EntryRequest {
  std::string method;
  std::vector<specialize::ArgumentSpec> arguments;
};

/// The request for the types, in the command line's spelling ("1x3x?x?xf32").
llvm::Expected<EntryRequest> parseRequest(llvm::StringRef method, llvm::ArrayRef<std::string> specs);
/// The request for the types that these arguments have.
EntryRequest requestFor(llvm::StringRef method, llvm::ArrayRef<rt::Value> arguments);

/// Entries specialized into one module, with one table of weights.
struct SpecializedModel {
  mlir::OwningOpRef<mlir::ModuleOp> module;
  specialize::WeightTable weights;
  std::vector<specialize::StateSlot> state;
  codegen::ModelDescription description;
};

/// The requests of which no two have the same method and argument types.
std::vector<EntryRequest> distinct(std::vector<EntryRequest> requests);

/// How far the types that calls leave the state with are followed.
struct StateLimit {
  unsigned versions = 16;
  /// Fail when further calls would lead to further types.
  bool mustSettle = true;
};

/// Specializes all requests, for all types that calls can leave the state with. What one method writes is state of all.
/// `prefix` begins all symbols.
llvm::Expected<SpecializedModel> specializeAll(Session &session, llvm::ArrayRef<EntryRequest> requests,
                                               llvm::StringRef prefix, const StateLimit &limit = {});

/// Fails when an entry does nothing but raise, with what it raises: its argument types are wrong, most likely.
llvm::Error checkReturns(SpecializedModel &model, llvm::StringRef file);

/// Gives the first static entry of each method a C function of its own.
llvm::Error describeFunctions(SpecializedModel &model, Session &session);
/// Fills in the initial state: the words of a frame, and the blobs they point to.
llvm::Error describeState(SpecializedModel &model, Session &session);

/// Compiles a described model into `output`, which is whole or not there. Fills in what the header needs to know. A report
/// gets what became of it.
llvm::Error writeModel(SpecializedModel &model, llvm::StringRef output, codegen::FileKind kind,
                       const codegen::PipelineOptions &pipeline, llvm::StringRef file, CompileReport *report = nullptr);

/// The same for a shared library of several models, which differ in their prefixes: compiles one after the other, then links them. What
/// `contents` refers to lives as long as the models.
llvm::Error addToLibrary(SpecializedModel &model, codegen::FileContents &contents, const codegen::PipelineOptions &pipeline,
                         llvm::StringRef file);
llvm::Error writeLibrary(llvm::StringRef output, codegen::FileContents &contents, const codegen::PipelineOptions &pipeline);

} // namespace sconce::driver
