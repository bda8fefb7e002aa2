#include "lib/Archive/PickleGlobals.h"
#include "lib/Archive/QuoteText.h"
#include "lib/Support/Error.h"
#include "runtime/Dtype.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace sconce::archive {

namespace {

enum Where : uint8_t { InTorchScript = 1, InData = 2, InBoth = 3 };

struct KnownName {
  StringLiteral module;
  StringLiteral name;
  Where where;
  GlobalKind kind;
  int64_t code;
  StringLiteral text;
};

constexpr KnownName knownNames[] = {
    {"__builtin__", "complex", InData, GlobalKind::Complex, 0, ""},
    {"builtins", "complex", InBoth, GlobalKind::Complex, 0, ""},
    {"collections", "OrderedDict", InBoth, GlobalKind::OrderedDict, 0, ""},
    {"torch", "Size", InData, GlobalKind::Size, 0, ""},
    {"torch", "channels_last", InData, GlobalKind::MemoryFormat, 2, ""},
    {"torch", "channels_last_3d", InData, GlobalKind::MemoryFormat, 3, ""},
    {"torch", "contiguous_format", InData, GlobalKind::MemoryFormat, 0, ""},
    {"torch", "device", InBoth, GlobalKind::Device, 0, ""},
    {"torch", "per_channel_affine", InBoth, GlobalKind::QScheme, 1, ""},
    {"torch", "per_channel_affine_float_qparams", InBoth, GlobalKind::QScheme, 4, ""},
    {"torch", "per_channel_symmetric", InBoth, GlobalKind::QScheme, 3, ""},
    {"torch", "per_tensor_affine", InBoth, GlobalKind::QScheme, 0, ""},
    {"torch", "per_tensor_symmetric", InBoth, GlobalKind::QScheme, 2, ""},
    {"torch", "preserve_format", InData, GlobalKind::MemoryFormat, 1, ""},
    {"torch._utils", "_rebuild_meta_tensor_no_storage", InData, GlobalKind::RebuildMetaTensor, 0,
     ""},
    {"torch._utils", "_rebuild_parameter", InBoth, GlobalKind::RebuildParameter, 0, ""},
    {"torch._utils", "_rebuild_qtensor", InBoth, GlobalKind::RebuildQTensor, 0, ""},
    {"torch._utils", "_rebuild_sparse_tensor", InBoth, GlobalKind::RebuildSparseTensor, 0, ""},
    {"torch._utils", "_rebuild_tensor_v2", InBoth, GlobalKind::RebuildTensorV2, 0, ""},
    {"torch._utils", "_rebuild_tensor_v3", InData, GlobalKind::RebuildTensorV3, 0, ""},
    {"torch.jit._pickle", "build_boollist", InTorchScript, GlobalKind::BuildList, 0, "bool"},
    {"torch.jit._pickle", "build_doublelist", InTorchScript, GlobalKind::BuildList, 0, "float"},
    {"torch.jit._pickle", "build_intlist", InTorchScript, GlobalKind::BuildList, 0, "int"},
    {"torch.jit._pickle", "build_tensorlist", InTorchScript, GlobalKind::BuildList, 0, "Tensor"},
    {"torch.jit._pickle", "restore_type_tag", InTorchScript, GlobalKind::RestoreTypeTag, 0, ""},
    {"torch.serialization", "_get_layout", InData, GlobalKind::GetLayout, 0, ""},
    {"torch.storage", "UntypedStorage", InData, GlobalKind::UntypedStorage, 0, ""},
};

struct StorageName {
  StringLiteral name;
  rt::Dtype dtype;
};

constexpr StorageName storageNames[] = {
    {"BFloat16Storage", rt::Dtype::BFloat16},
    {"BoolStorage", rt::Dtype::Bool},
    {"ByteStorage", rt::Dtype::UInt8},
    {"CharStorage", rt::Dtype::Int8},
    {"ComplexDoubleStorage", rt::Dtype::Complex128},
    {"ComplexFloatStorage", rt::Dtype::Complex64},
    {"ComplexHalfStorage", rt::Dtype::Complex32},
    {"DoubleStorage", rt::Dtype::Float64},
    {"FloatStorage", rt::Dtype::Float32},
    {"Float8_e4m3fnStorage", rt::Dtype::Float8E4M3FN},
    {"Float8_e4m3fnuzStorage", rt::Dtype::Float8E4M3FNUZ},
    {"Float8_e5m2Storage", rt::Dtype::Float8E5M2},
    {"Float8_e5m2fnuzStorage", rt::Dtype::Float8E5M2FNUZ},
    {"Float8_e8m0fnuStorage", rt::Dtype::Float8E8M0FNU},
    {"HalfStorage", rt::Dtype::Float16},
    {"IntStorage", rt::Dtype::Int32},
    {"LongStorage", rt::Dtype::Int64},
    {"QInt32Storage", rt::Dtype::QInt32},
    {"QInt8Storage", rt::Dtype::QInt8},
    {"QUInt8Storage", rt::Dtype::QUInt8},
    {"ShortStorage", rt::Dtype::Int16},
    {"UInt16Storage", rt::Dtype::UInt16},
    {"UInt32Storage", rt::Dtype::UInt32},
    {"UInt64Storage", rt::Dtype::UInt64},
};

} // namespace

