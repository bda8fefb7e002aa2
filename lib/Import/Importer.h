// From an archive's values and code to generic IR of the ts dialect.
//
// A `Program` holds one module of generic IR that grows on demand: a class is declared and a
// function is imported when it is first asked for, so that code which no entry reaches cannot keep
// a model from loading.
#ifndef SCONCE_IMPORT_IMPORTER_H
#define SCONCE_IMPORT_IMPORTER_H

#include "lib/Import/ClassInfo.h"
#include "lib/Import/FunctionSource.h"
#include "lib/Import/OperatorTable.h"
#include "lib/Import/Signature.h"
#include "lib/Import/TypeRules.h"
#include "lib/Support/Error.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "runtime/Value.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include <functional>

namespace sconce::archive {
class Archive;
}

namespace sconce::import {

class ValueNames;

struct ImportOptions {
  /// How deep regions may nest in one function, and classes and functions in each other.
  unsigned maxNesting = 400;
  /// How many copies of loop bodies one function may have, for loops over values that differ in
  /// type.
  unsigned maxUnrolled = 10000;
  /// How deep expressions, regions and functions may nest all together: a bound on the stack.
  unsigned maxDepth = 2500;
  /// How many types one type may consist of.
  unsigned maxTypeSize = 4096;
  /// Schemas besides the known operators, such as those that the evaluator answers. One of a
  /// primitive's name stands for the primitive's own.
  std::vector<std::string> schemas = {};
};

/// What an archive gives to Import.
struct ProgramInput {
  /// The text of `code/….py`, or nothing if the archive has no such record.
  std::function<llvm::Expected<std::optional<std::string>>(llvm::StringRef member)> readCode;
  /// All records of code, for `importAll`.
  std::vector<std::string> codeMembers = {};
  rt::Value root = {};
  std::vector<rt::Value> constants = {};
  int64_t version = 10;
};

class Program {
public:
  /// Fails where a schema of the options is malformed or known. The context must have the ts
  /// dialect loaded.
  [[nodiscard]] static llvm::Expected<std::unique_ptr<Program>>
  create(mlir::MLIRContext &context, ProgramInput input, const ImportOptions &options = {});
  ~Program();
  Program(const Program &) = delete;
  Program &operator=(const Program &) = delete;

  mlir::MLIRContext &context() { return *mlirContext; }
  mlir::ModuleOp module() { return *moduleOp; }
  const rt::Value &root() const { return input.root; }
  llvm::ArrayRef<rt::Value> constants() const { return input.constants; }
  int64_t version() const { return input.version; }

  //===-- Functions
  //-------------------------------------------------------------------------------===//

  /// The function or method of that qualified name (also of library and internal functions: a
  /// callee of any imported call), imported when first asked for. Errors are kept: asking again
  /// gives the same error.
  [[nodiscard]] llvm::Expected<ts::FuncOp> importFunction(llvm::StringRef name);
  /// The same function made once more, outside of the module; `names` is told how.
  [[nodiscard]] llvm::Expected<mlir::OwningOpRef<ts::FuncOp>> emitNamed(llvm::StringRef name,
                                                                        ValueNames &names);
  /// As importFunction; emits the error as a diagnostic. `lastErrorKind` then says whose fault it
  /// was.
  [[nodiscard]] mlir::FailureOr<ts::FuncOp> function(llvm::StringRef name);
  ErrorKind lastErrorKind() const { return errorKind; }
  /// The signature, without importing the body where the result type is declared.
  [[nodiscard]] llvm::Expected<const Signature *> signature(llvm::StringRef name);
  /// Imports every function and method of the archive's code; all errors joined.
  [[nodiscard]] llvm::Error importAll();

  //===-- Classes
  //---------------------------------------------------------------------------------===//

  /// The class of that qualified name. Its `ts.class` is in the module from then on.
  [[nodiscard]] llvm::Expected<const ClassInfo *> classInfo(llvm::StringRef name);
  /// Whether the archive's code defines that class.
  bool hasClass(llvm::StringRef name);

  //===-- The operator library
  //--------------------------------------------------------------------===//

  /// Adds a file of the operator library: functions with `@op("aten::name.overload")` implement
  /// that schema, others are helpers for all files. Each is parsed when it is first asked for, so
  /// the text must outlive the program. Fails where a name is defined twice.
  [[nodiscard]] llvm::Error addLibrary(llvm::StringRef fileName, llvm::StringRef text);
  /// Parses all of the library. Fails where the text is malformed, or an operator's parameters are
  /// not those of its schema.
  [[nodiscard]] llvm::Error checkLibrary();
  /// Whether the library implements the schema (`aten::add.Tensor`).
  bool hasLibraryFunction(llvm::StringRef schema) const { return libraryIndex.count(schema); }
  /// The library's function for the schema, imported when first asked for. Emits a diagnostic on
  /// failure.
  [[nodiscard]] mlir::FailureOr<ts::FuncOp> libraryFunction(llvm::StringRef schema) {
    return function(schema);
  }
  /// The schemas that the library implements, sorted.
  std::vector<std::string> librarySchemas() const;

