// The table of primitives, and operations built from the library's arguments.

#include "dialects/TorchScript/IR/Primitives.h"

#include "dialects/TorchScript/Evaluate/Evaluate.h"
#include "dialects/TorchScript/IR/TorchScript.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"

#include <gtest/gtest.h>

using namespace mlir;
using namespace sconce;
using ts::PrimitiveArgument;
using ts::PrimitiveParameter;

namespace {

class PrimitivesTest : public ::testing::Test {
protected:
  PrimitivesTest() : builder(&context), handler(&context, [this](Diagnostic &diagnostic) { message = diagnostic.str(); }) {
    context.loadDialect<ts::TorchScriptDialect, arith::ArithDialect>();
    module = ModuleOp::create(builder.getUnknownLoc());
    builder.setInsertionPointToEnd(module->getBody());
  }

  Value value(Type type) {
    return UnrealizedConversionCastOp::create(builder, builder.getUnknownLoc(), type, ValueRange()).getResult(0);
  }
  Value tensor(ArrayRef<int64_t> shape, Type element) { return value(RankedTensorType::get(shape, element)); }
  PrimitiveArgument floats(ArrayRef<int64_t> shape) { return PrimitiveArgument::ofValue(tensor(shape, builder.getF32Type())); }

  /// The operation as text, or the diagnostic.
  std::string build(StringRef name, ArrayRef<PrimitiveArgument> arguments) {
    size_t before = module->getBody()->getOperations().size();
    FailureOr<Operation *> op = ts::buildPrimitive(builder, builder.getUnknownLoc(), name, arguments);
    if (failed(op)) {
      EXPECT_EQ(module->getBody()->getOperations().size(), before) << "something was left behind";
      return message;
    }
    std::string text;
    for (Type type : (*op)->getResultTypes()) {
      llvm::raw_string_ostream stream(text);
      stream << (text.empty() ? "" : " ") << type;
    }
    return text;
  }

