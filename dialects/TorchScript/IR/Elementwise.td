// Arithmetic, rounding, bits and selection, element by element.

include "dialects/TorchScript/IR/Primitive.td"

def TS_AbsOp : TS_Unary<"abs", TS_NumberValue, "Absolute value",
    "The lowest integer stays as it is. Of a complex number: its distance from zero, in the dtype of its parts."> {
  let infer = "inferRealType";
  let results = (outs TS_RealValue:$result);
}

def TS_AddOp : TS_Binary<"add", TS_NumberValue, "Sum", "Integers wrap.", [Commutative]>;

def TS_AndOp : TS_Binary<"and", TS_BitsValue, "Logical or bitwise and", "Of bools or of the bits of integers.", [Commutative]> {
  let description = "Of bools or of the bits of integers.\n\nExample: `%r = ts.and %a, %b : tensor<4xi1>`\n";
}

def TS_CeilOp : TS_Unary<"ceil", TS_FloatValue, "Smallest integer not below", "The result keeps the dtype.">;

def TS_ComplexOp : TS_Elementwise<"complex", "(Tensor re, Tensor im) -> Tensor"> {
  let summary = "Complex number from its parts";
  let description = [{
    f32 parts give complex<f32>, f64 parts complex<f64>.

    Example: `%z = ts.complex %re, %im : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xcomplex<f32>>`
  }];
  let arguments = (ins TS_ValueOf<"F", "float32 or float64">:$re, TS_ValueOf<"F", "float32 or float64">:$im);
  let results = (outs TS_ComplexValue:$result);
  let infer = "inferComplexType";
  let assemblyFormat = "$re `,` $im attr-dict `:` custom<BinaryTypes>(type($re), type($im), type($result))";
}

def TS_CopysignOp : TS_Binary<"copysign", TS_FloatValue, "Magnitude of one, sign of the other", "The sign is that of the second, also of zeros and NaN.">;

def TS_DivOp : TS_Binary<"div", TS_NumberValue, "Quotient",
    "Of integers: truncated toward zero; the divisor is not zero (the library checks), and the lowest integer by -1 wraps.">;

def TS_FloorOp : TS_Unary<"floor", TS_FloatValue, "Largest integer not above", "The result keeps the dtype.">;

def TS_FloordivOp : TS_Binary<"floordiv", TS_RealValue, "Quotient rounded down",
    "As Python's `//`. Of floats as PyTorch computes it: exact for exact quotients, a quotient by zero is that of `div`.">;

def TS_FmaxOp : TS_Binary<"fmax", TS_RealValue, "Larger of two, numbers before NaN", "NaN only where both are NaN.">;

def TS_FminOp : TS_Binary<"fmin", TS_RealValue, "Smaller of two, numbers before NaN", "NaN only where both are NaN.">;

def TS_FmodOp : TS_Binary<"fmod", TS_RealValue, "Remainder with the sign of the dividend", "As C's `fmod` and `%`.">;

def TS_GcdOp : TS_Binary<"gcd", TS_IntValue, "Greatest common divisor", "Never negative; of two zeros 0.", [Commutative]> {
  let description = "Never negative; of two zeros 0.\n\nExample: `%r = ts.gcd %a, %b : tensor<4xi64>`\n";
}

def TS_ImagOp : TS_Unary<"imag", TS_ComplexValue, "Imaginary part", "", TS_FloatValue> {
  let description = "Example: `%r = ts.imag %z : tensor<4xcomplex<f32>> -> tensor<4xf32>`";
  let infer = "inferRealType";
}

def TS_MaximumOp : TS_Binary<"maximum", TS_OrderedValue, "Larger of two", "NaN where either is NaN.">;

def TS_MinimumOp : TS_Binary<"minimum", TS_OrderedValue, "Smaller of two", "NaN where either is NaN.">;

def TS_MulOp : TS_Binary<"mul", TS_NumberValue, "Product", "Integers wrap.", [Commutative]>;

def TS_NegOp : TS_Unary<"neg", TS_NumberValue, "Negation", "Integers wrap, also unsigned ones.">;

def TS_NextafterOp : TS_Binary<"nextafter", TS_FloatValue, "Next float in the direction of another", "As C's `nextafter`.">;

def TS_NotOp : TS_Unary<"not", TS_BitsValue, "Logical or bitwise not", ""> {
  let description = "Of bools or of the bits of integers.\n\nExample: `%r = ts.not %x : tensor<4xi1>`\n";
}

def TS_OrOp : TS_Binary<"or", TS_BitsValue, "Logical or bitwise or", "", [Commutative]> {
  let description = "Of bools or of the bits of integers.\n\nExample: `%r = ts.or %a, %b : tensor<4xi1>`\n";
}

def TS_RealOp : TS_Unary<"real", TS_ComplexValue, "Real part", "", TS_FloatValue> {
  let description = "Example: `%r = ts.real %z : tensor<4xcomplex<f32>> -> tensor<4xf32>`";
  let infer = "inferRealType";
}

def TS_RemainderOp : TS_Binary<"remainder", TS_RealValue, "Remainder with the sign of the divisor",
    "As Python's `%`. Integer divisors are not zero (the library checks).">;

def TS_RoundOp : TS_Unary<"round", TS_FloatValue, "Nearest integer, halves to even", "The result keeps the dtype.">;

def TS_SelectOp : TS_Elementwise<"select", "(Tensor cond, Tensor a, Tensor b) -> Tensor"> {
  let summary = "One of two values, by a condition";
  let description = [{
    `a` where the condition is true, else `b`.

    Example: `%r = ts.select %c, %a, %b : tensor<4xi1>, tensor<4xf32>`
  }];
  let arguments = (ins TS_BoolValue:$cond, TS_AnyValue:$a, TS_AnyValue:$b);
  let results = (outs TS_AnyValue:$result);
  let infer = "inferSelectType";
  let assemblyFormat = [{
    $cond `,` $a `,` $b attr-dict `:` custom<SelectTypes>(type($cond), type($a), type($b), type($result))
  }];
}

def TS_ShlOp : TS_Binary<"shl", TS_IntValue, "Bits shifted left", ""> {
  let description = [{
    A distance that is negative or not below the width gives 0.

    Example: `%r = ts.shl %a, %b : tensor<4xi64>`
  }];
}

def TS_ShrOp : TS_Binary<"shr", TS_IntValue, "Bits shifted right", ""> {
  let description = [{
    Keeps the sign. A distance that is negative or not below the width gives what shifting by the width less one gives.

    Example: `%r = ts.shr %a, %b : tensor<4xi64>`
  }];
}

def TS_SignOp : TS_Unary<"sign", TS_RealValue, "-1, 0 or 1", "NaN gives 0, as in PyTorch.">;

def TS_SubOp : TS_Binary<"sub", TS_NumberValue, "Difference", "Integers wrap.">;

def TS_TruncOp : TS_Unary<"trunc", TS_FloatValue, "Nearest integer toward zero", "The result keeps the dtype.">;

def TS_XorOp : TS_Binary<"xor", TS_BitsValue, "Logical or bitwise exclusive or", "", [Commutative]> {
  let description = "Of bools or of the bits of integers.\n\nExample: `%r = ts.xor %a, %b : tensor<4xi1>`\n";
}
