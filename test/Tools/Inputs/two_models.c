/* Two models in one program: `mean` keeps a running mean and how many calls there were, `branch` adds 1 where the sum is positive
   and doubles otherwise. Written in what C99 and C++ share. */
#include "mean.h"
#include "branch.h"

#include <stdio.h>

static DLTensor tensorOf(float *data, int64_t *shape, int rank, int64_t *strides) {
  DLTensor tensor;
  tensor.data = data;
  tensor.device.device_type = kDLCPU;
  tensor.device.device_id = 0;
  tensor.ndim = rank;
  tensor.dtype.code = kDLFloat;
  tensor.dtype.bits = 32;
  tensor.dtype.lanes = 1;
  tensor.shape = shape;
  tensor.strides = strides;
  tensor.byte_offset = 0;
  return tensor;
}

int main(void) {
  sc_context *context = sc_context_create(0);
  sc_instance *mean = mean_create(context), *branch = branch_create(context), *twin;

  /* The caller's own memory, once with strides: columns i, 10 + i, 20 + i of five rows. */
  float rows[15], columns[15], result[3];
  int64_t rowShape[2] = {5, 3}, resultShape[1] = {3}, columnStrides[2] = {1, 5}, count = -1;
  for (int i = 0; i < 5; ++i)
    for (int j = 0; j < 3; ++j)
      rows[3 * i + j] = columns[5 * j + i] = (float)(i + 10 * j);
  DLTensor in = tensorOf(rows, rowShape, 2, NULL), strided = tensorOf(columns, rowShape, 2, columnStrides);
  DLTensor out = tensorOf(result, resultShape, 1, NULL);
  for (int call = 0; call < 2; ++call) {
    if (mean_forward(mean, context, call ? &strided : &in, &out, &count, NULL) != SC_OK)
      printf("%s\n", sc_context_message(context));
    printf("mean %g %g %g after %d\n", result[0], result[1], result[2], (int)count);
    for (int i = 0; i < 15; ++i)
      columns[i] += 1;
  }
  twin = sc_instance_clone(mean);
  sc_instance_reset(mean);
  sc_value state;
  if (sc_instance_read(twin, "count", &state) == SC_OK)
    printf("twin has seen %d\n", (int)state.as.i);

  /* Any values, by the generic call; the batch is only known at run time. */
  float numbers[4] = {1, 2, 3, -4};
  int64_t shape[2] = {2, 2};
  for (int sign = 1; sign >= -1; sign -= 2) {
    for (int i = 0; i < 4; ++i)
      numbers[i] *= (float)sign;
    DLTensor x = tensorOf(numbers, shape, 2, NULL);
    sc_value argument = sc_tensor_borrow(&x, NULL, NULL), y = sc_none(), text;
    size_t size;
    if (branch_call(branch, context, "forward", &argument, 1, &y) != SC_OK)
      printf("%s\n", sc_context_message(context));
    text = sc_str(y);
    const char *characters = sc_string_data(text, &size);
    printf("%.*s\n", (int)size, characters);
    sc_value_release(text);
    sc_value_release(y);
    sc_value_release(argument);
  }

  /* What does not fit is a status with a message. */
  rowShape[1] = 2;
  printf("%d: %s\n", (int)mean_forward(mean, context, &in, &out, &count, NULL), sc_context_message(context));
  sc_value number = sc_int(1), none = sc_none();
  printf("%d: %s\n", (int)branch_call(branch, context, "forward", &number, 1, &none), sc_context_message(context));
  printf("%d: %s\n", (int)branch_call(branch, context, "backward", &number, 1, &none), sc_context_message(context));
  sc_instance_destroy(twin);
  sc_instance_destroy(branch);
  sc_instance_destroy(mean);
  sc_context_destroy(context);
  return 0;
}
