// Where the statements of a code record come from: the user's own files.
#ifndef SCONCE_ARCHIVE_SOURCEMAP_H
#define SCONCE_ARCHIVE_SOURCEMAP_H

#include "runtime/Value.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <optional>

namespace sconce::archive {

/// A place in the Python source that was scripted or traced.
struct UserPlace {
  std::string file;
  unsigned line = 0;   ///< from 1
  unsigned column = 0; ///< from 1, in bytes
  std::string text;    ///< the line
};

/// The contents of a `.debug_pkl` record.
class SourceMap {
public:
  /// Takes the unpickled record. Knows the form with a string table, as written since PyTorch 1.12;
  /// older forms give an empty map. Fails when the record is malformed; the error has no place.
  [[nodiscard]] static llvm::Expected<SourceMap> parse(const rt::Value &record);

  /// What the code at that byte offset was made from; none where nothing is known.
  std::optional<UserPlace> find(uint64_t offset) const;
  /// Whether something is recorded for that byte offset, though it may name no file.
  bool isRecorded(uint64_t offset) const {
    return !ranges.empty() && ranges.front().offset <= offset;
  }

private:
  struct Range {
    uint64_t offset;     ///< in the code, where the range begins to apply
    rt::Value lines;     ///< list of indices into the string table
    uint64_t file;       ///< index into the string table
    int64_t firstLine;   ///< of `lines` in the file, from 1
    int64_t start;       ///< byte offset in the text of `lines`
  };
  llvm::StringRef string(int64_t index) const;

  rt::Value table; ///< tuple of strings
  std::vector<Range> ranges;
};

} // namespace sconce::archive

#endif // SCONCE_ARCHIVE_SOURCEMAP_H
