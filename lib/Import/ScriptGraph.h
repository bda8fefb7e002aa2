// A function as the reference holds it after compiling: what its `graph` and `code` print.
//
// Generic IR says the same with fewer nodes: conversions between static types stand in it that the
// reference does without, and the reference's constants, called functions and names of values do
// not. This form has both as the reference has them, and nothing else is done with it but printing.
#ifndef SCONCE_IMPORT_SCRIPTGRAPH_H
#define SCONCE_IMPORT_SCRIPTGRAPH_H

#include "lib/Import/Importer.h"
#include <list>
#include <memory>
#include <optional>

namespace sconce::import {

struct GraphNode;
struct GraphBlock;

struct GraphUse {
  GraphNode *user;
  unsigned offset;
};

struct GraphValue {
  std::string name; ///< Without `%`: `x.1`, or digits for values without a name.
  mlir::Type type;
  GraphNode *node = nullptr;  ///< What gives it; null for arguments of blocks.
  GraphBlock *block = nullptr; ///< Whose argument it is.
  llvm::SmallVector<GraphUse, 2> uses = {};

  bool hasName() const { return !llvm::isDigit(name[0]); }
  bool isConstant() const;
};

struct GraphNode {
  std::string kind; ///< `aten::add`, `prim::If`
  GraphBlock *block = nullptr;
  std::list<std::unique_ptr<GraphNode>>::iterator position = {};
  llvm::SmallVector<GraphValue *, 4> inputs = {};
  std::vector<std::unique_ptr<GraphValue>> outputs = {};
  std::vector<std::unique_ptr<GraphBlock>> blocks = {};
  const Signature *schema = nullptr; ///< Of operators.
  std::string name = {};             ///< Of an attribute, method or function.
  llvm::SmallVector<mlir::Type> types = {};
  int64_t begin = 0, end = 0;             ///< Of slices.
  mlir::Attribute literal = {};           ///< Of constants, as ts.constant's; null for others.
  std::optional<uint64_t> poolIndex = {}; ///< Of constants in the archive's pool.
  std::optional<mlir::Location> place = {};
  std::shared_ptr<struct ScriptGraph> forked = {}; ///< What runs beside the caller.

  bool is(llvm::StringRef other) const { return kind == other; }
  bool isConstant() const { return kind == "prim::Constant"; }
  GraphValue *output() const { return outputs.front().get(); }
  void addInput(GraphValue *value);
  void replaceInput(unsigned offset, GraphValue *value);
  void removeInput(unsigned offset);
  void eraseOutput(unsigned index);
  /// The node before, or null at the beginning of the block.
  GraphNode *previous() const;
};

struct GraphBlock {
  GraphNode *owner = nullptr; ///< Null for a function's.
  std::vector<std::unique_ptr<GraphValue>> arguments = {};
  std::list<std::unique_ptr<GraphNode>> nodes = {};
  /// Not among the nodes: its inputs are what the block gives.
  std::unique_ptr<GraphNode> result = {};
};

struct ScriptGraph {
  std::string name; ///< Of the function, without its class.
  const Signature *signature = nullptr;
  GraphBlock body;

  ScriptGraph() = default;
  ScriptGraph(const ScriptGraph &) = delete;
};

/// `value` is used nowhere afterwards.
void replaceAllUses(GraphValue *value, GraphValue *by);
/// Takes the node out of the graph. Nobody may use it.
void eraseNode(GraphNode *node);

/// The function or method of that qualified name in the form in which the reference prints it.
[[nodiscard]] llvm::Expected<std::shared_ptr<ScriptGraph>> scriptGraph(Program &program,
                                                                       llvm::StringRef name);

/// What the printers ask about an archive.
struct GraphNotes {
  /// Where a line of the archive's code comes from: "model.py:12:4"; empty if that is not known.
  std::function<std::string(llvm::StringRef member, unsigned line, unsigned column)> place;
  /// The text of a tensor or object among the archive's constants: "{2}" or "<Tensor>".
  std::function<std::string(uint64_t index)> constant;
  /// Whether two of the archive's constants are equal tensors.
  std::function<bool(uint64_t, uint64_t)> isSameTensor;
};

/// As `function.graph` shows it.
std::string printGraph(const ScriptGraph &graph, const GraphNotes &notes);
/// As `method.code` shows it.
std::string printCode(const ScriptGraph &graph, const GraphNotes &notes);

/// The types that isinstance tests, `list` and `tuple` of anything among them.
std::vector<std::string> testedTypes(const GraphNode &node,
                                     llvm::function_ref<std::string(mlir::Type)> spell);
/// A literal in the syntax of archives: `1.`, `"text"`, `torch.device("cpu")`.
std::string literalText(mlir::Attribute literal, mlir::Type type);
/// The text in double quotes, with the escapes of archives.
std::string quotedText(llvm::StringRef text);

} // namespace sconce::import

#endif // SCONCE_IMPORT_SCRIPTGRAPH_H
