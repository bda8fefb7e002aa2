#include "lib/Specialize/Tensors.h"
#include "dialects/TorchScript/IR/TorchScript.h"
#include "lib/Specialize/ElementTypes.h"

#include <cstring>

using namespace sconce;
using namespace sconce::specialize;

namespace {
/// Known tensors up to this size are in the IR itself, so that folders see them.
constexpr int64_t denseNumel = 16;
} // namespace

StorageNode *Tensors::newStorage(rt::Dtype dtype, llvm::ArrayRef<Extent> sizes) {
  auto *storage = heap.create<StorageNode>();
  storage->dtype = dtype;
  storage->sizes.assign(sizes.begin(), sizes.end());
  storage->version = ++lastVersion;
  return storage;
}

TensorNode *Tensors::baseOf(StorageNode *storage) {
  auto *tensor = heap.create<TensorNode>();
  tensor->storage = storage;
  tensor->dtype = storage->dtype;
  tensor->sizes = storage->sizes;
  tensor->strides = storage->strides;
  return tensor;
}

TensorNode *Tensors::fresh(mlir::Value value, rt::Dtype dtype, llvm::ArrayRef<Extent> sizes, llvm::ArrayRef<Extent> strides) {
  StorageNode *storage = newStorage(dtype, sizes);
  storage->value = value;
  if (!isRowMajor(emitter, sizes, strides))
    storage->strides.assign(strides.begin(), strides.end());
  return baseOf(storage);
}

TensorNode *Tensors::fresh(mlir::Value value) {
  auto type = llvm::cast<mlir::RankedTensorType>(value.getType());
  llvm::SmallVector<Extent> sizes;
  for (int64_t i = 0; i < type.getRank(); ++i)
    sizes.push_back(emitter.extentOf(value, i));
  return fresh(value, *dtypeOf(type.getElementType()), sizes);
}

static llvm::SmallVector<Extent, 4> extentsOf(llvm::ArrayRef<int64_t> numbers) {
  llvm::SmallVector<Extent, 4> extents;
  for (int64_t number : numbers)
    extents.push_back(Extent::ofInt(number));
  return extents;
}

/// A copy in memory of its own, laid out by `strides`, which are dense.
static rt::Tensor laidOut(const rt::Tensor &tensor, llvm::ArrayRef<Extent> strides) {
  std::vector<int64_t> numbers;
  for (const Extent &stride : strides)
    numbers.push_back(stride.asInt());
  rt::Tensor memory = rt::Tensor::empty(tensor.dtype(), {tensor.numel()});
  rt::Tensor result = memory ? rt::Tensor::view(memory.storage(), tensor.dtype(), 0, tensor.sizes(), numbers) : rt::Tensor();
  if (result)
    result.copyFrom(tensor);
  return result;
}

TensorNode *Tensors::constant(rt::Tensor tensor, llvm::ArrayRef<Extent> strides) {
  StorageNode *storage = newStorage(tensor.dtype(), extentsOf(tensor.sizes()));
  bool isStrided = !isRowMajor(emitter, storage->sizes, strides);
  if (isStrided)
    storage->known = laidOut(tensor, strides);
  if (storage->known)
    storage->strides.assign(strides.begin(), strides.end());
  else
    storage->known = tensor.contiguous();
  if (storage->known && storage->known.storage().get() != tensor.storage().get())
    noteRead(tensor);
  return baseOf(storage);
}

TensorNode *Tensors::scalar(const AbstractValue &scalar, bool wrappedNumber) {
  TensorNode *tensor;
  if (scalar.isKnown()) {
    rt::Value number = scalar.isBool()    ? rt::Value::ofBool(scalar.asBool())
                       : scalar.isInt()   ? rt::Value::ofInt(scalar.asInt())
                       : scalar.isFloat() ? rt::Value::ofDouble(scalar.asFloat())
                                          : rt::Value::ofComplex(scalar.asComplex().real(), scalar.asComplex().imag());
    tensor = constant(rt::Tensor::scalar(number));
  } else {
    StorageNode *storage = newStorage(dtypeOfScalar(scalar.kind()), {});
    storage->scalar = scalar;
    tensor = baseOf(storage);
  }
  tensor->wrappedNumber = wrappedNumber;
  return tensor;
}

void Tensors::bindStorage(const rt::Tensor &tensor, StorageNode *base) {
  storages[tensor.storage().get()] = {base, tensor.offset()};
}

