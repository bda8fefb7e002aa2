// Asks LLVM's target descriptions what a CPU has. Cache sizes are not in them: the host's are read from
// the system, others get the smallest that the family has been sold with.

#include "codegen/Target/TargetInfo.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/SubtargetFeature.h"
#include "llvm/TargetParser/Triple.h"
#include <mutex>
#include <unistd.h>

using namespace llvm;
namespace sconce::codegen {

/// Registers the host's target, or all of them when a foreign one is asked for: that takes longer.
static void initializeTargets(bool foreign) {
  static std::once_flag native, all;
  std::call_once(native, [] {
    InitializeNativeTarget();
    InitializeNativeTargetAsmPrinter();
    InitializeNativeTargetAsmParser();
  });
  if (foreign)
    std::call_once(all, [] {
      InitializeAllTargetInfos();
      InitializeAllTargets();
      InitializeAllTargetMCs();
      InitializeAllAsmPrinters();
      InitializeAllAsmParsers();
    });
}

static std::string hostFeatures() {
  SubtargetFeatures features;
  StringMap<bool> host = sys::getHostCPUFeatures();
  // In the order of their names, so that the text is the same in every run.
  SmallVector<StringRef> names;
  for (auto &entry : host)
    names.push_back(entry.getKey());
  llvm::sort(names);
  for (StringRef name : names)
    features.AddFeature(name, host[name]);
  return features.getString();
}

/// Reads the sizes of the host's data caches; leaves the defaults where the system does not say.
static void readHostCaches(TargetInfo &info) {
#ifdef _SC_LEVEL1_DCACHE_SIZE
  if (long bytes = sysconf(_SC_LEVEL1_DCACHE_SIZE); bytes > 0)
    info.l1Bytes = bytes;
  if (long bytes = sysconf(_SC_LEVEL2_CACHE_SIZE); bytes > 0)
    info.l2Bytes = bytes;
#endif
}

static void describeVectors(TargetInfo &info, const Triple &triple, const MCSubtargetInfo &subtarget) {
  auto has = [&](StringRef feature) { return subtarget.checkFeatures(("+" + feature).str()); };
  if (triple.isX86()) {
    info.vectorBits = has("avx512f") ? 512 : has("avx2") ? 256 : 128;
    info.vectorRegisters = has("avx512f") ? 32 : 16;
    info.hasFMA = has("fma") || has("avx512f");
    info.hasScale = has("avx512f") && has("avx512vl");
    info.hasMaskedMemory = has("avx512bw") && has("avx512vl");
    info.hasHalfConversion = has("f16c") || has("avx512f");
    return;
  }
  if (triple.isAArch64()) {
    info.vectorRegisters = 32;
    info.hasFMA = true;
    info.hasHalfConversion = true;
    return;
  }
  info.vectorRegisters = triple.isRISCV() ? 32 : 16;
  info.hasFMA = triple.isRISCV() && has("d");
}

Expected<TargetInfo> TargetInfo::create(StringRef triple, StringRef cpu, StringRef features) {
  std::string hostTriple = sys::getDefaultTargetTriple();
  TargetInfo info;
  info.triple = triple.empty() ? hostTriple : Triple::normalize(triple);
  Triple parsed(info.triple);
  bool hostArch = parsed.getArch() == Triple(hostTriple).getArch();
  info.isHost = hostArch && parsed.getOS() == Triple(hostTriple).getOS() &&
                (cpu.empty() || cpu == "native" || cpu == "host") && features.empty();
  initializeTargets(!hostArch);

  bool nativeCpu = hostArch && (cpu.empty() || cpu == "native" || cpu == "host");
  info.cpu = nativeCpu ? sys::getHostCPUName().str() : cpu.empty() ? "generic" : cpu.str();
  info.features = nativeCpu ? hostFeatures() : "";
  if (!features.empty())
    info.features += (info.features.empty() ? "" : ",") + features.str();

  std::string error;
  const Target *target = TargetRegistry::lookupTarget(parsed, error);
  if (!target)
    return createStringError("unknown target triple '" + info.triple + "': " + error);
  std::unique_ptr<MCSubtargetInfo> plain(target->createMCSubtargetInfo(parsed, "", ""));
  if (!plain)
    return createStringError("target '" + info.triple + "' cannot generate code");
  if (!nativeCpu && !plain->isCPUStringValid(info.cpu))
    return createStringError("unknown CPU '" + info.cpu + "' for target '" + info.triple + "'");
  SubtargetFeatures asked(features);
  for (const std::string &feature : asked.getFeatures()) {
    StringRef name = SubtargetFeatures::StripFlag(feature);
    if (llvm::none_of(plain->getAllProcessorFeatures(),
                      [&](const SubtargetFeatureKV &known) { return name == known.Key; }))
      return createStringError("unknown CPU feature '" + name + "' for target '" + info.triple + "'");
  }
  std::unique_ptr<MCSubtargetInfo> subtarget(
      target->createMCSubtargetInfo(parsed, info.cpu, info.features));
  describeVectors(info, parsed, *subtarget);
  if (info.isHost)
    readHostCaches(info);
  return info;
}

Expected<std::unique_ptr<TargetMachine>> TargetInfo::createMachine(unsigned optLevel, bool jit) const {
  Triple parsed(triple);
  std::string error;
  const Target *target = TargetRegistry::lookupTarget(parsed, error);
  if (!target)
    return createStringError("unknown target triple '" + triple + "': " + error);
  TargetOptions options;
  options.FunctionSections = true;
  options.DataSections = true;
  auto level = CodeGenOpt::getLevel(std::min(optLevel, 3u)).value_or(CodeGenOptLevel::Default);
  std::unique_ptr<TargetMachine> machine(target->createTargetMachine(
      parsed, cpu, features, options, Reloc::PIC_, std::nullopt, level, jit));
  if (!machine)
    return createStringError("target '" + triple + "' cannot generate code");
  return machine;
}

} // namespace sconce::codegen
