#include "dialects/TorchScript/Evaluate/Call.h"
#include "dialects/TorchScript/Evaluate/Domain.h"

#include "runtime/Random.h"
#include "runtime/RandomFill.h"

using namespace sconce;
using namespace sconce::ts;

namespace {

bool hasGenerator(EvalCall &call) { return call.require(call.generator, "there is no generator"); }

void evaluateRandom(EvalCall &call) {
  std::vector<int64_t> sizes = call.ints(0);
  rt::Dtype dtype = call.dtype(1);
  std::string kind = call.word(2);
  rt::Value a = call.scalar(3), b = call.scalar(4);
  if (!call.isGood() || !hasGenerator(call))
    return;
  rt::Tensor result = rt::Tensor::empty(dtype, sizes);
  if (!call.require(result.defined(), "not enough memory, or negative sizes"))
    return;
  if (result.numel() == 0)
    return call.give(result);
  bool isFloat = rt::isFloating(dtype), isReal = !rt::isComplex(dtype);
  if (!call.require(computes(dtype), "no random " + llvm::Twine(rt::name(dtype))))
    return;
  rt::Generator &generator = *call.generator;
  if (kind == "uniform" && isFloat)
    rt::fillUniform(generator, result, a.toDouble(), b.toDouble());
  else if (kind == "normal" && (isFloat || !isReal))
    rt::fillNormal(generator, result, a.toDouble(), b.toDouble());
  else if (kind == "bernoulli" && isReal)
    rt::fillBernoulli(generator, result, a.toDouble());
  else if (kind == "exponential" && isFloat)
    rt::fillExponential(generator, result, a.toDouble());
  else if (kind == "integers" && isReal && call.require(a.toInt() < b.toInt(), "an empty range of integers"))
    rt::fillRandomRange(generator, result, a.toInt(), b.toInt());
  else if (kind == "bits" && isReal)
    rt::fillRandom(generator, result);
  else if (kind == "geometric" && isReal)
    rt::fillGeometric(generator, result, a.toDouble());
  else if (kind == "cauchy" && isFloat)
    rt::fillCauchy(generator, result, a.toDouble(), b.toDouble());
  else if (kind == "log_normal" && isFloat)
    rt::fillLogNormal(generator, result, a.toDouble(), b.toDouble());
  else
    call.require(false, "no distribution '" + kind + "' for " + rt::name(dtype));
  if (call.isGood())
    call.give(result);
}

void evaluateRandperm(EvalCall &call) {
  int64_t n = call.integer(0);
  if (!call.isGood() || !hasGenerator(call))
    return;
  rt::Tensor result = rt::Tensor::empty(rt::Dtype::Int64, {n});
  if (!call.require(result.defined(), "not enough memory, or a negative size"))
    return;
  rt::fillPermutation(*call.generator, result);
  call.give(result);
}

} // namespace

void ts::addRandomEvaluators(EvaluatorTable &table) {
  table["random"] = evaluateRandom;
  table["randperm"] = evaluateRandperm;
}
