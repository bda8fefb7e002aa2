/// How the declarations of the C ABI are linked: as C, and visible outside the
/// library that holds them. The runtime that goes into compiled models is built
/// with SC_HIDDEN: there only the model's own symbols are visible.
#ifndef SCONCE_C_LINKAGE_H
#define SCONCE_C_LINKAGE_H

#if defined(__GNUC__) && !defined(SC_HIDDEN)
#define SC_VISIBLE_BEGIN _Pragma("GCC visibility push(default)")
#define SC_VISIBLE_END _Pragma("GCC visibility pop")
#else
#define SC_VISIBLE_BEGIN
#define SC_VISIBLE_END
#endif

#ifdef __cplusplus
#define SC_DECLARATIONS_BEGIN SC_VISIBLE_BEGIN extern "C" {
#define SC_DECLARATIONS_END } SC_VISIBLE_END
#else
#define SC_DECLARATIONS_BEGIN SC_VISIBLE_BEGIN
#define SC_DECLARATIONS_END SC_VISIBLE_END
#endif

#endif
