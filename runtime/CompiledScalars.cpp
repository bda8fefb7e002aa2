/// References, boxes, and what works on any value.
#include "runtime/CompiledValues.h"
#include "runtime/Hash.h"
#include "runtime/Lists.h"
#include "runtime/MathFunctions.h"

#include <cmath>

using namespace sconce::rt;

namespace sconce::rt {

Value valueOf(sc_rt_ref ref) {
  if (!ref)
    return {};
  auto *object = static_cast<HeapObject *>(ref);
  if (object->tag <= SC_DOUBLE)
    return static_cast<Box *>(object)->number;
  sc_value raw{static_cast<uint32_t>(object->tag), 0, {0}};
  raw.as.ref = object;
  return Value::share(raw);
}

sc_rt_ref refOf(sc_context *context, Value value) {
  if (value.isNone())
    return nullptr;
  if (value.isHeap())
    return context->keep(std::move(value));
  return context->keepBox(new Box(value));
}

/// A heap object of the kind, or null with an error.
static HeapObject *expect(sc_context *context, sc_rt_ref ref, sc_tag tag, const char *name) {
  auto *object = static_cast<HeapObject *>(ref);
  if (object && object->tag == tag)
    return object;
  context->fail(Status::raise(std::string("expected a value of type ") + name));
  return nullptr;
}

List *asList(sc_context *context, sc_rt_ref ref) {
  return static_cast<List *>(expect(context, ref, SC_LIST, "list"));
}
Dict *asDict(sc_context *context, sc_rt_ref ref) {
  return static_cast<Dict *>(expect(context, ref, SC_DICT, "dict"));
}
String *asString(sc_context *context, sc_rt_ref ref) {
  return static_cast<String *>(expect(context, ref, SC_STRING, "str"));
}

const char *kindName(int64_t kind) {
  constexpr const char *names[] = {
      "Any",       "Tensor",      "int",          "float",           "bool", "str", "complex",
      "List[int]", "List[float]", "List[Tensor]", "Optional[Tensor]"};
  return kind >= 0 && kind < static_cast<int64_t>(std::size(names)) ? names[kind] : nullptr;
}

} // namespace sconce::rt

static int32_t wrongKind(sc_context *context, const char *name) {
  return context->fail(Status::raise(std::string("expected a value of type ") + name));
}

template <typename A, typename B> static int32_t giveTwo(const std::pair<A, B> &values, A *first, B *second) {
  *first = values.first;
  *second = values.second;
  return SC_OK;
}
static int32_t giveTwo(sc_context *context, const Result<std::pair<double, double>> &values, double *first, double *second) {
  return values ? giveTwo(*values, first, second) : context->fail(values.status());
}

