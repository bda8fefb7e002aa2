//===- CommandLine.cpp - The verbs of sconce and their options ------------===//

#include "tools/sconce/CommandLine.h"

#include <CLI/CLI.hpp>

#include <sstream>

using namespace sconce::tools;

namespace {

const char *runExamples = R"(
Examples:
  sconce run model.pt --inputs inputs.pt                 arguments as torch.save((x, 3), "inputs.pt") wrote them
  sconce run model.pt --inputs x.npy,y.npy --output o.npy
  sconce run model.pt --inputs inputs.pt --expect expected.pt --rtol 1e-4 --atol 1e-5
  sconce run model.pt --inputs inputs.pt --raises ValueError
  sconce run model.pt --inputs several.pt --aot --input '?x3x224x224xf32'
)";

const char *specGrammar = R"(
One --input SPEC for each argument, in the order of the method's parameters:
  1x3x224x224xf32         a tensor of static shape; f32 alone has no dimensions
  ?x3x?x?xf32             extents given at run time
  int, float, bool        a number given at run time
  int=16000, str="left"   a value fixed now
  list<2x3xf32,2x3xf32>   a list of two tensors; tuple<int,f32>; dict<"key": 2x3xf32>
  none                    no value
Element types: bool u8 i8 i16 i32 i64 u16 u32 u64 f16 bf16 f32 f64 c64 c128.
)";

const char *compileExamples = R"(
The specs after a --method are its arguments; those before any are for the methods that have none of their own.
With --inputs the example's shapes, numbers and strings are fixed.

Examples:
  sconce compile model.pt -o model.so --header model.h --input 1x3x224x224xf32
  sconce compile model.pt -o model.a --header model.h --inputs inputs.pt
  sconce compile model.pt -o model.o --input '?x3x224x224xf32' --mtriple aarch64-linux-gnu
  sconce compile model.pt -o both.so --method encode --input 1x80xf32 --method decode --input 1x8xf32 --input int
  sconce compile model.pt -o model.mlir --emit=linalg --input 1x3x224x224xf32
)";

const char *showExamples = R"(
Examples:
  sconce show model.pt                                   the code of forward
  sconce show model.pt --graph --method layer1.0.forward
  sconce show model.pt --emit=kernels --input 1x3x224x224xf32
)";

const char *benchExamples = R"(
Examples:
  sconce bench model.pt --inputs inputs.pt
  sconce bench model.pt --inputs inputs.pt --aot --threads 2 --json
  sconce bench model.pt --inputs inputs.pt --profile     each kernel's time, with the TorchScript line that it is of
)";

/// Sorts `--method` and `--input` as they come.
class MethodGrouping {
public:
  void addMethod(const std::string &name) {
    if (groups.empty() || !groups.back().specs.empty())
      groups.push_back({});
    groups.back().methods.push_back(name);
  }
  void addSpec(const std::string &spec) { (groups.empty() ? common : groups.back().specs).push_back(spec); }

  std::vector<MethodInputs> methods() const {
    if (groups.empty())
      return {{"forward", common}};
    std::vector<MethodInputs> all;
    for (const Group &group : groups)
      for (const std::string &method : group.methods)
        all.push_back({method, group.specs.empty() ? common : group.specs});
    return all;
  }

private:
  struct Group {
    std::vector<std::string> methods, specs;
  };
  std::vector<std::string> common;
  std::vector<Group> groups;
};

void addInputs(CLI::App &app, std::vector<std::string> &inputs) {
  app.add_option("--inputs", inputs, "arguments: a .pt of a tuple, or of a list of tuples for several calls; or .npy files")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("in.pt|a.npy,b.npy");
}

void addThreads(CLI::App &app, int &threads) {
  app.add_option("--threads", threads, "threads that kernels are split over; 0 and 1 start none")->check(CLI::Range(0, 1024))->capture_default_str();
}

void addConvolution(CLI::App &app, bool &direct) {
  app.add_option_function<std::string>(
         "--convolution", [&](const std::string &how) { direct = how == "direct"; },
         "how convolutions are computed: auto takes Winograd's algorithm where it is faster (its error is about 3e-6 of the "
         "result), direct never does")
      ->check(CLI::IsMember({"auto", "direct"}))
      ->default_str("auto");
}