TensorNode *Tensors::copyStrided(TensorNode *tensor, llvm::ArrayRef<Extent> strides) {
  bool areKnown = llvm::all_of(strides, [](const Extent &stride) { return stride.isKnownInt(); });
  if (rt::Tensor content = areKnown ? known(tensor, knownLimit) : rt::Tensor())
    return constant(content, strides);
  mlir::Value value = read(tensor);
  return value ? fresh(value, tensor->dtype, tensor->sizes, strides) : nullptr;
}

TensorNode *Tensors::fromProgram(const rt::Tensor &tensor) {
  ProgramStorage &storage = storages[tensor.storage().get()];
  int64_t count = static_cast<int64_t>(tensor.storage()->size()) / rt::itemSize(tensor.dtype());
  if (!storage.node || storage.node->dtype != tensor.dtype()) {
    storage = {newStorage(tensor.dtype(), extentsOf({count})), 0};
    storage.node->known = rt::Tensor::view(tensor.storage(), tensor.dtype(), 0, {count}, {1});
    keptAlive.push_back(tensor);
  }
  TensorNode *base = baseOf(storage.node);
  TensorNode *result;
  llvm::SmallVector<Extent, 4> sizes = extentsOf(tensor.sizes());
  int64_t offset = tensor.offset() - storage.offset;
  if (tensor.isContiguous() && storage.node->input < 0) {
    TensorNode *part = view(base, ViewStep::slice(0, Extent::ofInt(offset), Extent::ofInt(tensor.numel()), 1));
    result = view(part, ViewStep::reshape(sizes));
  } else {
    result = view(base, ViewStep::asStrided(sizes, extentsOf(tensor.strides()), Extent::ofInt(offset)));
  }
  result->requiresGrad = tensor.requiresGrad();
  result->isParameter = tensor.isParameter();
  return result;
}

TensorNode *Tensors::alias(TensorNode *tensor) {
  auto *copy = heap.create<TensorNode>();
  unsigned mark = copy->mark;
  *copy = *tensor;
  copy->mark = mark;
  copy->wrappedNumber = false;
  copy->requiresGrad = false;
  copy->isParameter = false;
  return copy;
}

TensorNode *Tensors::view(TensorNode *tensor, ViewStep step) {
  const StorageNode *storage = tensor->storage;
  ViewShape shape{tensor->dtype, tensor->sizes, tensor->strides, tensor->offset};
  TensorNode *result = alias(tensor);
  if (isIdentity(shape, step))
    return result;
  if (step.kind == ViewKind::Reshape && !reshapeStrides(emitter, shape, step.sizes)) {
    // No view has this shape: the caller wants the elements.
    mlir::Value value = emitter.one("reshape", {read(tensor), llvm::ArrayRef<Extent>(step.sizes)});
    return value ? fresh(value, tensor->dtype, step.sizes) : nullptr;
  }
  const View *parent = tensor->view;
  ViewShape before = shape;
  if (step.kind == ViewKind::AsStrided) {
    parent = nullptr;
    before = {storage->dtype, storage->sizes, storage->strides, Extent::ofInt(0)};
  } else if (step.kind == ViewKind::Reshape && parent && parent->step.kind == ViewKind::Reshape) {
    before = parent->before;
    parent = parent->parent;
  }
  ViewShape after = shapeAfter(emitter, shape, step);
  bool isBase = false;
  if (step.kind == ViewKind::Reshape && !parent)
    isBase = isIdentity(before, step);
  if (!isBase) {
    views.push_back(std::make_unique<View>(View{parent, std::move(step), before, after}));
    result->view = views.back().get();
  } else {
    result->view = nullptr;
  }
  result->dtype = after.dtype;
  result->sizes = after.sizes;
  result->strides = after.strides;
  result->offset = after.offset;
  return result;
}

llvm::SmallVector<Extent> Tensors::stridesOf(const TensorNode *tensor) {
  if (tensor->strides.empty()) {
    llvm::SmallVector<Extent, 4> strides = rowMajorStrides(emitter, tensor->sizes);
    return llvm::SmallVector<Extent>(strides.begin(), strides.end());
  }
  return llvm::SmallVector<Extent>(tensor->strides.begin(), tensor->strides.end());
}

