// Enumerations that operations carry.

#ifndef SCONCE_DIALECTS_TORCHSCRIPT_IR_ATTRIBUTES_TD
#define SCONCE_DIALECTS_TORCHSCRIPT_IR_ATTRIBUTES_TD

include "mlir/IR/EnumAttr.td"

class TS_Words<string name, string what, list<I32EnumAttrCase> cases> : I32EnumAttr<name, what, cases> {
  let cppNamespace = "::sconce::ts";
}

def TS_ClassKind : TS_Words<"ClassKind", "what a ts.class declares", [
  I32EnumAttrCase<"Class", 0, "class">,
  I32EnumAttrCase<"Module", 1, "module">,
  I32EnumAttrCase<"Interface", 2, "interface">,
  I32EnumAttrCase<"NamedTuple", 3, "named_tuple">,
  I32EnumAttrCase<"Enum", 4, "enum">
]>;

def TS_DecompositionKind : TS_Words<"DecompositionKind", "which decomposition of a matrix", [
  I32EnumAttrCase<"Hermitian", 0, "hermitian">,
  I32EnumAttrCase<"General", 1, "general">,
  I32EnumAttrCase<"Singular", 2, "singular">,
  I32EnumAttrCase<"Symmetric", 3, "ldl">,
  I32EnumAttrCase<"HermitianLdl", 4, "ldl_hermitian">,
  I32EnumAttrCase<"HermitianUpper", 5, "hermitian_upper">
]>;

def TS_ExtremumKind : TS_Words<"ExtremumKind", "which extreme is looked for", [
  I32EnumAttrCase<"Max", 0, "max">,
  I32EnumAttrCase<"Min", 1, "min">
]>;

def TS_PoolKind : TS_Words<"PoolKind", "how the elements of a window are combined", [
  I32EnumAttrCase<"Max", 0, "max">,
  I32EnumAttrCase<"Sum", 1, "sum">
]>;

def TS_RandomKind : TS_Words<"RandomKind", "a distribution and its two parameters", [
  I32EnumAttrCase<"Uniform", 0, "uniform">,         // from, to
  I32EnumAttrCase<"Normal", 1, "normal">,           // mean, standard deviation
  I32EnumAttrCase<"Bernoulli", 2, "bernoulli">,     // probability, -
  I32EnumAttrCase<"Exponential", 3, "exponential">, // rate, -
  I32EnumAttrCase<"Integers", 4, "integers">,       // from, to (not included)
  I32EnumAttrCase<"Geometric", 5, "geometric">,     // probability, -
  I32EnumAttrCase<"Cauchy", 6, "cauchy">,           // median, scale
  I32EnumAttrCase<"LogNormal", 7, "log_normal">,    // mean, standard deviation
  I32EnumAttrCase<"Bits", 8, "bits">                // all integers that the dtype holds exactly, not negative
]>;

def TS_ReductionKind : TS_Words<"ReductionKind", "how the elements of the reduced dimensions are combined", [
  I32EnumAttrCase<"Sum", 0, "sum">,
  I32EnumAttrCase<"Prod", 1, "prod">,
  I32EnumAttrCase<"Max", 2, "max">,
  I32EnumAttrCase<"Min", 3, "min">,
  I32EnumAttrCase<"And", 4, "and">,
  I32EnumAttrCase<"Or", 5, "or">,
  I32EnumAttrCase<"MaxNumber", 6, "max_number">     // of NaN and others any: for callers in whose result NaN shows anyway
]>;

def TS_ScanKind : TS_Words<"ScanKind", "how an element is combined with those before it", [
  I32EnumAttrCase<"Sum", 0, "sum">,
  I32EnumAttrCase<"Prod", 1, "prod">,
  I32EnumAttrCase<"Max", 2, "max">,
  I32EnumAttrCase<"Min", 3, "min">,
  I32EnumAttrCase<"LogSumExp", 4, "logsumexp">
]>;

def TS_SortKind : TS_Words<"SortKind", "which of PyTorch's sorts is meant, by the order that it leaves equal elements in", [
  I32EnumAttrCase<"Stable", 0, "stable">,
  I32EnumAttrCase<"Sort", 1, "sort">,
  I32EnumAttrCase<"Top", 2, "topk">,
  I32EnumAttrCase<"TopUnsorted", 3, "topk_unsorted">,
  I32EnumAttrCase<"Kth", 4, "kthvalue">
]>;

def TS_ScatterMode : TS_Words<"ScatterMode", "how an update meets what is there", [
  I32EnumAttrCase<"Set", 0, "set">,
  I32EnumAttrCase<"Add", 1, "add">,
  I32EnumAttrCase<"Mul", 2, "mul">,
  I32EnumAttrCase<"AMin", 3, "amin">,
  I32EnumAttrCase<"AMax", 4, "amax">
]>;

#endif
