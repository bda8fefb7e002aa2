//===- ByteStream.h - Numbers and texts to bytes and back -----------------===//
//
// The form of what is kept between processes. Whatever bytes a reader is given, it stays inside them: past their end, or
// after anything else that cannot be, it has failed, and everything reads as zero or empty.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace sconce::driver {

class ByteWriter {
public:
  void number(uint64_t value) { bytes.append(reinterpret_cast<const char *>(&value), sizeof value); }
  void flag(bool value) { number(value); }
  void text(llvm::StringRef value) {
    number(value.size());
    bytes.append(value.data(), value.size());
  }
  void texts(const std::vector<std::string> &values) {
    number(values.size());
    for (const std::string &value : values)
      text(value);
  }
  /// Like text, at an offset that is a multiple of `alignment`.
  void alignedText(llvm::StringRef value) {
    number(value.size());
    bytes.resize((bytes.size() + alignment - 1) / alignment * alignment);
    bytes.append(value.data(), value.size());
  }

  llvm::StringRef data() const { return bytes; }

  static constexpr size_t alignment = 16;

private:
  std::string bytes;
};

class ByteReader {
public:
  explicit ByteReader(llvm::StringRef bytes) : bytes(bytes) {}

  uint64_t number() {
    uint64_t value = 0;
    llvm::StringRef read = take(sizeof value);
    if (!read.empty())
      std::memcpy(&value, read.data(), sizeof value);
    return value;
  }
  bool flag() {
    uint64_t value = number();
    if (value > 1)
      fail();
    return value == 1;
  }
  llvm::StringRef text() { return take(number()); }
  std::vector<std::string> texts() {
    std::vector<std::string> values(count());
    for (std::string &value : values)
      value = text().str();
    return values;
  }
  llvm::StringRef alignedText() {
    uint64_t size = number();
    take((ByteWriter::alignment - position % ByteWriter::alignment) % ByteWriter::alignment);
    return take(size);
  }
  /// How many things follow, each of which takes eight bytes or more.
  size_t count() {
    uint64_t value = number();
    if (value > (bytes.size() - position) / 8)
      fail();
    return failed ? 0 : value;
  }

  void fail() { failed = true; }
  bool hasFailed() const { return failed; }
  /// Whether all went well and nothing is left.
  bool isAtEnd() const { return !failed && position == bytes.size(); }

private:
  llvm::StringRef take(uint64_t size) {
    if (failed || size > bytes.size() - position) {
      fail();
      return {};
    }
    position += size;
    return bytes.substr(position - size, size);
  }

  llvm::StringRef bytes;
  size_t position = 0;
  bool failed = false;
};

} // namespace sconce::driver