  //===-- For the room
  //----------------------------------------------------------------------------===//

  const ImportOptions &options() const { return importOptions; }
  const TypeRules &rules() const { return typeRules; }
  OperatorTable &operators() { return operatorTable; }
  /// The type that an annotation names.
  [[nodiscard]] llvm::Expected<mlir::Type> parseType(const script::Expr *annotation,
                                                     const script::File &file);
  /// The type that a string in annotation syntax names, such as a list's element type.
  [[nodiscard]] llvm::Expected<mlir::Type> parseType(llvm::StringRef annotation);
  /// The type of a class by its qualified name.
  [[nodiscard]] llvm::Expected<mlir::Type> classType(llvm::StringRef name);
  /// The static type of a value of the archive.
  [[nodiscard]] llvm::Expected<mlir::Type> typeOf(const rt::Value &value);
  /// What `prefix.name` denotes, where `prefix` begins with `__torch__`: a class, a function, or a
  /// longer prefix.
  [[nodiscard]] llvm::Expected<SugaredValue> resolveQualified(llvm::StringRef name);
  /// The library's helper of that plain name, as the symbol to call; empty if there is none.
  llvm::StringRef libraryHelper(llvm::StringRef plainName) const;
  /// Adds a function that was found inside another one.
  void addSource(FunctionSource source);
  /// A literal expression as a constant's attribute; null if it is no literal.
  mlir::Attribute literal(const script::Expr *expr);

private:
  friend class FunctionEmitter;

  Program(mlir::MLIRContext &context, ProgramInput input, const ImportOptions &options);
  llvm::Error addSchemas();
  llvm::Expected<Candidate> defineBuiltin(const script::DefStmt *def);
  llvm::Expected<script::Type> scriptType(llvm::StringRef className);

  llvm::Expected<const script::File *> file(llvm::StringRef qualifiedPrefix);
  llvm::Expected<const script::Stmt *> find(llvm::StringRef qualifiedName,
                                            const script::File *&file);
  llvm::Expected<const FunctionSource *> functionSource(llvm::StringRef name);
  llvm::Expected<const Signature *> makeSignature(const FunctionSource &source);
  llvm::Error inferResult(const FunctionSource &source);
  llvm::Expected<const ClassInfo *>
  declareClass(llvm::StringRef name, const script::ClassStmt *stmt, const script::File *file);
  void emitClass(const ClassInfo &info);
  bool implements(llvm::StringRef className, llvm::StringRef interfaceName);
  /// A function of the operator library, with its decorators.
  struct LibraryFunction {
    llvm::StringRef fileName, text;
    unsigned line;
    bool isPlain = true;                ///< a helper: no decorators
    std::unique_ptr<script::File> file = {}; ///< once it is parsed
  };
  llvm::Error parseLibrary(LibraryFunction &function);
  llvm::Error addLibraryFunction(const script::File &file, const script::DefStmt *def);
  llvm::Error checkLibraryFunction(const script::File &file, const script::DefStmt *def,
                                   const Signature &schema);

  mlir::MLIRContext *mlirContext;
  mlir::OwningOpRef<mlir::ModuleOp> moduleOp;
  ProgramInput input;
  ImportOptions importOptions;
  script::TypeContext scriptTypes;
  TypeRules typeRules;
  OperatorTable operatorTable;
  ErrorKind errorKind = ErrorKind::BadInput;

  /// By member; null for members that do not exist.
  llvm::StringMap<std::unique_ptr<script::File>> files;
  llvm::StringMap<std::unique_ptr<ClassInfo>> classes;
  llvm::StringMap<script::Type> typesByName;
  llvm::StringSet<> classesInProgress;
  llvm::StringMap<std::unique_ptr<FunctionSource>> sources;
  llvm::StringMap<std::unique_ptr<Signature>> signatures;
  llvm::StringMap<ts::FuncOp> functions;
  /// The text of the error of each function that could not be imported.
  struct KnownError {
    ErrorKind kind;
    std::string text;
    Location location;
  };
  llvm::StringMap<KnownError> knownErrors;
  llvm::StringSet<> inProgress;
  std::vector<LibraryFunction> libraryFunctions;
  /// By symbol: the schema's name, or `library.` and the helper's.
  llvm::StringMap<size_t> libraryIndex;
  llvm::StringMap<bool> interfaceAnswers;
  llvm::DenseMap<mlir::Type, unsigned> typeSizes;
  /// What is being emitted at the moment, in all functions.
  unsigned depth = 0;
};

/// Takes over the values and code of an archive. Nothing is imported yet but the class of the root.
[[nodiscard]] llvm::Expected<std::unique_ptr<Program>>
importArchive(archive::Archive &archive, mlir::MLIRContext &context,
              const ImportOptions &options = {});

} // namespace sconce::import

#endif // SCONCE_IMPORT_IMPORTER_H
