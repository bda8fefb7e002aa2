/// Comparisons of slices whose places are known.
#ifndef SCONCE_CODEGEN_TRANSFORMS_STATICSLICES_H
#define SCONCE_CODEGEN_TRANSFORMS_STATICSLICES_H

namespace mlir {
class DialectRegistry;
}

namespace sconce::codegen {

/// Has inserted slices say by their numbers whether they are put where another slice was taken from, where those are constants. Upstream's
/// model sets up and solves a system of inequalities for each of a slice's numbers, which takes half of the time of bufferization. To be
/// called before upstream's models are registered: of two of one interface the first one counts.
void registerStaticSlices(mlir::DialectRegistry &registry);

} // namespace sconce::codegen

#endif
