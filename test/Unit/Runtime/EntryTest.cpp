#include "runtime/Entry.h"
#include "runtime/PlainCall.h"

#include <bit>
#include <gtest/gtest.h>

using namespace sconce::rt;

namespace {

struct Call {
  Signature signature;
  sc_context context;
  std::vector<Value> state, outputs;

  Status operator()(const char *text, sc_entry_fn function, std::vector<Value> inputs) {
    Result<Signature> parsed = Signature::parse(text);
    EXPECT_TRUE(parsed) << parsed.status().message;
    signature = *parsed;
    EntryPoint entry{function, &signature, 128, nullptr};
    return callEntry(context, entry, inputs, state, outputs);
  }
};

int64_t intArgument(sc_frame *frame, int word) { return std::bit_cast<int64_t>(frame->args[word]); }
double doubleArgument(sc_frame *frame, int word) {
  return std::bit_cast<double>(frame->args[word]);
}

Tensor floats(std::vector<int64_t> sizes) {
  Tensor tensor = Tensor::empty(Dtype::Float32, std::move(sizes));
  for (int64_t i = 0; i < tensor.numel(); ++i)
    tensor.dataAs<float>()[i] = static_cast<float>(i);
  return tensor;
}

} // namespace

TEST(Entry, PassesTensorsAndScalars) {
  // result[i] = x[i] * a + b, for a static result and run-time extents of x.
  auto entry = [](sc_frame *frame) -> int32_t {
    const float *x = static_cast<const float *>(frame->args[0]);
    int64_t rows = intArgument(frame, 1);
    float *y = static_cast<float *>(frame->results[0]);
    for (int64_t i = 0; i < rows * 3; ++i)
      y[i] = x[i] * static_cast<float>(intArgument(frame, 2)) +
             static_cast<float>(doubleArgument(frame, 3));
    frame->results[1] = std::bit_cast<void *>(rows);
    return SC_OK;
  };
  Call call;
  Tensor x = floats({3, 2}).permute(std::vector<int64_t>{1, 0}); // strided: copied at the entry
  Status status = call("(T6[?,3],i,f)->(T6[2,3],i)", entry,
                       {Value::ofTensor(x), Value::ofInt(2), Value::ofDouble(1)});
  ASSERT_TRUE(status.ok()) << status.message;
  Tensor y = call.outputs[0].asTensor();
  EXPECT_EQ(y.loadDouble({{1, 2}}), x.loadDouble({{1, 2}}) * 2 + 1);
  EXPECT_EQ(call.outputs[1].asInt(), 2);
}

TEST(Entry, TakesResultsOfRunTimeSize) {
  auto entry = [](sc_frame *frame) -> int32_t {
    int64_t size = intArgument(frame, 0);
    float *data = static_cast<float *>(frame->ctx->allocateResult(static_cast<size_t>(size) * 4));
    for (int64_t i = 0; i < size; ++i)
      data[i] = 1;
    frame->results[0] = data;
    frame->results[1] = std::bit_cast<void *>(size);
    return SC_OK;
  };
  Call call;
  ASSERT_TRUE(call("(i)->(T6[?])", entry, {Value::ofInt(5)}).ok());
  EXPECT_EQ(call.outputs[0].asTensor().sizes(), std::vector<int64_t>{5});
  ASSERT_TRUE(call("(i)->(T6[?])", entry, {Value::ofInt(0)}).ok());
  EXPECT_EQ(call.outputs[0].asTensor().numel(), 0);
}

TEST(Entry, RefusesResultsThatDoNotFit) {
  auto entry = [](sc_frame *frame) -> int32_t {
    frame->results[0] = frame->ctx->allocateResult(4);
    frame->results[1] = std::bit_cast<void *>(int64_t(1000));
    return SC_OK;
  };
  Call call;
  EXPECT_EQ(call("()->(T6[?])", entry, {}).code, SC_INTERNAL);
}