Extent Tensors::numel(const TensorNode *tensor) {
  Extent count = Extent::ofInt(1);
  for (const Extent &size : tensor->sizes)
    count = emitter.mul(count, size);
  return count;
}

bool Tensors::isContiguous(const TensorNode *tensor) { return isRowMajor(emitter, tensor->sizes, tensor->strides); }

rt::Tensor Tensors::known(const TensorNode *tensor, int64_t limit) {
  rt::Tensor content = unread(tensor);
  if (!content || content.numel() > limit)
    return {};
  noteRead(content);
  return content;
}

rt::Tensor Tensors::unread(const TensorNode *tensor) {
  const rt::Tensor &base = tensor->storage->known;
  if (!base || !tensor->offset.isKnownInt())
    return {};
  std::vector<int64_t> sizes, strides;
  for (const Extent &size : tensor->sizes) {
    if (!size.isKnownInt())
      return {};
    sizes.push_back(size.asInt());
  }
  for (const Extent &stride : tensor->strides) {
    if (!stride.isKnownInt())
      return {};
    strides.push_back(stride.asInt());
  }
  if (tensor->strides.empty())
    strides = rt::contiguousStrides(sizes);
  int64_t offset = base.offset() * rt::itemSize(base.dtype()) / rt::itemSize(tensor->dtype) + tensor->offset.asInt();
  return rt::Tensor::view(base.storage(), tensor->dtype, offset, std::move(sizes), std::move(strides));
}

AbstractValue Tensors::scalarContent(const TensorNode *tensor) {
  if (tensor->rank() != 0 || tensor->dtype != tensor->storage->dtype)
    return AbstractValue::uninitialized();
  if (!tensor->storage->scalar.isUninitialized())
    return tensor->storage->scalar;
  rt::Tensor content = known(tensor);
  if (!content)
    return AbstractValue::uninitialized();
  rt::Value number = content.loadNumber({});
  if (number.isBool())
    return AbstractValue::ofBool(number.asBool());
  if (number.isInt())
    return AbstractValue::ofInt(number.asInt());
  return number.isDouble() ? AbstractValue::ofFloat(number.asDouble()) : AbstractValue::ofComplex(number.asComplex());
}

/// The elements as an attribute: small tensors only.
static mlir::DenseElementsAttr denseAttribute(mlir::MLIRContext *context, const rt::Tensor &tensor) {
  rt::Tensor content = tensor.contiguous();
  auto type = mlir::RankedTensorType::get(content.sizes(), elementTypeOf(context, content.dtype()));
  size_t bytes = content.numel() * rt::itemSize(content.dtype());
  llvm::ArrayRef<char> raw(static_cast<const char *>(content.data()), bytes);
  if (content.dtype() != rt::Dtype::Bool)
    return mlir::DenseElementsAttr::getFromRawBuffer(type, raw);
  llvm::SmallVector<bool> bits;
  for (char byte : raw)
    bits.push_back(byte != 0);
  return mlir::DenseElementsAttr::get(type, llvm::ArrayRef<bool>(bits));
}

/// The number that all elements are.
static std::optional<AbstractValue> splatOf(const rt::Tensor &tensor) {
  constexpr int64_t mostCompared = 1 << 16;
  using rt::Dtype;
  bool isPlain = llvm::is_contained({Dtype::UInt8, Dtype::Int8, Dtype::Int16, Dtype::Int32, Dtype::Int64, Dtype::Float16, Dtype::BFloat16,
                                     Dtype::Float32, Dtype::Float64},
                                    tensor.dtype());
  if (!isPlain || tensor.numel() == 0 || tensor.numel() > mostCompared)
    return std::nullopt;
  rt::Tensor content = tensor.contiguous();
  const auto *bytes = static_cast<const char *>(content.data());
  size_t size = rt::itemSize(content.dtype());
  for (int64_t i = 1; i < content.numel(); ++i)
    if (std::memcmp(bytes, bytes + i * size, size) != 0)
      return std::nullopt;
  std::vector<int64_t> first(content.rank(), 0);
  rt::Value number = content.loadNumber(first);
  if (number.isInt())
    return AbstractValue::ofInt(number.asInt());
  if (number.isDouble() && number.asDouble() == number.asDouble()) // A NaN has bits that a number does not keep.
    return AbstractValue::ofFloat(number.asDouble());
  return std::nullopt;
}

