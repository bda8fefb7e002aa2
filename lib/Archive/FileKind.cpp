#include "lib/Archive/FileKind.h"
#include "lib/Archive/Place.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Endian.h"

using namespace llvm;

namespace sconce::archive {

/// How to get from a saved state or pickled module to something that can be compiled.
static constexpr const char *scriptIt =
    "; load it in PyTorch, then write torch.jit.script(model) or torch.jit.trace(model, inputs) "
    "with torch.jit.save";

namespace {

/// Bytes that a format has at a fixed place.
struct Magic {
  size_t offset;
  StringLiteral bytes;
  StringLiteral what;
  bool canBeScripted;
};

constexpr Magic magics[] = {
    {0, StringLiteral::withInnerNUL("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19"),
     "is a file of torch.save before PyTorch 1.6, not a TorchScript archive", true},
    {257, "ustar", "is a tar file, as torch.save wrote them before PyTorch 0.2, not a TorchScript "
                   "archive", true},
    {0, "PYTORCH1", "is an archive of a preview of PyTorch 1.0", true},
    {4, "PTMF", "is a flatbuffer for PyTorch Mobile, not a TorchScript archive", true},
    {0, "\x93NUMPY", "is a NumPy array, not a TorchScript archive", false},
    {0, "\x1f\x8b", "is compressed with gzip; unpack it first", false},
    {0, "\x28\xb5\x2f\xfd", "is compressed with zstd; unpack it first", false},
    {0, "\xfd" "7zXZ", "is compressed with xz; unpack it first", false},
    {0, "BZh", "is compressed with bzip2; unpack it first", false},
    {0, "\x89HDF\r\n", "is an HDF5 file (Keras and others), not a TorchScript archive", false},
    {4, "TFL3", "is a TensorFlow Lite model, not a TorchScript archive", false},
    {0, "GGUF", "is a GGUF file, which holds weights without a program", false},
    {0, "\x7f" "ELF", "is a compiled program, not a TorchScript archive", false},
    {0, "ML\xefR", "is MLIR bytecode, not a TorchScript archive", false},
    {0, "BC\xc0\xde", "is LLVM bitcode, not a TorchScript archive", false},
    {0, "version https://git-lfs", "is a Git LFS pointer; fetch the file itself (git lfs pull)",
     false},
};

} // namespace

static bool hasBytes(StringRef text, size_t offset, StringRef bytes) {
  return text.substr(offset).starts_with(bytes);
}

/// A safetensors file: the length of a JSON header, then the header.
static bool isSafetensors(const ByteSource &source, StringRef head) {
  return head.size() > 8 && head[8] == '{' &&
         support::endian::read64le(head.data()) <= source.size();
}

/// An ONNX model is a protobuf: ir_version, then the producer's name or a graph.
static bool isOnnx(StringRef head) {
  return head.size() > 2 && head[0] == 0x08 && head[1] > 0 && head[1] < 0x20 &&
         (head[2] == 0x12 || head[2] == 0x3a);
}

Error checkIsZip(const ByteSource &source) {
  auto refuse = [&](const Twine &text) { return badInput(text, place(source.name())); };
  if (source.size() == 0)
    return refuse("the file is empty");
  Expected<Bytes> bytes = source.read(0, std::min<uint64_t>(source.size(), 512));
  if (!bytes)
    return bytes.takeError();
  StringRef head = bytes->text();
  if (head.starts_with(StringRef("PK\x03\x04", 4)))
    return Error::success();
  if (head.starts_with(StringRef("PK\x05\x06", 4)))
    return refuse("the zip is empty");
  for (const Magic &magic : magics)
    if (hasBytes(head, magic.offset, magic.bytes))
      return refuse(magic.what + (magic.canBeScripted ? scriptIt : ""));
  if (isSafetensors(source, head))
    return refuse(Twine("is a safetensors file, which holds weights without a program") + scriptIt);
  if (isOnnx(head))
    return refuse("is an ONNX model, not a TorchScript archive; export the PyTorch model it came "
                  "from with torch.jit.save instead");
  if (head.size() > 1 && head[0] == '\x80' && head[1] >= 2 && head[1] <= 5)
    return refuse(Twine("is a plain pickle, not a TorchScript archive") + scriptIt);
  return refuse("is not a TorchScript archive: expected a zip file, which begins with 'PK'");
}

static bool hasRecord(const Zip &zip, StringRef prefix, StringRef suffix = {}) {
  return any_of(zip.entries(), [&](const ZipEntry &entry) {
    return StringRef(entry.name).starts_with(prefix) && StringRef(entry.name).ends_with(suffix);
  });
}

/// The formats that neither function below reads.
static Error checkIsNoOther(const Zip &zip) {
  auto refuse = [&](const Twine &text) { return badInput(text, place(zip.source().name())); };
  if (zip.find("model.json"))
    return refuse("was saved by TorchScript 1.0 to 1.3; load it with PyTorch 1.4 or newer and save "
                  "it again with torch.jit.save");
  if (hasRecord(zip, ".data/ts_code/") || zip.find(".data/extern_modules"))
    return refuse(Twine("is a torch.package archive, not a TorchScript archive") + scriptIt);
  if (zip.find("archive_format") || hasRecord(zip, "models/", ".json") ||
      zip.find("serialized_exported_program.json"))
    return refuse("is a torch.export archive (.pt2), not a TorchScript archive; write the model "
                  "with torch.jit.save instead of torch.export.save");
  if (!zip.find("data.pkl") && hasRecord(zip, "", ".npy"))
    return refuse("is a NumPy .npz file, not a TorchScript archive");
  return Error::success();
}

Error checkIsTorchScript(const Zip &zip) {
  auto refuse = [&](const Twine &text) { return badInput(text, place(zip.source().name())); };
  if (Error error = checkIsNoOther(zip))
    return error;
  bool hasCode = hasRecord(zip, "code/");
  if (zip.find("bytecode.pkl") && !hasCode)
    return refuse("is a PyTorch Mobile archive with bytecode only; it has no code/ to compile, "
                  "save the model with torch.jit.save");
  if (!zip.find("data.pkl"))
    return refuse("is a zip but not a TorchScript archive: it has no record 'data.pkl' in its "
                  "folder '" + zip.folder() + "'");
  if (!zip.find("constants.pkl") && !hasCode)
    return refuse(Twine("was written by torch.save: it holds values but no program") + scriptIt);
  if (!zip.find("constants.pkl"))
    return refuse("the archive lacks the record 'constants.pkl'");
  return Error::success();
}

Error checkIsData(const Zip &zip) {
  auto refuse = [&](const Twine &text) { return badInput(text, place(zip.source().name())); };
  if (Error error = checkIsNoOther(zip))
    return error;
  if (!zip.find("data.pkl"))
    return refuse("is a zip but not a file of torch.save: it has no record 'data.pkl' in its "
                  "folder '" + zip.folder() + "'");
  if (zip.find("constants.pkl") || hasRecord(zip, "code/"))
    return refuse("is a TorchScript archive; expected values written by torch.save");
  return Error::success();
}

} // namespace sconce::archive
