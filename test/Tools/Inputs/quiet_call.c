/* Calls a model of one tensor to one tensor where nothing but its own work may happen: memory, locks and threads of the C library
   are counted, and in the end the system kills the process for any call of its own but write and exit.
   Compiled with RANK, SHAPE and OUT_RANK, OUT_SHAPE; the model is called `model`. */
#define _GNU_SOURCE
#include "model.h"

#include <dlfcn.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static int counting;
static struct {
  int allocations, locks, threads;
} count;

/* These stand before the C library's own. */
#define NEXT(name) __typeof__(&name) next = (__typeof__(&name))dlsym(RTLD_NEXT, #name)
extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t), *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);
void *malloc(size_t size) {
  count.allocations += counting;
  return __libc_malloc(size);
}
void *calloc(size_t number, size_t size) {
  count.allocations += counting;
  return __libc_calloc(number, size);
}
void *realloc(void *memory, size_t size) {
  count.allocations += counting;
  return __libc_realloc(memory, size);
}
void *aligned_alloc(size_t alignment, size_t size) {
  count.allocations += counting;
  return __libc_memalign(alignment, size);
}
int posix_memalign(void **memory, size_t alignment, size_t size) {
  count.allocations += counting;
  *memory = __libc_memalign(alignment, size);
  return *memory ? 0 : 12;
}
void free(void *memory) {
  count.allocations += counting && memory;
  __libc_free(memory);
}
int pthread_mutex_lock(pthread_mutex_t *mutex) {
  NEXT(pthread_mutex_lock);
  count.locks += counting;
  return next(mutex);
}
int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument) {
  NEXT(pthread_create);
  count.threads += counting;
  return next(thread, attributes, start, argument);
}

static int64_t shape[] = SHAPE, outShape[] = OUT_SHAPE;
static _Alignas(64) float in[1 << 16], out[1 << 16], expected[1 << 16];

int main(void) {
  DLTensor x = {in, {kDLCPU, 0}, RANK, {kDLFloat, 32, 1}, shape, NULL, 0};
  DLTensor y = {out, {kDLCPU, 0}, OUT_RANK, {kDLFloat, 32, 1}, outShape, NULL, 0};
  for (int i = 0; i < 1 << 16; ++i)
    in[i] = (float)(i % 13) / 8 - 0.5f;
  sc_context *context = sc_context_create(0);
  sc_instance *model = model_create(context);
  void *workspace = __libc_memalign(64, model_forward_workspace + 64);
  sc_status status = model_forward(model, context, &x, &y, workspace);
  memcpy(expected, out, sizeof out);

  /* With the caller's workspace from the first call on, with the context's own from the second. */
  for (int call = 0; call < 100 && status == SC_OK; ++call) {
    counting = call != 50;
    status = model_forward(model, context, &x, &y, call < 50 ? workspace : NULL);
    counting = 0;
  }
  printf("allocations %d, locks %d, threads %d\n", count.allocations, count.locks, count.threads);
  fflush(stdout);
  if (status != SC_OK || memcmp(expected, out, sizeof out))
    return 1;

  memset(out, 0, sizeof out);
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) != 0) {
    puts("no seccomp here");
    return 0;
  }
  for (int call = 0; call < 100; ++call)
    status |= model_forward(model, context, &x, &y, call % 2 ? workspace : NULL);
  const char *text = status == SC_OK && !memcmp(expected, out, sizeof out) ? "nothing of the system\n" : "wrong\n";
  syscall(SYS_write, 1, text, strlen(text));
  syscall(SYS_exit, 0);
}