TEST(Entry, RebuildsAggregates) {
  auto entry = [](sc_frame *frame) -> int32_t {
    frame->results[0] = frame->args[0];
    frame->results[1] = frame->args[1];
    frame->results[2] = frame->args[2];
    return SC_OK;
  };
  Call call;
  Status status = call(
      "(t(i,l<float>(f)),b)->(m\"__torch__.P\"[a,b](i,d<str,float>(=s\"k\":f)),t(n,=s\"x\",b))",
      entry,
      {Value::ofTuple({Value::ofInt(4), Value::ofList("float", {Value::ofDouble(2.5)})}),
       Value::ofBool(true)});
  ASSERT_TRUE(status.ok()) << status.message;
  Tuple &pair = call.outputs[0].asTuple();
  EXPECT_EQ(pair.className, "__torch__.P");
  EXPECT_EQ(pair.elements[0].asInt(), 4);
  EXPECT_EQ(pair.elements[1].asDict().find(Value::ofString("k"))->asDouble(), 2.5);
  Tuple &rest = call.outputs[1].asTuple();
  EXPECT_TRUE(rest.elements[0].isNone());
  EXPECT_EQ(rest.elements[1].asString(), "x");
  EXPECT_TRUE(rest.elements[2].asBool());
}

TEST(Entry, ReturnsAliasedArgumentsThemselves) {
  auto entry = [](sc_frame *) -> int32_t { return SC_OK; };
  Call call;
  Value second = Value::ofTensor(floats({3}));
  ASSERT_TRUE(call("(T6[2],T6[3])->(a1)", entry, {Value::ofTensor(floats({2})), second}).ok());
  EXPECT_TRUE(call.outputs[0].isSame(second));
}

TEST(Entry, ReturnsViewsOfArguments) {
  auto entry = [](sc_frame *) -> int32_t { return SC_OK; };
  Call call;
  Value matrix = Value::ofTensor(floats({2, 3}));
  ASSERT_TRUE(call("(T6[2,3])->(a0[2]@3+1)", entry, {matrix}).ok());
  Tensor column = call.outputs[0].asTensor();
  EXPECT_EQ(column.sizes(), (std::vector<int64_t>{2}));
  column.dataAs<float>()[3] = 7;
  EXPECT_EQ(matrix.asTensor().dataAs<float>()[4], 7);
  // What was copied for its strides has views of the copy.
  std::vector<int64_t> order{1, 0};
  Value turned = Value::ofTensor(floats({3, 2}).permute(order));
  ASSERT_TRUE(call("(T6[2,3])->(a0[2]@3+1)", entry, {turned}).ok());
  EXPECT_NE(call.outputs[0].asTensor().storage().get(), turned.asTensor().storage().get());
  EXPECT_EQ(call("(T6[2,3])->(a0[3]@3+1)", entry, {matrix}).message, "a result that is a view of an argument does not lie in it");
}

TEST(Entry, GivesWrittenListsAndDictsTheirContents) {
  // A list that gets another one behind the one that it has, and a dict that gets another key.
  auto entry = [](sc_frame *frame) -> int32_t {
    frame->results[0] = frame->args[0];
    return SC_OK;
  };
  Call call;
  Value inner = Value::ofList("int", {Value::ofInt(7)});
  Value outer = Value::ofList("List[int]", {inner});
  Value dict = Value::ofDict(Dict::create("str", "int"));
  dict.asDict().set(Value::ofString("old"), Value::ofInt(1));
  ASSERT_TRUE(call("(l<List[int]>(l<int>(i))!,d<str,int>(=s\"old\":i)!)->(A0,l<List[int]>(A1,l<int>(i)),d<str,int>(=s\"new\":=i5))", entry,
                   {outer, dict})
                  .ok());
  ASSERT_EQ(call.outputs.size(), 1u);
  EXPECT_TRUE(call.outputs[0].isSame(outer));
  ASSERT_EQ(outer.asList().elements.size(), 2u);
  EXPECT_TRUE(outer.asList().elements[0].isSame(inner));
  EXPECT_EQ(outer.asList().elements[1].asList().elements[0].asInt(), 7);
  EXPECT_EQ(dict.asDict().size(), 1u);
  EXPECT_EQ(dict.asDict().find(Value::ofString("new"))->asInt(), 5);
}

