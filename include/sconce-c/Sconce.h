/// Everything of Sconce's C ABI.
#ifndef SCONCE_C_SCONCE_H
#define SCONCE_C_SCONCE_H

#include "sconce-c/Api.h"
#include "sconce-c/Context.h"
#include "sconce-c/Entry.h"
#include "sconce-c/Model.h"
#include "sconce-c/Status.h"
#include "sconce-c/Tensor.h"
#include "sconce-c/Value.h"
#include "sconce-c/Version.h"

#endif
