/// What a program registers to run the code generator.
#ifndef SCONCE_CODEGEN_PIPELINES_REGISTRATION_H
#define SCONCE_CODEGEN_PIPELINES_REGISTRATION_H

namespace mlir {
class DialectRegistry;
}

namespace sconce::codegen {

/// The dialects that the code generator reads and makes, with the interfaces that it needs of them.
void registerCodegenDialects(mlir::DialectRegistry &registry);

/// Names all passes and pipelines for command lines.
void registerCodegenPasses();

} // namespace sconce::codegen

#endif
