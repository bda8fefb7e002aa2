// Lists, dictionaries and tuples of generic IR.

include "dialects/TorchScript/IR/Types.td"

def TS_DictOp : TS_Op<"dict", [MemoryEffects<[MemAlloc]>, SameVariadicOperandSize]> {
  let summary = "Make a dictionary";
  let description = [{
    Keys and values alternate in evaluation, but are given as all keys, then all values. A key given twice keeps its first place
    and the last value.

    Example: `%d = ts.dict (%k0, %k1) = (%v0, %v1) : (!ts.str, !ts.str, !ts.tensor, !ts.tensor) -> !ts.dict<str, tensor>`
  }];
  let arguments = (ins Variadic<TS_GenericType>:$keys, Variadic<TS_GenericType>:$values);
  let results = (outs TS_DictType:$result);
  let assemblyFormat = [{
    `(` $keys `)` `=` `(` $values `)` attr-dict `:` functional-type(operands, $result)
  }];
}

def TS_ListOp : TS_Op<"list", [MemoryEffects<[MemAlloc]>]> {
  let summary = "Make a list";
  let description = [{
    Example: `%l = ts.list (%a, %b) : (!ts.int, !ts.int) -> !ts.list<int>`
  }];
  let arguments = (ins Variadic<TS_GenericType>:$elements);
  let results = (outs TS_ListType:$result);
  let assemblyFormat = "`(` $elements `)` attr-dict `:` functional-type($elements, $result)";
}

def TS_ListUnpackOp : TS_Op<"list_unpack", [MemoryEffects<[MemRead]>]> {
  let summary = "The elements of a list of expected length";
  let description = [{
    Raises when the list's length is not the number of results.

    Example: `%h, %w = ts.list_unpack %l : !ts.list<int> -> !ts.int, !ts.int`
  }];
  let arguments = (ins TS_ListType:$list);
  let results = (outs Variadic<TS_GenericType>:$elements);
  let assemblyFormat = "$list attr-dict `:` qualified(type($list)) `->` type($elements)";
}

def TS_ToListOp : TS_Op<"tolist", [MemoryEffects<[MemRead, MemAlloc]>]> {
  let summary = "The elements of a tensor as nested lists of scalars, or as one scalar";
  let description = [{
    Raises when the tensor's rank or dtype is not that of the result type.

    Example: `%l = ts.tolist %x : !ts.tensor -> !ts.list<list<float>>`
  }];
  let arguments = (ins TS_TensorType:$tensor);
  let results = (outs TS_GenericType:$result);
  let assemblyFormat = "$tensor attr-dict `:` type($tensor) `->` type($result)";
}

def TS_TupleOp : TS_Op<"tuple", [Pure]> {
  let summary = "Make a tuple or a named tuple";
  let description = [{
    Example: `%t = ts.tuple (%a, %b) : (!ts.tensor, !ts.int) -> !ts.tuple<tensor, int>`
  }];
  let arguments = (ins Variadic<TS_GenericType>:$elements);
  let results = (outs TS_AnyTuple:$result);
  let assemblyFormat = "`(` $elements `)` attr-dict `:` functional-type($elements, $result)";
  let hasVerifier = 1;
}

def TS_TupleIndexOp : TS_Op<"tuple_index", [MemoryEffects<[MemRead]>]> {
  let summary = "An element of a tuple";
  let description = [{
    Negative indices count from the end; an index out of range raises.

    Example: `%a = ts.tuple_index %t[%i] : !ts.tuple<tensor, int> -> !ts.tensor`
  }];
  let arguments = (ins TS_AnyTuple:$tuple, TS_IntType:$index);
  let results = (outs TS_GenericType:$result);
  let assemblyFormat = "$tuple `[` $index `]` attr-dict `:` type($tuple) `->` type($result)";
}

def TS_TupleSliceOp : TS_Op<"tuple_slice", [Pure]> {
  let summary = "A contiguous part of a tuple";
  let description = [{
    Elements `begin` up to, not including, `end`; both are normalized.

    Example: `%u = ts.tuple_slice %t[0, 2] : !ts.tuple<int, int, int> -> !ts.tuple<int, int>`
  }];
  let arguments = (ins TS_AnyTuple:$tuple, I64Attr:$begin, I64Attr:$end);
  let results = (outs TS_AnyTuple:$result);
  let assemblyFormat = "$tuple `[` $begin `,` $end `]` attr-dict `:` type($tuple) `->` type($result)";
  let hasVerifier = 1;
}

def TS_TupleUnpackOp : TS_Op<"tuple_unpack", [Pure]> {
  let summary = "The elements of a tuple";
  let description = [{
    Example: `%a, %b = ts.tuple_unpack %t : !ts.tuple<tensor, int> -> !ts.tensor, !ts.int`
  }];
  let arguments = (ins TS_AnyTuple:$tuple);
  let results = (outs Variadic<TS_GenericType>:$elements);
  let assemblyFormat = "$tuple attr-dict `:` type($tuple) (`->` type($elements)^)?";
  let hasVerifier = 1;
}
