#include "codegen/Emit/Linker.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"
#include <mutex>

#ifdef SCONCE_HAS_LLD
#include "lld/Common/Driver.h"
LLD_HAS_DRIVER(elf)
#endif

using namespace llvm;
namespace sconce::codegen {

#ifdef SCONCE_HAS_LLD
/// The linker keeps its state in global variables.
static Error runLinker(ArrayRef<const char *> arguments) {
  static std::mutex mutex;
  static bool broken = false;
  std::lock_guard<std::mutex> guard(mutex);
  if (broken)
    return createStringError("the linker failed before in this process and cannot run again");
  std::string out, messages;
  raw_string_ostream outStream(out), messageStream(messages);
  const lld::DriverDef drivers[] = {{lld::Gnu, &lld::elf::link}};
  lld::Result result = lld::lldMain(arguments, outStream, messageStream, drivers);
  broken = !result.canRunAgain;
  if (result.retCode != 0)
    return createStringError("cannot link: " + StringRef(messages).trim());
  return Error::success();
}
#else
static Error runLinker(ArrayRef<const char *> arguments) {
  ErrorOr<std::string> program = sys::findProgramByName("ld.lld-22");
  if (!program)
    program = sys::findProgramByName("ld.lld");
  if (!program)
    return createStringError("cannot link: this program was built without a linker, and there is no ld.lld-22 or ld.lld");
  SmallVector<StringRef> words{*program};
  words.append(arguments.begin() + 1, arguments.end());
  std::string message;
  if (sys::ExecuteAndWait(*program, words, std::nullopt, {}, 0, 0, &message) != 0)
    return createStringError("cannot link: '" + *program + "' failed " + message);
  return Error::success();
}
#endif

/// The emulation that the linker is told, so that it does not depend on the first object.
static const char *getEmulation(const TargetInfo &target) {
  Triple triple(target.triple);
  return triple.isAArch64() ? "aarch64linux" : triple.isRISCV() ? "elf64lriscv" : "elf_x86_64";
}

/// The parts of the C library that a library for the host names as needed; the loader is the one that finds a thread's
/// variables (__tls_get_addr).
static void addLibraries(std::vector<std::string> &arguments, const TargetInfo &target) {
  if (!target.isHost && Triple(target.triple).getArch() != Triple(sys::getDefaultTargetTriple()).getArch())
    return;
  for (StringRef folder : {"/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu", "/lib64", "/usr/lib64", "/usr/lib"})
    for (StringRef file : {"libm.so.6", "libc.so.6", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"})
      if (std::string path = (folder + "/" + file).str(); sys::fs::exists(path))
        arguments.push_back(path);
}

/// Writes the list of visible symbols for the linker.
static Error writeVersionScript(StringRef path, ArrayRef<std::string> exports) {
  return writeToOutput(path, [&](raw_ostream &stream) {
    stream << "{\n";
    if (!exports.empty())
      stream << "global:\n";
    for (const std::string &name : exports)
      stream << "  \"" << name << "\";\n";
    stream << "local: *;\n};\n";
    return Error::success();
  });
}

Error link(const LinkJob &job, const TargetInfo &target) {
  SmallString<128> made, script;
  if (std::error_code code = sys::fs::createUniqueFile(job.output + ".%%%%%%.tmp", made))
    return createStringError(code, "cannot write '" + job.output + "': " + code.message());
  script = made;
  script += ".map";
  auto removeFiles = [&] {
    sys::fs::remove(made);
    sys::fs::remove(script);
  };
  std::vector<std::string> arguments{"ld.lld", "-m", getEmulation(target), "-o", std::string(made), "--build-id=none"};
  if (job.kind == LinkJob::Relocatable) {
    arguments.push_back("-r");
  } else {
    if (Error error = writeVersionScript(script, job.exports)) {
      removeFiles();
      return error;
    }
    for (const char *flag : {"-shared", "--gc-sections", "-z", "noexecstack", "-z", "relro", "--hash-style=gnu",
                             "--as-needed", "-O1", "--threads=1"})
      arguments.push_back(flag);
    arguments.push_back("--version-script=" + std::string(script));
    arguments.push_back("-soname=" + sys::path::filename(job.output).str());
    for (const std::string &name : job.exports)
      arguments.push_back("--undefined=" + name);
  }
  for (const std::string &input : job.inputs)
    arguments.push_back(input);
  if (job.kind == LinkJob::SharedLibrary) {
    addLibraries(arguments, target);
    arguments.push_back("-z");
    arguments.push_back("defs");
  }
  SmallVector<const char *> words;
  for (const std::string &argument : arguments)
    words.push_back(argument.c_str());
  Error error = runLinker(words);
  if (!error)
    if (std::error_code code = sys::fs::rename(made, job.output))
      error = createStringError(code, "cannot write '" + job.output + "': " + code.message());
  removeFiles();
  return error;
}

} // namespace sconce::codegen
