#include "lib/Specialize/Views.h"
#include "lib/Specialize/ElementTypes.h"

#include <numeric>

using namespace sconce;
using namespace sconce::specialize;

ViewStep ViewStep::slice(int64_t dim, Extent start, Extent size, int64_t step) {
  ViewStep result{ViewKind::Slice};
  result.dims = {dim};
  result.sizes = {size};
  result.strides = {Extent::ofInt(step)};
  result.offset = start;
  return result;
}

ViewStep ViewStep::permute(llvm::ArrayRef<int64_t> dims) {
  ViewStep result{ViewKind::Permute};
  result.dims.assign(dims.begin(), dims.end());
  return result;
}

ViewStep ViewStep::broadcast(llvm::ArrayRef<Extent> sizes, llvm::ArrayRef<int64_t> dims) {
  ViewStep result{ViewKind::Broadcast};
  result.sizes.assign(sizes.begin(), sizes.end());
  result.dims.assign(dims.begin(), dims.end());
  return result;
}

ViewStep ViewStep::reshape(llvm::ArrayRef<Extent> sizes) {
  ViewStep result{ViewKind::Reshape};
  result.sizes.assign(sizes.begin(), sizes.end());
  return result;
}

ViewStep ViewStep::asStrided(llvm::ArrayRef<Extent> sizes, llvm::ArrayRef<Extent> strides, Extent offset) {
  ViewStep result{ViewKind::AsStrided};
  result.sizes.assign(sizes.begin(), sizes.end());
  result.strides.assign(strides.begin(), strides.end());
  result.offset = offset;
  return result;
}

llvm::SmallVector<Extent, 4> specialize::rowMajorStrides(Emitter &emitter, llvm::ArrayRef<Extent> sizes) {
  llvm::SmallVector<Extent, 4> strides(sizes.size(), Extent::ofInt(1));
  Extent stride = Extent::ofInt(1);
  for (size_t i = sizes.size(); i-- > 0;) {
    strides[i] = stride;
    if (i > 0 && !sizes[i].isKnownInt(0)) // An empty extent counts as 1, as in PyTorch.
      stride = emitter.mul(stride, sizes[i]);
  }
  return strides;
}

bool specialize::isRowMajor(Emitter &emitter, llvm::ArrayRef<Extent> sizes, llvm::ArrayRef<Extent> strides) {
  if (strides.empty())
    return true;
  for (const Extent &size : sizes)
    if (size.isKnownInt(0))
      return true;
  Extent expected = Extent::ofInt(1);
  for (size_t i = sizes.size(); i-- > 0;) {
    if (sizes[i].isKnownInt(1))
      continue;
    if (!strides[i].isIdentical(expected))
      return false;
    if (i > 0)
      expected = emitter.mul(expected, sizes[i]);
  }
  return true;
}

/// The strides of a shape that differs only in extents of 1.
static std::optional<llvm::SmallVector<Extent, 4>> insertOnes(Emitter &emitter, const ViewShape &shape,
                                                              llvm::ArrayRef<Extent> sizes) {
  llvm::SmallVector<Extent, 4> strides(sizes.size(), Extent::ofInt(1));
  size_t from = shape.sizes.size();
  for (size_t i = sizes.size(); i-- > 0;) {
    while (from > 0 && shape.sizes[from - 1].isKnownInt(1) && !sizes[i].isKnownInt(1))
      --from;
    if (from > 0 && sizes[i].isIdentical(shape.sizes[from - 1])) {
      strides[i] = shape.strides[--from];
      continue;
    }
    if (!sizes[i].isKnownInt(1))
      return std::nullopt;
    strides[i] = i + 1 < sizes.size() ? emitter.mul(sizes[i + 1], strides[i + 1]) : Extent::ofInt(1);
  }
  for (; from > 0; --from)
    if (!shape.sizes[from - 1].isKnownInt(1))
      return std::nullopt;
  return strides;
}

static bool areKnown(llvm::ArrayRef<Extent> extents) {
  return llvm::all_of(extents, [](const Extent &e) { return e.isKnownInt(); });
}

