/// The signature text of a compiled entry, as a tree. The grammar is in
/// docs/signature.md.
#ifndef SCONCE_RUNTIME_SIGNATURE_H
#define SCONCE_RUNTIME_SIGNATURE_H

#include "runtime/Dtype.h"
#include "runtime/Status.h"
#include "runtime/Value.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sconce::rt {

/// One slot: what one value looks like at the boundary of an entry.
struct Slot {
  enum class Kind : uint8_t {
    None,
    Tensor,
    Int,
    Float,
    Bool,
    Complex,
    Constant, ///< a known bool, int, float, complex, string or device
    List,
    Tuple, ///< also named tuples: className and names set
    Dict,  ///< children alternate key, value
    Object,
    Enum,
    Runtime, ///< any value, as an sc_value
    Alias,   ///< results only: the k-th flat tensor argument itself, or a view of it
    Same,    ///< results: the k-th list or dict of the arguments itself; initial states: the k-th list, dict or object before it
    // Values that only run time knows, as an sc_value each; the children say what they may hold.
    Text,
    AnyList, ///< of any length, each element as the child; empty without one
    AnyDict, ///< of any keys, as the first child, and values, as the second
    Union,   ///< as one of the children
  };

  static constexpr int64_t dynamic = -1;

  Kind kind = Kind::None;
  // Tensor
  Dtype dtype = Dtype::Float32;
  /// Of an argument: the callee writes a tensor's elements in place; a list or dict gets new contents.
  bool written = false;
  std::vector<int64_t> sizes;   ///< `dynamic` for run-time extents
  std::vector<int64_t> strides; ///< empty: contiguous
  // Constant
  Value constant;
  // Aggregates
  std::string typeText;           ///< list's element type, dict's key type
  std::string valueType;          ///< dict
  std::string className;          ///< named tuple, object, enum
  std::vector<std::string> names; ///< fields, attributes; the enum's member
  std::vector<Slot> children;
  // Alias, Same
  int64_t alias = 0;
  /// A tensor in another one's memory, from `offset` elements behind its first.
  struct View {
    std::vector<int64_t> sizes, strides;
    int64_t offset = 0;
  };
  std::optional<View> view; ///< Alias; none: the argument itself

  bool isStatic() const;
  /// Whether the strides only put the dimensions into another order in memory. The callee writes such a result as it lies
  /// there; one with gaps or overlaps it writes row-major, and it is laid out after the call.
  bool isPermuted() const;
  /// Whether one sc_value stands for all of it.
  bool isHeld() const { return kind == Kind::Runtime || kind >= Kind::Text; }
  /// 8-byte words of the frame's `args` that the slot takes, with its children.
  size_t argumentWords() const;
  /// The same for `results`.
  size_t resultWords() const;
};

/// The lists and dicts of arguments with the slots that they match, one before those that it holds: what `Same` counts.
void collectContainers(const Slot &slot, const Value &value, std::vector<std::pair<const Slot *, Value>> &containers);

struct Signature {
  /// How deep values may nest in a signature.
  static constexpr int maxDepth = 100;

  std::vector<Slot> inputs;
  std::vector<Slot> stateIn;
  /// The result; then the new contents of each list and dict of the inputs that is `written`, in order.
  std::vector<Slot> outputs;
  std::vector<Slot> stateOut;

  /// Invalid-argument status with the offset of what is wrong.
  static Result<Signature> parse(std::string_view text);
  std::string print() const;
  size_t argumentWords() const;
  size_t resultWords() const;
};

/// One slot alone, for tests and state descriptions.
Result<Slot> parseSlot(std::string_view text);
std::string printSlot(const Slot &slot);
/// A list of slots, "T6[2,3],i": what stands between a signature's parentheses.
Result<std::vector<Slot>> parseSlots(std::string_view text);

/// The slot that fits exactly this value (tensors contiguous, all extents
/// known, scalars as run-time scalars, strings and devices as constants).
Slot slotOf(const Value &value);

} // namespace sconce::rt

#endif