/// A constant of one number, as what gives that: it merges into what reads it, where a weight would be read from memory.
mlir::Value Tensors::filledValue(const rt::Tensor &tensor) {
  std::optional<AbstractValue> number = storages.count(tensor.storage().get()) ? std::nullopt : splatOf(tensor);
  if (!number)
    return {};
  noteRead(tensor);
  mlir::OpBuilder::InsertionGuard guard(emitter.ops());
  emitter.ops().setInsertionPointToStart(&emitter.function().getBody().front());
  llvm::SmallVector<Extent, 4> sizes = extentsOf(tensor.sizes());
  return emitter.one("full", {llvm::ArrayRef<Extent>(sizes), *number, static_cast<int64_t>(tensor.dtype())});
}

mlir::Value Tensors::constantValue(const rt::Tensor &tensor) {
  std::string key;
  llvm::raw_string_ostream out(key);
  out << tensor.storage().get() << " " << tensor.offset() << " " << rt::name(tensor.dtype());
  for (int64_t i = 0; i < tensor.rank(); ++i)
    out << " " << tensor.sizes()[i] << "@" << tensor.strides()[i];
  mlir::Value &value = constantValues[key];
  if (value)
    return value;
  keptAlive.push_back(tensor);
  mlir::func::FuncOp function = emitter.function();
  mlir::OpBuilder atStart = mlir::OpBuilder::atBlockBegin(&function.getBody().front());
  mlir::Location loc = function.getLoc();
  if (tensor.numel() <= denseNumel) {
    noteRead(tensor);
    return value = ts::ConstantOp::create(atStart, loc, denseAttribute(emitter.context(), tensor));
  }
  if ((value = filledValue(tensor)))
    return value;
  mlir::DenseI64ArrayAttr strides;
  if (!tensor.isContiguous())
    strides = atStart.getDenseI64ArrayAttr(tensor.strides());
  auto type = mlir::RankedTensorType::get(tensor.sizes(), elementTypeOf(emitter.context(), tensor.dtype()));
  value = ts::WeightOp::create(atStart, loc, type, weights.numberOf(tensor.storage()), tensor.offset(), strides);
  return value;
}

void Tensors::remember(CacheKey key, mlir::Value value) {
  cache[key] = value;
  if (!regions.empty())
    regions.back().push_back(key);
}

void Tensors::enterRegion() { regions.emplace_back(); }

void Tensors::leaveRegion() {
  for (const CacheKey &key : regions.back())
    cache.erase(key);
  regions.pop_back();
}

mlir::Value Tensors::readBase(StorageNode *storage) {
  if (storage->known)
    return constantValue(storage->known);
  if (storage->value)
    return storage->value;
  if (storage->handle) {
    mlir::Type type = tensorTypeOf(emitter.context(), storage->dtype, storage->sizes);
    return ts::UnboxOp::create(emitter.ops(), emitter.location(), type, storage->handle);
  }
  assert(!storage->scalar.isUninitialized() && "a storage has a content");
  CacheKey key{storage, storage->version};
  if (mlir::Value cached = cache.lookup(key))
    return cached;
  mlir::Value value = emitter.one("tensor_of", {emitter.materialize(storage->scalar)});
  remember(key, value);
  return value;
}

mlir::Value Tensors::readView(StorageNode *storage, const View *view) {
  if (!view)
    return readBase(storage);
  CacheKey key{view, storage->version};
  // What is behind a handle may have changed since.
  if (mlir::Value cached = storage->handle ? mlir::Value() : cache.lookup(key))
    return cached;
  mlir::Value before = readView(storage, view->parent);
  mlir::Value value = before ? applyStep(emitter, before, *view) : before;
  if (value)
    remember(key, value);
  return value;
}

mlir::Value Tensors::read(TensorNode *tensor) {
  if (rt::Tensor content = unread(tensor))
    return constantValue(content);
  return readView(tensor->storage, tensor->view);
}

void Tensors::setBase(StorageNode *storage, mlir::Value value) {
  heap.mutate(storage);
  if (storage->handle) {
    mlir::Value dtype = emitter.materialize(AbstractValue::ofInt(static_cast<int64_t>(storage->dtype)));
    emitter.runtimeCall("sc_rt_tensor_store", {}, {storage->handle, dtype, value});
    storage->version = ++lastVersion;
    storage->written = true;
    return;
  }
  storage->value = value;
  storage->known = {};
  storage->scalar = {};
  storage->version = ++lastVersion;
  storage->written = true;
}

