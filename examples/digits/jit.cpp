/// Loads an archive and classifies images just in time: jit MODEL.pt IMAGES.npy LABELS.npy

#include "show.h"

#include <sconce/Sconce.h>

int main(int argc, char **argv) {
  if (argc != 4) {
    fprintf(stderr, "usage: %s MODEL.pt IMAGES.npy LABELS.npy\n", argv[0]);
    return 2;
  }
  size_t pixels, count;
  float *images = static_cast<float *>(readNpy(argv[2], sizeof(float), &pixels));
  int64_t *labels = static_cast<int64_t *>(readNpy(argv[3], sizeof(int64_t), &count));

  sconce::Result<sconce::Module> model = sconce::load(argv[1]);
  if (!model) {
    fprintf(stderr, "%s\n", model.error().message.c_str());
    return static_cast<int>(model.error().code);
  }
  int64_t shape[] = {static_cast<int64_t>(count), 1, 8, 8};
  DLTensor batch = {images, {kDLCPU, 0}, 4, {kDLFloat, 32, 1}, shape, nullptr, 0};
  sconce::Result<sconce::Value> result = model->forward({sconce::Value::tensor(batch)});
  if (!result) {
    fprintf(stderr, "%s\n", result.error().message.c_str());
    return static_cast<int>(result.error().code);
  }
  sconce::Value digits = (*result)[0], probabilities = (*result)[1];
  showAnswers(images, labels, static_cast<int64_t *>(sc_tensor_data(digits.get())), probabilities.floats(), count);
  free(images);
  free(labels);
  return 0;
}
