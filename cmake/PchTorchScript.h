// The headers of rooms that know the ts dialect, compiled once.
#include "PchMLIR.h"
#include "dialects/TorchScript/IR/TorchScript.h"
