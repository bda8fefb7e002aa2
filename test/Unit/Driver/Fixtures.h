/// The fixtures that the tests of the API load.
#ifndef TEST_UNIT_DRIVER_FIXTURES_H
#define TEST_UNIT_DRIVER_FIXTURES_H

#include "sconce/Sconce.h"

#include <fstream>
#include <gtest/gtest.h>
#include <iterator>

inline std::string modelPath(const std::string &fixture) { return SCONCE_FIXTURES + fixture + "/model.pt"; }

inline std::string readFile(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline sconce::Module loadFixture(const std::string &fixture, const sconce::LoadOptions &options = {}) {
  sconce::Result<sconce::Module> module = sconce::load(modelPath(fixture), options);
  if (!module) {
    ADD_FAILURE() << module.error().message;
    std::abort();
  }
  return *module;
}

/// The elements of a contiguous tensor of float32.
inline std::vector<float> elements(const sconce::Value &tensor) {
  const float *data = tensor.floats();
  if (!data)
    return {};
  int64_t count = 1;
  for (int64_t size : tensor.sizes())
    count *= size;
  return {data, data + count};
}

#endif
