// The object that describes a compiled model to the runtime and holds the functions of its C header.
//
// The tables are constant data in the layout of include/sconce-c/Model.h; the functions only gather their arguments and call
// the runtime.

#include "codegen/Emit/ModelObject.h"

#include "sconce-c/Model.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Support/SmallVectorMemoryBuffer.h"
#include "llvm/Target/TargetMachine.h"

using namespace llvm;
namespace sconce::codegen {

static_assert(sizeof(sc_entry) == 4 * sizeof(void *) && sizeof(sc_model) == 12 * sizeof(void *),
              "the tables below have the layout of these structures");

namespace {

class ModelEmitter {
public:
  ModelEmitter(const ModelDescription &model, Module &module)
      : model(model), module(module), context(module.getContext()), pointer(PointerType::get(context, 0)),
        i32(Type::getInt32Ty(context)), i64(Type::getInt64Ty(context)) {}

  void emit() {
    emitTable();
    emitCreate();
    emitCall();
    if (model.holdsRuntime)
      emitApi();
    for (auto [number, entry] : enumerate(model.entries))
      if (!entry.function.empty())
        emitDirect(entry, static_cast<int32_t>(number));
  }

private:
  Constant *text(StringRef string) {
    Constant *data = ConstantDataArray::getString(context, string);
    auto *global = new GlobalVariable(module, data->getType(), true, GlobalValue::PrivateLinkage, data, "text");
    global->setUnnamedAddr(GlobalValue::UnnamedAddr::Global);
    return global;
  }

  Constant *array(Type *type, ArrayRef<Constant *> elements) {
    auto *arrayType = ArrayType::get(type, elements.size());
    return new GlobalVariable(module, arrayType, true, GlobalValue::PrivateLinkage,
                              ConstantArray::get(arrayType, elements), "table");
  }

  Constant *external(StringRef symbol) {
    if (GlobalValue *known = module.getNamedValue(symbol))
      return known;
    return new GlobalVariable(module, Type::getInt8Ty(context), true, GlobalValue::ExternalLinkage, nullptr, symbol);
  }

  FunctionCallee runtime(StringRef name, Type *result, ArrayRef<Type *> parameters) {
    return module.getOrInsertFunction(name, FunctionType::get(result, parameters, false));
  }

  Function *define(const Twine &name, Type *result, ArrayRef<Type *> parameters) {
    return Function::Create(FunctionType::get(result, parameters, false), GlobalValue::ExternalLinkage, name, module);
  }

  void emitTable() {
    auto *entryType = StructType::get(context, {pointer, pointer, pointer, i64});
    SmallVector<Constant *> entries, weights, names, words;
    for (const ModelEntry &entry : model.entries) {
      auto *type = FunctionType::get(i32, {pointer}, false);
      auto *function = cast<Constant>(module.getOrInsertFunction(entry.symbol, type).getCallee());
      entries.push_back(ConstantStruct::get(entryType, {text(entry.method), text(entry.signature), function,
                                                        ConstantInt::get(i64, entry.workspace)}));
    }
    for (const std::string &symbol : model.weights)
      weights.push_back(external(symbol));
    for (const std::string &name : model.stateNames)
      names.push_back(text(name));
    for (const auto &word : model.stateWords) {
      if (const auto *number = std::get_if<int64_t>(&word))
        words.push_back(ConstantExpr::getIntToPtr(ConstantInt::get(i64, *number), pointer));
      else
        words.push_back(external(std::get<std::string>(word)));
    }
    SmallVector<Constant *> prepared;
    for (int64_t bytes : model.prepared)
      prepared.push_back(ConstantInt::get(i64, bytes));
    Constant *prepare = ConstantPointerNull::get(pointer);
    if (!model.prepared.empty())
      prepare = cast<Constant>(module.getOrInsertFunction(model.prepare, FunctionType::get(i32, {pointer}, false)).getCallee());
    auto *memory = new GlobalVariable(module, pointer, false, GlobalValue::InternalLinkage, ConstantPointerNull::get(pointer), "memory");
    auto *type = StructType::get(context, {i32, i32, pointer, pointer, pointer, pointer, pointer, pointer, i32, i32, pointer, pointer,
                                           i64, pointer});
    Constant *value = ConstantStruct::get(
        type, {ConstantInt::get(i32, SC_ABI_MAJOR << 16 | SC_ABI_MINOR), ConstantInt::get(i32, model.entries.size()),
               text(model.prefix), array(entryType, entries), array(pointer, weights), text(model.stateSignature),
               array(pointer, names), array(pointer, words), ConstantInt::get(i32, model.weights.size()),
               ConstantInt::get(i32, model.prepared.size()), array(i64, prepared), prepare,
               ConstantInt::get(i64, model.prepareWorkspace), memory});
    table = new GlobalVariable(module, type, true, GlobalValue::ExternalLinkage, value, model.prefix + "_model");
  }

