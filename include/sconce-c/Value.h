/// sc_value: one TorchScript value, as it crosses the C ABI.
///
/// A value is 16 bytes. none, bool, int and double are held in place; every
/// other kind is a pointer to an atomically reference-counted heap object. A
/// function that returns an sc_value gives the caller one reference, to be
/// given up with sc_value_release; a function that takes one borrows it, unless
/// its comment says that it takes the reference over. Releasing a value that is
/// held in place does nothing, so callers need not look at the tag.
#ifndef SCONCE_C_VALUE_H
#define SCONCE_C_VALUE_H

#include "sconce-c/Status.h"

#include <stddef.h>
#include <stdint.h>

SC_DECLARATIONS_BEGIN

/// What an sc_value holds. The numbers are part of the ABI.
typedef enum sc_tag {
  SC_NONE = 0,
  SC_BOOL = 1,
  SC_INT = 2,
  SC_DOUBLE = 3,
  SC_COMPLEX = 4,
  SC_STRING = 5,
  SC_TENSOR = 6,
  SC_LIST = 7,
  SC_TUPLE = 8,
  SC_DICT = 9,
  SC_OBJECT = 10,
  SC_ENUM = 11,
  SC_DEVICE = 12,
  SC_GENERATOR = 13,
  SC_FUTURE = 14,
  SC_FUNCTION = 15
} sc_tag;

/// One value: `tag` is an sc_tag, `aux` is zero.
typedef struct sc_value {
  uint32_t tag;
  uint32_t aux;
  union {
    int64_t i; ///< SC_INT; SC_BOOL as 0 or 1
    double d;  ///< SC_DOUBLE
    void *ref; ///< every other kind: a heap object
  } as;
} sc_value;

/// Adds a reference.
void sc_value_retain(sc_value value);
/// Gives up a reference; the heap object goes with its last one.
void sc_value_release(sc_value value);

/// Makers of scalars; they cannot fail and hold no memory.
sc_value sc_none(void);
sc_value sc_bool(int value);
sc_value sc_int(int64_t value);
sc_value sc_double(double value);

/// Makers of heap values. On failure (no memory) the result is none.
sc_value sc_complex(double real, double imag);
/// Copies `size` bytes of UTF-8.
sc_value sc_string(const char *data, size_t size);
/// An empty list; `element_type` is in annotation syntax ("int", "Tensor").
sc_value sc_list(const char *element_type);
/// A tuple of the given values, each of which it retains.
sc_value sc_tuple(const sc_value *elements, size_t size);
/// An empty dict; types in annotation syntax.
sc_value sc_dict(const char *key_type, const char *value_type);
/// A device by its text, "cpu" or "cuda:1".
sc_value sc_device(const char *text);

/// The bytes of a string (borrowed, not terminated by 0) and their number.
/// NULL when the value is not a string.
const char *sc_string_data(sc_value string, size_t *size);
/// Real and imaginary part of a complex value.
sc_status sc_complex_get(sc_value complex, double *real, double *imag);

/// Number of elements of a list, tuple or dict; -1 for any other kind.
int64_t sc_size(sc_value container);
/// The element at `index` (from 0) of a list or tuple, with a reference for the
/// caller; none when there is no such element.
sc_value sc_get(sc_value container, int64_t index);
/// Appends to a list, which retains the element.
sc_status sc_append(sc_value list, sc_value element);
/// Sets a dict's entry, retaining both.
sc_status sc_dict_set(sc_value dict, sc_value key, sc_value value);
/// Looks up a dict's entry: SC_INVALID_ARGUMENT when there is none; otherwise
/// `*value` holds a reference for the caller.
sc_status sc_dict_get(sc_value dict, sc_value key, sc_value *value);
/// The key and value at `index` in insertion order, each with a reference.
sc_status sc_dict_entry(sc_value dict, int64_t index, sc_value *key, sc_value *value);
/// An object's attribute or a named tuple's field, with a reference.
sc_status sc_attribute(sc_value object, const char *name, sc_value *value);

/// PyTorch's str() of a value, as a string value.
sc_value sc_str(sc_value value);

SC_DECLARATIONS_END
#endif
