#include "codegen/Transforms/Origins.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Remarks.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
namespace sconce::codegen {

Location mergeOrigins(Location earlier, Location later) {
  return FusedLoc::get(later->getContext(), {earlier, later});
}

/// The operator of a location that is not merged: the innermost line, and the name that it has.
static Origin originOf(Location location) {
  while (auto call = dyn_cast<CallSiteLoc>(location))
    location = call.getCallee();
  Origin origin;
  if (auto name = location->findInstanceOf<NameLoc>())
    origin.name = name.getName().str();
  if (auto line = location->findInstanceOf<FileLineColLoc>())
    origin.place = (line.getFilename().strref() + ":" + Twine(line.getLine()) + ":" + Twine(line.getColumn())).str();
  return origin;
}

SmallVector<Origin> listOrigins(Location location) {
  SmallVector<Location> parts{location};
  if (auto fused = dyn_cast<FusedLoc>(location))
    parts.assign(fused.getLocations().begin(), fused.getLocations().end());
  SmallVector<Origin> origins;
  for (Location part : parts)
    if (Origin origin = originOf(part); !(origin == Origin()) && !llvm::is_contained(origins, origin))
      origins.push_back(std::move(origin));
  return origins;
}

static std::string describe(ArrayRef<Origin> origins) {
  std::string text;
  for (auto [i, origin] : llvm::enumerate(origins)) {
    text += i == 0 ? "" : ", ";
    text += origin.name.empty() ? "work" : origin.name;
    // A line stands behind the last of its operators.
    if (!origin.place.empty() && (i + 1 == origins.size() || origins[i + 1].place != origin.place))
      text += " (" + origin.place + ")";
  }
  return text.empty() ? "work of no line" : text;
}

std::string describeOrigins(Location location) { return describe(listOrigins(location)); }

std::string describeLastOrigin(Location location) { return describe(ArrayRef<Origin>(listOrigins(location)).take_back(1)); }

void remarkNotMerged(Operation *op, Location from, Location into, const char *reason) {
  if (op->getContext()->getRemarkEngine())
    remark::missed(op->getLoc(), remark::RemarkOpts::name("not-merged").category("fusion"))
        << remark::add("{0} into {1}: {2}", describeLastOrigin(from), describeLastOrigin(into), reason);
}

} // namespace sconce::codegen
