// The objects are compiled already, so of ORC only its linking layer is used: no IR layers, no lazy compilation, which
// would cost start-up time and bring nothing.

#include "codegen/Emit/JitSession.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ExecutionEngine/JITLink/JITLinkMemoryManager.h"
#include "llvm/ExecutionEngine/Orc/AbsoluteSymbols.h"
#include "llvm/ExecutionEngine/Orc/Core.h"
#include "llvm/ExecutionEngine/Orc/ExecutionUtils.h"
#include "llvm/ExecutionEngine/Orc/ObjectLinkingLayer.h"
#include "llvm/ExecutionEngine/Orc/SelfExecutorProcessControl.h"

using namespace llvm;
namespace sconce::codegen {

struct JitSession::State {
  orc::ExecutionSession session;
  orc::ObjectLinkingLayer linker;
  orc::JITDylib *library = nullptr;
  StringMap<int64_t> workspaces;

  explicit State(std::unique_ptr<orc::ExecutorProcessControl> process)
      : session(std::move(process)), linker(session, session.getExecutorProcessControl().getMemMgr()) {}
  ~State() { consumeError(session.endSession()); }
};

JitSession::JitSession() = default;
JitSession::~JitSession() = default;

Expected<std::unique_ptr<JitSession>> JitSession::create(ArrayRef<HostSymbol> symbols) {
  auto process = orc::SelfExecutorProcessControl::Create();
  if (!process)
    return process.takeError();
  std::unique_ptr<JitSession> jit(new JitSession);
  jit->state = std::make_unique<State>(std::move(*process));
  orc::ExecutionSession &session = jit->state->session;
  jit->state->library = &session.createBareJITDylib("sconce");
  orc::SymbolMap absolute;
  for (const HostSymbol &symbol : symbols)
    absolute[session.intern(symbol.name)] = {orc::ExecutorAddr::fromPtr(symbol.address), JITSymbolFlags::Exported};
  if (Error error = jit->state->library->define(orc::absoluteSymbols(std::move(absolute))))
    return std::move(error);
  auto generator = orc::DynamicLibrarySearchGenerator::GetForCurrentProcess('\0');
  if (!generator)
    return generator.takeError();
  jit->state->library->addGenerator(std::move(*generator));
  return jit;
}

Error JitSession::add(CompiledModule module) {
  for (const CompiledEntry &entry : module.entries)
    if (!state->workspaces.try_emplace(entry.name, entry.workspace).second)
      return createStringError("entry '" + entry.name + "' is already in this session");
  for (std::unique_ptr<MemoryBuffer> &object : module.objects)
    if (Error error = state->linker.add(*state->library, std::move(object)))
      return error;
  return Error::success();
}

Expected<JitEntry> JitSession::lookup(StringRef name) {
  auto workspace = state->workspaces.find(name);
  if (workspace == state->workspaces.end())
    return createStringError("no entry '" + name + "' in this session");
  auto symbol = state->session.lookup({state->library}, state->session.intern(name));
  if (!symbol)
    return symbol.takeError();
  return JitEntry{symbol->getAddress().toPtr<sc_entry_fn>(), workspace->second};
}

} // namespace sconce::codegen
