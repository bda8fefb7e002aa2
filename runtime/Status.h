/// What a runtime function that can fail returns: a status code, the Python
/// class of the exception as TorchScript names it, and the message.
#ifndef SCONCE_RUNTIME_STATUS_H
#define SCONCE_RUNTIME_STATUS_H

#include "sconce-c/Status.h"

#include <optional>
#include <string>
#include <utility>

namespace sconce::rt {

struct [[nodiscard]] Status {
  sc_status code = SC_OK;
  std::string exceptionClass; ///< "RuntimeError"; empty unless the model raised
  std::string message;

  bool ok() const { return code == SC_OK; }
  static Status success() { return {}; }
  /// An error of the model: operators raise RuntimeError, whatever the message.
  static Status raise(std::string message, std::string exceptionClass = "RuntimeError") {
    return {SC_RAISED, std::move(exceptionClass), std::move(message)};
  }
  static Status invalid(std::string message) {
    return {SC_INVALID_ARGUMENT, "", std::move(message)};
  }
  static Status outOfMemory(std::string message = "not enough memory") {
    return {SC_OUT_OF_MEMORY, "", std::move(message)};
  }
};

/// A T, or the status that says why there is none.
template <typename T> class [[nodiscard]] Result {
public:
  Result(T value) : value(std::move(value)) {}
  Result(Status status) : failure(std::move(status)) {}

  bool ok() const { return value.has_value(); }
  explicit operator bool() const { return ok(); }
  const Status &status() const { return failure; }
  T &operator*() { return *value; }
  T *operator->() { return &*value; }
  const T &operator*() const { return *value; }
  const T *operator->() const { return &*value; }

private:
  std::optional<T> value;
  Status failure;
};

} // namespace sconce::rt

#endif
