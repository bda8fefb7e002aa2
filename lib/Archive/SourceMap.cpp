// The record is ('FORMAT_WITH_STRING_TABLE', strings, ranges); a range is
// (offset in the code, (((indices of lines), index of file name, first line), start, end), tag),
// where start and end are offsets in the text of those lines.
#include "lib/Archive/SourceMap.h"
#include "lib/Support/Error.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace sconce::archive {

/// The elements of a tuple of at least `count`; null for anything else.
static const std::vector<rt::Value> *tupleOf(const rt::Value &value, size_t count) {
  if (!value.isTuple() || value.asTuple().elements.size() < count)
    return nullptr;
  return &value.asTuple().elements;
}

/// Bounds on one range, so that no search in it takes long.
static constexpr int64_t maxText = 1 << 24;
static constexpr size_t maxLines = 1 << 16;

static bool isIndex(const rt::Value &value, int64_t limit = INT32_MAX) {
  return value.isInt() && value.asInt() >= 0 && value.asInt() <= limit;
}

Expected<SourceMap> SourceMap::parse(const rt::Value &record) {
  SourceMap map;
  auto malformed = [] { return badInput("the record of source locations is malformed"); };
  const auto *parts = tupleOf(record, 0);
  if (!parts)
    return malformed();
  bool hasTable = parts->size() == 3 && (*parts)[0].isString() &&
                  (*parts)[0].asString() == "FORMAT_WITH_STRING_TABLE";
  if (!hasTable)
    return map;
  map.table = (*parts)[1];
  const auto *strings = tupleOf(map.table, 0), *ranges = tupleOf((*parts)[2], 0);
  if (!strings || !ranges ||
      !all_of(*strings, [](const rt::Value &string) { return string.isString(); }))
    return malformed();
  for (const rt::Value &range : *ranges) {
    const auto *entry = tupleOf(range, 2);
    const auto *span = entry ? tupleOf((*entry)[1], 3) : nullptr;
    const auto *source = span ? tupleOf((*span)[0], 3) : nullptr;
    if (!source || !isIndex((*entry)[0]) || !isIndex((*span)[1], maxText) ||
        !(*source)[0].isList() || (*source)[0].asList().elements.size() > maxLines ||
        !isIndex((*source)[1]) || !isIndex((*source)[2]))
      return malformed();
    Range next{static_cast<uint64_t>((*entry)[0].asInt()), (*source)[0],
               static_cast<uint64_t>((*source)[1].asInt()), (*source)[2].asInt(),
               (*span)[1].asInt()};
    if (!map.ranges.empty() && next.offset < map.ranges.back().offset)
      return malformed();
    map.ranges.push_back(std::move(next));
  }
  return map;
}

StringRef SourceMap::string(int64_t index) const {
  const auto &strings = table.asTuple().elements;
  if (index < 0 || static_cast<uint64_t>(index) >= strings.size())
    return {};
  return strings[static_cast<size_t>(index)].asString();
}

std::optional<UserPlace> SourceMap::find(uint64_t offset) const {
  auto after = llvm::upper_bound(ranges, offset, [](uint64_t wanted, const Range &range) {
    return wanted < range.offset;
  });
  if (after == ranges.begin())
    return std::nullopt;
  const Range &range = *std::prev(after);
  StringRef file = string(static_cast<int64_t>(range.file));
  int64_t left = range.start, line = range.firstLine;
  for (const rt::Value &index : range.lines.asList().elements) {
    StringRef text = index.isInt() ? string(index.asInt()) : StringRef();
    if (left < static_cast<int64_t>(text.size())) {
      if (file.empty() || line >= INT32_MAX || left >= INT32_MAX)
        return std::nullopt;
      return UserPlace{file.str(), static_cast<unsigned>(line),
                       static_cast<unsigned>(left + 1), text.rtrim("\r\n").str()};
    }
    left -= static_cast<int64_t>(text.size());
    line += static_cast<int64_t>(text.count('\n'));
  }
  return std::nullopt;
}

} // namespace sconce::archive
