/// Measures a model that was compiled ahead of time, through the function of its C header: aot MODEL.so FOLDER THREADS OUT
///
/// Nothing of Sconce is linked in: the process is that of a program that uses a compiled model. The library was compiled with
/// `--name model`; FOLDER has the inputs and results as models.py wrote them, OUT gets the first results.

#include "worker.h"

#include <dlfcn.h>

using namespace bench;

/// `model_forward` of 1 to 4 inputs and results: all of its arguments are pointers.
struct Forward {
  void *function;
  sc_instance *instance;
  sc_context *context;
  std::vector<DLTensor *> tensors;
  void *workspace;

  template <size_t... I> sc_status with(std::index_sequence<I...>) const {
    using Function = sc_status (*)(sc_instance *, sc_context *, decltype(I, (DLTensor *)nullptr)..., void *);
    return reinterpret_cast<Function>(function)(instance, context, tensors[I]..., workspace);
  }

  template <size_t N> auto caller() const {
    return [this] {
      if (with(std::make_index_sequence<N>()) != SC_OK)
        fail("the model fails");
    };
  }
};

template <size_t N> static void run(const Forward &forward, std::vector<Array> &results, const std::string &out) {
  auto call = forward.caller<N>();
  call();
  say("{\"ready\": true}");
  for (size_t i = 0; i < results.size(); ++i)
    writeFloats(out + "/o" + std::to_string(i) + ".npy", results[i].view());
  std::printf("{\"results\": %zu}\n", results.size());
  std::fflush(stdout);
  serve(call);
}

int main(int argc, char **argv) {
  if (argc != 5)
    fail("usage: aot MODEL.so FOLDER THREADS OUT");
  void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
  if (!library)
    fail(dlerror());
  auto api = reinterpret_cast<const sc_api *(*)()>(dlsym(library, "model_api"));
  auto create = reinterpret_cast<sc_instance *(*)(sc_context *)>(dlsym(library, "model_create"));
  auto *model = static_cast<const sc_model *>(dlsym(library, "model_model"));
  void *function = dlsym(library, "model_forward");
  if (!api || !create || !model || !function)
    fail("the library was not compiled with --name model, or has no function with a static signature");
  int threads = std::atoi(argv[3]);
  sc_context *context = api()->context_create(threads > 1 ? threads : 0);
  sc_instance *instance = create(context);
  if (!instance)
    fail("no instance");

  std::vector<Array> inputs = readArrays(argv[2], "in"), results = readArrays(argv[2], "out");
  std::vector<DLTensor> views;
  for (Array &array : inputs)
    views.push_back(array.view());
  for (Array &array : results) {
    array.type = {kDLFloat, 32, 1}; // those of kernels are recorded in double precision
    views.push_back(array.view());
  }
  Forward forward{function, instance, context, {}, std::aligned_alloc(64, static_cast<size_t>(model->entries[0].workspace + 127) / 64 * 64)};
  for (DLTensor &view : views)
    forward.tensors.push_back(&view);
  switch (views.size()) {
  case 2:
    run<2>(forward, results, argv[4]);
    break;
  case 3:
    run<3>(forward, results, argv[4]);
    break;
  case 6:
    run<6>(forward, results, argv[4]);
    break;
  default:
    fail("add a case for this number of inputs and results");
  }
  return 0;
}
