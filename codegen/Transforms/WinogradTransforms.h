/// How linalg's Winograd transforms become ops on buffers.
#ifndef SCONCE_CODEGEN_TRANSFORMS_WINOGRADTRANSFORMS_H
#define SCONCE_CODEGEN_TRANSFORMS_WINOGRADTRANSFORMS_H

namespace mlir {
class DialectRegistry;
}

namespace sconce::codegen {

/// Lets linalg.winograd_input_transform and linalg.winograd_output_transform, of kernels of 3×3, be bufferized: to one
/// linalg.generic whose operands are the tiles' places in the image and their points.
void registerWinogradTransforms(mlir::DialectRegistry &registry);

} // namespace sconce::codegen

#endif
