/// How Winograd's transforms become ops on buffers.
#ifndef SCONCE_CODEGEN_TRANSFORMS_WINOGRADTRANSFORMS_H
#define SCONCE_CODEGEN_TRANSFORMS_WINOGRADTRANSFORMS_H

namespace mlir {
class DialectRegistry;
}

namespace sconce::codegen {

/// Lets the ops of the Winograd dialect be bufferized, for tiles of 2 and 4 at stride 1 and of 2 at stride 2: to one linalg.generic whose
/// operands are the tiles' places in the image and their points.
void registerWinogradTransforms(mlir::DialectRegistry &registry);

} // namespace sconce::codegen

#endif
