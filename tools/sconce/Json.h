//===- Json.h - What sconce reads and writes as JSON ----------------------===//
//
// The one place that knows the JSON library (it throws, so Json.cpp is built
// with exceptions and lets none out).
//
//===----------------------------------------------------------------------===//
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace sconce::tools {

/// Reads a JSON list of strings; none where `line` is anything else.
std::optional<std::vector<std::string>> parseArgumentLine(const std::string &line);

/// Writes `[code, "message"]`.
std::string answerLine(int code, const std::string &message);

/// Writes an object of numbers, in their order.
std::string numbersLine(const std::vector<std::pair<std::string, double>> &numbers);

} // namespace sconce::tools
