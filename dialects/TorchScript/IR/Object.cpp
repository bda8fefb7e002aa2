#include "dialects/TorchScript/IR/TorchScript.h"

#include "llvm/ADT/StringSet.h"

using namespace mlir;

#include "dialects/TorchScript/IR/AttributesEnums.cpp.inc"

#define GET_OP_CLASSES
#include "dialects/TorchScript/IR/Object.cpp.inc"

namespace sconce::ts {

void ClassOp::build(OpBuilder &builder, OperationState &state, StringRef name, ClassKind kind) {
  build(builder, state, name, /*sym_visibility=*/StringAttr(), kind);
  state.regions.front()->emplaceBlock();
}

AttributeOp ClassOp::findAttribute(StringRef name) {
  for (AttributeOp attribute : getAttributes())
    if (attribute.getName() == name)
      return attribute;
  return {};
}

LogicalResult ClassOp::verify() {
  llvm::StringSet<> names;
  for (Operation &member : getBody().front()) {
    auto attribute = dyn_cast<AttributeOp>(member);
    if (!attribute)
      return emitOpError("expected only 'ts.attribute' inside, got '") << member.getName() << "'";
    if (!names.insert(attribute.getName()).second)
      return attribute.emitOpError("expected a name not used before, got \"") << attribute.getName() << "\"";
  }
  return success();
}

} // namespace sconce::ts
