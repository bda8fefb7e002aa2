#include "test/Unit/Codegen/PrimitiveProgram.h"

#include "codegen/Lowering/Lowering.h"
#include "codegen/Pipelines/Registration.h"
#include "dialects/TorchScript/Evaluate/Evaluate.h"
#include "dialects/TorchScript/IR/ElementTypes.h"
#include "dialects/TorchScript/IR/Primitives.h"
#include "dialects/TorchScript/IR/TorchScript.h"
#include "runtime/Compiled.h"
#include "sconce-c/Context.h"
#include "sconce-c/Entry.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/Pass/PassManager.h"
#include <cstdlib>
#include <limits>

using namespace sconce;
using namespace sconce::codegen;

static mlir::DialectRegistry makeRegistry() {
  mlir::DialectRegistry registry;
  registry.insert<ts::TorchScriptDialect>();
  registerCodegenDialects(registry);
  registerLowerings(registry);
  return registry;
}

std::string PrimitiveCase::text() const {
  std::string result = name + "(";
  for (const Argument &argument : arguments) {
    result += result.back() == '(' ? "" : ", ";
    if (auto *tensor = std::get_if<rt::Tensor>(&argument)) {
      result += rt::name(tensor->dtype());
      for (int64_t size : tensor->sizes())
        result += "x" + std::to_string(size);
    } else if (auto *number = std::get_if<int64_t>(&argument)) {
      result += std::to_string(*number);
    } else if (auto *word = std::get_if<std::string>(&argument)) {
      result += *word;
    } else if (auto *ints = std::get_if<std::vector<int64_t>>(&argument)) {
      result += "[";
      for (int64_t i : *ints)
        result += std::to_string(i) + " ";
      result += "]";
    } else {
      result += "…";
    }
  }
  return result + ")";
}

PrimitiveProgram::PrimitiveProgram(void (*change)(PipelineOptions &))
    : context(makeRegistry(), mlir::MLIRContext::Threading::DISABLED), runtime(sc_context_create(0)) {
  context.loadDialect<ts::TorchScriptDialect, mlir::func::FuncDialect, mlir::arith::ArithDialect>();
  module = mlir::ModuleOp::create(mlir::UnknownLoc::get(&context));
  options.target = llvm::cantFail(TargetInfo::create());
  if (change)
    change(options);
}

PrimitiveProgram::~PrimitiveProgram() { sc_context_destroy(runtime); }

bool PrimitiveProgram::add(PrimitiveCase testCase) {
  mlir::OpBuilder builder(&context);
  mlir::Location loc = builder.getUnknownLoc();
  builder.setInsertionPointToEnd(module->getBody());
  std::string name = "c" + std::to_string(all.size());
  auto function = mlir::func::FuncOp::create(builder, loc, name, builder.getFunctionType({}, {}));
  mlir::Block *block = function.addEntryBlock();
  builder.setInsertionPointToEnd(block);
  std::vector<ts::PrimitiveArgument> arguments;
  auto value = [&](const rt::Tensor &tensor) {
    return block->addArgument(mlir::RankedTensorType::get(tensor.sizes(), ts::elementTypeOf(&context, tensor.dtype())), loc);
  };
  for (const PrimitiveCase::Argument &argument : testCase.arguments) {
    if (auto *tensor = std::get_if<rt::Tensor>(&argument))
      arguments.push_back(ts::PrimitiveArgument::ofValue(value(*tensor)));
    else if (auto *tensors = std::get_if<std::vector<rt::Tensor>>(&argument)) {
      llvm::SmallVector<mlir::Value> values;
      for (const rt::Tensor &element : *tensors)
        values.push_back(value(element));
      arguments.push_back(ts::PrimitiveArgument::ofValues(values));
    } else if (auto *ints = std::get_if<std::vector<int64_t>>(&argument))
      arguments.push_back(ts::PrimitiveArgument::ofInts(llvm::ArrayRef<int64_t>(*ints)));
    else if (auto *number = std::get_if<int64_t>(&argument))
      arguments.push_back(ts::PrimitiveArgument::ofInt(*number));
    else if (auto *truth = std::get_if<bool>(&argument))
      arguments.push_back(ts::PrimitiveArgument::ofBool(*truth));
    else if (auto *word = std::get_if<std::string>(&argument))
      arguments.push_back(ts::PrimitiveArgument::ofString(*word));
    else
      arguments.emplace_back();
  }
  mlir::ScopedDiagnosticHandler quiet(&context, [](mlir::Diagnostic &) { return mlir::success(); });
  mlir::FailureOr<mlir::Operation *> op = ts::buildPrimitive(builder, loc, testCase.name, arguments);
  if (failed(op)) {
    function.erase();
    return false;
  }
  mlir::func::ReturnOp::create(builder, loc, (*op)->getResults());
  function.setFunctionType(builder.getFunctionType(block->getArgumentTypes(), (*op)->getResultTypes()));
  std::vector<mlir::RankedTensorType> types;
  for (mlir::Type type : (*op)->getResultTypes())
    types.push_back(llvm::cast<mlir::RankedTensorType>(type));
  resultTypes.push_back(std::move(types));
  all.push_back(std::move(testCase));
  return true;
}

