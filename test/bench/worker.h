/// What the programs that measure Sconce share: arrays of .npy files, and the conversation with bench.py, which is that of peers.py.
#ifndef SCONCE_BENCH_WORKER_H
#define SCONCE_BENCH_WORKER_H

#include "sconce-c/Sconce.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace bench {

[[noreturn]] inline void fail(const std::string &message) {
  std::fprintf(stderr, "%s\n", message.c_str());
  std::_Exit(2);
}

/// An array on memory of its own, aligned as vectors want it.
struct Array {
  DLDataType type{};
  std::vector<int64_t> shape;
  size_t bytes = 0;
  void *data = nullptr;

  DLTensor view() { return {data, {kDLCPU, 0}, static_cast<int32_t>(shape.size()), type, shape.data(), nullptr, 0}; }
};

/// Reads a .npy file (version 1, C order) of float32, float64, int64 or bool.
inline Array readArray(const std::string &path) {
  std::FILE *file = std::fopen(path.c_str(), "rb");
  unsigned char head[10];
  if (!file || std::fread(head, 1, sizeof head, file) != sizeof head || std::memcmp(head, "\x93NUMPY\x01", 7) != 0)
    fail(path + ": not a .npy file of version 1");
  std::string text(head[8] + 256U * head[9], ' ');
  if (std::fread(text.data(), 1, text.size(), file) != text.size())
    fail(path + ": too short");
  Array array;
  size_t kind = text.find("'descr': '") + std::strlen("'descr': '") + 1;
  uint8_t size = static_cast<uint8_t>(text[kind + 1] - '0');
  array.type = {static_cast<uint8_t>(text[kind] == 'f' ? kDLFloat : text[kind] == 'b' ? kDLBool : kDLInt), static_cast<uint8_t>(8 * size), 1};
  array.bytes = size;
  for (const char *p = text.c_str() + text.find('(') + 1; *p != ')';) {
    char *end;
    int64_t extent = std::strtoll(p, &end, 10);
    if (end == p)
      break;
    array.shape.push_back(extent);
    array.bytes *= static_cast<size_t>(extent);
    p = end + std::strspn(end, ", ");
  }
  array.data = std::aligned_alloc(64, (array.bytes + 127) / 64 * 64);
  if (!array.data || std::fread(array.data, 1, array.bytes, file) != array.bytes)
    fail(path + ": too short");
  std::fclose(file);
  return array;
}

/// in0.npy, in1.npy, … or out0.npy, … of a folder.
inline std::vector<Array> readArrays(const std::string &folder, const char *prefix) {
  std::vector<Array> arrays;
  for (;;) {
    std::string path = folder + '/' + prefix + std::to_string(arrays.size()) + ".npy";
    if (std::FILE *file = std::fopen(path.c_str(), "rb"))
      std::fclose(file);
    else
      return arrays;
    arrays.push_back(readArray(path));
  }
}

inline void writeFloats(const std::string &path, const DLTensor &tensor) {
  std::string shape;
  size_t count = 1;
  for (int32_t i = 0; i < tensor.ndim; ++i) {
    shape += std::to_string(tensor.shape[i]) + ",";
    count *= static_cast<size_t>(tensor.shape[i]);
  }
  if (tensor.dtype.code != kDLFloat || tensor.dtype.bits != 32)
    fail("results other than float32 are not written");
  std::string text = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + shape + "), }";
  text.append(64 - (text.size() + 11) % 64, ' ');
  text += '\n';
  std::FILE *file = std::fopen(path.c_str(), "wb");
  if (!file)
    fail(path + ": cannot be written");
  const unsigned char head[] = {0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, static_cast<unsigned char>(text.size() % 256), static_cast<unsigned char>(text.size() / 256)};
  std::fwrite(head, 1, sizeof head, file);
  std::fwrite(text.data(), 1, text.size(), file);
  std::fwrite(static_cast<const char *>(tensor.data) + tensor.byte_offset, 4, count, file);
  std::fclose(file);
}

using Clock = std::chrono::steady_clock;
inline double nanosecondsSince(Clock::time_point start) { return std::chrono::duration<double, std::nano>(Clock::now() - start).count(); }

/// Prints the median and the minimum of `seconds` of calls.
template <typename Call> void measure(Call call, double seconds) {
  constexpr double smallestSample = 20000; // nanoseconds: shorter calls are timed several at once
  Clock::time_point start = Clock::now();
  int64_t batch = 0;
  for (; batch < 3 || nanosecondsSince(start) < std::min(0.2, seconds / 4) * 1e9; ++batch) // until caches and clocks are warm
    call();
  batch = std::max<int64_t>(1, static_cast<int64_t>(smallestSample * static_cast<double>(batch) / nanosecondsSince(start)));
  std::vector<double> times;
  for (start = Clock::now(); times.size() < 3 || nanosecondsSince(start) < seconds * 1e9;) {
    Clock::time_point begun = Clock::now();
    for (int64_t i = 0; i < batch; ++i)
      call();
    times.push_back(nanosecondsSince(begun) / static_cast<double>(batch));
  }
  std::sort(times.begin(), times.end());
  std::printf("{\"median_ns\": %.1f, \"min_ns\": %.1f, \"calls\": %lld}\n", times[times.size() / 2], times.front(),
              static_cast<long long>(static_cast<int64_t>(times.size()) * batch));
  std::fflush(stdout);
}

inline void say(const char *line) {
  std::puts(line);
  std::fflush(stdout);
}

/// Measures for each line on stdin, a number of seconds.
template <typename Call> void serve(Call call) {
  char line[64];
  while (std::fgets(line, sizeof line, stdin))
    measure(call, std::strtod(line, nullptr));
}

} // namespace bench

#endif
