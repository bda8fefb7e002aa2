/// Result<T>: a value, or the error that took its place.
#ifndef SCONCE_RESULT_H
#define SCONCE_RESULT_H

#include <cstdlib>
#include <string>
#include <utility>
#include <variant>
#ifdef __cpp_exceptions
#include <stdexcept>
#endif

namespace sconce {

/// Whose fault an error is; the values are the exit codes of the `sconce` program.
enum class ErrorCode {
  BadInput = 2,    ///< A wrong argument, or a file that cannot be read or is corrupt.
  Unsupported = 3, ///< The model uses something that Sconce does not support, or a budget ran out.
  Raised = 4,      ///< The model itself raised.
};

/// What went wrong and where.
struct Error {
  ErrorCode code = ErrorCode::BadInput;
  std::string message;
  /// The class that the model raised, such as "builtins.ValueError"; else empty.
  std::string exceptionClass;
  /// "code/__torch__/model.py:12:4"; empty where none is known.
  std::string location;
  /// The TorchScript call stack, one frame a line, innermost last; empty where none is known.
  std::string stack;
};

/// A T, or an Error. Test it before use: dereferencing an error is undefined.
template <typename T> class [[nodiscard]] Result {
public:
  Result(T value) : content(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : content(std::in_place_index<1>, std::move(error)) {}

  explicit operator bool() const { return content.index() == 0; }
  T &operator*() { return *std::get_if<0>(&content); }
  const T &operator*() const { return *std::get_if<0>(&content); }
  T *operator->() { return std::get_if<0>(&content); }
  const T *operator->() const { return std::get_if<0>(&content); }
  const Error &error() const { return *std::get_if<1>(&content); }

  /// The value. An error is thrown as std::runtime_error where the client's code has exceptions, and aborts where not.
  T value() && {
    if (!*this) {
#ifdef __cpp_exceptions
      throw std::runtime_error(error().message);
#else
      std::abort();
#endif
    }
    return std::move(**this);
  }

  /// Calls `next` with the value, or hands the error on: `load(p).andThen([&](Module m) { return m.forward(x); })`.
  template <typename Next> auto andThen(Next &&next) && -> decltype(next(std::declval<T>())) {
    if (!*this)
      return error();
    return next(std::move(**this));
  }

private:
  std::variant<T, Error> content;
};

} // namespace sconce

#endif