/// PyTorch's computeStride on known numbers.
static std::optional<llvm::SmallVector<Extent, 4>> knownReshapeStrides(const ViewShape &shape, llvm::ArrayRef<Extent> sizes) {
  int64_t numel = 1;
  for (const Extent &size : shape.sizes)
    numel *= size.asInt();
  llvm::SmallVector<Extent, 4> strides(sizes.size(), Extent::ofInt(1));
  if (numel == 0)
    return llvm::SmallVector<Extent, 4>();
  int64_t to = static_cast<int64_t>(sizes.size()) - 1;
  int64_t chunkStride = shape.strides.empty() ? 1 : shape.strides.back().asInt();
  int64_t chunk = 1, viewed = 1;
  for (int64_t from = static_cast<int64_t>(shape.sizes.size()) - 1; from >= 0; --from) {
    chunk *= shape.sizes[from].asInt();
    bool endsChunk = from == 0 || (shape.sizes[from - 1].asInt() != 1 && shape.strides[from - 1].asInt() != chunk * chunkStride);
    if (!endsChunk)
      continue;
    while (to >= 0 && (viewed < chunk || sizes[to].asInt() == 1)) {
      strides[to] = Extent::ofInt(viewed * chunkStride);
      viewed *= sizes[to].asInt();
      --to;
    }
    if (viewed != chunk)
      return std::nullopt;
    if (from > 0) {
      chunkStride = shape.strides[from - 1].asInt();
      chunk = viewed = 1;
    }
  }
  if (to != -1)
    return std::nullopt;
  return strides;
}

std::optional<llvm::SmallVector<Extent, 4>> specialize::reshapeStrides(Emitter &emitter, const ViewShape &shape,
                                                                       llvm::ArrayRef<Extent> sizes) {
  if (shape.strides.empty())
    return llvm::SmallVector<Extent, 4>();
  if (areKnown(shape.sizes) && areKnown(shape.strides) && areKnown(sizes))
    return knownReshapeStrides(shape, sizes);
  if (isRowMajor(emitter, shape.sizes, shape.strides))
    return llvm::SmallVector<Extent, 4>();
  return insertOnes(emitter, shape, sizes);
}

static void ensureStrides(Emitter &emitter, ViewShape &shape) {
  if (shape.strides.empty())
    shape.strides = rowMajorStrides(emitter, shape.sizes);
}

/// Strides as in PyTorch's expand: 0 where stretched, and a new dimension goes
/// over the next one.
static void broadcastShape(Emitter &emitter, ViewShape &shape, const ViewStep &step) {
  ensureStrides(emitter, shape);
  llvm::SmallVector<Extent, 4> strides(step.sizes.size(), Extent::ofInt(0));
  llvm::SmallVector<int64_t> source(step.sizes.size(), -1);
  for (size_t i = 0; i < step.dims.size(); ++i)
    source[step.dims[i]] = i;
  for (size_t i = step.sizes.size(); i-- > 0;) {
    if (source[i] >= 0) {
      bool stretched = shape.sizes[source[i]].isKnownInt(1) && !step.sizes[i].isKnownInt(1);
      strides[i] = stretched ? Extent::ofInt(0) : shape.strides[source[i]];
    } else if (step.sizes[i].isKnownInt(1)) {
      strides[i] = i + 1 < strides.size() ? emitter.mul(step.sizes[i + 1], strides[i + 1]) : Extent::ofInt(1);
    }
  }
  shape.sizes = step.sizes;
  shape.strides = strides;
}

static void scaleLayout(Emitter &emitter, ViewShape &shape, bool up) {
  auto scale = [&](const Extent &e) {
    return up ? emitter.mul(e, Extent::ofInt(2)) : emitter.floorDiv(e, Extent::ofInt(2));
  };
  for (Extent &stride : shape.strides)
    stride = scale(stride);
  shape.offset = scale(shape.offset);
}