  static constexpr int64_t dynamic = ShapedType::kDynamic;
  MLIRContext context;
  OpBuilder builder;
  ScopedDiagnosticHandler handler;
  OwningOpRef<ModuleOp> module;
  std::string message;
};

TEST_F(PrimitivesTest, tableHasSchemas) {
  const ts::PrimitiveInfo *reduce = ts::findPrimitive("reduce");
  ASSERT_TRUE(reduce);
  EXPECT_EQ(reduce->schema, "ts::reduce(Tensor x, int[] dims, str kind) -> Tensor");
  ASSERT_EQ(reduce->parameters.size(), 3u);
  EXPECT_EQ(reduce->parameters[1].kind, PrimitiveParameter::Kind::IntList);
  EXPECT_TRUE(reduce->parameters[1].isKnown);
  EXPECT_FALSE(reduce->parameters[0].isKnown);
  const ts::PrimitiveInfo *slice = ts::findPrimitive("slice");
  EXPECT_TRUE(slice->parameters[1].isKnown);
  EXPECT_FALSE(slice->parameters[2].isKnown);
  EXPECT_EQ(ts::findPrimitive("sort")->numResults, 2u);
  EXPECT_EQ(ts::findPrimitive("check")->numResults, 0u);
  EXPECT_EQ(ts::findPrimitive("and_"), ts::findPrimitive("and"));
  EXPECT_EQ(ts::findPrimitive("box"), nullptr);
}

/// Every primitive but the check, which is control flow, can be evaluated.
TEST_F(PrimitivesTest, allCanBeEvaluated) {
  EXPECT_GT(ts::allPrimitives().size(), 100u);
  for (const ts::PrimitiveInfo &info : ts::allPrimitives())
    EXPECT_TRUE(info.name == "check" || ts::canEvaluate(info.name)) << info.name.str();
}

TEST_F(PrimitivesTest, infersTypes) {
  PrimitiveArgument x = floats({2, dynamic});
  EXPECT_EQ(build("add", {x, floats({dynamic, 3})}), "tensor<2x3xf32>");
  EXPECT_EQ(build("lt", {x, x}), "tensor<2x?xi1>");
  EXPECT_EQ(build("convert", {x, PrimitiveArgument::ofInt(4)}), "tensor<2x?xi64>");
  EXPECT_EQ(build("reduce", {x, PrimitiveArgument::ofInts(ArrayRef<int64_t>{1}), PrimitiveArgument::ofString("sum")}), "tensor<2xf32>");
  EXPECT_EQ(build("sort", {x, PrimitiveArgument::ofInt(0), PrimitiveArgument::ofBool(true),
                           PrimitiveArgument::ofString("stable"), PrimitiveArgument::ofInt(0)}), "tensor<2x?xf32> tensor<2x?xi64>");
  PrimitiveArgument rows[] = {x, floats({3, 4})};
  EXPECT_EQ(build("concatenate", {PrimitiveArgument::ofValues({*rows[0].get<Value>(), *rows[1].get<Value>()}), PrimitiveArgument::ofInt(0)}),
            "tensor<5x4xf32>");
  EXPECT_EQ(build("check", {PrimitiveArgument::ofBool(true), PrimitiveArgument::ofString("m"), PrimitiveArgument::ofString("c"),
                            PrimitiveArgument::ofInts(ArrayRef<int64_t>{1, 2})}), "");
}

TEST_F(PrimitivesTest, takesRunTimeInts) {
  ts::MixedInt n = value(builder.getI64Type());
  EXPECT_EQ(build("full", {PrimitiveArgument::ofInts({n, 2}), PrimitiveArgument::ofFloat(1), PrimitiveArgument::ofInt(6)}), "tensor<?x2xf32>");
  EXPECT_EQ(build("slice", {floats({2, 8}), PrimitiveArgument::ofInt(1), PrimitiveArgument::ofValue(n.value), PrimitiveArgument::ofInt(4),
                            PrimitiveArgument::ofInt(1)}),
            "tensor<2x4xf32>");
  EXPECT_EQ(build("first_outside", {PrimitiveArgument::ofValue(tensor({4}, builder.getI64Type())), PrimitiveArgument::ofInt(0),
                                    PrimitiveArgument::ofValue(n.value)}),
            "i64");
  EXPECT_EQ(build("iota", {PrimitiveArgument::ofValue(n.value), PrimitiveArgument::ofInt(4)}), "tensor<?xi64>");
}

TEST_F(PrimitivesTest, takesScalars) {
  EXPECT_EQ(build("add", {PrimitiveArgument::ofInt(1), PrimitiveArgument::ofValue(value(builder.getI64Type()))}), "i64");
  EXPECT_EQ(build("tensor_of", {PrimitiveArgument::ofFloat(1)}), "tensor<f64>");
}

TEST_F(PrimitivesTest, reportsWhatDoesNotFit) {
  PrimitiveArgument x = floats({2, 3});
  EXPECT_EQ(build("frobnicate", {}), "there is no primitive 'ts::frobnicate'");
  EXPECT_EQ(build("neg", {}), "'ts::neg(Tensor x) -> Tensor' expected 1 arguments, got 0");
  EXPECT_EQ(build("neg", {PrimitiveArgument()}), "argument 'x' of 'ts::neg(Tensor x) -> Tensor' expected a value");
  EXPECT_EQ(build("permute", {PrimitiveArgument::ofInt(3), PrimitiveArgument::ofInts(ArrayRef<int64_t>{0})}),
            "argument 'x' of 'ts::permute(Tensor x, int[] dims) -> Tensor' expected a tensor");
  ts::MixedInt n = value(builder.getI64Type());
  EXPECT_EQ(build("permute", {x, PrimitiveArgument::ofInts({n, 0})}),
            "argument 'dims' of 'ts::permute(Tensor x, int[] dims) -> Tensor' expected ints known at compile time");
  EXPECT_EQ(build("reduce", {x, PrimitiveArgument::ofInts(ArrayRef<int64_t>{1}), PrimitiveArgument::ofString("median")}),
            "argument 'kind' of 'ts::reduce(Tensor x, int[] dims, str kind) -> Tensor' expected a value known at compile time");
  EXPECT_EQ(build("convert", {x, PrimitiveArgument::ofInt(99)}),
            "argument 'dtype' of 'ts::convert(Tensor x, int dtype) -> Tensor' expected the code of a dtype, known at compile time");
  EXPECT_EQ(build("add", {x, floats({3, 2})}), "'ts.add' op expected operands of equal shapes, got 'tensor<2x3xf32>' and 'tensor<3x2xf32>'");
  EXPECT_EQ(build("sin", {PrimitiveArgument::ofValue(tensor({2}, builder.getI64Type()))}),
            "'ts.sin' op operand #0 must be tensor or scalar of a float or complex dtype, but got 'tensor<2xi64>'");
}

} // namespace
