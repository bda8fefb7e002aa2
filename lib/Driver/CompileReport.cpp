//===- CompileReport.cpp - What became of a model, for --report -----------===//

#include "lib/Driver/CompileReport.h"

#include "codegen/Transforms/Frame.h"
#include "codegen/Transforms/KernelMarks.h"
#include "codegen/Transforms/Origins.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Remarks.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringSet.h"

#include <fmt/format.h>

using namespace sconce;
using namespace sconce::driver;
using llvm::StringRef;

/// An entry's kernels in the order of their calls.
struct CompileReport::Entry {
  struct Call {
    std::string kernel, origins;
    codegen::KernelWork work;
    StringRef bound;
  };
  std::string title;
  std::vector<Call> calls;
  llvm::StringMap<std::string> buffers, plans; ///< of each kernel
  int64_t workspace = 0, liveBytes = 0;
};

CompileReport::CompileReport() : refusals(std::make_shared<Refusals>()) {}
CompileReport::~CompileReport() = default;

/// Keeps the text of remarks, each once.
class CompileReport::RemarkKeeper : public mlir::remark::detail::MLIRRemarkStreamerBase {
public:
  explicit RemarkKeeper(std::shared_ptr<Refusals> kept) : kept(std::move(kept)) {}
  void streamOptimizationRemark(const mlir::remark::detail::Remark &remark) override {
    std::string text;
    for (const auto &argument : remark.getArgs())
      text += argument.val;
    if (++kept->times[text] == 1)
      kept->texts.push_back(std::move(text));
  }

private:
  std::shared_ptr<Refusals> kept;
};

void CompileReport::listen(mlir::MLIRContext &context) {
  mlir::remark::RemarkCategories categories;
  categories.missed = "fusion";
  // Without the engine there are no refusals to report, and nothing else changes.
  (void)mlir::remark::enableOptimizationRemarks(context, std::make_unique<RemarkKeeper>(refusals),
                                                std::make_unique<mlir::remark::RemarkEmittingPolicyAll>(), categories);
}

//===-- What the stages recorded, as words --------------------------------------------------------===//

static std::string describeBuffer(mlir::MemRefType type) {
  std::string word;
  llvm::raw_string_ostream stream(word);
  for (int64_t extent : type.getShape())
    stream << (mlir::ShapedType::isDynamic(extent) ? "?" : std::to_string(extent)) << 'x';
  stream << type.getElementType();
  llvm::SmallVector<int64_t> strides;
  int64_t offset;
  if (succeeded(type.getStridesAndOffset(strides, offset)) && llvm::is_contained(strides, 0))
    stream << " repeated";
  else if (!type.getLayout().isIdentity())
    stream << " in a larger buffer";
  return word;
}

static std::string describeBuffers(mlir::ArrayAttr types) {
  std::vector<std::pair<std::string, unsigned>> words; // equal neighbours once, with their number
  for (mlir::Attribute attribute : types ? types.getValue() : llvm::ArrayRef<mlir::Attribute>()) {
    std::string word = describeBuffer(llvm::cast<mlir::MemRefType>(llvm::cast<mlir::TypeAttr>(attribute).getValue()));
    if (words.empty() || words.back().first != word)
      words.emplace_back(word, 0);
    ++words.back().second;
  }
  std::string text;
  for (const auto &[word, count] : words)
    text += fmt::format("{}{}{}", text.empty() ? "" : ", ", count > 1 ? fmt::format("{} of ", count) : "", word);
  return text.empty() ? "nothing" : text;
}

static std::string describePlan(mlir::DictionaryAttr plan) {
  if (!plan)
    return "no loops";
  auto number = [&](StringRef name) {
    auto value = plan.getAs<mlir::IntegerAttr>(name);
    return value ? value.getInt() : 0;
  };
  auto word = [&](StringRef name) {
    auto value = plan.getAs<mlir::StringAttr>(name);
    return value ? value.getValue() : StringRef();
  };
  auto flag = plan.getAs<mlir::BoolAttr>("shared");
  std::string text;
  if (word("strategy") == "tile") {
    std::string rows = number("outer_rows") > 1 ? fmt::format("{} times {}", number("outer_rows"), number("rows")) : fmt::format("{}", number("rows"));
    text = fmt::format("tile: {} rows by {} vectors of {} lanes, vectors of operand {} {}", rows, number("vectors"), number("lanes"),
                       number("wide_operand"), word("wide_access").str());
    if (number("depth_step") != 0)
      text += fmt::format(", all columns for {} steps of the sum at a time", number("depth_step"));
    else if (number("panel_elements") != 0)
      text += fmt::format(" of {} elements", number("panel_elements"));
    if (number("prefetched_block") != 0)
      text += ", the next columns prefetched";
  } else if (word("strategy") == "rows") {
    std::string rows = number("block") == 1 ? "rows" : fmt::format("blocks of {} rows", number("block"));
    text = fmt::format("{} {} one after the other in {} steps, {} bytes between them", number("blocks"), rows, number("groups"),
                       number("row_bytes"));
  } else if (word("strategy") == "winograd") {
    text = fmt::format("{} blocks of {} tiles of {} results one after the other, {} bytes of points between their transforms and products",
                       number("blocks"), number("block"), word("tile").str(), number("block_bytes"));
  } else if (number("lanes") == 1) {
    text = "loops over scalars";
  } else {
    text = fmt::format("loops: {} vectors of {} lanes along {}", number("unroll"), number("lanes"), word("along").str());
    if (number("jam") > 1)
      text += fmt::format(" for {} neighbours at once", number("jam"));
  }
  return text + (flag && flag.getValue() ? ", threads share it" : "");
}

