// Compiles a module of stage llvm to objects.
//
// Internal functions, kernels and what shares them among threads, are dealt out to modules by their size, each of which
// is translated, optimized and compiled in an LLVM context of its own on some thread; the entries and what is left are
// another. How they are dealt out depends on the module alone.

#include "codegen/Emit/CompiledModule.h"
#include "codegen/LLVM/ParallelContext.h"
#include "codegen/LLVM/ToLLVMIR.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/Support/SmallVectorMemoryBuffer.h"
#include "llvm/Support/ThreadPool.h"
#include "llvm/Target/TargetMachine.h"
#include <chrono>

using namespace mlir;
namespace sconce::codegen {

/// A module for the code generator is at least this many operations: below it, its own set-up costs more than it.
static constexpr size_t minPartitionOps = 500;
static constexpr size_t maxPartitions = 16;

static std::vector<CompiledEntry> listEntries(ModuleOp module) {
  std::vector<CompiledEntry> entries;
  for (auto global : module.getOps<LLVM::GlobalOp>()) {
    StringRef name = global.getSymName();
    if (name.consume_back("_workspace"))
      if (auto bytes = dyn_cast_or_null<IntegerAttr>(global.getValueOrNull()))
        entries.push_back({name.str(), bytes.getInt()});
  }
  return entries;
}

static size_t countOps(LLVM::LLVMFuncOp function) {
  size_t count = 0;
  function.walk([&](Operation *) { ++count; });
  return count;
}

/// Makes `function` visible to the other modules, and to nobody else.
static void share(LLVM::LLVMFuncOp function) {
  function.setLinkage(LLVM::Linkage::External);
  function.setVisibility_(LLVM::Visibility::Hidden);
}

/// The function that `op` calls or takes the address of, or the global; none for other ops.
static std::optional<StringRef> getNamed(Operation *op) {
  if (auto call = dyn_cast<LLVM::CallOp>(op))
    return call.getCallee();
  auto address = dyn_cast<LLVM::AddressOfOp>(op);
  return address ? std::optional(address.getGlobalName()) : std::nullopt;
}

/// Whether a function can be in another module than the entries: internal, without globals of its module.
static bool canMove(LLVM::LLVMFuncOp function, SymbolTable &all) {
  if (function.isExternal() || function.getLinkage() != LLVM::Linkage::Internal)
    return false;
  return !function.walk([&](LLVM::AddressOfOp address) {
    return all.lookup<LLVM::LLVMFuncOp>(address.getGlobalName()) ? WalkResult::advance() : WalkResult::interrupt();
  }).wasInterrupted();
}

/// The functions that `function` names, as declarations at the front of `module`.
static void declareCallees(ModuleOp module, LLVM::LLVMFuncOp function, SymbolTable &all) {
  SymbolTable symbols(module);
  function.walk([&](Operation *op) {
    std::optional<StringRef> name = getNamed(op);
    if (!name || symbols.lookup(*name))
      return;
    auto callee = all.lookup<LLVM::LLVMFuncOp>(*name);
    if (!callee)
      return;
    OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
    auto declaration = LLVM::LLVMFuncOp::create(builder, callee.getLoc(), callee.getName(), callee.getFunctionType());
    if (!callee.isExternal())
      declaration.setVisibility_(LLVM::Visibility::Hidden);
    symbols.insert(declaration);
  });
}

/// Deals the internal functions of `module` out to new modules; the first one is what is left, with the entries, which are long
/// where there are many kernels.
static std::vector<OwningOpRef<ModuleOp>> partition(ModuleOp module) {
  struct Part {
    size_t ops = 0;
    SmallVector<LLVM::LLVMFuncOp> kernels;
  };
  SymbolTable all(module);
  SmallVector<std::pair<size_t, LLVM::LLVMFuncOp>> kernels;
  size_t total = 0;
  for (auto function : module.getOps<LLVM::LLVMFuncOp>())
    if (canMove(function, all)) {
      kernels.emplace_back(countOps(function), function);
      total += kernels.back().first;
    }
  size_t count = std::min(total / minPartitionOps, maxPartitions);
  SmallVector<Part> parts(count);
  DenseSet<Operation *> moved;
  for (auto &[ops, kernel] : kernels) {
    if (parts.empty())
      break;
    Part &smallest = *llvm::min_element(parts, [](const Part &a, const Part &b) { return a.ops < b.ops; });
    smallest.ops += ops;
    smallest.kernels.push_back(kernel);
    moved.insert(kernel);
  }
  std::vector<OwningOpRef<ModuleOp>> modules(1);
  for (Part &part : parts) {
    if (part.kernels.empty())
      continue;
    OwningOpRef<ModuleOp> made(ModuleOp::create(module.getLoc()));
    for (LLVM::LLVMFuncOp kernel : part.kernels) {
      auto copy = cast<LLVM::LLVMFuncOp>(kernel->clone());
      share(copy);
      made->push_back(copy);
      declareCallees(*made, copy, all);
    }
    modules.push_back(std::move(made));
  }
  OwningOpRef<ModuleOp> rest(ModuleOp::create(module.getLoc()));
  for (Operation &op : *module.getBody()) {
    if (!moved.contains(&op)) {
      rest->push_back(op.clone());
      continue;
    }
    auto declaration = cast<LLVM::LLVMFuncOp>(op.cloneWithoutRegions());
    declaration->removeAttr("sconce.kernel");
    declaration.setNoInline(false);
    share(declaration);
    rest->push_back(declaration);
  }
  modules.front() = std::move(rest);
  return modules;
}

/// Adds the time from its making to its end to one of the parts, where times are wanted.
class PartTimer {
public:
  PartTimer(const EmitOptions &options, std::atomic<int64_t> EmitTimes::*part) : times(options.times), part(part) {}
  ~PartTimer() {
    if (times)
      times->*part += std::chrono::nanoseconds(std::chrono::steady_clock::now() - begun).count();
  }

private:
  EmitTimes *times;
  std::atomic<int64_t> EmitTimes::*part;
  std::chrono::steady_clock::time_point begun = std::chrono::steady_clock::now();
};

/// Translates and optimizes one module.
static llvm::Expected<std::unique_ptr<llvm::Module>> lower(ModuleOp module, llvm::LLVMContext &context,
                                                           const TargetInfo &target, llvm::TargetMachine &machine,
                                                           const EmitOptions &options) {
  std::unique_ptr<llvm::Module> translated;
  {
    PartTimer timer(options, &EmitTimes::translate);
    translated = translateToLLVMIR(module, context, target, machine);
  }
  if (!translated)
    return llvm::createStringError("cannot translate the module to LLVM IR");
  PartTimer timer(options, &EmitTimes::optimize);
  optimize(*translated, machine, options.optLevel);
  return translated;
}

static llvm::Error generate(llvm::Module &module, llvm::TargetMachine &machine, llvm::CodeGenFileType kind,
                            llvm::raw_pwrite_stream &stream) {
  // The module's stages were verified as MLIR; to do so again is for who changes LLVM's part.
#ifdef NDEBUG
  constexpr bool isTrusted = true;
#else
  constexpr bool isTrusted = false;
#endif
  llvm::legacy::PassManager passes;
  if (machine.addPassesToEmitFile(passes, stream, nullptr, kind, isTrusted))
    return llvm::createStringError("the target cannot write this kind of file");
  passes.run(module);
  return llvm::Error::success();
}

static llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> compileOne(ModuleOp module, const TargetInfo &target,
                                                                      const EmitOptions &options) {
  auto machine = target.createMachine(options.optLevel);
  if (!machine)
    return machine.takeError();
  llvm::LLVMContext context;
  auto lowered = lower(module, context, target, **machine, options);
  if (!lowered)
    return lowered.takeError();
  PartTimer timer(options, &EmitTimes::generate);
  SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream stream(bytes);
  if (llvm::Error error = generate(**lowered, **machine, llvm::CodeGenFileType::ObjectFile, stream))
    return std::move(error);
  return std::make_unique<llvm::SmallVectorMemoryBuffer>(std::move(bytes), "sconce.o", false);
}

llvm::Expected<CompiledModule> compile(ModuleOp module, const TargetInfo &target, const EmitOptions &options) {
  CompiledModule compiled;
  compiled.entries = listEntries(module);
  std::vector<OwningOpRef<ModuleOp>> parts;
  if (options.singleObject)
    parts.push_back(OwningOpRef<ModuleOp>(module.clone()));
  else
    parts = partition(module);

  compiled.objects.resize(parts.size());
  std::vector<std::string> errors(parts.size());
  auto work = [&](size_t i) {
    auto object = compileOne(*parts[i], target, options);
    if (object)
      compiled.objects[i] = std::move(*object);
    else
      errors[i] = llvm::toString(object.takeError());
  };
  if (options.threads > 1 && parts.size() > 1) {
    ParallelContext parallel(*module.getContext(), true);
    llvm::DefaultThreadPool pool(llvm::hardware_concurrency(options.threads));
    for (size_t i = 0; i < parts.size(); ++i)
      pool.async(work, i);
    pool.wait();
  } else {
    for (size_t i = 0; i < parts.size(); ++i)
      work(i);
  }
  for (const std::string &error : errors)
    if (!error.empty())
      return llvm::createStringError(error);
  return compiled;
}

llvm::Expected<std::string> emitText(ModuleOp module, TextKind kind, const TargetInfo &target,
                                     const EmitOptions &options) {
  auto machine = target.createMachine(options.optLevel);
  if (!machine)
    return machine.takeError();
  llvm::LLVMContext context;
  auto lowered = lower(module, context, target, **machine, options);
  if (!lowered)
    return lowered.takeError();
  std::string text;
  llvm::raw_string_ostream stream(text);
  if (kind == TextKind::LLVMIR) {
    (*lowered)->print(stream, nullptr);
  } else if (kind == TextKind::Bitcode) {
    llvm::WriteBitcodeToFile(**lowered, stream);
  } else {
    SmallVector<char, 0> bytes;
    llvm::raw_svector_ostream buffer(bytes);
    if (llvm::Error error = generate(**lowered, **machine, llvm::CodeGenFileType::AssemblyFile, buffer))
      return std::move(error);
    text.assign(bytes.begin(), bytes.end());
  }
  return text;
}

} // namespace sconce::codegen
