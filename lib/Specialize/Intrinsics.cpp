#include "lib/Specialize/Intrinsics.h"

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

void IntrinsicTable::addOfRuntimeLists(llvm::ArrayRef<IntrinsicEntry> entries) {
  for (const IntrinsicEntry &entry : entries)
    ofRuntimeLists[entry.name] = entry.function;
}

Intrinsic IntrinsicTable::find(llvm::StringRef name, llvm::ArrayRef<AbstractValue> arguments) const {
  auto isRuntimeList = [](const AbstractValue &argument) { return argument.isList() && argument.asList()->reference; };
  if (llvm::any_of(arguments, isRuntimeList)) {
    Intrinsic intrinsic = ofRuntimeLists.lookup(name);
    if (!intrinsic)
      intrinsic = ofRuntimeLists.lookup(withoutOverload(name));
    if (intrinsic)
      return intrinsic;
  }
  if (Intrinsic intrinsic = any.lookup(name))
    return intrinsic;
  llvm::StringRef base = withoutOverload(name);
  if (Intrinsic intrinsic = any.lookup(base))
    return intrinsic;
  for (const AbstractValue &argument : arguments)
    if (argument.isTensor())
      return nullptr;
  if (Intrinsic intrinsic = ofValues.lookup(name))
    return intrinsic;
  return ofValues.lookup(base);
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
    addRuntimeListIntrinsics(table);
    addScalarIntrinsics(table);
    addScalarMathIntrinsics(table);
    addStringIntrinsics(table);
    addTensorDataIntrinsics(table);
    addTensorMetaIntrinsics(table);
    return table;
  }();
  return table;
}
