#include "lib/Specialize/MemoryFormat.h"
#include "lib/Specialize/ElementwiseLayout.h"

#include "llvm/ADT/StringMap.h"

using namespace sconce;
using namespace sconce::specialize;
using mlir::LogicalResult;
using mlir::success;

namespace {
enum class Format {
  Contiguous,
  Suggested,    ///< channels last where the first tensor suggests that
  SuggestedAny, ///< where one of the first two does
  SuggestedAll, ///< where all of a list do
  Preserved,    ///< that of the first tensor, as an elementwise operator has it
  Indexed,      ///< that of an elementwise operator on what is left of the first tensor, and on the indices
};
} // namespace

/// By the operator's name without namespace and overload.
static std::optional<Format> formatOf(llvm::StringRef name) {
  static const llvm::StringMap<Format> formats = [] {
    llvm::StringMap<Format> all;
    auto add = [&](Format format, std::initializer_list<llvm::StringRef> names) {
      for (llvm::StringRef each : names)
        all[each] = format;
    };
    add(Format::Contiguous, {"_log_softmax", "_softmax", "baddbmm", "index_select", "instance_norm", "layer_norm", "log_softmax",
                             "masked_fill", "native_layer_norm", "softmax", "topk", "tril", "triu"});
    add(Format::Suggested,
        {"_adaptive_avg_pool2d", "_adaptive_avg_pool3d", "_batch_norm_impl_index", "_native_batch_norm_legit",
         "_native_batch_norm_legit_no_training", "_upsample_bicubic2d_aa", "_upsample_bilinear2d_aa", "_upsample_nearest_exact2d",
         "_upsample_nearest_exact3d", "adaptive_avg_pool2d", "adaptive_avg_pool3d", "adaptive_max_pool2d", "adaptive_max_pool3d", "avg_pool2d",
         "avg_pool3d", "batch_norm", "channel_shuffle", "constant_pad_nd", "group_norm", "max_pool2d", "max_pool2d_with_indices", "max_pool3d",
         "max_pool3d_with_indices", "native_batch_norm", "native_channel_shuffle", "native_group_norm", "pad", "pixel_shuffle", "pixel_unshuffle",
         "reflection_pad2d", "reflection_pad3d", "replication_pad2d", "replication_pad3d", "roll", "upsample_bicubic2d", "upsample_bilinear2d",
         "upsample_nearest2d", "upsample_nearest3d", "upsample_trilinear3d"});
    add(Format::SuggestedAny, {"_convolution", "_convolution_mode", "conv2d", "conv3d", "conv_transpose2d", "conv_transpose3d", "convolution"});
    add(Format::SuggestedAll, {"cat", "concat", "concatenate"});
    add(Format::Indexed, {"index"});
    add(Format::Preserved, {"flip", "lerp", "rsub", "sigmoid", "sort"});
    return all;
  }();
  if (!name.consume_front("aten::"))
    return std::nullopt;
  auto found = formats.find(name.take_until([](char c) { return c == '.'; }));
  return found == formats.end() ? std::nullopt : std::optional(found->second);
}

/// PyTorch's heuristic (c10/core/MemoryFormat.h): strides grow from the channels over columns and rows to the batch. Of extents that are
/// 1 the one that would do for both orders says rows first.
static bool suggestsChannelsLast(const TensorNode *tensor) {
  size_t rank = tensor->rank();
  if ((rank != 4 && rank != 5) || tensor->strides.empty())
    return false;
  if (!llvm::all_of(tensor->sizes, [](const Extent &size) { return size.isKnownInt(); }) ||
      !llvm::all_of(tensor->strides, [](const Extent &stride) { return stride.isKnownInt(); }) || tensor->strides[1].asInt() == 0)
    return false;
  llvm::SmallVector<size_t, 5> order = {1};
  for (size_t d = rank; --d > 1;)
    order.push_back(d);
  order.push_back(0);
  int64_t least = 0;
  for (size_t d : order) {
    int64_t size = tensor->sizes[d].asInt(), stride = tensor->strides[d].asInt();
    if (size == 0 || stride < least || (d == 0 && least == tensor->strides[1].asInt()))
      return false;
    least = size > 1 ? stride * size : stride;
  }
  return true;
}

static bool wantsChannelsLast(Format format, llvm::ArrayRef<const TensorNode *> inputs) {
  switch (format) {
  case Format::Suggested:
    return suggestsChannelsLast(inputs.front());
  case Format::SuggestedAny:
    return llvm::any_of(inputs.take_front(2), suggestsChannelsLast);
  case Format::SuggestedAll:
    return llvm::all_of(inputs, suggestsChannelsLast);
  case Format::Contiguous:
  case Format::Preserved:
  case Format::Indexed:
    return false;
  }
  return false;
}

static llvm::SmallVector<Extent> channelsLastStrides(Emitter &emitter, llvm::ArrayRef<Extent> sizes) {
  llvm::SmallVector<Extent> strides(sizes.size(), Extent::ofInt(1));
  Extent stride = sizes[1];
  for (size_t d = sizes.size(); --d > 1;) {
    strides[d] = stride;
    stride = emitter.mul(stride, sizes[d]);
  }
  strides[0] = stride;
  return strides;
}

