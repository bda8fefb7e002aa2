// The limit on how deep regions nest.
#ifndef SCONCE_IMPORT_NESTINGGUARD_H
#define SCONCE_IMPORT_NESTINGGUARD_H

#include "lib/Import/FunctionEmitter.h"

namespace sconce::import {

/// Stands for one expression being emitted, in whichever function.
class FunctionEmitter::DepthGuard {
public:
  DepthGuard(FunctionEmitter &emitter, Range range, unsigned weight = 1)
      : depth(emitter.program.depth), weight(weight) {
    depth += weight;
    if (depth > emitter.program.options().maxDepth)
      emitter.fail(range, "the code nests too deeply", ErrorKind::Unsupported);
  }
  ~DepthGuard() { depth -= weight; }

private:
  unsigned &depth;
  unsigned weight;
};

/// Stands for one region being emitted. Early exits turn what follows them into nested code, so the
/// parser's limit on blocks alone does not bound the depth.
class FunctionEmitter::NestingGuard {
public:
  NestingGuard(FunctionEmitter &emitter, Range range)
      : emitter(emitter), depth(emitter, range, /*weight=*/3) {
    if (++emitter.nesting > emitter.program.options().maxNesting)
      emitter.fail(range,
                   "the code nests deeper than " +
                       llvm::Twine(emitter.program.options().maxNesting) + " levels",
                   ErrorKind::Unsupported);
  }
  ~NestingGuard() { --emitter.nesting; }

private:
  FunctionEmitter &emitter;
  DepthGuard depth;
};

} // namespace sconce::import

#endif // SCONCE_IMPORT_NESTINGGUARD_H