static const KnownName *findKnown(StringRef module, StringRef name, Dialect dialect) {
  Where here = dialect == Dialect::TorchScript ? InTorchScript : InData;
  for (const KnownName &known : knownNames)
    if (known.module == module && known.name == name && (known.where & here))
      return &known;
  return nullptr;
}

static std::optional<rt::Dtype> storageDtype(StringRef module, StringRef name) {
  if (module == "torch")
    for (const StorageName &known : storageNames)
      if (known.name == name)
        return known.dtype;
  return std::nullopt;
}

static Error refuse(StringRef module, StringRef name, Dialect dialect) {
  std::string full = quoteText((module + "." + name).str());
  if (module == "torch" && name.ends_with("Storage"))
    return unsupported("storages of the type " + full + " are not supported");
  if (module == "__main__" && (name == "TensorID" || name == "IntList"))
    return unsupported("the archive was written before TorchScript 1.1 (it names " + full +
                       "); save the model again with PyTorch 1.4 or newer");
  if (module == "torch.distributed.rpc" || (module == "torch.jit._pickle" &&
                                            name == "build_tensor_from_id"))
    return unsupported("remote references (" + full + ") are not supported");
  if (dialect == Dialect::Data)
    return badInput("the file holds a Python object of " + full +
                    "; only tensors, numbers, strings, lists, tuples and dicts can be read");
  return badInput("the pickle names " + full +
                  ", which is not part of the TorchScript format; nothing was evaluated");
}

Expected<Global> resolveGlobal(StringRef module, StringRef name, Dialect dialect) {
  std::string full = (module + "." + name).str();
  if (const KnownName *known = findKnown(module, name, dialect))
    return Global{known->kind, known->code, known->text.empty() ? full : known->text.str()};
  if (std::optional<rt::Dtype> dtype = storageDtype(module, name))
    return Global{GlobalKind::StorageType, static_cast<int64_t>(*dtype), full};
  if (dialect == Dialect::TorchScript) {
    if ((module == "__torch__" || module.starts_with("__torch__.")) && !name.empty())
      return Global{GlobalKind::Class, 0, full};
    return refuse(module, name, dialect);
  }
  if (module == "torch")
    if (std::optional<rt::Dtype> dtype = rt::dtypeFromName({name.data(), name.size()}))
      return Global{GlobalKind::DtypeValue, static_cast<int64_t>(*dtype), full};
  if (module == "torch.return_types")
    return Global{GlobalKind::ReturnType, 0, full};
  return refuse(module, name, dialect);
}

} // namespace sconce::archive