  void emitCreate() {
    Function *function = define(model.prefix + "_create", pointer, {pointer});
    IRBuilder<> builder(BasicBlock::Create(context, "", function));
    builder.CreateRet(builder.CreateCall(runtime("sc_instance_create", pointer, {pointer, pointer}),
                                         {table, function->getArg(0)}));
  }

  void emitCall() {
    SmallVector<Type *> parameters = {pointer, pointer, pointer, pointer, i64, pointer};
    Function *function = define(model.prefix + "_call", i32, parameters);
    IRBuilder<> builder(BasicBlock::Create(context, "", function));
    SmallVector<Value *> arguments;
    for (Argument &argument : function->args())
      arguments.push_back(&argument);
    builder.CreateRet(builder.CreateCall(runtime("sc_call", i32, parameters), arguments));
  }

  void emitApi() {
    Function *function = define(model.prefix + "_api", pointer, {});
    IRBuilder<> builder(BasicBlock::Create(context, "", function));
    builder.CreateRet(builder.CreateCall(runtime("sc_runtime_api", pointer, {})));
  }

  Type *typeOf(DirectKind kind) {
    switch (kind) {
    case DirectKind::Tensor: return pointer;
    case DirectKind::Int: return i64;
    case DirectKind::Float: return Type::getDoubleTy(context);
    case DirectKind::Bool: return i32;
    }
    llvm_unreachable("all kinds are handled");
  }

  /// PREFIX_METHOD(instance, context, arguments…, results…, workspace).
  void emitDirect(const ModelEntry &entry, int32_t number) {
    SmallVector<Type *> parameters = {pointer, pointer};
    for (const DirectParameter &parameter : entry.parameters)
      parameters.push_back(typeOf(parameter.kind));
    parameters.append(entry.results.size(), pointer);
    parameters.push_back(pointer);
    Function *function = define(entry.function, i32, parameters);
    IRBuilder<> builder(BasicBlock::Create(context, "", function));
    auto gather = [&](unsigned first, unsigned count) -> Value * {
      Value *list = builder.CreateAlloca(pointer, builder.getInt32(std::max(count, 1u)));
      for (unsigned i = 0; i < count; ++i) {
        Value *argument = function->getArg(first + i);
        if (!argument->getType()->isPointerTy()) {
          Value *slot = builder.CreateAlloca(argument->getType());
          builder.CreateStore(argument, slot);
          argument = slot;
        }
        builder.CreateStore(argument, builder.CreateConstGEP1_32(pointer, list, i));
      }
      return list;
    };
    unsigned count = entry.parameters.size(), resultCount = entry.results.size();
    Value *arguments = gather(2, count), *results = gather(2 + count, resultCount);
    builder.CreateRet(builder.CreateCall(
        runtime("sc_call_entry", i32, {pointer, pointer, i32, pointer, pointer, pointer}),
        {function->getArg(0), function->getArg(1), builder.getInt32(number), arguments, results,
         function->getArg(2 + count + resultCount)}));
  }

  const ModelDescription &model;
  Module &module;
  LLVMContext &context;
  PointerType *pointer;
  IntegerType *i32, *i64;
  GlobalVariable *table = nullptr;
};

} // namespace

std::vector<std::string> ModelDescription::exports() const {
  std::vector<std::string> symbols = {prefix + "_model", prefix + "_create", prefix + "_call"};
  if (holdsRuntime)
    symbols.push_back(prefix + "_api");
  for (const ModelEntry &entry : entries)
    if (!entry.function.empty())
      symbols.push_back(entry.function);
  return symbols;
}

Expected<std::unique_ptr<MemoryBuffer>> emitModelObject(const ModelDescription &model, const TargetInfo &target) {
  auto machine = target.createMachine(2);
  if (!machine)
    return machine.takeError();
  LLVMContext context;
  Module module(model.prefix, context);
  module.setDataLayout((*machine)->createDataLayout());
  module.setTargetTriple((*machine)->getTargetTriple());
  ModelEmitter(model, module).emit();
  assert(!verifyModule(module, &errs()) && "the emitter builds valid functions");
  SmallVector<char, 0> bytes;
  raw_svector_ostream stream(bytes);
  legacy::PassManager passes;
  if ((*machine)->addPassesToEmitFile(passes, stream, nullptr, CodeGenFileType::ObjectFile))
    return createStringError("the target cannot emit objects");
  passes.run(module);
  return std::make_unique<SmallVectorMemoryBuffer>(std::move(bytes), model.prefix, false);
}

} // namespace sconce::codegen