void addCache(CLI::App &app, CacheChoice &cache) {
  auto *folder = app.add_option("--cache", cache.folder,
                                "keep compiled code in this folder, and find it there (default: SCONCE_CACHE_DIR, or sconce below "
                                "XDG_CACHE_HOME or ~/.cache)")
                     ->type_name("DIR");
  app.add_flag("--no-cache", cache.none, "neither look for compiled code on disk nor keep it there")->excludes(folder);
}

void addRun(CLI::App &app, RunOptions &options) {
  app.add_option("model", options.model, "the TorchScript archive")->type_name("M.pt");
  app.add_option("--method", options.method, "the method to call")->capture_default_str();
  addInputs(app, options.inputs);
  app.add_option("--expect", options.expect, "compare with this .pt or .npy; exit code 1 where they differ");
  app.add_option("--rtol", options.rtol, "relative tolerance of --expect")->capture_default_str();
  app.add_option("--atol", options.atol, "absolute tolerance of --expect")->capture_default_str();
  app.add_option("--raises", options.raises, "expect the model to raise an error that contains this text");
  app.add_option("--output", options.output, "write the result to this .pt or .npy");
  app.add_option("--repeat", options.repeat, "call that many times, on one instance")->check(CLI::PositiveNumber);
  addThreads(app, options.threads);
  addConvolution(app, options.direct);
  auto *aot = app.add_flag("--aot", options.aot, "compile to a shared library, load that and call it through its C interface");
  app.add_option("--input", options.specs,
                 "with --aot: the type of an argument to compile for (repeatable, one for each), where not what the inputs have")
      ->allow_extra_args(false)
      ->needs(aot)
      ->type_name("SPEC");
  app.add_flag("--interpret", options.interpret, "evaluate with the reference evaluator instead of compiling");
  app.add_flag("--tiered", options.tiered,
               "interpret new signatures while they are compiled in the background; compile what varies for any value")
      ->excludes("--aot", "--interpret");
  addCache(app, options.cache);
  app.add_flag("--counters", options.counters, "print what became of the calls: found in the cache, compiled, interpreted …");
  app.add_flag("--report", options.report,
               "print what evaluating each signature took of its budgets, the lines after which code is there twice, and where the time went");
  app.add_flag("--serve", options.serve,
               "read a JSON list of these arguments a line from standard input; answer [exit code, message] a line");
  app.footer(std::string(specGrammar) + runExamples);
}

void addCompile(CLI::App &app, CompileOptions &options, MethodGrouping &methods) {
  app.add_option("model", options.model, "the TorchScript archive")->required()->type_name("M.pt");
  app.add_option("-o,--output", options.output,
                 "the file to write: .so with the runtime inside, .a with it, .o without; .s .ll .bc .mlir for reading")
      ->required()
      ->type_name("FILE");
  // Called for each as it is met: what an --input belongs to depends on the order.
  app.add_option_function<std::string>(
         "--method", [&](const std::string &name) { methods.addMethod(name); },
         "a method to export (repeatable; default forward)")
      ->trigger_on_parse();
  app.add_option_function<std::string>(
         "--input", [&](const std::string &spec) { methods.addSpec(spec); },
         "the type of an argument (repeatable, one for each)")
      ->trigger_on_parse()
      ->type_name("SPEC");
  app.add_option("--inputs", options.inputs, "take the types from these example arguments")->type_name("in.pt");
  app.add_option("--mtriple", options.triple, "target triple (default: this machine)");
  app.add_option("--mcpu", options.cpu, "target processor (default: this machine's)");
  app.add_option("--mattr", options.features, "target features, such as +avx2,-avx512f");
  app.add_option("--name", options.name, "prefix of the exported symbols (default: the output's name)");
  app.add_option("--header", options.header, "write a C header that declares the entries");
  app.add_option("-O", options.optLevel, "optimisation level")->check(CLI::Range(0, 3))->capture_default_str();
  addConvolution(app, options.direct);
  app.add_option("--emit", options.emit,
                 "stop at a stage: imported specialized linalg kernels buffers vector llvm object")
      ->type_name("STAGE");
  app.add_flag("--report", options.report,
               "print each kernel: what was merged into it, layout, tile, bytes, operations and bound; what was not merged and why; "
               "memory; time; what evaluating each entry took of its budgets");
  app.footer(std::string(specGrammar) + compileExamples);
}

