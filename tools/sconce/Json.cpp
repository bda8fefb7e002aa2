//===- Json.cpp - What sconce reads and writes as JSON --------------------===//

#include "tools/sconce/Json.h"

#include <nlohmann/json.hpp>

using nlohmann::json;

std::optional<std::vector<std::string>> sconce::tools::parseArgumentLine(const std::string &line) {
  json list = json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!list.is_array())
    return std::nullopt;
  std::vector<std::string> words;
  for (const json &word : list) {
    if (!word.is_string())
      return std::nullopt;
    words.push_back(word.get<std::string>());
  }
  return words;
}

std::string sconce::tools::answerLine(int code, const std::string &message) {
  return json::array({code, message}).dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string sconce::tools::numbersLine(const std::vector<std::pair<std::string, double>> &numbers) {
  nlohmann::ordered_json object;
  for (const auto &[name, number] : numbers) {
    if (number == static_cast<double>(static_cast<int64_t>(number)))
      object[name] = static_cast<int64_t>(number);
    else
      object[name] = number;
  }
  return object.dump();
}
