// The elementary functions, element by element.

include "dialects/TorchScript/IR/Primitive.td"

def TS_AcosOp : TS_Unary<"acos", TS_FloatOrComplexValue, "Inverse cosine",
    "NaN outside of [-1, 1].">;

def TS_AcoshOp : TS_Unary<"acosh", TS_FloatOrComplexValue, "Inverse hyperbolic cosine",
    "NaN below 1.">;

def TS_AsinOp : TS_Unary<"asin", TS_FloatOrComplexValue, "Inverse sine",
    "NaN outside of [-1, 1].">;

def TS_AsinhOp : TS_Unary<"asinh", TS_FloatOrComplexValue, "Inverse hyperbolic sine",
    "Of any number.">;

def TS_AtanOp : TS_Unary<"atan", TS_FloatOrComplexValue, "Inverse tangent",
    "In [-pi/2, pi/2].">;

def TS_Atan2Op : TS_Binary<"atan2", TS_FloatValue, "Angle of a point",
    "Of `(b, a)`, as C's `atan2(a, b)`: in [-pi, pi].">;

def TS_AtanhOp : TS_Unary<"atanh", TS_FloatOrComplexValue, "Inverse hyperbolic tangent",
    "Infinite at -1 and 1, NaN outside.">;

def TS_CosOp : TS_Unary<"cos", TS_FloatOrComplexValue, "Cosine",
    "Of an angle in radians.">;

def TS_CoshOp : TS_Unary<"cosh", TS_FloatOrComplexValue, "Hyperbolic cosine",
    "Of any number.">;

def TS_ExpOp : TS_Unary<"exp", TS_FloatOrComplexValue, "e to a power",
    "Overflow gives infinity.">;

def TS_Exp2Op : TS_Unary<"exp2", TS_FloatOrComplexValue, "2 to a power",
    "Overflow gives infinity.">;

def TS_Expm1Op : TS_Unary<"expm1", TS_FloatOrComplexValue, "e to a power, less 1",
    "Accurate near 0.">;

def TS_HypotOp : TS_Binary<"hypot", TS_FloatValue, "Length of a vector of two parts",
    "Without overflow in between.", [Commutative]>;

def TS_LogOp : TS_Unary<"log", TS_FloatOrComplexValue, "Natural logarithm",
    "Negative infinity at 0, NaN below.">;

def TS_Log10Op : TS_Unary<"log10", TS_FloatOrComplexValue, "Logarithm to base 10",
    "Negative infinity at 0, NaN below.">;

def TS_Log1pOp : TS_Unary<"log1p", TS_FloatOrComplexValue, "Natural logarithm of 1 plus",
    "Accurate near 0; negative infinity at -1, NaN below.">;

def TS_Log2Op : TS_Unary<"log2", TS_FloatOrComplexValue, "Logarithm to base 2",
    "Negative infinity at 0, NaN below.">;

def TS_PowOp : TS_Binary<"pow", TS_NumberValue, "Power",
    "Of floats as C's `pow`. Of integers it wraps; a negative exponent gives 0, but 1 and -1 have all powers.">;

def TS_RsqrtOp : TS_Unary<"rsqrt", TS_FloatOrComplexValue, "One by the square root",
    "Infinite at 0, NaN below.">;

def TS_SinOp : TS_Unary<"sin", TS_FloatOrComplexValue, "Sine",
    "Of an angle in radians.">;

def TS_SinhOp : TS_Unary<"sinh", TS_FloatOrComplexValue, "Hyperbolic sine",
    "Of any number.">;

def TS_SqrtOp : TS_Unary<"sqrt", TS_FloatOrComplexValue, "Square root",
    "NaN below 0.">;

def TS_TanOp : TS_Unary<"tan", TS_FloatOrComplexValue, "Tangent",
    "Of an angle in radians.">;

def TS_TanhOp : TS_Unary<"tanh", TS_FloatOrComplexValue, "Hyperbolic tangent",
    "In [-1, 1].">;
