// The compiled-in text is sorted by name, so a name is found by bisection and starting costs
// nothing.
#include "lib/Script/SchemaTable.h"
#include "lib/Support/Error.h"

using namespace llvm;

namespace sconce::script {

/// Lines of schemas, sorted by name (bytes), overloads in the order of registration.
static constexpr char tableText[] =
#include "lib/Script/Schemas.txt.inc"
    ;

static StringRef table() { return StringRef(tableText, sizeof(tableText) - 1); }

/// The name without overload at the start of a line.
static StringRef nameOf(StringRef line) {
  return line.take_front(line.find_first_of(".("));
}

static StringRef lineAt(size_t start) {
  StringRef rest = table().substr(start);
  return rest.take_front(rest.find('\n'));
}

/// The start of the first line whose name is not less than `name`, or the table's size.
static size_t findLine(StringRef name) {
  size_t low = 0, high = table().size(); // Both are starts of lines (or the end).
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    size_t newline = table().slice(low, middle).rfind('\n');
    size_t start = newline == StringRef::npos ? low : low + newline + 1;
    StringRef line = lineAt(start);
    if (nameOf(line) < name)
      low = start + line.size() + 1;
    else
      high = start;
  }
  return low;
}

bool SchemaTable::contains(StringRef name) const {
  auto found = loaded.find(name);
  if (found != loaded.end() && !found->second.order.empty())
    return true;
  size_t start = findLine(name);
  return start < table().size() && nameOf(lineAt(start)) == name;
}

SchemaTable::Overloads &SchemaTable::load(StringRef name) {
  auto [entry, isNew] = loaded.try_emplace(name);
  Overloads &overloads = entry->second;
  if (!isNew)
    return overloads;
  for (size_t start = findLine(name); start < table().size();) {
    StringRef line = lineAt(start);
    if (nameOf(line) != name)
      break;
    // A test parses every line of the table.
    overloads.owned.push_back(cantFail(parseSchema(typeContext, line)));
    overloads.order.push_back(overloads.owned.back().get());
    start += line.size() + 1;
  }
  return overloads;
}

ArrayRef<const Schema *> SchemaTable::lookup(StringRef name) {
  // Unknown names are the archive's, and are not remembered.
  auto found = loaded.find(name);
  if (found != loaded.end())
    return found->second.order;
  return contains(name) ? ArrayRef<const Schema *>(load(name).order) : ArrayRef<const Schema *>();
}

const Schema *SchemaTable::lookup(StringRef name, StringRef overload) {
  for (const Schema *schema : lookup(name))
    if (schema->overload == overload)
      return schema;
  return nullptr;
}

const Schema *SchemaTable::lookupFullName(StringRef fullName) {
  auto [name, overload] = fullName.split('.');
  return lookup(name, overload);
}

Expected<const Schema *> SchemaTable::add(StringRef text) {
  Expected<std::unique_ptr<Schema>> schema = parseSchema(typeContext, text);
  if (!schema)
    return schema.takeError();
  if (lookup((*schema)->name, (*schema)->overload))
    return badInput("schema '" + (*schema)->fullName() + "' exists already");
  Overloads &overloads = load((*schema)->name);
  overloads.owned.push_back(std::move(*schema));
  overloads.order.push_back(overloads.owned.back().get());
  return overloads.order.back();
}

void SchemaTable::forEachText(function_ref<void(StringRef)> visit) {
  for (size_t start = 0; start < table().size();) {
    StringRef line = lineAt(start);
    visit(line);
    start += line.size() + 1;
  }
}

} // namespace sconce::script