/// What PyTorch's iterator sees of x[indices] (ATen/native/TensorAdvancedIndexing.cpp): x and the indices with the result's dimensions, in
/// which those that they do not have are repeated. Those of the indices stand where the first indexed one was, and in front where
/// others lie between. Empty where an index is no list of places.
static llvm::SmallVector<TensorNode, 2> inputsOfIndex(Evaluator &eval, const TensorNode *x, llvm::ArrayRef<AbstractValue> indices) {
  size_t shared = 0, first = SIZE_MAX, last = 0, count = 0;
  for (auto [d, index] : llvm::enumerate(indices)) {
    if (!index.isTensor())
      continue;
    rt::Dtype dtype = index.asTensor()->dtype;
    if (dtype == rt::Dtype::Bool || dtype == rt::Dtype::UInt8 || d >= x->rank())
      return {};
    shared = std::max(shared, index.asTensor()->rank());
    first = std::min(first, d);
    last = d;
    ++count;
  }
  if (count == 0)
    return {};
  size_t before = last - first + 1 == count ? first : 0, rank = x->rank() - count + shared;
  auto repeated = [&] {
    TensorNode node;
    node.sizes.assign(rank, Extent::ofInt(1));
    node.strides.assign(rank, Extent::ofInt(0));
    return node;
  };
  llvm::SmallVector<TensorNode, 2> inputs = {repeated()};
  llvm::SmallVector<Extent> strides = eval.tensors.stridesOf(x);
  size_t place = 0;
  for (size_t d = 0; d < x->rank(); ++d) {
    if (d < indices.size() && indices[d].isTensor())
      continue;
    inputs.front().strides[place < before ? place : place + shared] = strides[d];
    ++place;
  }
  for (const AbstractValue &index : indices) {
    if (!index.isTensor())
      continue;
    const TensorNode *tensor = index.asTensor();
    TensorNode &input = inputs.emplace_back(repeated());
    for (auto [d, stride] : llvm::enumerate(eval.tensors.stridesOf(tensor)))
      if (!tensor->sizes[d].isKnownInt(1))
        input.strides[before + shared - tensor->rank() + d] = stride;
  }
  return inputs;
}

Completion specialize::inMemoryFormat(Evaluator &eval, llvm::StringRef name, llvm::ArrayRef<AbstractValue> arguments, Completion done) {
  std::optional<Format> format = formatOf(name);
  llvm::SmallVector<const TensorNode *> inputs;
  for (const AbstractValue &argument : arguments.take_front(format ? 2 : 0)) {
    if (argument.isTensor())
      inputs.push_back(argument.asTensor());
    if (argument.isList() && format == Format::SuggestedAll)
      for (const AbstractValue &element : argument.asList()->elements)
        if (element.isTensor())
          inputs.push_back(element.asTensor());
  }
  if (inputs.empty())
    return done;
  // Wrapping around copies parts into a new tensor.
  if (arguments.size() > 2 && arguments[2].isString() && arguments[2].asString() == "circular")
    format = Format::Contiguous;
  bool isChannelsLast = wantsChannelsLast(*format, inputs);
  llvm::SmallVector<TensorNode, 2> ofIndex;
  if (format == Format::Indexed && arguments[1].isList() && !arguments[1].asList()->reference)
    ofIndex = inputsOfIndex(eval, inputs.front(), arguments[1].asList()->elements);
  /// The value with its strides; uninitialized on failure.
  auto laidOutValue = [format, inputs, isChannelsLast, ofIndex](Evaluator &eval, const AbstractValue &value) {
    TensorNode *tensor = value.isTensor() ? value.asTensor() : nullptr;
    if (!tensor || tensor->quantizer)
      return value;
    llvm::SmallVector<Extent> strides;
    if (format == Format::Preserved)
      strides = elementwiseStrides(inputs.front(), tensor->sizes);
    else if (format == Format::Indexed)
      strides = elementwiseStrides(llvm::map_to_vector(ofIndex, [](const TensorNode &node) { return &node; }), tensor->sizes);
    else if (isChannelsLast && tensor->rank() == inputs.front()->rank())
      strides = channelsLastStrides(eval.emitter, tensor->sizes);
    auto areIdentical = [](const Extent &a, const Extent &b) { return a.isIdentical(b); };
    // What the library makes by views alone is a new tensor in PyTorch.
    bool isView = llvm::any_of(inputs, [&](const TensorNode *input) { return input->storage == tensor->storage; });
    if (!isView && llvm::equal(strides, tensor->strides, areIdentical))
      return value;
    TensorNode *result = eval.tensors.copyStrided(tensor, strides);
    if (!result)
      return AbstractValue::uninitialized();
    result->requiresGrad = tensor->requiresGrad;
    return AbstractValue::ofTensor(result);
  };
  return [laidOutValue, done = std::move(done)](Evaluator &eval, llvm::ArrayRef<AbstractValue> values) -> LogicalResult {
    llvm::SmallVector<AbstractValue> results;
    for (const AbstractValue &value : values) {
      AbstractValue &result = results.emplace_back(value);
      if (value.isTuple()) {
        auto layOut = [&](const AbstractValue &part) { return laidOutValue(eval, part); };
        llvm::SmallVector<AbstractValue> parts = llvm::map_to_vector(value.asTuple()->elements, layOut);
        result = eval.tuple(parts);
        if (llvm::any_of(parts, [](const AbstractValue &part) { return part.isUninitialized(); }))
          return eval.giveUp();
      } else {
        result = laidOutValue(eval, value);
      }
      if (result.isUninitialized())
        return eval.giveUp();
    }
    return done(eval, results);
  };
}
