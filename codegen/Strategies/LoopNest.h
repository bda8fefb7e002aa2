/// A structured op as a loop nest over flat memory: the size of each loop, and how far each operand moves with it.
#ifndef SCONCE_CODEGEN_STRATEGIES_LOOPNEST_H
#define SCONCE_CODEGEN_STRATEGIES_LOOPNEST_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/Builders.h"

namespace sconce::codegen {

/// A product of a constant and run-time values of type index: an extent, or a stride in elements.
struct Product {
  int64_t factor = 1;
  llvm::SmallVector<mlir::Value, 2> values; ///< sorted; empty when the product is a constant

  Product(int64_t factor = 1) : factor(factor) {}
  explicit Product(mlir::Value value) : values{value} {}
  bool isConstant() const { return values.empty() || factor == 0; }
  bool isConstant(int64_t value) const { return isConstant() && factor == value; }
  bool operator==(const Product &other) const;
  Product operator*(const Product &other) const;
  /// The product as a value of type index.
  mlir::Value build(mlir::OpBuilder &builder, mlir::Location loc) const;
};

/// One loop of the nest.
struct LoopDim {
  Product size;
  bool isReduction = false;
  bool hasIndexUse = false; ///< the body asks for the loop's position
  unsigned original = 0;    ///< the op's own number of this loop, or of the one that it is a part of; ~0u: it has none
  int64_t originalStep = 1; ///< how far a step goes in the op's own loop
};

/// How one operand is reached: `flat[start + sum of stride[d] * position[d]]`.
struct Access {
  mlir::Value flat; ///< a one-dimensional buffer over the operand's memory; null for a scalar operand
  mlir::Value scalar;
  mlir::Type elementType;
  llvm::SmallVector<Product> strides; ///< one for each loop
  Product start = 0;
  /// Above 1: along loop `groupLoop`, whose stride is 1, the access moves by whole groups of so many elements: with the position rounded
  /// down to a multiple. Which element of its group is read, says loop `memberLoop`, whose stride is 1 as well.
  int64_t groupSize = 1;
  int groupLoop = -1, memberLoop = -1;

  /// How many members of a group are shuffled to lanes from one vector: those in 128 bits, within which shuffles are the cheapest of x86.
  int64_t countInPart() const;
};

/// The loops and accesses of one op. Loops that move all operands as one loop would are merged, loops that run once are
/// dropped.
struct LoopNest {
  mutable mlir::linalg::LinalgOp op; ///< a handle; interface methods are not const
  llvm::SmallVector<LoopDim> dims;
  llvm::SmallVector<Access> accesses; ///< one for each operand: inputs, then outputs

  llvm::ArrayRef<Access> getOutputs() const { return llvm::ArrayRef(accesses).drop_front(op.getNumDpsInputs()); }

  /// Parts of loop `d` must begin at multiples of this: the groups that an operand has along it are whole.
  int64_t countIndivisible(unsigned d) const;

  /// Reads `op`, which is on buffers; what must be computed is built at `builder`. Fails, with an error at the op, on a
  /// buffer that has no strides.
  static mlir::FailureOr<LoopNest> read(mlir::OpBuilder &builder, mlir::linalg::LinalgOp op);

  /// Reads the accesses of `op` by its loops, which are `dims`.
  mlir::LogicalResult readAccesses(mlir::OpBuilder &builder);
};

/// Reads `leader` and ops that run inside its parallel loops: loop i of `followers[n]` is loop `loops[n][i]` of the
/// leader. The nests, the leader's first, have the same loops. Fails as LoopNest::read does.
mlir::FailureOr<std::vector<LoopNest>> readTogether(mlir::OpBuilder &builder, mlir::linalg::LinalgOp leader,
                                                    llvm::ArrayRef<mlir::linalg::LinalgOp> followers,
                                                    llvm::ArrayRef<llvm::SmallVector<unsigned>> loops);

/// A one-dimensional buffer of run-time extent over the memory of `buffer`, starting where it starts.
mlir::Value flattenBuffer(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value buffer);

/// The strides of a memref with as many constants as its type allows; `extents` are its extents.
mlir::FailureOr<llvm::SmallVector<Product>> readStrides(mlir::OpBuilder &builder, mlir::Location loc,
                                                        mlir::Value buffer, llvm::ArrayRef<Product> extents);

} // namespace sconce::codegen

#endif
