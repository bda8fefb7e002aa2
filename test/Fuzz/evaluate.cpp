// Primitives evaluated on any arguments: a result or an error, never an access out of bounds.
#include "dialects/TorchScript/Evaluate/Evaluate.h"
#include "runtime/Random.h"

#include <fuzzer/FuzzedDataProvider.h>
#include <limits>

using namespace sconce;
using ts::EvalArgument;

namespace {

/// Arguments by letter: T tensor or scalar, L tensors, i int, I ints, w word, b bool, d dtype, s scalar.
struct Signature {
  const char *name, *arguments;
};
constexpr Signature signatures[] = {
    {"add", "TT"},          {"div", "TT"},          {"remainder", "TT"},     {"floordiv", "TT"},  {"pow", "TT"},
    {"shl", "TT"},          {"gcd", "TT"},          {"and", "TT"},           {"lt", "TT"},        {"eq", "TT"},
    {"maximum", "TT"},      {"neg", "T"},           {"abs", "T"},            {"exp", "T"},        {"digamma", "T"},
    {"zeta", "TT"},         {"igamma", "TT"},       {"nextafter", "TT"},     {"complex", "TT"},   {"imag", "T"},
    {"select", "TTT"},      {"not", "T"},           {"convert", "Td"},       {"bitcast", "Td"},   {"slice", "Tiiii"},
    {"permute", "TI"},      {"broadcast", "TII"},   {"reshape", "TI"},       {"as_strided", "TIIi"}, {"view_as_real", "T"},
    {"view_as_complex", "T"}, {"copy", "T"},        {"reverse", "TI"},       {"pad", "TIIT"},     {"concatenate", "Li"},
    {"update_slice", "TTiii"}, {"full", "Isd"},     {"iota", "id"},          {"tensor_of", "s"},  {"item", "T"},
    {"dim", "Ti"},          {"index", "TIL"},       {"scatter", "TILTw"},    {"nonzero", "T"},    {"reduce", "TIw"},
    {"scan", "Tiw"},        {"arg_reduce", "Tiw"},  {"arg_scan", "Tiw"},     {"sort", "Tibwi"},     {"contract", "TTIIII"},
    {"convolve", "TTIIIIIi"}, {"pool", "TIIIIIw"},  {"arg_pool", "TIIIIIw"}, {"random", "Idwss"}, {"randperm", "i"},
};
constexpr const char *words[] = {"sum", "prod", "max", "min", "and", "or", "logsumexp", "set", "add", "mul", "amin",
                                 "amax", "uniform", "normal", "bernoulli", "exponential", "integers", "bits", "geometric", "?"};
constexpr rt::Dtype dtypes[] = {rt::Dtype::Bool,    rt::Dtype::UInt8,     rt::Dtype::Int8,       rt::Dtype::Int64,
                                rt::Dtype::Float16, rt::Dtype::BFloat16,  rt::Dtype::Float32,    rt::Dtype::Float64,
                                rt::Dtype::Complex64, rt::Dtype::Complex128, rt::Dtype::UInt64,  rt::Dtype::Float8E4M3FN};

class Arguments {
public:
  explicit Arguments(FuzzedDataProvider &data) : data(data) {}

  EvalArgument next(char letter) {
    switch (letter) {
    case 'T':
      return data.ConsumeIntegralInRange(0, 15) ? EvalArgument::ofTensor(tensor()) : EvalArgument::ofValue(scalar());
    case 'L': {
      std::vector<rt::Tensor> list(data.ConsumeIntegralInRange(0, 3));
      for (rt::Tensor &element : list)
        element = tensor();
      return EvalArgument::ofTensors(std::move(list));
    }
    case 'i':
      return EvalArgument::ofInt(integer());
    case 'I': {
      std::vector<int64_t> list(data.ConsumeIntegralInRange(0, 4));
      for (int64_t &element : list)
        element = integer();
      return EvalArgument::ofInts(std::move(list));
    }
    case 'w':
      return EvalArgument::ofString(data.PickValueInArray(words));
    case 'b':
      return EvalArgument::ofBool(data.ConsumeBool());
    case 'd':
      return EvalArgument::ofInt(data.ConsumeIntegralInRange(-1, 45));
    default:
      return EvalArgument::ofValue(scalar());
    }
  }

private:
  /// Mostly small, now and then at the edges.
  int64_t integer() {
    switch (data.ConsumeIntegralInRange(0, 30)) {
    case 0:
      return std::numeric_limits<int64_t>::max();
    case 1:
      return std::numeric_limits<int64_t>::min();
    case 2:
      return int64_t(1) << 50; // no machine has the memory, so that none is taken
    default:
      return data.ConsumeIntegralInRange(-2, 5);
    }
  }

  rt::Value scalar() {
    switch (data.ConsumeIntegralInRange(0, 3)) {
    case 0:
      return rt::Value::ofBool(data.ConsumeBool());
    case 1:
      return rt::Value::ofInt(integer());
    case 2:
      return rt::Value::ofDouble(data.ConsumeFloatingPoint<double>());
    default:
      return rt::Value::ofComplex(1, -2);
    }
  }

  /// A few small integers, at times seen through strides.
  rt::Tensor tensor() {
    std::vector<int64_t> sizes(data.ConsumeIntegralInRange(0, 4));
    for (int64_t &size : sizes)
      size = data.ConsumeIntegralInRange(0, 4);
    rt::Tensor result = rt::Tensor::empty(data.PickValueInArray(dtypes), sizes);
    rt::forEachIndex(sizes, [&](rt::Index index) {
      result.store(index, rt::Value::ofInt(data.ConsumeIntegralInRange(-1, 4)));
    });
    if (sizes.size() >= 2 && data.ConsumeBool()) {
      std::vector<int64_t> order(sizes.size());
      for (size_t i = 0; i < order.size(); ++i)
        order[i] = order.size() - 1 - i;
      return result.permute(order);
    }
    return result;
  }

  FuzzedDataProvider &data;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  FuzzedDataProvider data(bytes, size);
  static rt::Ref<rt::Generator> generator = rt::Generator::create();
  const Signature &signature = data.PickValueInArray(signatures);
  Arguments source(data);
  std::vector<EvalArgument> arguments;
  for (const char *letter = signature.arguments; *letter; ++letter)
    arguments.push_back(source.next(*letter));
  llvm::SmallVector<rt::Value> results;
  llvm::consumeError(ts::evaluatePrimitive(signature.name, arguments, results, generator.get()));
  return 0;
}
