#include "lib/Import/ValueNames.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace sconce::import {

bool isMeaningful(StringRef name) {
  return !name.empty() && name[0] != '$' &&
         !(name[0] == '_' && llvm::all_of(name.drop_front(), llvm::isDigit));
}

unsigned ValueNames::number(Value value) {
  names.resize(next + 1);
  ids[value] = next;
  return next++;
}

/// Whoever had the name gets the next free one of the form `name.N`.
void ValueNames::setName(unsigned id, StringRef name) {
  if (!names[id].empty())
    owners.erase(names[id]);
  if (auto owner = owners.find(name); owner != owners.end()) {
    unsigned renamed = owner->second;
    owners.erase(owner);
    names[renamed].clear();
    StringRef base = name;
    uint64_t suffix = 1;
    auto [front, digits] = name.rsplit('.');
    if (!digits.empty() && llvm::all_of(digits, llvm::isDigit)) {
      base = front;
      (void)digits.getAsInteger(10, suffix);
    }
    if (auto known = suffixes.find(base); known != suffixes.end())
      suffix = std::max(suffix, known->second + 1);
    std::string replacement;
    do
      replacement = base.str() + "." + std::to_string(suffix++);
    while (owners.count(replacement));
    suffixes[base] = suffix;
    setName(renamed, replacement);
  }
  owners[name] = id;
  names[id] = name.str();
}

void ValueNames::notifyOperationInserted(Operation *op, OpBuilder::InsertPoint) {
  if (isInDefault)
    defaults.insert(op);
  if (isPaused)
    return;
  if (called && isa<ts::CallOp>(op))
    idsBeside[op] = *std::exchange(called, std::nullopt);
  if (isa<ts::ExitOp>(op))
    idsBeside[op] = next++;
  // Conditionals and loops get their results later, and most casts are ours alone.
  if (isa<ts::IfOp, ts::LoopOp, ts::UncheckedCastOp>(op))
    return;
  for (Value result : op->getResults())
    number(result);
  // Attributes that are read bring their names along.
  if (auto get = dyn_cast<ts::GetAttrOp>(op)) {
    bool isNumber = llvm::all_of(get.getName(), llvm::isDigit);
    setName(next - 1, (isNumber ? "_" : "") + get.getName().str());
  }
}

void ValueNames::parameter(Value value, StringRef name) {
  unsigned id = number(value);
  if (isMeaningful(name))
    setName(id, name);
}

void ValueNames::load(StringRef name, Value value) {
  if (isPaused)
    return;
  names.resize(next + 1);
  unsigned id = next++;
  if (value)
    lastLoads[value] = id;
  if (isMeaningful(name))
    setName(id, name);
}

void ValueNames::assign(Value value, StringRef name, Block *block) {
  auto setMeaningful = [&](unsigned id) {
    if (names[id].empty() && isMeaningful(name))
      setName(id, name);
  };
  if (isPaused)
    return;
  while (true) {
    // What comes from a variable has the name that it was read under.
    if (auto load = lastLoads.find(value); load != lastLoads.end())
      return setMeaningful(load->second);
    if (ids.count(value))
      break;
    // A cast that is ours alone stands for its operand.
    auto cast = value.getDefiningOp<ts::UncheckedCastOp>();
    if (!cast)
      return;
    value = cast.getOperand();
  }
  // Numbers of the source stand at the function's beginning, wherever they are used.
  Block *owner = sameLiteral.count(value) ? entry : value.getParentBlock();
  if (owner == block)
    setMeaningful(ids[value]);
}

void ValueNames::literal(Value constant) {
  if (isPaused)
    return;
  Attribute value = constant.getDefiningOp<ts::ConstantOp>().getValue();
  auto [first, isNew] = literalsByValue.try_emplace({value, constant.getType()}, constant);
  sameLiteral[constant] = first->second;
  if (isNew) {
    firstLiterals.push_back(constant);
    return;
  }
  --next;
  ids[constant] = ids[first->second];
}

void ValueNames::keepCast(Value cast) {
  Operation *op = cast.getDefiningOp();
  if (!isa<ts::UncheckedCastOp>(op))
    return;
  keptCasts.insert(op);
  if (!isPaused)
    number(cast);
}

void ValueNames::defaultList(Value list) {
  constantLists.insert(list.getDefiningOp());
  if (isPaused)
    return;
  // The elements have taken numbers that the reference's constant does not.
  next -= list.getDefiningOp()->getNumOperands();
  ids[list] = next - 1;
}

void ValueNames::conditional(Operation *op, ArrayRef<StringRef> merged) {
  if (merged.empty())
    for (Value result : op->getResults())
      number(result);
  for (StringRef name : merged)
    variables[op].push_back(name.str());
}

void ValueNames::loop(Operation *op, ArrayRef<StringRef> carried) {
  for (StringRef name : carried)
    variables[op].push_back(name.str());
}

void ValueNames::finish() {
  next++; // The place of the result.
  names.resize(next);
  finishBlock(*entry);
  // What the reference's treatment of early exits and loops makes in every function.
  next += 8;
  names.resize(next);
}

/// Innermost first; variables in the order of their names.
void ValueNames::finishBlock(Block &block) {
  for (Operation &op : block) {
    if (!isa<ts::IfOp, ts::LoopOp>(op))
      continue;
    for (Region &region : op.getRegions())
      if (!region.empty())
        finishBlock(region.front());
    auto known = variables.find(&op);
    if (known == variables.end())
      continue;
    SmallVector<std::pair<std::string, unsigned>> sorted;
    for (auto [index, name] : llvm::enumerate(known->second))
      sorted.push_back({name, index});
    llvm::sort(sorted);
    for (auto &[name, index] : sorted) {
      if (isa<ts::IfOp>(op)) {
        next += 2; // What each branch gives.
      } else {
        next += 1; // What the loop begins with.
        setName(number(op.getRegion(0).getArgument(index + 1)), name);
        next += 1;
      }
      unsigned id = number(op.getResult(index));
      if (isMeaningful(name))
        setName(id, name);
    }
  }
}

std::string ValueNames::nameOf(Value value) const {
  auto known = ids.find(value);
  if (known == ids.end())
    return "";
  const std::string &name = names[known->second];
  return name.empty() ? std::to_string(known->second) : name;
}

std::string ValueNames::nameBeside(Operation *op) const {
  auto known = idsBeside.find(op);
  return known == idsBeside.end() ? "" : std::to_string(known->second);
}

} // namespace sconce::import