ViewShape specialize::shapeAfter(Emitter &emitter, const ViewShape &before, const ViewStep &step) {
  ViewShape shape = before;
  switch (step.kind) {
  case ViewKind::Slice: {
    ensureStrides(emitter, shape);
    Extent &stride = shape.strides[step.dims[0]];
    shape.offset = emitter.add(shape.offset, emitter.mul(step.offset, stride));
    stride = emitter.mul(stride, step.strides[0]);
    shape.sizes[step.dims[0]] = step.sizes[0];
    return shape;
  }
  case ViewKind::Permute: {
    ensureStrides(emitter, shape);
    llvm::SmallVector<Extent, 4> strides = shape.strides;
    for (size_t i = 0; i < step.dims.size(); ++i) {
      shape.sizes[i] = before.sizes[step.dims[i]];
      shape.strides[i] = strides[step.dims[i]];
    }
    return shape;
  }
  case ViewKind::Broadcast:
    broadcastShape(emitter, shape, step);
    return shape;
  case ViewKind::Reshape:
    shape.strides = *reshapeStrides(emitter, before, step.sizes);
    shape.sizes = step.sizes;
    return shape;
  case ViewKind::AsStrided:
    shape.sizes = step.sizes;
    shape.strides = step.strides;
    shape.offset = step.offset;
    return shape;
  case ViewKind::ViewAsReal:
    ensureStrides(emitter, shape);
    scaleLayout(emitter, shape, /*up=*/true);
    shape.sizes.push_back(Extent::ofInt(2));
    shape.strides.push_back(Extent::ofInt(1));
    shape.dtype = rt::realPart(shape.dtype);
    return shape;
  case ViewKind::ViewAsComplex:
    ensureStrides(emitter, shape);
    shape.sizes.pop_back();
    shape.strides.pop_back();
    scaleLayout(emitter, shape, /*up=*/false);
    shape.dtype = rt::complexOf(shape.dtype);
    return shape;
  case ViewKind::Bitcast:
    shape.dtype = step.dtype;
    return shape;
  }
  return shape;
}

static bool areIdentical(llvm::ArrayRef<Extent> a, llvm::ArrayRef<Extent> b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](const Extent &x, const Extent &y) { return x.isIdentical(y); });
}

bool specialize::isIdentity(const ViewShape &shape, const ViewStep &step) {
  auto isIota = [](llvm::ArrayRef<int64_t> dims) {
    for (size_t i = 0; i < dims.size(); ++i)
      if (dims[i] != static_cast<int64_t>(i))
        return false;
    return true;
  };
  switch (step.kind) {
  case ViewKind::Slice:
    return step.offset.isKnownInt(0) && step.strides[0].isKnownInt(1) && step.sizes[0].isIdentical(shape.sizes[step.dims[0]]);
  case ViewKind::Permute:
    return isIota(step.dims);
  case ViewKind::Broadcast:
    return isIota(step.dims) && areIdentical(step.sizes, shape.sizes);
  case ViewKind::Reshape:
    return areIdentical(step.sizes, shape.sizes);
  case ViewKind::Bitcast:
    return step.dtype == shape.dtype;
  default:
    return false;
  }
}

llvm::SmallVector<int64_t> specialize::memoryOrder(const ViewShape &shape) {
  llvm::SmallVector<int64_t> order(shape.sizes.size());
  std::iota(order.begin(), order.end(), 0);
  if (!shape.strides.empty())
    llvm::sort(order, [&](int64_t a, int64_t b) {
      const Extent &x = shape.strides[a], &y = shape.strides[b];
      bool differ = x.isKnownInt() && y.isKnownInt() && x.asInt() != y.asInt();
      return differ ? x.asInt() > y.asInt() : a < b;
    });
  return order;
}

/// The storage as one dimension in memory order.
static mlir::Value flatten(Emitter &emitter, mlir::Value base, const ViewShape &shape) {
  llvm::SmallVector<int64_t> order = memoryOrder(shape);
  if (!llvm::is_sorted(order))
    base = emitter.one("permute", {base, llvm::ArrayRef<int64_t>(order)});
  if (shape.sizes.size() == 1 || !base)
    return base;
  Extent numel = Extent::ofInt(1);
  for (const Extent &size : shape.sizes)
    numel = emitter.mul(numel, size);
  return emitter.one("reshape", {base, llvm::ArrayRef<Extent>(numel)});
}

mlir::Value specialize::applyStep(Emitter &emitter, mlir::Value value, const View &view) {
  const ViewStep &step = view.step;
  llvm::ArrayRef<int64_t> dims = step.dims;
  llvm::ArrayRef<Extent> sizes = step.sizes;
  switch (step.kind) {
  case ViewKind::Slice:
    return emitter.one("slice", {value, dims[0], step.offset, sizes[0], step.strides[0]});
  case ViewKind::Permute:
    return emitter.one("permute", {value, dims});
  case ViewKind::Broadcast:
    return emitter.one("broadcast", {value, sizes, dims});
  case ViewKind::Reshape:
    return emitter.one("reshape", {value, sizes});
  case ViewKind::AsStrided:
    return emitter.one("as_strided", {flatten(emitter, value, view.before), sizes, llvm::ArrayRef<Extent>(step.strides), step.offset});
  case ViewKind::ViewAsReal:
    return emitter.one("view_as_real", {value});
  case ViewKind::ViewAsComplex:
    return emitter.one("view_as_complex", {value});
  case ViewKind::Bitcast:
    return emitter.one("bitcast", {value, static_cast<int64_t>(step.dtype)});
  }
  return {};
}