void Tensors::setBase(StorageNode *storage, rt::Tensor known) {
  setBase(storage, mlir::Value());
  storage->known = std::move(known);
}

mlir::LogicalResult Tensors::writeKnown(TensorNode *target, const rt::Tensor &source) {
  StorageNode *storage = target->storage;
  if (!storage->known || storage->known.numel() > knownLimit)
    return mlir::failure();
  rt::Tensor copy = storage->known.isContiguous() ? storage->known.clone() : laidOut(storage->known, storage->strides);
  rt::Tensor place = unread(target);
  if (!copy || !place)
    return mlir::failure();
  noteRead(storage->known);
  noteRead(source);
  int64_t offset = copy.offset() + place.offset() - storage->known.offset();
  rt::Tensor view = rt::Tensor::view(copy.storage(), target->dtype, offset, place.sizes(), place.strides());
  if (!view || target->dtype != storage->dtype)
    return mlir::failure();
  view.copyFrom(source);
  setBase(storage, copy);
  return mlir::success();
}

/// Whether a step of the view shows an element at several places.
static bool isStretched(const View *view) {
  for (; view; view = view->parent) {
    if (view->step.kind != ViewKind::Broadcast)
      continue;
    for (auto [dim, size] : llvm::enumerate(view->step.sizes)) {
      const auto *from = llvm::find(view->step.dims, static_cast<int64_t>(dim));
      bool isNew = from == view->step.dims.end();
      const Extent &before = isNew ? Extent::ofInt(1) : view->before.sizes[from - view->step.dims.begin()];
      if (before.isKnownInt(1) && !size.isKnownInt(1))
        return true;
    }
  }
  return false;
}

mlir::FailureOr<mlir::Value> Tensors::writeThrough(StorageNode *storage, const View *view, mlir::Value value) {
  // A part of a stretched tensor in which each element is at one place: a stretched value has no inverse, but its places in memory do.
  if (isStretched(view) && view->after.dtype == storage->dtype) {
    ViewShape base{storage->dtype, storage->sizes, storage->strides, Extent::ofInt(0)};
    const ViewShape &part = view->after;
    llvm::SmallVector<Extent, 4> strides = part.strides.empty() ? rowMajorStrides(emitter, part.sizes) : part.strides;
    View places{nullptr, ViewStep::asStrided(part.sizes, strides, part.offset), base, part};
    mlir::Value before = readBase(storage), after = before ? invertStep(emitter, before, value, places) : before;
    if (!after)
      return mlir::failure();
    return after;
  }
  for (; view; view = view->parent) {
    mlir::Value before;
    if (view->step.kind == ViewKind::Slice || view->step.kind == ViewKind::AsStrided)
      before = readView(storage, view->parent);
    value = invertStep(emitter, before, value, *view);
    if (!value)
      return mlir::failure();
  }
  return value;
}

mlir::LogicalResult Tensors::write(TensorNode *target, TensorNode *source) {
  if (rt::Tensor content = unread(source))
    if (succeeded(writeKnown(target, content)))
      return mlir::success();
  mlir::Value value = read(source);
  if (!value)
    return mlir::failure();
  mlir::FailureOr<mlir::Value> base = writeThrough(target->storage, target->view, value);
  if (failed(base))
    return mlir::failure();
  StorageNode *storage = target->storage;
  setBase(storage, emitter.cast(*base, tensorTypeOf(emitter.context(), storage->dtype, storage->sizes)));
  if (target->view)
    remember({target->view, target->storage->version}, value);
  return mlir::success();
}

void Tensors::moveBehind(StorageNode *storage, mlir::Value handle, mlir::Value memory) {
  heap.mutate(storage);
  storage->handle = handle;
  storage->memory = memory;
  storage->value = {};
  storage->known = {};
  storage->scalar = {};
  storage->version = ++lastVersion;
  // Others may write there unseen.
  storage->written = true;
}

void Tensors::become(TensorNode *tensor, const TensorNode *other) {
  heap.mutate(tensor);
  tensor->storage = other->storage;
  tensor->view = other->view;
  tensor->dtype = other->dtype;
  tensor->sizes = other->sizes;
  tensor->strides = other->strides;
  tensor->offset = other->offset;
  tensor->quantizer = other->quantizer;
}
