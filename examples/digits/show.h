/// What both programs print: digit images as characters, the answers beside the labels, the accuracy. Reads the two
/// kinds of .npy files that the images and labels are stored in.
#ifndef EXAMPLES_DIGITS_SHOW_H
#define EXAMPLES_DIGITS_SHOW_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PIXELS = 8 * 8, SHOWN = 6 };

/// Reads the elements of a .npy file (version 1, C order) whose elements are `element` bytes wide and gives their number;
/// exits with a message where the file is not one. The caller frees the result.
static void *readNpy(const char *path, size_t element, size_t *count) {
  FILE *file = fopen(path, "rb");
  unsigned char head[10];
  if (!file || fread(head, 1, sizeof head, file) != sizeof head || memcmp(head, "\x93NUMPY\x01", 7) != 0) {
    fprintf(stderr, "%s: not a .npy file of version 1\n", path);
    exit(2);
  }
  long start = (long)sizeof head + head[8] + 256 * head[9];
  fseek(file, 0, SEEK_END);
  long end = ftell(file);
  fseek(file, start, SEEK_SET);
  *count = (size_t)(end - start) / element;
  void *data = malloc(*count * element);
  if (!data || fread(data, element, *count, file) != *count) {
    fprintf(stderr, "%s: too short\n", path);
    exit(2);
  }
  fclose(file);
  return data;
}

/// Prints the first images side by side with their answers, then how many of all are right.
static void showAnswers(const float *images, const int64_t *labels, const int64_t *digits, const float *probabilities,
                        size_t count) {
  const char *shades = " .:-=+*#%@";
  for (int y = 0; y < 8; ++y) {
    for (int i = 0; i < SHOWN; ++i) {
      for (int x = 0; x < 8; ++x) {
        char shade = shades[(int)(images[i * PIXELS + y * 8 + x] * 9)];
        printf("%c%c", shade, shade);
      }
      printf("   ");
    }
    printf("\n");
  }
  for (int i = 0; i < SHOWN; ++i)
    printf("%d, p=%.3f (is %d)   ", (int)digits[i], (double)probabilities[i], (int)labels[i]);
  size_t right = 0;
  for (size_t i = 0; i < count; ++i)
    right += digits[i] == labels[i];
  printf("\n%zu of %zu digits are right: accuracy %.2f %%\n", right, count, 100.0 * (double)right / (double)count);
}

#endif
