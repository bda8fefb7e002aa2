/* What the machine can do at most: machine prints JSON with the multiply-adds of float32 that a core reaches, in GFLOP/s, and
   the bytes that a copy of a number of bytes reads and writes, in GB/s. Built by bench.py for the processor that the models are
   compiled for. */

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#ifdef __AVX512F__
enum { LANES = 16, CHAINS = 24 };
#elif defined(__AVX__)
enum { LANES = 8, CHAINS = 12 };
#else
enum { LANES = 4, CHAINS = 12 };
#endif
typedef float vector __attribute__((vector_size(LANES * 4)));

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* GFLOP/s of chains of multiply-adds on registers, enough of them to hide the latency of each. */
static double fma(void) {
  const long rounds = 100000; /* a millisecond or so: some repeats are not disturbed */
  vector sums[CHAINS];
  volatile float factor = 0.999f, term = 1e-3f; /* volatile: the compiler does not know them */
  vector a = factor - (vector){0}, b = term - (vector){0};
#pragma clang loop unroll(full)
  for (int i = 0; i < CHAINS; ++i)
    sums[i] = a * (float)i;
  double best = 0;
  for (int repeat = 0; repeat < 400; ++repeat) {
    double start = now();
    for (long round = 0; round < rounds; ++round) {
#pragma clang loop unroll(full)
      for (int i = 0; i < CHAINS; ++i)
        sums[i] = __builtin_elementwise_fma(sums[i], a, b);
    }
    double rate = 2e-9 * CHAINS * LANES * (double)rounds / (now() - start);
    best = rate > best ? rate : best;
  }
  vector total = sums[0];
  for (int i = 1; i < CHAINS; ++i)
    total += sums[i];
  volatile float sink = total[0];
  (void)sink;
  return best;
}

/* GB/s, read and written, of copying where both buffers together have `bytes`. */
static double copy(long bytes) {
  long count = bytes / 2 / (long)sizeof(vector);
  vector *from = aligned_alloc(4096, (size_t)(count + 64) * sizeof(vector) / 4096 * 4096 + 4096);
  vector *to = aligned_alloc(4096, (size_t)(count + 64) * sizeof(vector) / 4096 * 4096 + 4096);
  for (long i = 0; i < count; ++i)
    from[i] = to[i] = (vector){0} + (float)i;
  double best = 0;
  for (int repeat = 0; repeat < 25; ++repeat) {
    long rounds = 20000000 / bytes + 1;
    double start = now();
    for (long round = 0; round < rounds; ++round) {
      for (long i = 0; i < count; ++i)
        to[i] = from[i];
      __asm__ volatile("" : : "r"(to), "r"(from) : "memory");
    }
    double rate = 1e-9 * (double)(2 * count * (long)sizeof(vector)) * (double)rounds / (now() - start);
    best = rate > best ? rate : best;
  }
  free(from);
  free(to);
  return best;
}

int main(void) {
  printf("{\"lanes\": %d, \"fma_gflops\": %.1f, \"copy_gbs\": {", LANES, fma());
  for (long bytes = 32 << 10; bytes <= 256L << 20; bytes *= 2)
    printf("%s\"%ld\": %.1f", bytes == 32 << 10 ? "" : ", ", bytes, copy(bytes));
  printf("}}\n");
  return 0;
}
