// Conditionals, loops, errors and types known at run time, in generic IR.

include "dialects/TorchScript/IR/Types.td"

def TS_EnterOp : TS_Op<"enter", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "Enter a context manager";
  let description = [{
    Calls `__enter__` of the object.

    Example: `%v = ts.enter %ctx : !ts.class<"__torch__.Guard"> -> !ts.none`
  }];
  let arguments = (ins TS_GenericType:$context);
  let results = (outs TS_GenericType:$result);
  let assemblyFormat = "$context attr-dict `:` type($context) `->` type($result)";
}

def TS_ExitOp : TS_Op<"exit", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "Leave a context manager";
  let description = [{
    Calls `__exit__` of the object with three times None.

    Example: `ts.exit %ctx : !ts.class<"__torch__.Guard">`
  }];
  let arguments = (ins TS_GenericType:$context);
  let assemblyFormat = "$context attr-dict `:` type($context)";
}

def TS_IfOp : TS_Op<"if", [NoRegionArguments, RecursiveMemoryEffects, SingleBlock]> {
  let summary = "Run one of two regions";
  let description = [{
    Example:

    ```mlir
    %r = ts.if %c -> (!ts.int) {
      ts.yield %a : !ts.int
    } else {
      ts.yield %b : !ts.int
    }
    ```
  }];
  let arguments = (ins TS_BoolType:$condition);
  let results = (outs Variadic<TS_GenericType>:$results);
  let regions = (region SizedRegion<1>:$thenRegion, SizedRegion<1>:$elseRegion);
  let assemblyFormat = "$condition (`->` `(` type($results)^ `)`)? $thenRegion `else` $elseRegion attr-dict";
  let builders = [OpBuilder<(ins "mlir::TypeRange":$results, "mlir::Value":$condition, "bool":$withBlocks)>];
  let hasVerifier = 1;
}

def TS_IsInstanceOp : TS_Op<"isinstance", [MemoryEffects<[MemRead]>]> {
  let summary = "Whether a value is of one of some types";
  let description = [{
    Example: `%b = ts.isinstance %x is [!ts.int, !ts.str] : !ts.any`
  }];
  let arguments = (ins TS_GenericType:$value, TypeArrayAttr:$types);
  let results = (outs TS_BoolType:$result);
  let assemblyFormat = "$value `is` $types attr-dict `:` type($value)";
}

def TS_LoopOp : TS_Op<"loop", [RecursiveMemoryEffects, SingleBlock]> {
  let summary = "Run a region while a condition holds, at most so many times";
  let description = [{
    The region's arguments are the trip index and the carried values; it yields the next condition and the next carried values.
    Trip count and condition are both looked at before each iteration. A `while` has the largest int as trip count.

    Example:

    ```mlir
    %r = ts.loop %n, %true iter(%x : !ts.tensor) -> (!ts.tensor) {
    ^bb0(%i: !ts.int, %acc: !ts.tensor):
      ts.yield %true, %acc : !ts.bool, !ts.tensor
    }
    ```
  }];
  let arguments = (ins TS_IntType:$maxTrip, TS_BoolType:$condition, Variadic<TS_GenericType>:$inits);
  let results = (outs Variadic<TS_GenericType>:$results);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $maxTrip `,` $condition (`iter` `(` $inits^ `:` type($inits) `)`)? (`->` `(` type($results)^ `)`)? $body attr-dict
  }];
  let builders = [OpBuilder<(ins "mlir::Value":$maxTrip, "mlir::Value":$condition, "mlir::ValueRange":$inits,
                                 "mlir::TypeRange":$carriedTypes)>];
  let extraClassDeclaration = [{
    mlir::BlockArgument getTripIndex() { return getBody().getArgument(0); }
    mlir::Block::BlockArgListType getCarried() { return getBody().getArguments().drop_front(); }
  }];
  let hasVerifier = 1;
}

def TS_RaiseOp : TS_Op<"raise", [MemoryEffects<[MemWrite]>]> {
  let summary = "Raise an exception";
  let description = [{
    What follows does not run. The class is a string such as `builtins.ValueError`; without one the message is printed as it is.

    Example: `ts.raise %msg, %cls : !ts.str, !ts.str`
  }];
  let arguments = (ins TS_GenericType:$message, Optional<TS_GenericType>:$exceptionClass);
  let assemblyFormat = "$message (`,` $exceptionClass^)? attr-dict `:` type(operands)";
}

def TS_UncheckedCastOp : TS_Op<"unchecked_cast", [Pure]> {
  let summary = "The same value under another static type";
  let description = [{
    Nothing is checked or converted.

    Example: `%y = ts.unchecked_cast %x : !ts.optional<int> -> !ts.int`
  }];
  let arguments = (ins TS_GenericType:$value);
  let results = (outs TS_GenericType:$result);
  let assemblyFormat = "$value attr-dict `:` type($value) `->` type($result)";
}

def TS_YieldOp : TS_Op<"yield", [Pure, ParentOneOf<["IfOp", "LoopOp"]>, Terminator]> {
  let summary = "Give the values of a region";
  let description = "Example: `ts.yield %a : !ts.int`";
  let arguments = (ins Variadic<TS_GenericType>:$values);
  let assemblyFormat = "($values^ `:` type($values))? attr-dict";
}