extern "C" {

int32_t sc_rt_box_int(sc_context *context, int64_t number, sc_rt_ref *result) {
  return give(context, result, Value::ofInt(number));
}
int32_t sc_rt_box_float(sc_context *context, double number, sc_rt_ref *result) {
  return give(context, result, Value::ofDouble(number));
}
int32_t sc_rt_box_bool(sc_context *context, int64_t truth, sc_rt_ref *result) {
  return give(context, result, Value::ofBool(truth != 0));
}
int32_t sc_rt_box_complex(sc_context *context, double real, double imaginary, sc_rt_ref *result) {
  return give(context, result, Value::ofComplex(real, imaginary));
}

int32_t sc_rt_unbox_int(sc_context *context, sc_rt_ref value, int64_t *result) {
  Value number = valueOf(value);
  if (!number.isInt())
    return wrongKind(context, "int");
  *result = number.asInt();
  return SC_OK;
}

int32_t sc_rt_unbox_float(sc_context *context, sc_rt_ref value, double *result) {
  Value number = valueOf(value);
  if (!number.isDouble() && !number.isInt())
    return wrongKind(context, "float");
  *result = number.toDouble();
  return SC_OK;
}

int32_t sc_rt_unbox_bool(sc_context *context, sc_rt_ref value, int64_t *result) {
  Value truth = valueOf(value);
  if (!truth.isBool())
    return wrongKind(context, "bool");
  *result = truth.asBool();
  return SC_OK;
}

int32_t sc_rt_unbox_complex(sc_context *context, sc_rt_ref value, double *real, double *imaginary) {
  Value number = valueOf(value);
  if (!number.isNumber())
    return wrongKind(context, "complex");
  *real = number.toComplex().real();
  *imaginary = number.toComplex().imag();
  return SC_OK;
}

int32_t sc_rt_loop_enter(sc_context *context) {
  context->enterLoop();
  return SC_OK;
}
int32_t sc_rt_loop_carry(sc_context *context, sc_rt_ref value) {
  if (value)
    context->carry(static_cast<HeapObject *>(value));
  return SC_OK;
}
int32_t sc_rt_loop_next(sc_context *context) {
  context->endIteration();
  return SC_OK;
}
int32_t sc_rt_loop_leave(sc_context *context) {
  context->leaveLoop();
  return SC_OK;
}

int32_t sc_rt_equal(sc_context *context, sc_rt_ref a, sc_rt_ref b, int64_t *result) {
  Value left = valueOf(a), right = valueOf(b);
  if (left.isList() && right.isList())
    return giveNumber(context, result, lists::equal(left.asList(), right.asList()));
  *result = equal(left, right);
  return SC_OK;
}

int32_t sc_rt_hash(sc_context *context, sc_rt_ref value, int64_t *result) {
  return giveNumber(context, result, hashOf(valueOf(value)));
}

int32_t sc_rt_less(sc_context *context, sc_rt_ref a, sc_rt_ref b, int64_t *result) {
  Value left = valueOf(a), right = valueOf(b);
  return giveNumber(context, result,
                    left.isList() && right.isList() ? lists::lessThan(left.asList(), right.asList()) : lists::less(left, right));
}

int32_t sc_rt_math_gamma(sc_context *, double x, double *result) {
  *result = std::tgamma(x);
  return SC_OK;
}
int32_t sc_rt_math_ieee_remainder(sc_context *, double a, double b, double *result) {
  *result = std::remainder(a, b);
  return SC_OK;
}
int32_t sc_rt_math_factorial(sc_context *context, int64_t n, int64_t *result) {
  return giveNumber(context, result, math::factorial(n));
}
int32_t sc_rt_math_ldexp(sc_context *, double x, int64_t exponent, double *result) {
  *result = math::ldexp(x, exponent);
  return SC_OK;
}
int32_t sc_rt_math_frexp(sc_context *, double x, double *fraction, int64_t *exponent) {
  return giveTwo(math::frexp(x), fraction, exponent);
}
int32_t sc_rt_math_modf(sc_context *, double x, double *fraction, double *whole) {
  return giveTwo(math::modf(x), fraction, whole);
}
int32_t sc_rt_math_divmod(sc_context *, double a, double b, double *quotient, double *remainder) {
  return giveTwo(math::divmod(a, b), quotient, remainder);
}
int32_t sc_rt_math_divmod_int_float(sc_context *context, int64_t a, double b, double *quotient, double *remainder) {
  return giveTwo(context, math::divmod(a, b), quotient, remainder);
}
int32_t sc_rt_math_divmod_float_int(sc_context *context, double a, int64_t b, double *quotient, double *remainder) {
  return giveTwo(context, math::divmod(a, b), quotient, remainder);
}

int32_t sc_rt_from_value(sc_context *context, int64_t tag, int64_t payload, sc_rt_ref *result) {
  return give(context, result, Value::share(sc_value{static_cast<uint32_t>(tag), 0, {payload}}));
}

int32_t sc_rt_to_value(sc_context *, sc_rt_ref value, int64_t *tag, int64_t *payload) {
  sc_value raw = valueOf(value).take();
  *tag = raw.tag;
  *payload = raw.as.i;
  return SC_OK;
}

} // extern "C"
