#ifndef SCONCE_LIB_ATEN_SOURCES_H
#define SCONCE_LIB_ATEN_SOURCES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace sconce::aten {

/// One file of the operator library, as text.
struct LibrarySource {
  llvm::StringRef name; // "activation.py"
  llvm::StringRef text;
};

/// All files, in alphabetical order of their names.
llvm::ArrayRef<LibrarySource> librarySources();

/// The schemas that the library calls besides ATen's and those of the primitives: what the
/// evaluator answers (README.md says what they mean), and the primitives whose names are keywords.
llvm::ArrayRef<llvm::StringRef> helperSchemas();

} // namespace sconce::aten

#endif
