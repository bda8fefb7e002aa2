/// What the headers of the C++ library call out of line, so that an artifact
/// needs libc, libm and pthread only. All of it is weak: in a program that has
/// the C++ library, that one's definitions may take over, and they agree with
/// these (memory comes from malloc in both).
#include <cstddef>
#include <cstdlib>
#include <new>

#define WEAK __attribute__((weak))

WEAK void *operator new(size_t bytes) {
  // Sizes that come from input go through functions that return null; what is
  // left are small objects, for which a system without memory cannot go on.
  void *memory = std::malloc(bytes ? bytes : 1);
  if (!memory)
    std::abort();
  return memory;
}
WEAK void *operator new[](size_t bytes) { return operator new(bytes); }
WEAK void *operator new(size_t bytes, const std::nothrow_t &) noexcept {
  return std::malloc(bytes ? bytes : 1);
}
WEAK void *operator new(size_t bytes, std::align_val_t alignment) {
  size_t align = static_cast<size_t>(alignment);
  void *memory = std::aligned_alloc(align, (bytes + align - 1) / align * align);
  if (!memory)
    std::abort();
  return memory;
}
WEAK void *operator new(size_t bytes, std::align_val_t alignment, const std::nothrow_t &) noexcept {
  size_t align = static_cast<size_t>(alignment);
  return std::aligned_alloc(align, (bytes + align - 1) / align * align);
}
WEAK void operator delete(void *memory) noexcept { std::free(memory); }
WEAK void operator delete[](void *memory) noexcept { std::free(memory); }
WEAK void operator delete(void *memory, size_t) noexcept { std::free(memory); }
WEAK void operator delete[](void *memory, size_t) noexcept { std::free(memory); }
WEAK void operator delete(void *memory, std::align_val_t) noexcept { std::free(memory); }
WEAK void operator delete(void *memory, size_t, std::align_val_t) noexcept { std::free(memory); }
WEAK void operator delete(void *memory, std::align_val_t, const std::nothrow_t &) noexcept {
  std::free(memory);
}
WEAK void operator delete(void *memory, const std::nothrow_t &) noexcept { std::free(memory); }

extern "C" [[noreturn]] WEAK void __cxa_pure_virtual() { std::abort(); }

namespace std {
WEAK extern const nothrow_t nothrow{};

// Reached only by a broken invariant: every size and index is checked before.
[[noreturn]] WEAK void __throw_length_error(const char *) { std::abort(); }
[[noreturn]] WEAK void __throw_logic_error(const char *) { std::abort(); }
[[noreturn]] WEAK void __throw_bad_alloc() { std::abort(); }
[[noreturn]] WEAK void __throw_bad_array_new_length() { std::abort(); }
[[noreturn]] WEAK void __throw_out_of_range_fmt(const char *, ...) { std::abort(); }
} // namespace std
