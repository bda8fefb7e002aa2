#include "codegen/Transforms/OperationInputs.h"

#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
namespace sconce::codegen {

void collectInputs(Operation *op, SetVector<Value> &inputs) {
  inputs.insert(op->operand_begin(), op->operand_end());
  getUsedValuesDefinedAbove(op->getRegions(), inputs);
}

} // namespace sconce::codegen