std::string PrimitiveProgram::compile() {
  std::string diagnostics;
  mlir::ScopedDiagnosticHandler handler(&context, [&](mlir::Diagnostic &diagnostic) {
    diagnostics += diagnostic.str() + "\n";
    return mlir::success();
  });
  mlir::PassManager passes(&context);
  passes.addPass(createConvertTsToLinalgPass());
  buildPipeline(passes, Stage::Linalg, Stage::LLVM, options);
  if (failed(passes.run(*module)))
    return "cannot lower: " + diagnostics;
  EmitOptions emit;
  emit.optLevel = 1;
  llvm::Expected<CompiledModule> made = codegen::compile(*module, options.target, emit);
  if (!made)
    return llvm::toString(made.takeError());
  compiled = std::move(*made);
  if (!options.target.isHost)
    return "";
  std::vector<HostSymbol> symbols;
  for (const rt::CompiledSymbol &symbol : rt::compiledSymbols())
    symbols.push_back({symbol.name, symbol.address});
  auto session = JitSession::create(symbols);
  if (!session)
    return llvm::toString(session.takeError());
  jit = std::move(*session);
  CompiledModule copy;
  copy.entries = compiled.entries;
  for (const auto &object : compiled.objects)
    copy.objects.push_back(llvm::MemoryBuffer::getMemBufferCopy(object->getBuffer()));
  if (llvm::Error error = jit->add(std::move(copy)))
    return llvm::toString(std::move(error));
  return "";
}

std::vector<rt::Tensor> PrimitiveProgram::call(size_t index, std::string &error) {
  llvm::Expected<JitEntry> entry = jit->lookup("c" + std::to_string(index));
  if (!entry) {
    error = llvm::toString(entry.takeError());
    return {};
  }
  std::vector<rt::Tensor> kept, results;
  std::vector<void *> arguments, slots;
  auto give = [&](const rt::Tensor &tensor) {
    kept.push_back(tensor.contiguous());
    arguments.push_back(kept.back().data());
  };
  for (const PrimitiveCase::Argument &argument : all[index].arguments) {
    if (auto *tensor = std::get_if<rt::Tensor>(&argument))
      give(*tensor);
    else if (auto *tensors = std::get_if<std::vector<rt::Tensor>>(&argument))
      for (const rt::Tensor &element : *tensors)
        give(element);
  }
  for (mlir::RankedTensorType type : resultTypes[index]) {
    results.push_back(type.hasStaticShape() ? rt::Tensor::empty(*ts::dtypeOf(type.getElementType()), type.getShape().vec()) : rt::Tensor());
    slots.push_back(type.hasStaticShape() ? results.back().data() : nullptr);
    if (!type.hasStaticShape())
      slots.insert(slots.end(), type.getNumDynamicDims(), nullptr);
  }
  std::unique_ptr<void, decltype(&std::free)> workspace(std::aligned_alloc(64, (static_cast<size_t>(entry->workspace) + 127) / 64 * 64), &std::free);
  sc_frame frame{runtime, workspace.get(), nullptr, arguments.data(), slots.data()};
  if (entry->function(&frame) != 0) {
    error = sc_context_message(runtime);
    sc_context_clear_error(runtime);
    return {};
  }
  size_t slot = 0;
  for (size_t i = 0; i < results.size(); ++i) {
    mlir::RankedTensorType type = resultTypes[index][i];
    void *data = slots[slot++];
    if (type.hasStaticShape())
      continue;
    std::vector<int64_t> sizes = type.getShape().vec();
    for (int64_t &size : sizes)
      if (mlir::ShapedType::isDynamic(size))
        size = reinterpret_cast<int64_t>(slots[slot++]);
    results[i] = rt::Tensor::empty(*ts::dtypeOf(type.getElementType()), sizes);
    std::memcpy(results[i].data(), data, static_cast<size_t>(results[i].numel() * rt::itemSize(results[i].dtype())));
  }
  return results;
}

