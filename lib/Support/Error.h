// Errors that know whose fault they are and where: the one error type of the rooms before there is
// IR.
#ifndef SCONCE_SUPPORT_ERROR_H
#define SCONCE_SUPPORT_ERROR_H

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sconce {

/// Whose fault an error is. The value is the exit code of the program.
enum class ErrorKind {
  BadInput = 2,    ///< Bad usage, or an unreadable, corrupt or over-limit file.
  Unsupported = 3, ///< The model uses an operator or a feature that Sconce lacks, or a budget ran out.
  Raised = 4,      ///< The model itself raised.
};

/// In a diagnostic's metadata: the input is at fault (ErrorKind::BadInput), not what Sconce lacks.
constexpr llvm::StringLiteral badInputTag = "bad input";

/// A place in an input. Every part may be missing.
struct Location {
  std::string file;               ///< Path of the archive or text file.
  std::string member;             ///< Record of the archive, such as `code/__torch__.py`.
  unsigned line = 0;              ///< From 1; 0 when unknown.
  unsigned column = 0;            ///< From 1; 0 when unknown.
  std::optional<uint64_t> offset; ///< Byte offset in the member, or in the file without a member.
  std::string sourceLine;         ///< The text of the line, shown with a caret under `column`.

  /// `file(member):line:column`, with the parts that are known; empty if none is.
  std::string str() const;
};

/// One cause with its place, and notes about the other parties to it.
class LocatedError : public llvm::ErrorInfo<LocatedError> {
public:
  static char ID;

  LocatedError(ErrorKind kind, std::string text, Location location)
      : errorKind(kind), errorText(std::move(text)), errorLocation(std::move(location)) {}

  ErrorKind kind() const { return errorKind; }
  /// The message alone, without place and notes.
  const std::string &text() const { return errorText; }
  const Location &location() const { return errorLocation; }
  Location &location() { return errorLocation; }

  void addNote(std::string text, Location location = {}) {
    notes.emplace_back(std::move(text), std::move(location));
  }

  /// Writes `place: message`, the source line with a caret, and the notes; no newline at the end.
  void log(llvm::raw_ostream &os) const override;
  std::error_code convertToErrorCode() const override;

protected:
  /// Writes each note on a line of its own.
  void logNotes(llvm::raw_ostream &os) const;

private:
  ErrorKind errorKind;
  std::string errorText;
  Location errorLocation;
  std::vector<std::pair<std::string, Location>> notes;
};

/// Makes an error of the given kind.
[[nodiscard]] llvm::Error makeError(ErrorKind kind, const llvm::Twine &text,
                                    Location location = {});

/// An error of the input: exit code 2.
[[nodiscard]] llvm::Error badInput(const llvm::Twine &text, Location location = {});

/// A feature that Sconce lacks, named: exit code 3.
[[nodiscard]] llvm::Error unsupported(const llvm::Twine &text, Location location = {});

/// Says which file an error is about, where the error does not say so itself. Success stays
/// success.
[[nodiscard]] llvm::Error inFile(llvm::Error error, llvm::StringRef file);

/// Adds a note to each located error in `error`. Success stays success.
[[nodiscard]] llvm::Error withNote(llvm::Error error, const llvm::Twine &text,
                                   Location location = {});

/// Writes each error as `error: …` and a newline. Returns the exit code: that of the first located
/// error, 2 for an error of another type, 0 for success.
int reportErrors(llvm::Error error, llvm::raw_ostream &os);

} // namespace sconce

#endif // SCONCE_SUPPORT_ERROR_H
