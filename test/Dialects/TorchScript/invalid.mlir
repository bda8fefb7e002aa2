// RUN: sconce-opt %s -split-input-file -verify-diagnostics

ts.func private @nested_tensor() -> !ts.list<tensor>
// expected-error@+1 {{expected a type of the ts dialect without '!ts.', got 'vector'}}
ts.func private @nested_builtin() -> !ts.list<vector<2xf32>>

// -----

// expected-error@+1 {{expected as many field names as types, got 1 and 2}}
ts.func private @named_tuple_names() -> !ts.named_tuple<"P", ["x"], [tensor, int]>

// -----

// expected-error@+1 {{'ts.func' op expected one result, got 0}}
ts.func private @func_without_result(!ts.tensor)

// -----

// expected-error@+1 {{'ts.func' op expected types of the ts dialect, got 'i64'}}
ts.func private @func_builtin_type(i64) -> !ts.none

// -----

// expected-error@+1 {{'ts.func' op expected 1 names in 'arg_names', got 2}}
ts.func private @func_arg_names(!ts.tensor) -> !ts.none attributes {arg_names = ["x", "y"]}

// -----

// expected-error@+1 {{'ts.func' op expected 1 entries in 'arg_defaults', got 0}}
ts.func private @func_arg_defaults(!ts.tensor) -> !ts.none attributes {arg_defaults = []}

// -----

ts.func @return_type(%x: !ts.tensor) -> !ts.int {
  // expected-error@+1 {{'ts.return' op expected a value of type '!ts.int', got '!ts.tensor'}}
  ts.return %x : !ts.tensor
}

// -----

ts.func @tuple_elements(%x: !ts.int) -> !ts.none {
  // expected-error@+1 {{'ts.tuple' op expected 2 elements for '!ts.tuple<int, int>', got 1}}
  %0 = ts.tuple(%x) : (!ts.int) -> !ts.tuple<int, int>
  %1 = ts.constant none
  ts.return %1 : !ts.none
}

// -----

ts.func @tuple_slice_range(%x: !ts.tuple<int, int>) -> !ts.tuple<int> {
  // expected-error@+1 {{'ts.tuple_slice' op expected 0 <= begin <= end <= 2, got begin 1 and end 3}}
  %0 = ts.tuple_slice %x[1, 3] : !ts.tuple<int, int> -> !ts.tuple<int>
  ts.return %0 : !ts.tuple<int>
}

// -----

ts.func @tuple_slice_types(%x: !ts.tuple<int, int>) -> !ts.tuple<tensor> {
  // expected-error@+1 {{'ts.tuple_slice' op expected the element types of the slice, got '!ts.tuple<tensor>'}}
  %0 = ts.tuple_slice %x[0, 1] : !ts.tuple<int, int> -> !ts.tuple<tensor>
  ts.return %0 : !ts.tuple<tensor>
}

// -----

ts.func @tuple_unpack_count(%x: !ts.tuple<int, int>) -> !ts.int {
  // expected-error@+1 {{'ts.tuple_unpack' op expected 2 results for '!ts.tuple<int, int>', got 1}}
  %0 = ts.tuple_unpack %x : !ts.tuple<int, int> -> !ts.int
  ts.return %0 : !ts.int
}

// -----

ts.func @if_yield(%c: !ts.bool, %x: !ts.int) -> !ts.int {
  // expected-error@+1 {{'ts.if' op expected the else region to yield ('!ts.int'), got ('!ts.bool')}}
  %0 = ts.if %c -> (!ts.int) {
    ts.yield %x : !ts.int
  } else {
    ts.yield %c : !ts.bool
  }
  ts.return %0 : !ts.int
}

// -----

ts.func @loop_inits(%n: !ts.int, %c: !ts.bool) -> !ts.int {
  // expected-error@+1 {{'ts.loop' op expected as many initial values as results, got 0 and 1}}
  %0 = ts.loop %n, %c -> (!ts.int) {
  ^bb0(%i: !ts.int, %x: !ts.int):
    ts.yield %c, %x : !ts.bool, !ts.int
  }
  ts.return %0 : !ts.int
}

// -----

ts.func @loop_arguments(%n: !ts.int, %c: !ts.bool) -> !ts.int {
  // expected-error@+1 {{'ts.loop' op expected block arguments ('!ts.int'), got ('!ts.bool')}}
  ts.loop %n, %c {
  ^bb0(%i: !ts.bool):
    ts.yield %c : !ts.bool
  }
  ts.return %n : !ts.int
}

// -----

// expected-error@+1 {{'ts.class' op expected only 'ts.attribute' inside, got 'ts.constant'}}
ts.class @class_members class {
  %0 = ts.constant int 1
}

// -----

ts.class @class_names class {
  ts.attribute "x" : !ts.int
  // expected-error@+1 {{'ts.attribute' op expected a name not used before, got "x"}}
  ts.attribute "x" : !ts.int
}

// -----

// expected-error@+1 {{'ts.constant' op expected a literal of type '!ts.int', got 1.000000e+00}}
%0 = "ts.constant"() {value = 1.0 : f64} : () -> !ts.int