std::vector<rt::Tensor> codegen::evaluateReference(const PrimitiveCase &testCase) {
  std::vector<ts::EvalArgument> arguments;
  for (const PrimitiveCase::Argument &argument : testCase.arguments) {
    if (auto *tensor = std::get_if<rt::Tensor>(&argument))
      arguments.push_back(ts::EvalArgument::ofTensor(*tensor));
    else if (auto *tensors = std::get_if<std::vector<rt::Tensor>>(&argument))
      arguments.push_back(ts::EvalArgument::ofTensors(*tensors));
    else if (auto *ints = std::get_if<std::vector<int64_t>>(&argument))
      arguments.push_back(ts::EvalArgument::ofInts(*ints));
    else if (auto *number = std::get_if<int64_t>(&argument))
      arguments.push_back(ts::EvalArgument::ofInt(*number));
    else if (auto *truth = std::get_if<bool>(&argument))
      arguments.push_back(ts::EvalArgument::ofBool(*truth));
    else if (auto *word = std::get_if<std::string>(&argument))
      arguments.push_back(ts::EvalArgument::ofString(*word));
    else
      arguments.emplace_back();
  }
  llvm::SmallVector<rt::Value> values;
  if (llvm::Error error = ts::evaluatePrimitive(testCase.name, arguments, values)) {
    llvm::consumeError(std::move(error));
    return {};
  }
  std::vector<rt::Tensor> tensors;
  for (const rt::Value &value : values)
    tensors.push_back(value.asTensor().contiguous());
  return tensors;
}

rt::Tensor codegen::tensorOf(rt::Dtype dtype, std::vector<int64_t> sizes, const std::vector<double> &numbers) {
  rt::Tensor tensor = rt::Tensor::empty(dtype, sizes);
  size_t next = 0;
  rt::forEachIndex(sizes, [&](rt::Index index) {
    double number = numbers[next++ % numbers.size()];
    if (rt::isComplex(dtype)) {
      tensor.store(index, rt::Value::ofComplex(number, numbers[(next * 5 + 2) % numbers.size()]));
      return;
    }
    tensor.store(index, rt::isFloating(dtype) ? rt::Value::ofDouble(number) : rt::Value::ofInt(static_cast<int64_t>(number)));
  });
  return tensor;
}

std::vector<double> codegen::interestingNumbers(rt::Dtype dtype) {
  if (dtype == rt::Dtype::Bool)
    return {0, 1};
  if (rt::isComplex(dtype)) // What parts become of infinities and NaN depends on the order of operations.
    return {0, -0.0, 1, -1, 0.5, -0.5, 2.5, -3.5, 0.1, 7, -5, 1e-3, 3.14159};
  if (rt::isFloating(dtype)) {
    double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
    return {0, -0.0, 1, -1, 0.5, -0.5, 2.5, -3.5, 0.1, 7, -100, 1e-3, 3.14159, 6e4, 1e-6, inf, -inf, nan};
  }
  if (dtype == rt::Dtype::UInt8)
    return {0, 1, 2, 3, 7, 100, 127, 128, 200, 255};
  int64_t width = rt::itemSize(dtype) * 8, top = int64_t((uint64_t(1) << (width - 1)) - 1);
  // Numbers of 64 bits that a double holds.
  double high = width == 64 ? 4611686018427387904.0 : static_cast<double>(top), low = width == 64 ? -9223372036854775808.0 : -high - 1;
  return {0, 1, -1, 2, -2, 3, -7, 10, 100, -100, high, low};
}
