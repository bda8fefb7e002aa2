//===- Generaliser.cpp - What of a call's types is compiled for run time --===//

#include "lib/Driver/Generaliser.h"

#include <bit>

using namespace sconce;
using namespace sconce::driver;
using specialize::ArgumentSpec;
using Variable = CallTypes::Variable;

/// Visits what may vary in a spec of a value: `extent(spec, dim)` and `number(spec)`.
template <typename Spec, typename Extent, typename Number> static void forEachVariable(Spec &spec, Extent extent, Number number) {
  if (spec.kind == ArgumentSpec::Kind::Tensor && spec.strides.empty())
    for (size_t dim = 0; dim < spec.sizes.size(); ++dim)
      if (spec.sizes[dim] > 1)
        extent(spec, dim);
  if (spec.kind == ArgumentSpec::Kind::Known && (spec.value.isInt() || spec.value.isDouble() || spec.value.isBool()))
    number(spec);
  for (auto &element : spec.elements)
    forEachVariable(element, extent, number);
}

static int64_t bitsOf(const rt::Value &number) {
  return number.isDouble() ? std::bit_cast<int64_t>(number.asDouble()) : number.isBool() ? number.asBool() : number.asInt();
}

std::string driver::entryKey(llvm::StringRef method, llvm::ArrayRef<ArgumentSpec> specs) {
  std::string key = method.str();
  for (const ArgumentSpec &spec : specs)
    key += "\n" + specialize::spellArgumentSpec(spec);
  return key;
}

CallTypes::CallTypes(llvm::StringRef method, llvm::ArrayRef<rt::Value> arguments) : method(method) {
  for (const rt::Value &argument : arguments)
    specs.push_back(specialize::specFromValue(argument));
  for (const ArgumentSpec &spec : specs)
    forEachVariable(
        spec,
        [&](const ArgumentSpec &tensor, size_t dim) {
          kinds.push_back(Variable::Extent);
          values.push_back(tensor.sizes[dim]);
        },
        [&](const ArgumentSpec &number) {
          kinds.push_back(Variable::Number);
          values.push_back(bitsOf(number.value));
        });
  family = entryKey(method, opened(std::vector<bool>(kinds.size(), true)));
}

std::vector<ArgumentSpec> CallTypes::opened(const std::vector<bool> &open) const {
  std::vector<ArgumentSpec> result = specs;
  if (open.empty())
    return result;
  size_t next = 0;
  for (ArgumentSpec &spec : result)
    forEachVariable(
        spec,
        [&](ArgumentSpec &tensor, size_t dim) {
          if (open[next++])
            tensor.sizes[dim] = ArgumentSpec::dynamic;
        },
        [&](ArgumentSpec &number) {
          if (!open[next++])
            return;
          number.kind = number.value.isInt()      ? ArgumentSpec::Kind::Int
                        : number.value.isDouble() ? ArgumentSpec::Kind::Float
                                                  : ArgumentSpec::Kind::Bool;
          number.value = rt::Value();
        });
  return result;
}

Generaliser::Family &Generaliser::family(const CallTypes &types) {
  auto [found, isNew] = byName.try_emplace(types.family);
  if (!isNew) {
    families.splice(families.begin(), families, found->second);
    return families.front();
  }
  families.push_front({types.family, {}, std::vector<bool>(types.kinds.size()), {}, 0});
  found->second = families.begin();
  if (families.size() > maxFamilies) {
    byName.erase(families.back().name);
    families.pop_back();
  }
  return families.front();
}

std::vector<bool> Generaliser::open(const CallTypes &types) {
  std::lock_guard<std::mutex> guard(lock);
  Family &known = family(types);
  // One more than may stand alone says that the family is general; the rest need not be remembered.
  if (known.seen.size() <= membersAlone)
    known.seen.insert(types.values);
  const std::vector<int64_t> &first = *known.seen.begin();
  for (size_t i = 0; i < first.size(); ++i)
    if (first[i] != types.values[i])
      known.varies[i] = true;
  if (known.seen.size() <= membersAlone)
    return {};
  auto withKinds = [&](bool extents, bool numbers) {
    std::vector<bool> open(known.varies.size());
    for (size_t i = 0; i < open.size(); ++i)
      open[i] = known.varies[i] && (types.kinds[i] == Variable::Extent ? extents : numbers);
    return open;
  };
  for (auto [extents, numbers] : {std::pair(true, true), {true, false}, {false, true}}) {
    if (known.refused[extents][numbers])
      continue;
    std::vector<bool> open = withKinds(extents, numbers);
    if (llvm::is_contained(open, true))
      return open;
  }
  return {};
}

void Generaliser::refuse(const CallTypes &types, const std::vector<bool> &open) {
  std::lock_guard<std::mutex> guard(lock);
  bool extents = false, numbers = false;
  for (size_t i = 0; i < open.size(); ++i)
    if (open[i])
      (types.kinds[i] == Variable::Extent ? extents : numbers) = true;
  Family &known = family(types);
  known.refused[extents][numbers] = true;
  // Where only the one kind varies, leaving both to run time is the same.
  if (!extents || !numbers)
    known.refused[true][true] = true;
}

uint64_t Generaliser::interpretedNanoseconds(const CallTypes &types) {
  std::lock_guard<std::mutex> guard(lock);
  return family(types).nanoseconds;
}

void Generaliser::setInterpretedNanoseconds(const CallTypes &types, uint64_t time) {
  std::lock_guard<std::mutex> guard(lock);
  family(types).nanoseconds = time;
}
