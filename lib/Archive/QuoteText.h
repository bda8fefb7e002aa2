// Text of the input inside a message: bounded, and printable.
#ifndef SCONCE_ARCHIVE_QUOTETEXT_H
#define SCONCE_ARCHIVE_QUOTETEXT_H

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

namespace sconce::archive {

/// `text` in single quotes, cut after 80 bytes, with anything but printable ASCII escaped.
inline std::string quoteText(llvm::StringRef text) {
  std::string out = "'";
  llvm::raw_string_ostream os(out);
  llvm::printEscapedString(text.take_front(80), os);
  os << (text.size() > 80 ? "…'" : "'");
  return out;
}

} // namespace sconce::archive

#endif // SCONCE_ARCHIVE_QUOTETEXT_H