TEST(Entry, CopiesWrittenArgumentsBack) {
  auto entry = [](sc_frame *frame) -> int32_t {
    static_cast<float *>(frame->args[0])[1] = 50;
    return SC_OK;
  };
  Call call;
  Tensor x = floats({3, 2}).permute(std::vector<int64_t>{1, 0});
  ASSERT_TRUE(call("(T6[2,3]!)->(a0)", entry, {Value::ofTensor(x)}).ok());
  EXPECT_EQ(x.loadDouble({{0, 1}}), 50.0);
}

TEST(Entry, HonoursStrides) {
  auto entry = [](sc_frame *frame) -> int32_t {
    const float *x = static_cast<const float *>(frame->args[0]);
    float *y = static_cast<float *>(frame->results[0]);
    std::copy(x, x + 6, y);
    return SC_OK;
  };
  Call call;
  Tensor x = floats({2, 3});
  ASSERT_TRUE(call("(T6[2,3]@1,2)->(T6[2,3]@1,2)", entry, {Value::ofTensor(x)}).ok());
  EXPECT_EQ(call.outputs[0].asTensor().strides(), (std::vector<int64_t>{1, 2}));
  EXPECT_TRUE(call.outputs[0].asTensor().equals(x));
}

TEST(Entry, KeepsStateBetweenCalls) {
  auto entry = [](sc_frame *frame) -> int32_t {
    frame->results[0] = frame->args[0];
    frame->results[1] = std::bit_cast<void *>(intArgument(frame, 0) + 1);
    return SC_OK;
  };
  Call call;
  call.state = {Value::ofInt(10)};
  ASSERT_TRUE(call("(){i}->(i){i}", entry, {}).ok());
  ASSERT_TRUE(call("(){i}->(i){i}", entry, {}).ok());
  EXPECT_EQ(call.outputs[0].asInt(), 11);
  EXPECT_EQ(call.state[0].asInt(), 12);
}

TEST(Entry, PassesRunTimeValues) {
  auto entry = [](sc_frame *frame) -> int32_t {
    frame->results[0] = frame->args[0];
    frame->results[1] = frame->args[1];
    sc_value value{static_cast<uint32_t>(intArgument(frame, 0)), 0, {intArgument(frame, 1)}};
    sc_value_retain(value);
    return SC_OK;
  };
  Call call;
  Value list = Value::ofList("int", {});
  ASSERT_TRUE(call("(R)->(R)", entry, {list}).ok());
  EXPECT_TRUE(call.outputs[0].isSame(list));
}

TEST(Entry, ReportsTheModelsError) {
  auto entry = [](sc_frame *frame) -> int32_t {
    return frame->ctx->fail(Status::raise("boom", "ValueError"));
  };
  Call call;
  Status status = call("()->(n)", entry, {});
  EXPECT_EQ(status.code, SC_RAISED);
  EXPECT_EQ(status.message, "boom");
  EXPECT_STREQ(sc_context_exception_class(&call.context), "ValueError");
}

TEST(Match, SaysWhichArgumentDoesNotFit) {
  auto reason = [](const char *text, std::vector<Value> inputs) {
    Result<Signature> signature = Signature::parse(text);
    return match(*signature, inputs, {}).message;
  };
  Value x = Value::ofTensor(floats({2, 3}));
  EXPECT_EQ(reason("(T6[2,?])->()", {x}), "");
  EXPECT_EQ(reason("(T6[2,3])->()", {}), "expected 1 arguments, got 0");
  EXPECT_EQ(reason("(T7[2,3])->()", {x}), "argument 0: expected dtype float64, got float32");
  EXPECT_EQ(reason("(T6[2,4])->()", {x}), "argument 0: expected shape [2, 4], got [2, 3]");
  EXPECT_EQ(reason("(T6[?])->()", {x}), "argument 0: expected shape [?], got [2, 3]");
  EXPECT_EQ(reason("(i)->()", {x}), "argument 0: expected an int, got Tensor");
  EXPECT_EQ(reason("(=i5)->()", {Value::ofInt(6)}),
            "argument 0: expected the value 5, got another one");
  EXPECT_EQ(reason("(t(i,n))->()", {Value::ofTuple({Value::ofInt(1), x})}),
            "argument 0[1]: expected None, got Tensor");
  EXPECT_EQ(reason("(l<int>(i))->()", {Value::ofList("int", {})}),
            "argument 0: expected 1 elements, got 0");
  Ref<Object> object = Object::create("__torch__.A");
  EXPECT_EQ(reason("(o\"__torch__.B\"(w:i))->()", {Value::ofObject(object)}),
            "argument 0: expected an object of __torch__.B, got __torch__.A");
  EXPECT_EQ(reason("(o\"__torch__.A\"(w:i))->()", {Value::ofObject(object)}),
            "argument 0: expected attribute 'w', got none of that name");
  EXPECT_EQ(reason("(e\"__torch__.C\".\"RED\")->()",
                   {Value::ofEnum(EnumMember::create("__torch__.C", "BLUE", Value::ofInt(1)))}),
            "argument 0: expected __torch__.C.RED, got enum member");
}

