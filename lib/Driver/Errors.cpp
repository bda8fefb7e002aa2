//===- Errors.cpp - Errors of calling and compiling models ----------------===//

#include "lib/Driver/Errors.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Location.h"

using namespace sconce;

char driver::RaisedError::ID = 0;

void driver::RaisedError::log(llvm::raw_ostream &os) const {
  std::string place = location().str();
  if (!place.empty())
    os << place << ": ";
  os << raisedClass << ": " << text();
  if (!callStack.empty())
    os << "\n" << callStack;
  logNotes(os);
}

Location driver::placeInCode(llvm::StringRef file, llvm::StringRef place) {
  Location location;
  location.file = file.str();
  auto [rest, column] = place.rsplit(':');
  auto [member, line] = rest.rsplit(':');
  location.member = member.str();
  (void)line.getAsInteger(10, location.line);
  (void)column.getAsInteger(10, location.column);
  return location;
}

struct driver::DiagnosticCollector::Handler {
  explicit Handler(mlir::MLIRContext &context)
      : scoped(&context, [this](mlir::Diagnostic &diagnostic) {
          add(diagnostic);
          return mlir::success();
        }) {}

  /// The first error is the cause; what follows are notes about it.
  void add(mlir::Diagnostic &diagnostic) {
    std::string text = diagnostic.str();
    if (cause.empty() && diagnostic.getSeverity() == mlir::DiagnosticSeverity::Error) {
      cause = text;
      for (const mlir::DiagnosticArgument &tag : diagnostic.getMetadata())
        if (tag.getKind() == mlir::DiagnosticArgument::DiagnosticArgumentKind::String && tag.getAsString() == badInputTag)
          kind = ErrorKind::BadInput;
      setPlace(diagnostic.getLocation());
    } else {
      notes.push_back(text);
    }
    for (mlir::Diagnostic &note : diagnostic.getNotes())
      notes.push_back(note.str());
  }

  /// The innermost source line is the place; the calls that led to it become notes.
  void setPlace(mlir::Location loc) {
    while (auto call = mlir::dyn_cast<mlir::CallSiteLoc>(loc)) {
      std::string caller;
      llvm::raw_string_ostream os(caller);
      mlir::Location site = call.getCaller();
      if (auto next = mlir::dyn_cast<mlir::CallSiteLoc>(site))
        site = next.getCallee();
      if (auto line = site->findInstanceOf<mlir::FileLineColLoc>())
        os << "called from " << line.getFilename().strref() << ":" << line.getLine() << ":" << line.getColumn();
      if (!caller.empty() && stack.size() < 64)
        stack.push_back(caller);
      if (!place.line)
        setLine(call.getCallee());
      loc = call.getCaller();
    }
    if (!place.line)
      setLine(loc);
  }

  void setLine(mlir::Location loc) {
    if (auto line = loc->findInstanceOf<mlir::FileLineColLoc>()) {
      place.member = line.getFilename().str();
      place.line = line.getLine();
      place.column = line.getColumn();
    }
  }

  std::string cause;
  ErrorKind kind = ErrorKind::Unsupported;
  Location place;
  std::vector<std::string> stack, notes;
  mlir::ScopedDiagnosticHandler scoped;
};

driver::DiagnosticCollector::DiagnosticCollector(mlir::MLIRContext &context)
    : handler(std::make_unique<Handler>(context)) {}
driver::DiagnosticCollector::~DiagnosticCollector() = default;

llvm::Error driver::DiagnosticCollector::take(llvm::StringRef file) {
  if (handler->cause.empty())
    handler->cause = handler->notes.empty() ? "compilation failed without a message" : handler->notes.front();
  handler->place.file = file.str();
  llvm::Error error = makeError(handler->kind, handler->cause, handler->place);
  for (const std::string &frame : handler->stack)
    error = withNote(std::move(error), frame);
  for (const std::string &note : handler->notes)
    error = withNote(std::move(error), note);
  return error;
}
