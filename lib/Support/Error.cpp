#include "lib/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace sconce {

char LocatedError::ID = 0;

std::string Location::str() const {
  std::string out = file;
  if (!member.empty())
    out += file.empty() ? member : "(" + member + ")";
  if (line != 0) {
    out += ":" + std::to_string(line);
    if (column != 0)
      out += ":" + std::to_string(column);
  } else if (offset) {
    out += out.empty() ? "" : ": ";
    out += "byte " + std::to_string(*offset);
  }
  return out;
}

/// The longest piece of a source line that is shown; a generated line may hold megabytes.
static constexpr size_t shownWidth = 160;

/// Shows the line around the column with a caret below it. Tabs stay tabs, so the caret lines up.
static void showSource(raw_ostream &os, const Location &location) {
  StringRef text = location.sourceLine;
  size_t column = location.column == 0 ? 0 : location.column - 1;
  if (text.empty() || column > text.size())
    return;
  size_t first = column > shownWidth / 2 && text.size() > shownWidth ? column - shownWidth / 2 : 0;
  StringRef shown = text.substr(first, shownWidth);
  os << "\n  ";
  for (char c : shown)
    os << (static_cast<unsigned char>(c) < 0x20 && c != '\t' ? ' ' : c);
  os << "\n  ";
  for (char c : shown.take_front(column - first))
    os << (c == '\t' ? '\t' : ' ');
  os << '^';
}

static void showMessage(raw_ostream &os, const std::string &text, const Location &location) {
  std::string place = location.str();
  if (!place.empty())
    os << place << ": ";
  os << text;
  showSource(os, location);
}

void LocatedError::log(raw_ostream &os) const {
  showMessage(os, errorText, errorLocation);
  logNotes(os);
}

void LocatedError::logNotes(raw_ostream &os) const {
  for (const auto &[text, location] : notes) {
    os << "\nnote: ";
    showMessage(os, text, location);
  }
}

std::error_code LocatedError::convertToErrorCode() const { return inconvertibleErrorCode(); }

Error makeError(ErrorKind kind, const Twine &text, Location location) {
  return llvm::make_error<LocatedError>(kind, text.str(), std::move(location));
}

Error badInput(const Twine &text, Location location) {
  return makeError(ErrorKind::BadInput, text, std::move(location));
}

Error unsupported(const Twine &text, Location location) {
  return makeError(ErrorKind::Unsupported, text, std::move(location));
}

Error inFile(Error error, StringRef file) {
  return handleErrors(std::move(error), [&](std::unique_ptr<LocatedError> located) -> Error {
    if (located->location().file.empty())
      located->location().file = file.str();
    return Error(std::move(located));
  });
}

Error withNote(Error error, const Twine &text, Location location) {
  std::string note = text.str();
  return handleErrors(std::move(error), [&](std::unique_ptr<LocatedError> located) -> Error {
    located->addNote(note, location);
    return Error(std::move(located));
  });
}

int reportErrors(Error error, raw_ostream &os) {
  int code = 0;
  handleAllErrors(
      std::move(error),
      [&](const LocatedError &located) {
        os << "error: " << located.message() << '\n';
        code = code == 0 ? static_cast<int>(located.kind()) : code;
      },
      [&](const ErrorInfoBase &other) {
        os << "error: " << other.message() << '\n';
        code = code == 0 ? static_cast<int>(ErrorKind::BadInput) : code;
      });
  return code;
}

} // namespace sconce
