// RUN: sconce-opt %s --pass-pipeline='builtin.module(func.func(sconce-fuse-elementwise))' --mlir-print-debuginfo --mlir-print-local-scope --split-input-file 2>&1 | FileCheck %s
// RUN: sconce-opt %s --pass-pipeline='builtin.module(func.func(sconce-fuse-elementwise))' --split-input-file --remark-format=emitRemark --remarks-filter-missed=fusion 2>&1 | FileCheck --check-prefix=REMARK %s

#id = affine_map<(d0) -> (d0)>

// What is merged comes from both operators, in the program's order.
// CHECK-LABEL: func.func @merged(
// CHECK: } -> tensor<4xf32> loc(fused["aten::add.Tensor"("m.py":3:4), callsite("aten::relu"("m.py":5:6) at "main.py":7:8)])
func.func @merged(%a: tensor<4xf32>) -> tensor<4xf32> {
  %e = tensor.empty() : tensor<4xf32>
  %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%a : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%x: f32, %o: f32):
    %r = arith.addf %x, %x : f32
    linalg.yield %r : f32
  } -> tensor<4xf32> loc("aten::add.Tensor"("m.py":3:4))
  %1 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%0 : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%x: f32, %o: f32):
    %r = math.absf %x : f32
    linalg.yield %r : f32
  } -> tensor<4xf32> loc(callsite("aten::relu"("m.py":5:6) at "main.py":7:8))
  return %1 : tensor<4xf32>
}

// -----

#id = affine_map<(d0) -> (d0)>

// REMARK: aten::exp (m.py:3:4) into aten::mul.Tensor (m.py:5:6): others read it, too, and to compute it again costs more than to read it
func.func @dear_with_two_users(%a: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %e = tensor.empty() : tensor<4xf32>
  %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%a : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%x: f32, %o: f32):
    %r = math.exp %x : f32
    linalg.yield %r : f32
  } -> tensor<4xf32> loc("aten::exp"("m.py":3:4))
  %1 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%0 : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%x: f32, %o: f32):
    %r = arith.mulf %x, %x : f32
    linalg.yield %r : f32
  } -> tensor<4xf32> loc("aten::mul.Tensor"("m.py":5:6))
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}

// -----

// REMARK: aten::neg (m.py:3:4) into aten::mm (m.py:5:6): a sum of products reads its elements several times
func.func @contraction(%a: tensor<4x8xf32>, %b: tensor<8x4xf32>, %c: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %e = tensor.empty() : tensor<4x8xf32>
  %0 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%a : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) {
  ^bb0(%x: f32, %o: f32):
    %r = arith.negf %x : f32
    linalg.yield %r : f32
  } -> tensor<4x8xf32> loc("aten::neg"("m.py":3:4))
  %m = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d2, d1)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%0, %b : tensor<4x8xf32>, tensor<8x4xf32>) outs(%c : tensor<4x4xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<4x4xf32> loc("aten::mm"("m.py":5:6))
  return %m : tensor<4x4xf32>
}
