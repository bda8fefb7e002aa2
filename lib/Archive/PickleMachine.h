// The stack machine behind `unpickle`.
#ifndef SCONCE_ARCHIVE_PICKLEMACHINE_H
#define SCONCE_ARCHIVE_PICKLEMACHINE_H

#include "lib/Archive/Pickle.h"
#include "lib/Archive/Tensors.h"

namespace sconce::archive {

/// One slot of the stack, the memo or a tuple.
struct Item {
  enum class Kind : uint8_t {
    Value,   ///< a number, string, tensor, …: `value`
    Node,    ///< a container: `index` into the nodes
    Global,  ///< a known name: `index` into the globals
    Storage, ///< `index` into the storage table
  };
  Kind kind = Kind::Value;
  uint32_t index = 0;
  rt::Value value;
};

/// A container. Tuples hold items, since the arguments of calls are tuples of names and storages
/// too; they become values only where one is wanted.
struct Node {
  enum class Kind : uint8_t { Tuple, List, Dict, Object };
  Kind kind = Kind::Tuple;
  /// An element of something else. It may not change any more: this is what makes it impossible
  /// for a container to get into itself.
  bool isComplete = false;
  bool isBuilt = false; ///< objects: has its state
  uint32_t depth = 1;
  uint64_t weight = 1; ///< values inside, shared ones counted at each use
  rt::Value value;     ///< none for tuples that were not needed as a value yet
  std::vector<Item> items;
};

class PickleMachine {
public:
  PickleMachine(llvm::ArrayRef<uint8_t> bytes, const PickleInput &input)
      : bytes(bytes), input(input) {}

  llvm::Expected<rt::Value> run();

private:
  // PickleMachine.cpp: instructions.
  llvm::Error locate(llvm::Error error) const;
  llvm::Error runHeader();
  llvm::Expected<bool> step();
  llvm::Error stepNumber(uint8_t op);
  llvm::Error stepContainer(uint8_t op);
  llvm::Error stepMemo(uint8_t op);
  llvm::Error take(size_t count, const uint8_t *&out);
  llvm::Error charge(uint64_t count);
  llvm::Error chargeText(llvm::StringRef text) { return charge(text.size() / 64); }
  llvm::Error push(Item item);
  llvm::Error pushValue(rt::Value value);
  llvm::Error pushNode(Node node);
  llvm::Error pop(Item &out);
  llvm::Error popMark(std::vector<Item> &out);
  llvm::Error global();
  llvm::Error line(llvm::StringRef &out);
  llvm::Error string();
  llvm::Error longInteger();
  llvm::Error makeTuple(std::vector<Item> items);
  llvm::Error topNode(Node::Kind kind, const char *what, uint32_t &out);
  llvm::Error checkOpen(uint32_t node, const char *what) const;
  llvm::Error append(std::vector<Item> items);
  llvm::Error setItems(std::vector<Item> items);
  llvm::Error setItem(uint32_t dict, const Item &key, const Item &value);
  llvm::Error newObject();
  llvm::Error build();

  // PickleValues.cpp: containers.
  llvm::Error addElement(uint32_t parent, const Item &element);
  llvm::Expected<rt::Value> toValue(const Item &item);
  llvm::Expected<rt::Value> tupleValue(uint32_t index);
  const Node *nodeOf(const Item &item, Node::Kind kind) const;
  const Global *globalOf(const Item &item, GlobalKind kind) const;
  llvm::Expected<int64_t> intOf(const Item &item, const char *what);
  llvm::Expected<bool> boolOf(const Item &item, const char *what);
  llvm::Expected<std::string> stringOf(const Item &item, const char *what);
  llvm::Expected<std::vector<int64_t>> intsOf(const Item &item, const char *what);
  llvm::Expected<rt::Tensor> tensorOf(const Item &item, const char *what);

  // PickleCalls.cpp: REDUCE and BINPERSID.
  using Arguments = llvm::ArrayRef<Item>;
  llvm::Error reduce();
  llvm::Error call(const Global &callee, const Item &argument);
  llvm::Error wrongArguments(const Global &callee);
  llvm::Error callBuildList(const Global &callee, Arguments arguments);
  llvm::Error callRestoreTypeTag(Arguments arguments);
  llvm::Error callOrderedDict(Arguments arguments);
  llvm::Error callEnum(const Global &callee, const Item &argument);
  llvm::Error callComplex(Arguments arguments);
  llvm::Error callDevice(Arguments arguments);
  llvm::Error callSize(Arguments arguments);
  llvm::Error callLayout(Arguments arguments);
  llvm::Error loadStorage();

  // PickleTensors.cpp: calls that rebuild tensors.
  llvm::Error callTensor(const Global &callee, Arguments arguments);
  llvm::Error readStrided(Arguments arguments, uint32_t &storage, StridedParts &parts);
  llvm::Error readLazyBits(const Item &item, StridedParts &parts);
  llvm::Error checkHooks(const Item &item);
  llvm::Expected<rt::Tensor> rebuildTensor(const Global &callee, Arguments arguments);
  llvm::Expected<rt::Tensor> rebuildQuantized(Arguments arguments);
  llvm::Expected<rt::Quantizer> readQuantizer(const Item &item);
  llvm::Expected<rt::Tensor> rebuildSparse(Arguments arguments);
  llvm::Expected<rt::Tensor> rebuildSparseData(int64_t layout, const Item &data);
  llvm::Expected<rt::Tensor> finishSparse(int64_t layout, std::vector<int64_t> sizes,
                                          bool requiresGrad, Arguments parts);
  llvm::Expected<rt::Tensor> rebuildParameter(Arguments arguments);

  llvm::ArrayRef<uint8_t> bytes;
  const PickleInput &input;
  size_t cursor = 0;
  size_t instruction = 0; ///< offset of the current instruction
  uint64_t valueCount = 0;
  uint64_t sparseWork = 0;
  std::vector<Item> stack;
  std::vector<size_t> marks; ///< stack heights
  llvm::DenseMap<uint64_t, Item> memo;
  std::vector<Node> nodes;
  std::vector<Global> globals;
};

} // namespace sconce::archive

#endif // SCONCE_ARCHIVE_PICKLEMACHINE_H
