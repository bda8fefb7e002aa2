// What a file may cost before it is refused.
#ifndef SCONCE_ARCHIVE_LIMITS_H
#define SCONCE_ARCHIVE_LIMITS_H

#include <cstdint>

namespace sconce::archive {

/// Bounds on untrusted input. The defaults leave room for models of thousands of records and
/// millions of pickled values.
struct Limits {
  /// Entries of the zip directory.
  uint64_t maxEntries = 1u << 20;
  /// Inflated bytes of all deflated entries together: no more than this, or than
  /// `maxExpansion` times the file, whichever is larger.
  uint64_t maxInflatedBytes = uint64_t(1) << 30;
  uint64_t maxExpansion = 64;
  /// Bytes of one pickle.
  uint64_t maxPickleBytes = uint64_t(1) << 30;
  /// Values that one pickle's instructions make.
  uint64_t maxValues = uint64_t(1) << 26;
  /// Values that a pickle means when every shared one is counted at each use: a few bytes can
  /// describe a tuple whose traversal never ends.
  uint64_t maxExpandedValues = uint64_t(1) << 28;
  /// Nesting of lists, tuples, dicts and objects.
  uint32_t maxDepth = 512;
  /// Address space for the zeros that stand for one storage on the meta device.
  uint64_t maxMetaBytes = uint64_t(1) << 36;
};

} // namespace sconce::archive

#endif // SCONCE_ARCHIVE_LIMITS_H
