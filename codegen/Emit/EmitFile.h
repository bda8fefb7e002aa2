/// Files of compiled code: what `sconce compile` writes.
#ifndef SCONCE_CODEGEN_EMIT_EMITFILE_H
#define SCONCE_CODEGEN_EMIT_EMITFILE_H

#include "codegen/Emit/CompiledModule.h"
#include "codegen/Emit/DataObject.h"

namespace sconce::codegen {

enum class FileKind { Object, Archive, SharedLibrary, Assembly, LLVMIR, Bitcode };

/// The kind that a file's name ends in: ".o", ".a", ".so", ".s", ".ll", ".bc".
std::optional<FileKind> getFileKind(llvm::StringRef path);

/// What goes into a file besides the module's code.
struct FileContents {
  std::vector<DataBlob> weights;
  /// Further objects in memory.
  std::vector<std::unique_ptr<llvm::MemoryBuffer>> objects;
  /// Archives, such as the runtime's: a shared library takes what it needs of them, an archive all their members.
  std::vector<std::string> archives;
  /// The symbols that users of a shared library see.
  std::vector<std::string> exports;
};

/// Compiles `module`, of stage llvm, into the file `path`, which is complete or not there. Files of text take code only.
llvm::Error emitFile(FileKind kind, llvm::StringRef path, mlir::ModuleOp module, const TargetInfo &target,
                     const EmitOptions &options, const FileContents &contents);

/// Links the objects of `contents`, whose code is compiled already, into a shared library.
llvm::Error linkLibrary(llvm::StringRef path, const TargetInfo &target, const FileContents &contents);

} // namespace sconce::codegen

#endif
