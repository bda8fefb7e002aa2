#include "lib/Aten/Sources.h"

namespace sconce::aten {

// One array of text for each file, then the table of them; CMakeLists.txt has the list.
#include "lib/Aten/Sources.inc"

llvm::ArrayRef<LibrarySource> librarySources() { return table; }

} // namespace sconce::aten
