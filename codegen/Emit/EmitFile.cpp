#include "codegen/Emit/EmitFile.h"
#include "codegen/Emit/Linker.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Object/Archive.h"
#include "llvm/Object/ArchiveWriter.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;
namespace sconce::codegen {

std::optional<FileKind> getFileKind(StringRef path) {
  return StringSwitch<std::optional<FileKind>>(sys::path::extension(path))
      .Case(".o", FileKind::Object)
      .Case(".a", FileKind::Archive)
      .Case(".so", FileKind::SharedLibrary)
      .Case(".s", FileKind::Assembly)
      .Case(".ll", FileKind::LLVMIR)
      .Case(".bc", FileKind::Bitcode)
      .Default(std::nullopt);
}

namespace {
/// Files beside the output that go when the work is done.
class TemporaryFiles {
public:
  explicit TemporaryFiles(StringRef output) : output(output) {}
  ~TemporaryFiles() {
    for (const std::string &path : paths)
      sys::fs::remove(path);
  }

  Error add(function_ref<Error(raw_ostream &)> write) {
    SmallString<128> path;
    int descriptor;
    if (std::error_code code = sys::fs::createUniqueFile(output + ".%%%%%%.o", descriptor, path))
      return createStringError(code, "cannot write beside '" + output + "': " + code.message());
    paths.emplace_back(path);
    raw_fd_ostream stream(descriptor, /*shouldClose=*/true);
    Error error = write(stream);
    stream.flush();
    if (stream.has_error()) {
      std::string text = stream.error().message();
      stream.clear_error();
      return joinErrors(std::move(error), createStringError("cannot write '" + path + "': " + text));
    }
    return error;
  }
  Error add(MemoryBufferRef buffer) {
    return add([&](raw_ostream &stream) {
      stream << buffer.getBuffer();
      return Error::success();
    });
  }

  std::vector<std::string> paths;

private:
  std::string output;
};
} // namespace

/// Writes the objects of `compiled` and `contents` beside the output.
static Error writeObjects(TemporaryFiles &files, const CompiledModule &compiled, const TargetInfo &target,
                          const FileContents &contents) {
  for (const auto &object : compiled.objects)
    if (Error error = files.add(object->getMemBufferRef()))
      return error;
  for (const auto &object : contents.objects)
    if (Error error = files.add(object->getMemBufferRef()))
      return error;
  if (contents.weights.empty())
    return Error::success();
  return files.add([&](raw_ostream &stream) { return writeDataObject(stream, target, contents.weights); });
}

/// Adds the members of the archive at `path`.
static Error addMembers(std::vector<NewArchiveMember> &members, StringRef path,
                        std::vector<object::OwningBinary<object::Archive>> &kept) {
  auto buffer = MemoryBuffer::getFile(path);
  if (!buffer)
    return createStringError(buffer.getError(), "cannot read '" + path + "': " + buffer.getError().message());
  auto archive = object::Archive::create((*buffer)->getMemBufferRef());
  if (!archive)
    return archive.takeError();
  Error error = Error::success();
  for (const object::Archive::Child &child : (*archive)->children(error)) {
    auto member = NewArchiveMember::getOldMember(child, /*Deterministic=*/true);
    if (!member)
      return joinErrors(std::move(error), member.takeError());
    members.push_back(std::move(*member));
  }
  kept.emplace_back(std::move(*archive), std::move(*buffer));
  return error;
}

static Error writeArchiveFile(StringRef path, TemporaryFiles &files, const FileContents &contents) {
  std::vector<NewArchiveMember> members;
  std::vector<object::OwningBinary<object::Archive>> kept;
  std::vector<std::string> names;
  for (size_t i = 0; i < files.paths.size(); ++i)
    names.push_back("sconce" + std::to_string(i) + ".o");
  for (auto [file, name] : zip_equal(files.paths, names)) {
    auto member = NewArchiveMember::getFile(file, /*Deterministic=*/true);
    if (!member)
      return member.takeError();
    // Not the name of a file that is about to go.
    member->MemberName = name;
    members.push_back(std::move(*member));
  }
  for (const std::string &archive : contents.archives)
    if (Error error = addMembers(members, archive, kept))
      return error;
  return writeArchive(path, members, SymtabWritingMode::NormalSymtab, object::Archive::K_GNU, /*Deterministic=*/true,
                      /*Thin=*/false);
}

static Error writeText(FileKind kind, StringRef path, mlir::ModuleOp module, const TargetInfo &target,
                       const EmitOptions &options) {
  TextKind text = kind == FileKind::Assembly ? TextKind::Assembly
                  : kind == FileKind::LLVMIR ? TextKind::LLVMIR
                                             : TextKind::Bitcode;
  Expected<std::string> written = emitText(module, text, target, options);
  if (!written)
    return written.takeError();
  return writeToOutput(path, [&](raw_ostream &stream) {
    stream << *written;
    return Error::success();
  });
}

Error emitFile(FileKind kind, StringRef path, mlir::ModuleOp module, const TargetInfo &target,
               const EmitOptions &options, const FileContents &contents) {
  if (kind == FileKind::Assembly || kind == FileKind::LLVMIR || kind == FileKind::Bitcode)
    return writeText(kind, path, module, target, options);
  EmitOptions compileOptions = options;
  compileOptions.singleObject |= kind == FileKind::Object;
  Expected<CompiledModule> compiled = compile(module, target, compileOptions);
  if (!compiled)
    return compiled.takeError();
  if (kind == FileKind::Object && contents.weights.empty() && contents.objects.empty())
    return writeToOutput(path, [&](raw_ostream &stream) {
      stream << compiled->objects.front()->getBuffer();
      return Error::success();
    });
  TemporaryFiles files(path);
  if (Error error = writeObjects(files, *compiled, target, contents))
    return error;
  if (kind == FileKind::Archive)
    return writeArchiveFile(path, files, contents);
  LinkJob job;
  job.kind = kind == FileKind::Object ? LinkJob::Relocatable : LinkJob::SharedLibrary;
  job.output = path.str();
  job.inputs = files.paths;
  if (job.kind == LinkJob::SharedLibrary)
    llvm::append_range(job.inputs, contents.archives);
  job.exports = contents.exports;
  return link(job, target);
}

Error linkLibrary(StringRef path, const TargetInfo &target, const FileContents &contents) {
  TemporaryFiles files(path);
  if (Error error = writeObjects(files, CompiledModule(), target, contents))
    return error;
  LinkJob job{LinkJob::SharedLibrary, path.str(), files.paths, contents.exports};
  llvm::append_range(job.inputs, contents.archives);
  return link(job, target);
}

} // namespace sconce::codegen
