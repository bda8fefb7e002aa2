// Special functions, element by element.

include "dialects/TorchScript/IR/Primitive.td"

def TS_DigammaOp : TS_Unary<"digamma", TS_FloatValue, "Derivative of lgamma",
    "Infinite at 0 with the sign opposite to it, NaN at negative integers.">;

def TS_ErfOp : TS_Unary<"erf", TS_FloatValue, "Error function",
    "2/sqrt(pi) times the integral of exp(-t^2) from 0.">;

def TS_ErfcOp : TS_Unary<"erfc", TS_FloatValue, "1 less the error function",
    "Accurate for large arguments.">;

def TS_ErfinvOp : TS_Unary<"erfinv", TS_FloatValue, "Inverse error function",
    "Infinite at -1 and 1, NaN outside.">;

def TS_I0Op : TS_Unary<"i0", TS_FloatValue, "Modified Bessel function of order 0",
    "Of the first kind.">;

def TS_I0eOp : TS_Unary<"i0e", TS_FloatValue, "i0 times exp(-|x|)",
    "Of the first kind.">;

def TS_I1Op : TS_Unary<"i1", TS_FloatValue, "Modified Bessel function of order 1",
    "Of the first kind.">;

def TS_I1eOp : TS_Unary<"i1e", TS_FloatValue, "i1 times exp(-|x|)",
    "Of the first kind.">;

def TS_IgammaOp : TS_Binary<"igamma", TS_FloatValue, "Lower regularized incomplete gamma function",
    "NaN where either is negative.">;

def TS_IgammacOp : TS_Binary<"igammac", TS_FloatValue, "Upper regularized incomplete gamma function",
    "NaN where either is negative.">;

def TS_LgammaOp : TS_Unary<"lgamma", TS_FloatValue, "Logarithm of the magnitude of the gamma function",
    "Infinite at the integers up to 0.">;

def TS_NdtriOp : TS_Unary<"ndtri", TS_FloatValue, "Quantile of the normal distribution",
    "Infinite at 0 and 1, NaN outside.">;

def TS_ZetaOp : TS_Binary<"zeta", TS_FloatValue, "Hurwitz zeta function",
    "The sum of `(k + b)^-a` over k from 0.">;
