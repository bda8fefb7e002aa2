// RUN: sconce-opt %s | sconce-opt | FileCheck %s
// The structural operations of generic IR print as they are read.

// CHECK-LABEL: ts.class @__torch__.Net module {
// CHECK: ts.attribute "weight" : !ts.tensor {parameter}
// CHECK: ts.attribute "count" : !ts.int
// CHECK: ts.attribute "in_features" : !ts.int = 3 : i64 {constant}
ts.class @__torch__.Net module {
  ts.attribute "weight" : !ts.tensor {parameter}
  ts.attribute "count" : !ts.int
  ts.attribute "in_features" : !ts.int = 3 {constant}
}

// CHECK-LABEL: ts.class @__torch__.Color enum {
ts.class @__torch__.Color enum {
  ts.attribute "RED" : !ts.int = 1
}

// CHECK-LABEL: ts.func @__torch__.Net.forward(%self: !ts.class<"__torch__.Net">, %x: !ts.tensor) -> !ts.tensor attributes
// CHECK: %[[W:.*]] = ts.get_attr %self["weight"] : !ts.class<"__torch__.Net"> -> !ts.tensor
// CHECK: %[[ONE:.*]] = ts.constant int 1
// CHECK: ts.op "aten::add.Tensor"(%x, %[[W]], %[[ONE]]) : (!ts.tensor, !ts.tensor, !ts.int) -> !ts.tensor
// CHECK: ts.set_attr %self["count"] = %[[ONE]] : !ts.class<"__torch__.Net">, !ts.int
// CHECK: ts.return
ts.func @__torch__.Net.forward(%self: !ts.class<"__torch__.Net">, %x: !ts.tensor) -> !ts.tensor
    attributes {arg_names = ["self", "x"]} {
  %w = ts.get_attr %self["weight"] : !ts.class<"__torch__.Net"> -> !ts.tensor
  %one = ts.constant int 1
  %y = ts.op "aten::add.Tensor"(%x, %w, %one) : (!ts.tensor, !ts.tensor, !ts.int) -> !ts.tensor
  ts.set_attr %self["count"] = %one : !ts.class<"__torch__.Net">, !ts.int
  ts.return %y : !ts.tensor
}

// CHECK-LABEL: ts.func @constants
// CHECK: ts.constant int -9223372036854775808
// CHECK: ts.constant float 1.000000e-05
// CHECK: ts.constant float 0x7FF0000000000000
// CHECK: ts.constant bool true
// CHECK: ts.constant str "a\22b"
// CHECK: ts.constant device "cpu"
// CHECK: ts.constant complex 1.000000e+00, -2.000000e+00
// CHECK: ts.constant dense<[1, 2]> : tensor<2xi64>
// CHECK: ts.pool_constant 3 : !ts.tensor
// CHECK: ts.enum_member "RED" : !ts.enum<"__torch__.Color", int>
// CHECK: ts.uninitialized : !ts.tensor
// CHECK: ts.constant none
ts.func @constants() -> !ts.none {
  %0 = ts.constant int -9223372036854775808
  %1 = ts.constant float 1.0e-5
  %2 = ts.constant float 0x7FF0000000000000
  %3 = ts.constant bool true
  %4 = ts.constant str "a\22b"
  %5 = ts.constant device "cpu"
  %6 = ts.constant complex 1.0, -2.0
  %7 = ts.constant dense<[1, 2]> : tensor<2xi64>
  %8 = ts.pool_constant 3 : !ts.tensor
  %9 = ts.enum_member "RED" : !ts.enum<"__torch__.Color", int>
  %10 = ts.uninitialized : !ts.tensor
  %11 = ts.constant none
  ts.return %11 : !ts.none
}

// CHECK-LABEL: ts.func @containers
// CHECK: ts.list() : () -> !ts.list<int>
// CHECK: ts.list(%{{.*}}, %{{.*}}) : (!ts.int, !ts.int) -> !ts.list<int>
// CHECK: ts.dict(%{{.*}}) = (%{{.*}}) : (!ts.str, !ts.int) -> !ts.dict<str, int>
// CHECK: ts.tuple(%{{.*}}, %{{.*}}) : (!ts.tensor, !ts.int) -> !ts.tuple<tensor, int>
// CHECK: ts.list_unpack %{{.*}} : !ts.list<int> -> !ts.int, !ts.int
// CHECK: ts.tuple_unpack %{{.*}} : !ts.tuple<tensor, int> -> !ts.tensor, !ts.int
// CHECK: ts.tuple_index %{{.*}}[%{{.*}}] : !ts.tuple<tensor, int> -> !ts.tensor
// CHECK: ts.tuple_slice %{{.*}}[0, 1] : !ts.tuple<tensor, int> -> !ts.tuple<tensor>
// CHECK: ts.tolist %{{.*}} : !ts.tensor -> !ts.list<list<float>>
ts.func @containers(%x: !ts.tensor, %n: !ts.int, %s: !ts.str) -> !ts.list<list<float>> {
  %0 = ts.list() : () -> !ts.list<int>
  %1 = ts.list(%n, %n) : (!ts.int, !ts.int) -> !ts.list<int>
  %2 = ts.dict(%s) = (%n) : (!ts.str, !ts.int) -> !ts.dict<str, int>
  %3 = ts.tuple(%x, %n) : (!ts.tensor, !ts.int) -> !ts.tuple<tensor, int>
  %4, %5 = ts.list_unpack %1 : !ts.list<int> -> !ts.int, !ts.int
  %6, %7 = ts.tuple_unpack %3 : !ts.tuple<tensor, int> -> !ts.tensor, !ts.int
  %8 = ts.tuple_index %3[%n] : !ts.tuple<tensor, int> -> !ts.tensor
  %9 = ts.tuple_slice %3[0, 1] : !ts.tuple<tensor, int> -> !ts.tuple<tensor>
  %10 = ts.tolist %x : !ts.tensor -> !ts.list<list<float>>
  ts.return %10 : !ts.list<list<float>>
}

