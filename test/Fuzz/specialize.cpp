// Programs of strangers that lie: attributes and constants whose values are not of the types that the code says, and casts
// that nobody checks. Each is evaluated, with everything known and with run-time arguments, or refused.
//
// The first bytes choose the values of the attributes a, b, c, d; the rest is code that declares class M and its `forward`.
#include "lib/Aten/Sources.h"
#include "lib/Import/Importer.h"
#include "lib/Specialize/Interpreter.h"
#include "lib/Specialize/Specializer.h"
#include "lib/Specialize/Support.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Verifier.h"

#include <string>

using namespace sconce;
using rt::Value;

namespace {

constexpr size_t numOfAttributes = 4;
/// Contexts keep all types and names; a new one now and then bounds what they take.
constexpr unsigned runsOfContext = 300;

Value tensor(rt::Dtype dtype, std::vector<int64_t> sizes) {
  rt::Tensor made = rt::Tensor::empty(dtype, sizes);
  rt::forEachIndex(sizes, [&](rt::Index index) { made.store(index, Value::ofInt(1)); });
  return Value::ofTensor(made);
}

Value object(std::string className, Value value) {
  rt::Ref<rt::Object> made = rt::Object::create(std::move(className));
  made->set("v", std::move(value));
  return Value::ofObject(made);
}

/// Values of every kind; of containers, also some whose elements are not what they say. `prefix` stands before class names.
Value valueOf(uint8_t choice, const std::string &prefix) {
  Value one = Value::ofInt(1), text = Value::ofString("ab"), row = tensor(rt::Dtype::Float32, {2});
  switch (choice % 30) {
  case 0: return one;
  case 1: return Value::ofInt(-3);
  case 2: return Value::ofInt(INT64_MAX);
  case 3: return Value::ofDouble(2.5);
  case 4: return Value::ofBool(true);
  case 5: return text;
  case 6: return Value::none();
  case 7: return Value::ofComplex(1, 2);
  case 8: return row;
  case 9: return tensor(rt::Dtype::Int64, {});
  case 10: return tensor(rt::Dtype::Bool, {0, 2});
  case 11: return Value::ofList("int", {one, Value::ofInt(2)});
  case 12: return Value::ofList("int", {text, Value::none(), row});
  case 13: return Value::ofList("Tensor", {row, row});
  case 14: return Value::ofList("Tensor", {one});
  case 15: return Value::ofList("List[int]", {Value::ofList("int", {one}), text});
  case 16: return Value::ofList("", {});
  case 17: return Value::ofList("str", {text, text});
  case 18: return Value::ofList("List[int]", {Value::ofList("int", {one}), Value::ofList("int", {})});
  case 19: return Value::ofTuple({one, text});
  case 20: return Value::ofTuple({row, row});
  case 21: return Value::ofTuple(std::vector<Value>());
  case 22:
  case 23: {
    rt::Ref<rt::Dict> dict = rt::Dict::create("str", "int");
    dict->set(text, choice % 30 == 22 ? one : row);
    if (choice % 30 == 23)
      dict->set(one, Value::none());
    return Value::ofDict(dict);
  }
  case 24: return object(prefix + "B", one);
  case 25: return object(prefix + "B", text);
  case 26: return object(prefix + "C", row);
  case 27: return Value::ofObject(rt::Object::create(prefix + "B"));
  case 28: return Value::ofEnum(rt::EnumMember::create(prefix + "E", "P", text));
  default: return Value::ofDevice("cpu");
  }
}

/// A program whose modules are the inputs: `__torch__.f0`, `__torch__.f1`, …, so that the library is read once for many.
struct Inputs {
  mlir::MLIRContext context{mlir::MLIRContext::Threading::DISABLED};
  std::unique_ptr<import::Program> program;
  std::string code;
  unsigned runs = 0;

  Inputs() {
    context.loadDialect<ts::TorchScriptDialect>();
    context.getDiagEngine().registerHandler([](mlir::Diagnostic &) { return mlir::success(); });
    import::ProgramInput input;
    input.readCode = [this](llvm::StringRef member) -> llvm::Expected<std::optional<std::string>> {
      if (member != "code/__torch__/f" + std::to_string(runs) + ".py")
        return std::nullopt;
      return code;
    };
    for (uint8_t choice = 0; choice < 24; ++choice)
      input.constants.push_back(valueOf(choice, ""));
    import::ImportOptions options;
    options.maxUnrolled = 100;
    options.schemas = specialize::librarySchemas();
    program = llvm::cantFail(import::Program::create(context, std::move(input), options));
    for (const aten::LibrarySource &source : aten::librarySources())
      llvm::cantFail(program->addLibrary(source.name, source.text));
  }

  void run(llvm::ArrayRef<uint8_t> choices, llvm::StringRef text) {
    std::string prefix = "__torch__.f" + std::to_string(++runs) + ".";
    code.clear();
    for (llvm::StringRef rest = text;;) {
      auto [before, after] = rest.split("__torch__.");
      code += before;
      if (before.size() == rest.size())
        break;
      code += prefix;
      rest = after;
    }
    auto makeInstance = [&] {
      rt::Ref<rt::Object> root = rt::Object::create(prefix + "M");
      for (size_t i = 0; i < choices.size(); ++i)
        root->set(std::string(1, static_cast<char>('a' + i)), valueOf(choices[i], prefix));
      return Value::ofObject(root);
    };
    specialize::Options options;
    options.maxSteps = 20000;
    options.maxUnrolled = 50;
    options.maxVersions = 4;
    options.maxCallDepth = 40;
    options.instance = makeInstance();
    const specialize::ArgumentSpec arguments[] = {llvm::cantFail(specialize::parseArgumentSpec("2xf32")),
                                                  llvm::cantFail(specialize::parseArgumentSpec("int"))};
    auto entry = specialize::specialize(*program, "forward", arguments, options);
    if (mlir::succeeded(entry) && failed(mlir::verify(*entry->module)))
      __builtin_trap();
    (void)specialize::interpret(*program, "forward", {tensor(rt::Dtype::Float32, {2}), Value::ofInt(2)}, makeInstance(), {},
                                options);
  }
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size <= numOfAttributes)
    return 0;
  static std::unique_ptr<Inputs> inputs;
  if (!inputs || inputs->runs == runsOfContext)
    inputs = std::make_unique<Inputs>();
  inputs->run({data, numOfAttributes}, {reinterpret_cast<const char *>(data) + numOfAttributes, size - numOfAttributes});
  return 0;
}
