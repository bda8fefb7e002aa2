#include "lib/Archive/OutputFile.h"
#include "lib/Archive/Place.h"

using namespace llvm;

namespace sconce::archive {

Error writeOutputFile(StringRef path, function_ref<Error(raw_ostream &)> write) {
  Error error = writeToOutput(path, [&](raw_ostream &os) { return write(os); });
  return handleErrors(
      std::move(error),
      [&](std::unique_ptr<LocatedError> located) -> Error {
        if (located->location().file.empty())
          located->location() = place(path);
        return Error(std::move(located));
      },
      [&](const ErrorInfoBase &other) -> Error {
        return badInput("cannot write the file: " + other.message(), place(path));
      });
}

} // namespace sconce::archive
