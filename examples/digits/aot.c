/* Classifies images with a model that was compiled ahead of time: aot IMAGES.npy LABELS.npy
   Needs digits.h and digits.so as `sconce compile` wrote them; nothing of Sconce's compiler is in the process. */

#include "digits.h"
#include "show.h"

int main(int argc, char **argv) {
  if (argc != 3) {
    fprintf(stderr, "usage: %s IMAGES.npy LABELS.npy\n", argv[0]);
    return 2;
  }
  size_t pixels, count;
  float *images = readNpy(argv[1], sizeof(float), &pixels);
  int64_t *labels = readNpy(argv[2], sizeof(int64_t), &count);
  int64_t *digits = malloc(count * sizeof *digits);
  float *probabilities = malloc(count * sizeof *probabilities);

  sc_context *context = sc_context_create(0); /* 0: on this thread alone */
  sc_instance *instance = digits_create(context);
  void *workspace = aligned_alloc(64, digits_forward_workspace);
  int64_t shape[] = {(int64_t)count, 1, 8, 8};
  DLTensor input = {images, {kDLCPU, 0}, 4, {kDLFloat, 32, 1}, shape, NULL, 0};
  DLTensor digit = {digits, {kDLCPU, 0}, 1, {kDLInt, 64, 1}, shape, NULL, 0};
  DLTensor probability = {probabilities, {kDLCPU, 0}, 1, {kDLFloat, 32, 1}, shape, NULL, 0};
  sc_status status = digits_forward(instance, context, &input, &digit, &probability, workspace);
  if (status == SC_OK)
    showAnswers(images, labels, digits, probabilities, count);
  else
    fprintf(stderr, "%s\n", sc_context_message(context));
  sc_instance_destroy(instance);
  sc_context_destroy(context);
  free(workspace);
  free(images);
  free(labels);
  free(digits);
  free(probabilities);
  return status == SC_OK ? 0 : 4;
}