// CHECK-LABEL: ts.func @calls
// CHECK: ts.call @containers(%{{.*}}) : (!ts.tensor, !ts.int, !ts.str) -> !ts.list<list<float>>
// CHECK: ts.call_method %{{.*}} "forward"(%{{.*}}) : (!ts.class<"__torch__.Net">, !ts.tensor) -> !ts.tensor
// CHECK: ts.function_ref @constants : !ts.function<() -> none>
// CHECK: ts.call_value %{{.*}}() : (!ts.function<() -> none>) -> !ts.none
// CHECK: ts.fork @__torch__.Net.forward(%{{.*}}) : (!ts.class<"__torch__.Net">, !ts.tensor) -> !ts.future<tensor>
// CHECK: ts.create_object : !ts.class<"__torch__.Net">
// CHECK: ts.op "prim::Print"(%{{.*}}) : (!ts.str) -> ()
// CHECK: ts.op "aten::max.dim"(%{{.*}}) : (!ts.tensor, !ts.int, !ts.bool) -> (!ts.tensor, !ts.tensor)
ts.func @calls(%net: !ts.class<"__torch__.Net">, %x: !ts.tensor, %n: !ts.int, %s: !ts.str, %b: !ts.bool) -> !ts.none {
  %0 = ts.call @containers(%x, %n, %s) : (!ts.tensor, !ts.int, !ts.str) -> !ts.list<list<float>>
  %1 = ts.call_method %net "forward"(%x) : (!ts.class<"__torch__.Net">, !ts.tensor) -> !ts.tensor
  %2 = ts.function_ref @constants : !ts.function<() -> none>
  %3 = ts.call_value %2() : (!ts.function<() -> none>) -> !ts.none
  %4 = ts.fork @__torch__.Net.forward(%net, %x) : (!ts.class<"__torch__.Net">, !ts.tensor) -> !ts.future<tensor>
  %5 = ts.create_object : !ts.class<"__torch__.Net">
  ts.op "prim::Print"(%s) : (!ts.str) -> ()
  %6:2 = ts.op "aten::max.dim"(%x, %n, %b) : (!ts.tensor, !ts.int, !ts.bool) -> (!ts.tensor, !ts.tensor)
  ts.return %3 : !ts.none
}

// CHECK-LABEL: ts.func @control
// CHECK: ts.if %{{.*}} -> (!ts.int) {
// CHECK: ts.yield %{{.*}} : !ts.int
// CHECK: } else {
// CHECK: ts.raise %{{.*}}, %{{.*}} : !ts.str, !ts.str
// CHECK: ts.if %{{.*}} {
// CHECK: ts.loop %{{.*}}, %{{.*}} iter(%{{.*}} : !ts.int) -> (!ts.int) {
// CHECK: ^bb0(%{{.*}}: !ts.int, %{{.*}}: !ts.int):
// CHECK: ts.yield %{{.*}}, %{{.*}} : !ts.bool, !ts.int
// CHECK: ts.isinstance %{{.*}} is [!ts.int, !ts.str] : !ts.any
// CHECK: ts.unchecked_cast %{{.*}} : !ts.any -> !ts.int
// CHECK: ts.enter %{{.*}} : !ts.class<"G"> -> !ts.none
// CHECK: ts.exit %{{.*}} : !ts.class<"G">
// CHECK: ts.enum_name %{{.*}} : !ts.enum<"E", int>
// CHECK: ts.enum_value %{{.*}} : !ts.enum<"E", int> -> !ts.int
ts.func @control(%c: !ts.bool, %n: !ts.int, %s: !ts.str, %a: !ts.any, %g: !ts.class<"G">, %e: !ts.enum<"E", int>) -> !ts.int {
  %0 = ts.if %c -> (!ts.int) {
    ts.yield %n : !ts.int
  } else {
    ts.raise %s, %s : !ts.str, !ts.str
    %u = ts.uninitialized : !ts.int
    ts.yield %u : !ts.int
  }
  ts.if %c {
    ts.op "prim::Print"(%s) : (!ts.str) -> ()
    ts.yield
  } else {
    ts.yield
  }
  %1 = ts.loop %n, %c iter(%0 : !ts.int) -> (!ts.int) {
  ^bb0(%i: !ts.int, %x: !ts.int):
    ts.yield %c, %i : !ts.bool, !ts.int
  }
  %2 = ts.isinstance %a is [!ts.int, !ts.str] : !ts.any
  %3 = ts.unchecked_cast %a : !ts.any -> !ts.int
  %4 = ts.enter %g : !ts.class<"G"> -> !ts.none
  ts.exit %g : !ts.class<"G">
  %5 = ts.enum_name %e : !ts.enum<"E", int>
  %6 = ts.enum_value %e : !ts.enum<"E", int> -> !ts.int
  ts.return %6 : !ts.int
}