/// What takes longest, by what a core does in a cycle: two multiply-adds on full vectors, 32 bytes from the second-level
/// cache, some 5 from memory (docs/performance.md has what is measured).
static StringRef boundOf(const codegen::KernelWork &work, const codegen::TargetInfo &target) {
  double arithmetic = static_cast<double>(work.operations) / (target.vectorBits / 32.0 * (target.hasFMA ? 4 : 2));
  bool fits = work.bytes <= target.l2Bytes;
  double memory = static_cast<double>(work.bytes) / (fits ? 32.0 : 5.0);
  return arithmetic >= memory ? "arithmetic" : fits ? "L2" : "memory";
}

void CompileReport::add(codegen::Stage stage, mlir::ModuleOp module, const codegen::ModelDescription &model,
                        const codegen::TargetInfo &target) {
  auto number = [&](mlir::func::FuncOp function, StringRef name) {
    auto value = function->getAttrOfType<mlir::IntegerAttr>(name);
    return value ? value.getInt() : 0;
  };
  if (stage == codegen::Stage::Buffers)
    for (const codegen::ModelEntry &described : model.entries) {
      auto function = module.lookupSymbol<mlir::func::FuncOp>(described.symbol);
      if (!function)
        continue;
      Entry &entry = entries.emplace_back();
      entry.title = described.method + " " + described.signature;
      entry.workspace = number(function, "sconce.workspace");
      entry.liveBytes = number(function, codegen::liveBytesAttrName);
      for (codegen::KernelCall &call : codegen::listKernelCalls(function))
        entry.calls.push_back({std::move(call.kernel), codegen::describeOrigins(call.location), call.work, boundOf(call.work, target)});
    }
  if (stage == codegen::Stage::Vector)
    for (Entry &entry : entries)
      for (const Entry::Call &call : entry.calls)
        if (auto kernel = module.lookupSymbol<mlir::func::FuncOp>(call.kernel)) {
          auto types = [&](StringRef name) { return describeBuffers(kernel->getAttrOfType<mlir::ArrayAttr>(name)); };
          entry.plans[call.kernel] = describePlan(kernel->getAttrOfType<mlir::DictionaryAttr>(codegen::planAttrName));
          entry.buffers[call.kernel] = fmt::format("reads {}; writes {}", types(codegen::readsAttrName), types(codegen::writesAttrName));
        }
}

//===-- Text ----------------------------------------------------------------------------------------===//

std::string CompileReport::describe(const Entry &entry) {
  // Calls of one kernel for the same operators are one: a layer that is repeated.
  llvm::MapVector<std::pair<StringRef, StringRef>, std::vector<const Entry::Call *>> groups;
  llvm::StringSet<> kernels;
  for (const Entry::Call &call : entry.calls) {
    groups[{call.kernel, call.origins}].push_back(&call);
    kernels.insert(call.kernel);
  }
  std::string text = fmt::format("{}: {} kernels, {} different\n", entry.title, entry.calls.size(), kernels.size());
  for (const auto &[key, calls] : groups) {
    const Entry::Call &call = *calls.front();
    std::string times = calls.size() > 1 ? fmt::format(", {} times", calls.size()) : "";
    std::string work = call.work.operations == 0 && call.work.bytes == 0
                           ? "extents are given at run time"
                           : fmt::format("{} bytes moved, {} operations, bound by {}", call.work.bytes, call.work.operations, call.bound.str());
    text += fmt::format("  {}{}\n    of {}\n    {}\n    {}\n    {}\n", call.kernel, times, call.origins, entry.buffers.lookup(call.kernel),
                        entry.plans.lookup(call.kernel), work);
  }
  return text + fmt::format("  workspace of {} bytes; {} of them live at one time\n", entry.workspace, entry.liveBytes);
}

std::string CompileReport::text() const {
  std::string text;
  for (const Entry &entry : entries)
    text += describe(entry);
  if (!refusals->texts.empty())
    text += "not merged, so that what passes between goes through memory:\n";
  for (const std::string &refusal : refusals->texts) {
    unsigned count = refusals->times.lookup(refusal);
    text += fmt::format("  {}{}\n", refusal, count > 1 ? fmt::format(", {} times", count) : "");
  }
  auto seconds = [](const std::atomic<int64_t> &nanoseconds) { return static_cast<double>(nanoseconds.load()) / 1e9; };
  return text + fmt::format("compiled in {:.3f} s: {}\n", stages.total(), stages.text()) +
         fmt::format("LLVM, all threads together: translating {:.3f} s, optimizing {:.3f} s, generating code {:.3f} s\n", seconds(times.translate),
                     seconds(times.optimize), seconds(times.generate));
}
