/// Ref<T>: an intrusive, atomically counted reference.
#ifndef SCONCE_RUNTIME_REF_H
#define SCONCE_RUNTIME_REF_H

#include <utility>

namespace sconce::rt {

/// Holds one reference to a T, which has retain() and release(). May be null.
template <typename T> class Ref {
public:
  Ref() = default;
  Ref(std::nullptr_t) {}
  Ref(const Ref &other) : object(other.object) {
    if (object)
      object->retain();
  }
  Ref(Ref &&other) noexcept : object(std::exchange(other.object, nullptr)) {}
  ~Ref() {
    if (object)
      object->release();
  }
  Ref &operator=(Ref other) noexcept {
    std::swap(object, other.object);
    return *this;
  }

  /// Takes over a reference that the caller holds.
  static Ref adopt(T *object) {
    Ref ref;
    ref.object = object;
    return ref;
  }
  /// Adds a reference to `object`, which may be null.
  static Ref share(T *object) {
    if (object)
      object->retain();
    return adopt(object);
  }

  T *get() const { return object; }
  T *operator->() const { return object; }
  T &operator*() const { return *object; }
  explicit operator bool() const { return object != nullptr; }
  bool operator==(const Ref &other) const { return object == other.object; }
  /// Gives the reference to the caller.
  [[nodiscard]] T *take() { return std::exchange(object, nullptr); }

private:
  T *object = nullptr;
};

} // namespace sconce::rt

#endif
