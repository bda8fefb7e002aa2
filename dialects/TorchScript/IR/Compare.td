// Comparisons, element by element.

include "dialects/TorchScript/IR/Primitive.td"

def TS_AnyCompared : TS_ValueOf<"BIFC", "a dtype that computes">;

class TS_Compare<string mnemonic, Type operand, string what, string sentence, list<Trait> traits = []>
    : TS_Elementwise<mnemonic, "(Tensor a, Tensor b) -> Tensor", traits> {
  let summary = what;
  let description = sentence # "\n\nExample: `%r = ts." # mnemonic # " %a, %b : tensor<4xf32>`\n";
  let arguments = (ins operand:$a, operand:$b);
  let results = (outs TS_BoolValue:$result);
  let infer = "inferCompareType";
  let assemblyFormat = "$a `,` $b attr-dict `:` custom<CompareTypes>(type($a), type($b), type($result))";
}

def TS_EqOp : TS_Compare<"eq", TS_AnyCompared, "Whether equal", "NaN is equal to nothing.", [Commutative]>;

def TS_GeOp : TS_Compare<"ge", TS_OrderedValue, "Whether greater or equal", "False where either is NaN.">;

def TS_GtOp : TS_Compare<"gt", TS_OrderedValue, "Whether greater", "False where either is NaN.">;

def TS_LeOp : TS_Compare<"le", TS_OrderedValue, "Whether less or equal", "False where either is NaN.">;

def TS_LtOp : TS_Compare<"lt", TS_OrderedValue, "Whether less", "False where either is NaN.">;

def TS_NeOp : TS_Compare<"ne", TS_AnyCompared, "Whether different", "NaN is different from everything.", [Commutative]>;
