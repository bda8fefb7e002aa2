/// Measures a model just in time, through the C++ API: jit MODEL.pt FOLDER THREADS OUT
///
/// FOLDER has the inputs as models.py wrote them, OUT gets the first results. Compiled code is kept where XDG_CACHE_HOME says.

#include "worker.h"

#include "sconce/Sconce.h"

using namespace bench;

static void collect(const sconce::Value &value, std::vector<sconce::Value> &tensors) {
  if (value.isTensor())
    tensors.push_back(value);
  for (int64_t i = 0; i < value.size(); ++i)
    collect(value[i], tensors);
}

int main(int argc, char **argv) {
  if (argc != 5)
    fail("usage: jit MODEL.pt FOLDER THREADS OUT");
  int threads = std::atoi(argv[3]);
  auto module = sconce::load(argv[1], {.threads = threads > 1 ? threads : 0, .cacheFolder = sconce::default_cache_folder()});
  if (!module)
    fail(module.error().message);
  auto forward = module->get_method("forward");
  if (!forward)
    fail(forward.error().message);
  std::vector<Array> inputs = readArrays(argv[2], "in");
  std::vector<sconce::Value> arguments;
  for (Array &array : inputs)
    arguments.push_back(sconce::Value::tensor(array.view()));
  auto result = (*forward)(arguments);
  if (!result)
    fail(result.error().message);
  say("{\"ready\": true}");
  std::vector<sconce::Value> tensors;
  collect(*result, tensors);
  for (size_t i = 0; i < tensors.size(); ++i) {
    DLTensor view;
    if (tensors[i].view(view) != SC_OK)
      fail("a result has no memory");
    writeFloats(std::string(argv[4]) + "/o" + std::to_string(i) + ".npy", view);
  }
  std::printf("{\"results\": %zu}\n", tensors.size());
  std::fflush(stdout);
  serve([&] {
    if (!(*forward)(arguments))
      fail("the model fails");
  });
  return 0;
}