TEST(Match, LooksIntoListsAndDictsOfAnySize) {
  auto fits = [](const char *slot, const Value &value) { return matchSlot(*parseSlot(slot), value, "state 0").ok(); };
  Value numbers = Value::ofList("int", {Value::ofInt(1), Value::ofInt(2)}), none = Value::ofList("int", {});
  EXPECT_TRUE(fits("L<int>(i)", numbers));
  EXPECT_TRUE(fits("L<int>(i)", none));
  EXPECT_TRUE(fits("L<int>()", none));
  EXPECT_FALSE(fits("L<int>()", numbers));
  EXPECT_FALSE(fits("L<str>(s)", numbers));
  numbers.asList().elements.push_back(Value());
  EXPECT_FALSE(fits("L<int>(i)", numbers));
  EXPECT_TRUE(fits("L<Optional[int]>(u(n,i))", numbers));
  Ref<Dict> dict = Dict::create("str", "Tensor");
  EXPECT_TRUE(fits("D<str,Tensor>()", Value::ofDict(dict)));
  dict->set(Value::ofString("a"), Value::ofTensor(Tensor::empty(Dtype::Float32, {2, 3})));
  EXPECT_FALSE(fits("D<str,Tensor>()", Value::ofDict(dict)));
  EXPECT_TRUE(fits("D<str,Tensor>(s,T6[?,3])", Value::ofDict(dict)));
  EXPECT_FALSE(fits("D<str,Tensor>(s,T6[?,4])", Value::ofDict(dict)));
  EXPECT_FALSE(fits("D<str,Tensor>(i,T6[?,3])", Value::ofDict(dict)));
}

TEST(Entry, TellsWhichStridesItIsMadeFor) {
  Tensor x = floats({2, 3}), dense = floats({3, 2});
  const int64_t order[] = {1, 0};
  Value rows = Value::ofTensor(x), columns = Value::ofTensor(dense.permute(order));
  Signature contiguous = *Signature::parse("(T6[2,3],t(T6[2,3]))->()");
  Signature transposed = *Signature::parse("(T6[2,3]@1,2,t(T6[2,3]@1,2))->()");
  auto both = [](const Value &value) {
    return std::vector<Value>{value, Value::ofTuple({value})};
  };
  EXPECT_TRUE(hasStrides(contiguous.inputs, both(rows)));
  EXPECT_FALSE(hasStrides(contiguous.inputs, both(columns)));
  EXPECT_TRUE(hasStrides(transposed.inputs, both(columns)));
  EXPECT_FALSE(hasStrides(transposed.inputs, both(rows)));
}