void addShow(CLI::App &app, ShowOptions &options) {
  app.add_option("model", options.model, "the TorchScript archive")->required()->type_name("M.pt");
  app.add_option("--method", options.method, "the method, or a submodule's as layer1.0.forward (default forward)");
  app.add_flag("--code", options.code, "the TorchScript source");
  app.add_flag("--graph", options.graph, "the graph, as PyTorch prints it");
  app.add_flag("--tree", options.tree, "the tree of modules with their parameter counts");
  app.add_flag("--weights", options.weights, "parameters, buffers and constants with their types");
  app.add_flag("--ops", options.ops, "the operators, how often each occurs and whether it is supported");
  app.add_option("--emit", options.emit,
                 "the intermediate code at a stage: imported specialized linalg kernels buffers vector llvm")
      ->type_name("STAGE");
  app.add_option("--input", options.specs, "argument types, for stages after imported (see compile --help)")
      ->allow_extra_args(false)
      ->type_name("SPEC");
  app.add_option("--inputs", options.inputs, "take the types from these example arguments")->type_name("in.pt");
  app.footer(showExamples);
}

void addBench(CLI::App &app, BenchOptions &options) {
  app.add_option("model", options.model, "the TorchScript archive")->required()->type_name("M.pt");
  app.add_option("--method", options.method, "the method to call")->capture_default_str();
  addInputs(app, options.inputs);
  addThreads(app, options.threads);
  addConvolution(app, options.direct);
  app.add_option("--seconds", options.seconds, "how long to measure, after the first call")->check(CLI::Range(0.0, 3600.0))->capture_default_str();
  addCache(app, options.cache);
  app.add_flag("--aot", options.aot, "compile to a shared library, load that and call it through its C interface");
  app.add_flag("--profile", options.profile, "print the time of each kernel, just in time")->excludes("--aot");
  app.add_option("--save", options.save, "write the results to o0.npy, o1.npy, ... in this folder")->type_name("DIR");
  app.add_flag("--json", options.json, "print the figures as a JSON object in the last line");
  app.footer(benchExamples);
}

/// What is wrong with the command line, with an example of what is right.
std::string explain(const std::vector<std::string> &arguments, const std::string &problem) {
  for (auto [verb, example] : {std::pair<std::string, const char *>("run", "sconce run model.pt --inputs inputs.pt"),
                               {"compile", "sconce compile model.pt -o model.so --input 1x3x224x224xf32"},
                               {"show", "sconce show model.pt --tree"},
                               {"bench", "sconce bench model.pt --inputs inputs.pt"}})
    if (!arguments.empty() && arguments.front() == verb)
      return "error: " + problem + "\nexpected for example: " + example + "\nsee: sconce " + verb + " --help\n";
  std::string given = arguments.empty() || arguments.front().starts_with("-")
                          ? problem
                          : "unknown command '" + arguments.front() + "'";
  return "error: " + given + "; the commands are run, compile, show and bench\nexpected for example: sconce run model.pt --inputs "
                             "inputs.pt\nsee: sconce --help\n";
}

} // namespace

std::optional<CommandLine> sconce::tools::parseCommandLine(const std::vector<std::string> &arguments,
                                                           std::string &text, int &code) {
  CommandLine line;
  CLI::App app("Sconce runs and compiles TorchScript archives (model.pt) without PyTorch.", "sconce");
  app.require_subcommand(1);
  app.set_version_flag("--version", "sconce " SCONCE_VERSION);
  CLI::App *run = app.add_subcommand("run", "Compile a model just in time and call it");
  CLI::App *compile = app.add_subcommand("compile", "Compile a model ahead of time to native code");
  CLI::App *show = app.add_subcommand("show", "Print what is in an archive");
  addRun(*run, line.run);
  MethodGrouping methods;
  addCompile(*compile, line.compile, methods);
  addShow(*show, line.show);
  CLI::App *bench = app.add_subcommand("bench", "Measure how long calls of a model take");
  addBench(*bench, line.bench);
  app.footer("Exit codes: 0 done; 1 the result differs from --expect; 2 bad usage or an unreadable file;\n"
             "3 the model uses something unsupported; 4 the model itself raised.");
  try {
    // The parser takes its arguments last first.
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    if (run->parsed() && line.run.model.empty() && !line.run.serve)
      throw CLI::RequiredError("model");
  } catch (const CLI::ParseError &error) {
    std::ostringstream out, err;
    code = app.exit(error, out, err) == 0 ? 0 : 2;
    text = code == 0 ? out.str() : explain(arguments, error.what());
    return std::nullopt;
  }
  line.compile.methods = methods.methods();
  line.verb = run->parsed() ? Verb::Run : compile->parsed() ? Verb::Compile : show->parsed() ? Verb::Show : Verb::Bench;
  return line;
}
