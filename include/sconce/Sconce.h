/// Everything of Sconce's C++ API.
#ifndef SCONCE_SCONCE_H
#define SCONCE_SCONCE_H

#include "sconce/Module.h"
#include "sconce/Result.h"
#include "sconce/Value.h"

#endif