/// The places in memory of an as_strided view's elements, as one dimension.
static mlir::Value stridedPlaces(Emitter &emitter, const ViewStep &step, const Extent &numel) {
  int64_t int64Code = static_cast<int64_t>(rt::Dtype::Int64);
  llvm::ArrayRef<Extent> sizes = step.sizes;
  mlir::Value sum = emitter.one("full", {sizes, step.offset, int64Code});
  for (size_t i = 0; i < sizes.size() && sum; ++i) {
    mlir::Value place = emitter.one("iota", {sizes[i], int64Code});
    mlir::Value stride = emitter.one("full", {llvm::ArrayRef<Extent>(sizes[i]), step.strides[i], int64Code});
    place = emitter.one("mul", {place, stride});
    int64_t dim = i;
    place = emitter.one("broadcast", {place, sizes, llvm::ArrayRef<int64_t>(dim)});
    sum = emitter.one("add", {sum, place});
  }
  return sum ? emitter.one("reshape", {sum, llvm::ArrayRef<Extent>(numel)}) : sum;
}

static mlir::Value invertAsStrided(Emitter &emitter, mlir::Value before, mlir::Value written, const View &view) {
  Extent numel = Extent::ofInt(1);
  for (const Extent &size : view.step.sizes)
    numel = emitter.mul(numel, size);
  llvm::SmallVector<int64_t> order = memoryOrder(view.before);
  mlir::Value flat = flatten(emitter, before, view.before);
  mlir::Value updates = emitter.one("reshape", {written, llvm::ArrayRef<Extent>(numel)});
  mlir::Value places = stridedPlaces(emitter, view.step, numel);
  int64_t dim = 0;
  if (!flat || !updates || !places)
    return {};
  flat = emitter.one("scatter", {flat, llvm::ArrayRef<int64_t>(dim), llvm::ArrayRef<mlir::Value>(places), updates, llvm::StringRef("set")});
  if (!flat)
    return {};
  llvm::SmallVector<Extent> inMemory;
  llvm::SmallVector<int64_t> back(order.size());
  for (size_t i = 0; i < order.size(); ++i) {
    inMemory.push_back(view.before.sizes[order[i]]);
    back[order[i]] = i;
  }
  if (order.size() != 1)
    flat = emitter.one("reshape", {flat, llvm::ArrayRef<Extent>(inMemory)});
  if (flat && !llvm::is_sorted(back))
    flat = emitter.one("permute", {flat, llvm::ArrayRef<int64_t>(back)});
  return flat;
}

mlir::Value specialize::invertStep(Emitter &emitter, mlir::Value before, mlir::Value written, const View &view) {
  const ViewStep &step = view.step;
  llvm::ArrayRef<Extent> sizesBefore = view.before.sizes;
  switch (step.kind) {
  case ViewKind::Slice:
    return emitter.one("update_slice", {before, written, step.dims[0], step.offset, step.strides[0]});
  case ViewKind::Permute: {
    llvm::SmallVector<int64_t> inverse(step.dims.size());
    for (size_t i = 0; i < step.dims.size(); ++i)
      inverse[step.dims[i]] = i;
    return emitter.one("permute", {written, llvm::ArrayRef<int64_t>(inverse)});
  }
  case ViewKind::Broadcast: // Writable only where nothing was stretched: new extents of 1, perhaps in another order.
  case ViewKind::Reshape:
    return emitter.one("reshape", {written, sizesBefore});
  case ViewKind::AsStrided:
    return invertAsStrided(emitter, before, written, view);
  case ViewKind::ViewAsReal:
    return emitter.one("view_as_complex", {written});
  case ViewKind::ViewAsComplex:
    return emitter.one("view_as_real", {written});
  case ViewKind::Bitcast:
    return emitter.one("bitcast", {written, static_cast<int64_t>(view.before.dtype)});
  }
  return {};
}
