/// Memory for large tensors: in large pages, and kept for the next when it is given back.
#ifndef SCONCE_RUNTIME_LARGEMEMORY_H
#define SCONCE_RUNTIME_LARGEMEMORY_H

#include <cstddef>

namespace sconce::rt {

/// From this many bytes on memory is worth large pages of its own.
inline constexpr size_t leastLargeBytes = size_t(4) << 20;

/// Whether what was given back is kept; a build that looks for the use of freed memory frees it.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool keepsLargeMemory = false;
#elif defined(__has_feature)
inline constexpr bool keepsLargeMemory = !__has_feature(address_sanitizer);
#else
inline constexpr bool keepsLargeMemory = true;
#endif

/// Memory of at least `bytes`, aligned to a large page; `capacity` becomes how much it is. Null where there is none. Any thread may call.
void *takeLargeMemory(size_t bytes, size_t &capacity);
/// Gives back what takeLargeMemory gave. Up to 64 MiB are kept for later calls: a model's result that is made anew for each call
/// would otherwise be mapped, cleared and unmapped by the system each time, which takes as long as to compute it, and longer where the
/// system has to move memory to find large pages.
void giveLargeMemory(void *memory, size_t capacity);

} // namespace sconce::rt

#endif
