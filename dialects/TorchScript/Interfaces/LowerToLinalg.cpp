// The interface through which the code generator gives a primitive its lowering.

#include "dialects/TorchScript/Interfaces/LowerToLinalg.h"

#include "dialects/TorchScript/Interfaces/LowerToLinalg.cpp.inc"
