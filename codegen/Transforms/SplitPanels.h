/// Sums of products whose last panel of weights is not full (PackWeights), cut in two.
#ifndef SCONCE_CODEGEN_TRANSFORMS_SPLITPANELS_H
#define SCONCE_CODEGEN_TRANSFORMS_SPLITPANELS_H

#include "codegen/Transforms/KernelGroup.h"

namespace sconce::codegen {

/// Replaces a group whose columns are no whole number of panels by one for the full panels and one for the rest; any other
/// group is returned as it is. `roots` learns of the views that are made.
llvm::SmallVector<KernelGroup, 2> splitPanels(mlir::OpBuilder &builder, KernelGroup group, BufferRoots &roots);

} // namespace sconce::codegen

#endif
