// RUN: sconce-opt %s | sconce-opt | FileCheck %s
// Every type of the dialect prints as it is read.

// CHECK-LABEL: ts.func private @plain(
// CHECK-SAME: !ts.any
// CHECK-SAME: !ts.bool
// CHECK-SAME: !ts.complex
// CHECK-SAME: !ts.device
// CHECK-SAME: !ts.float
// CHECK-SAME: !ts.generator
// CHECK-SAME: !ts.int
// CHECK-SAME: !ts.none
// CHECK-SAME: !ts.number
// CHECK-SAME: !ts.ref
// CHECK-SAME: !ts.str
// CHECK-SAME: -> !ts.tensor
ts.func private @plain(!ts.any, !ts.bool, !ts.complex, !ts.device, !ts.float, !ts.generator, !ts.int, !ts.none, !ts.number, !ts.ref, !ts.str) -> !ts.tensor

// CHECK-LABEL: ts.func private @parameters(
// CHECK-SAME: !ts.class<"__torch__.Net">
// CHECK-SAME: !ts.dict<str, list<tensor>>
// CHECK-SAME: !ts.enum<"__torch__.Color", int>
// CHECK-SAME: !ts.function,
// CHECK-SAME: !ts.function<(tensor, int) -> tensor>
// CHECK-SAME: !ts.function<() -> none>
// CHECK-SAME: !ts.future<tuple<tensor, int>>
// CHECK-SAME: !ts.list<optional<tensor>>
// CHECK-SAME: !ts.named_tuple<"__torch__.Pair", ["x", "n"], [tensor, int]>
// CHECK-SAME: !ts.opaque<"Stream">
// CHECK-SAME: !ts.tuple<>
// CHECK-SAME: !ts.tuple<tensor, complex>
// CHECK-SAME: !ts.union<int, none, str>
// CHECK-SAME: -> !ts.none
ts.func private @parameters(!ts.class<"__torch__.Net">, !ts.dict<str, list<tensor>>, !ts.enum<"__torch__.Color", int>,
  !ts.function, !ts.function<(tensor, int) -> tensor>, !ts.function<() -> none>, !ts.future<tuple<tensor, int>>,
  !ts.list<optional<tensor>>, !ts.named_tuple<"__torch__.Pair", ["x", "n"], [tensor, int]>, !ts.opaque<"Stream">,
  !ts.tuple<>, !ts.tuple<tensor, complex>, !ts.union<int, none, str>) -> !ts.none
