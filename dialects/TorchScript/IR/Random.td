// Random numbers: PyTorch's, bit for bit, from the instance's generator.

include "dialects/TorchScript/IR/Primitive.td"

defvar TS_DrawsNumbers = MemoryEffects<[MemRead, MemWrite]>;

def TS_RandomOp : TS_Primitive<"random", "(int[] sizes, int dtype, str kind, Scalar a, Scalar b) -> Tensor", [TS_DrawsNumbers]> {
  let summary = "Independent draws from a distribution";
  let description = [{
    `uniform` from a up to b, `normal` with mean a and standard deviation b, `bernoulli` with probability a, `exponential` with rate a, `integers` from a
    up to, not including, b, `geometric` with probability a, `cauchy` with median a and scale b, `log_normal` with mean a and standard deviation b,
    `bits` all integers from 0 that the dtype holds exactly.

    Example: `%r = ts.random uniform(%a, %b) sizes [2, %n] : f64, f64 -> tensor<2x?xf32>`
  }];
  let arguments = (ins Variadic<I64>:$sizes, TS_AnyScalar:$a, TS_AnyScalar:$b, DenseI64ArrayAttr:$static_sizes, TypeAttr:$dtype,
                       TS_RandomKind:$kind);
  let results = (outs TS_ComputeTensor:$result);
  let assemblyFormat = [{
    $kind `(` $a `,` $b `)` `sizes` custom<DynamicIndexList>($sizes, $static_sizes) attr-dict
    `:` type($a) `,` type($b) `->` custom<DtypeOf>($dtype, type($result))
  }];
}

def TS_RandpermOp : TS_Primitive<"randperm", "(int n) -> Tensor", [TS_DrawsNumbers]> {
  let summary = "The numbers below n in random order";
  let description = [{
    Example: `%r = ts.randperm n [10] : tensor<10xi64>`
  }];
  let arguments = (ins Variadic<I64>:$n, DenseI64ArrayAttr:$static_n);
  let results = (outs TS_IndexTensor:$result);
  let assemblyFormat = "`n` custom<DynamicIndexList>($n, $static_n) attr-dict `:` type($result)";
}