TEST(Entry, LaysResultsOutByTheirStrides) {
  // A permutation is written as it lies in memory; what has gaps or overlaps is written row-major.
  auto fill = +[](sc_frame *frame) -> int32_t {
    for (int result = 0; result < 3; ++result)
      for (int i = 0; i < 6; ++i)
        static_cast<float *>(frame->results[result])[i] = static_cast<float>(i);
    return SC_OK;
  };
  Result<Signature> signature = Signature::parse("()->(T6[2,3]@1,2,T6[2,3]@8,2,T6[2,3]@0,1)");
  ASSERT_TRUE(signature);
  sc_context context;
  std::vector<Value> state, outputs;
  EntryPoint entry{fill, &*signature, 0, nullptr};
  ASSERT_TRUE(callEntry(context, entry, {}, state, outputs).ok());
  auto stridesOf = [&](size_t i) { return outputs[i].asTensor().strides(); };
  EXPECT_EQ(stridesOf(0), std::vector<int64_t>({1, 2}));
  EXPECT_EQ(stridesOf(1), std::vector<int64_t>({8, 2}));
  EXPECT_EQ(stridesOf(2), std::vector<int64_t>({0, 1}));
  EXPECT_EQ(outputs[0].asTensor().loadDouble(std::vector<int64_t>{1, 0}), 1);
  EXPECT_EQ(outputs[0].asTensor().loadDouble(std::vector<int64_t>{0, 1}), 2);
  EXPECT_EQ(outputs[1].asTensor().loadDouble(std::vector<int64_t>{1, 0}), 3);
  EXPECT_EQ(outputs[1].asTensor().loadDouble(std::vector<int64_t>{0, 1}), 1);
}

TEST(PlainEntry, IsOfTensorsAndNumbersWithoutState) {
  auto isPlain = [](const char *text) {
    Result<Signature> signature = Signature::parse(text);
    EXPECT_TRUE(signature) << text;
    return PlainEntry(*signature).isPlain();
  };
  for (const char *text : {"(T6[2,3])->(T6[3])", "(T6[2],i,f,b,n)->(t(T6[2],i))", "()->(n)"})
    EXPECT_TRUE(isPlain(text)) << text;
  for (const char *text : {"(T6[?])->(T6[3])", "(T6[3])->(T6[?])", "(T6[2]){i}->(T6[2]){i}", "(t(T6[2]))->(i)", "(R)->(i)"})
    EXPECT_FALSE(isPlain(text)) << text;
}

TEST(PlainEntry, TakesWhatFitsAsItLiesThere) {
  Result<Signature> signature = Signature::parse("(T6[2,3],i,f)->(t(T6[2,3],f))");
  ASSERT_TRUE(signature);
  PlainEntry plain(*signature);
  ASSERT_TRUE(plain.isPlain());
  auto function = [](sc_frame *frame) -> int32_t {
    for (int i = 0; i < 6; ++i)
      static_cast<float *>(frame->results[0])[i] = static_cast<float *>(frame->args[0])[i] + static_cast<float>(intArgument(frame, 1));
    frame->results[1] = std::bit_cast<void *>(doubleArgument(frame, 2) * 2);
    return intArgument(frame, 1) < 0 ? SC_RAISED : SC_OK;
  };
  sc_context context;
  EntryPoint entry{function, &*signature, 128, nullptr};
  Tensor x = floats({2, 3});
  Value result, row = Value::ofTensor(x), column = Value::ofTensor(floats({3, 2}).permute(std::vector<int64_t>{1, 0}));
  sc_status status = SC_OK;
  std::vector<Value> inputs = {row, Value::ofInt(10), Value::ofInt(3)};
  ASSERT_TRUE(plain.call(context, entry, inputs, result, status));
  EXPECT_EQ(status, SC_OK);
  EXPECT_EQ(result.asTuple().elements[0].asTensor().loadDouble({{1, 2}}), 15);
  EXPECT_EQ(result.asTuple().elements[1].asDouble(), 6);
  // Others are the general way's: strided, of another dtype, extent or kind, too many.
  for (std::vector<Value> others : {std::vector<Value>{column, Value::ofInt(1), Value::ofDouble(1)},
                                    {Value::ofTensor(Tensor::zeros(Dtype::Float64, {2, 3})), Value::ofInt(1), Value::ofDouble(1)},
                                    {Value::ofTensor(floats({3, 2})), Value::ofInt(1), Value::ofDouble(1)},
                                    {row, Value::ofDouble(1), Value::ofDouble(1)},
                                    {row, Value::ofInt(1)}})
    EXPECT_FALSE(plain.call(context, entry, others, result, status));
  inputs[1] = Value::ofInt(-1);
  ASSERT_TRUE(plain.call(context, entry, inputs, result, status));
  EXPECT_EQ(status, SC_RAISED);
  EXPECT_EQ(context.error.message, "the entry failed without a message");
}
