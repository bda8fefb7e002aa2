#include "lib/Specialize/Intrinsics.h"
#include "lib/Specialize/RuntimeValues.h"

using namespace sconce;
using namespace sconce::specialize;

static llvm::StringRef withoutOverload(llvm::StringRef name) {
  size_t dot = name.find('.', name.find("::") + 2);
  return name.take_front(dot);
}

void IntrinsicTable::add(llvm::ArrayRef<IntrinsicEntry> entries) {
  for (const IntrinsicEntry &entry : entries)
    any[entry.name] = entry.function;
}

void IntrinsicTable::addOfValues(llvm::ArrayRef<IntrinsicEntry> entries) {
  for (const IntrinsicEntry &entry : entries)
    ofValues[entry.name] = entry.function;
}

void IntrinsicTable::addAtRunTime(Subject subject, llvm::ArrayRef<IntrinsicEntry> entries) {
  for (const IntrinsicEntry &entry : entries)
    atRunTime[static_cast<size_t>(subject)][entry.name] = entry.function;
}

static Subject subjectOf(llvm::ArrayRef<AbstractValue> arguments) {
  if (arguments[0].isDict())
    return Subject::Dict;
  bool isRepetition = arguments[0].isScalar() && arguments.size() > 1 && arguments[1].isList(); // 3 * list
  return arguments[0].isList() || isRepetition ? Subject::List : Subject::Text;
}

Intrinsic IntrinsicTable::findAtRunTime(llvm::StringRef name, llvm::ArrayRef<AbstractValue> arguments) const {
  for (Subject subject : {subjectOf(arguments), Subject::Any})
    for (llvm::StringRef spelling : {name, withoutOverload(name)})
      if (Intrinsic intrinsic = atRunTime[static_cast<size_t>(subject)].lookup(spelling))
        return intrinsic;
  return nullptr;
}

/// Whether what an operator works on (and not what it stores) is known at run time only.
static bool worksAtRunTime(llvm::StringRef name, llvm::ArrayRef<AbstractValue> arguments) {
  if (arguments.empty())
    return false;
  if (arguments[0].isString())
    return llvm::any_of(arguments, isAtRunTime);
  // What a dict holds may be such that the runtime cannot.
  bool asks = arguments[0].isDict() && withoutOverload(name) == "aten::__getitem__";
  return isAtRunTime(arguments[0]) ||
         (arguments.size() > 1 && isAtRunTime(arguments[1]) && withoutOverload(name) != "aten::append" && !asks);
}

Intrinsic IntrinsicTable::find(llvm::StringRef name, llvm::ArrayRef<AbstractValue> arguments) const {
  if (worksAtRunTime(name, arguments) && findAtRunTime(name, arguments))
    return continueAtRunTime;
  if (Intrinsic intrinsic = any.lookup(name))
    return intrinsic;
  bool areValues = llvm::none_of(arguments, [](const AbstractValue &argument) { return argument.isTensor(); });
  if (Intrinsic intrinsic = areValues ? ofValues.lookup(name) : nullptr)
    return intrinsic;
  llvm::StringRef base = withoutOverload(name);
  if (Intrinsic intrinsic = any.lookup(base))
    return intrinsic;
  return areValues ? ofValues.lookup(base) : nullptr;
}

bool IntrinsicTable::has(llvm::StringRef name) const {
  return any.count(name) || any.count(withoutOverload(name)) || ofValues.count(name);
}

const IntrinsicTable &specialize::intrinsics() {
  static const IntrinsicTable table = [] {
    IntrinsicTable table;
    addDictIntrinsics(table);
    addEffectIntrinsics(table);
    addLibraryHelperIntrinsics(table);
    addListIntrinsics(table);
    addModeIntrinsics(table);
    addRuntimeDictIntrinsics(table);
    addRuntimeListIntrinsics(table);
    addRuntimeStringIntrinsics(table);
    addScalarIntrinsics(table);
    addScalarMathIntrinsics(table);
    addStringIntrinsics(table);
    addTensorDataIntrinsics(table);
    addTensorMetaIntrinsics(table);
    return table;
  }();
  return table;
}
