/// What the evaluator asks of a program: its functions, classes and values.
#ifndef SCONCE_LIB_SPECIALIZE_PROGRAMVIEW_H
#define SCONCE_LIB_SPECIALIZE_PROGRAMVIEW_H

#include "dialects/TorchScript/IR/TorchScript.h"
#include "runtime/Value.h"

#include "mlir/Support/LogicalResult.h"
#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>
#include <vector>

namespace sconce::specialize {

struct SchemaArgument {
  std::string name;
  mlir::Type type;        ///< of generic IR
  bool isOutput = false; ///< keyword-only and written: an `out=`
};

/// Implemented over Import's programs, and over hand-written IR in tests.
class ProgramView {
public:
  virtual ~ProgramView() = default;
  /// The function of a qualified name, imported now if need be. Null without a
  /// diagnostic when there is none; failure after one when it cannot be imported.
  virtual mlir::FailureOr<ts::FuncOp> function(llvm::StringRef name) = 0;
  /// The library's function for a schema name ("aten::add.Tensor"); as above.
  virtual mlir::FailureOr<ts::FuncOp> library(llvm::StringRef schema) = 0;
  virtual bool hasLibrary(llvm::StringRef schema) = 0;
  /// The class of a qualified name, or null.
  virtual ts::ClassOp findClass(llvm::StringRef name) = 0;
  /// The arguments of a schema; nullopt when there is no such schema.
  virtual std::optional<std::vector<SchemaArgument>> schemaArguments(llvm::StringRef schema) = 0;
  /// The full names of an operator's schemas ("aten::add" → "aten::add.Tensor", …).
  virtual std::vector<std::string> overloads(llvm::StringRef name) = 0;
  /// The archive's root object.
  virtual rt::Value root() = 0;
  /// CONSTANTS.c<index>; nullopt when there is none.
  virtual std::optional<rt::Value> constant(int64_t index) = 0;
};

} // namespace sconce::specialize

#endif
