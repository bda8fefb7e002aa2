// RUN: sconce-opt %s --sconce-hoist-weights --split-input-file | FileCheck %s

#id = affine_map<(d0, d1) -> (d0, d1)>
#t = affine_map<(d0, d1) -> (d1, d0)>

// What follows from weights alone is a weight of its own, behind the model's two; what takes an argument stays.
// CHECK: module attributes {sconce.prepared = array<i64: 24>, ts.weights = 2 : i64}
// CHECK: func.func @entry(%[[X:.*]]: tensor<3x2xf32>)
// CHECK: %[[W:.*]] = ts.weight 2 : tensor<3x2xf32>
// CHECK-NOT: ts.weight
// CHECK: linalg.generic {{.*}} ins(%[[X]], %[[W]] : tensor<3x2xf32>, tensor<3x2xf32>)
// CHECK: func.func @sconce_prepare() -> tensor<3x2xf32>
// CHECK: %[[A:.*]] = ts.weight 0 : tensor<2x3xf32>
// CHECK: %[[MADE:.*]] = linalg.generic {{.*}} ins(%[[A]] : tensor<2x3xf32>)
// CHECK: return %[[MADE]]
module attributes {ts.weights = 2 : i64} {
  func.func @entry(%x: tensor<3x2xf32>) -> tensor<3x2xf32> {
    %w = ts.weight 0 : tensor<2x3xf32>
    %empty = tensor.empty() : tensor<3x2xf32>
    %turned = linalg.generic {indexing_maps = [#id, #t], iterator_types = ["parallel", "parallel"]} ins(%w : tensor<2x3xf32>) outs(%empty : tensor<3x2xf32>) {
    ^bb0(%a: f32, %o: f32):
      linalg.yield %a : f32
    } -> tensor<3x2xf32>
    %y = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %turned : tensor<3x2xf32>, tensor<3x2xf32>) outs(%empty : tensor<3x2xf32>) {
    ^bb0(%a: f32, %b: f32, %o: f32):
      %s = arith.addf %a, %b : f32
      linalg.yield %s : f32
    } -> tensor<3x2xf32>
    return %y : tensor<3x2xf32>
  }
}

// -----

#row = affine_map<(d0, d1) -> (d1)>
#id = affine_map<(d0, d1) -> (d0, d1)>

// A row written out a thousand times is made anew rather than kept.
// CHECK-NOT: sconce.prepared
// CHECK-NOT: sconce_prepare
module attributes {ts.weights = 1 : i64} {
  func.func @entry() -> tensor<1000x64xf32> {
    %w = ts.weight 0 : tensor<64xf32>
    %empty = tensor.empty() : tensor<1000x64xf32>
    %y = linalg.generic {indexing_maps = [#row, #id], iterator_types = ["parallel", "parallel"]} ins(%w : tensor<64xf32>) outs(%empty : tensor<1000x64xf32>) {
    ^bb0(%a: f32, %o: f32):
      linalg.yield %a : f32
    } -> tensor<1000x64xf32>
    return %y : tensor<1000x64xf32>
  }
}

// -----

#tap = affine_map<(p, c, t) -> (p, t)>
#w = affine_map<(p, c, t) -> (t, c)>
#r = affine_map<(p, c, t) -> (p, c)>
#id = affine_map<(p, c) -> (p, c)>

// What is eight times as large on the way is still made once: Winograd's weights in double precision.
// CHECK: module attributes {sconce.prepared = array<i64: 73728>, ts.weights = 1 : i64}
// CHECK: func.func @entry() -> tensor<36x512xf32>
// CHECK-NEXT: ts.weight 1
// CHECK-NEXT: return
module attributes {ts.weights = 1 : i64} {
  func.func @entry() -> tensor<36x512xf32> {
    %w = ts.weight 0 : tensor<9x512xf32>
    %one = arith.constant 1.0 : f64
    %none = tensor.empty() : tensor<36x9xf64>
    %table = linalg.fill ins(%one : f64) outs(%none : tensor<36x9xf64>) -> tensor<36x9xf64>
    %wide = tensor.empty() : tensor<36x512xf64>
    %start = linalg.fill ins(%one : f64) outs(%wide : tensor<36x512xf64>) -> tensor<36x512xf64>
    %exact = linalg.generic {indexing_maps = [#tap, #w, #r], iterator_types = ["parallel", "parallel", "reduction"]} ins(%table, %w : tensor<36x9xf64>, tensor<9x512xf32>) outs(%start : tensor<36x512xf64>) {
    ^bb0(%a: f64, %b: f32, %sum: f64):
      %e = arith.extf %b : f32 to f64
      %p = arith.mulf %a, %e : f64
      %s = arith.addf %sum, %p : f64
      linalg.yield %s : f64
    } -> tensor<36x512xf64>
    %empty = tensor.empty() : tensor<36x512xf32>
    %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%exact : tensor<36x512xf64>) outs(%empty : tensor<36x512xf32>) {
    ^bb0(%a: f64, %o: f32):
      %t = arith.truncf %a : f64 to f32
      linalg.yield %t : f32
    } -> tensor<36x512xf32>
    return %y : tensor<36x512xf32>
  }
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>

// So is a weight that an op's body reads at computed places, as for a flipped kernel.
// CHECK: module attributes {sconce.prepared = array<i64: 40000>, ts.weights = 1 : i64}
// CHECK: func.func @entry() -> tensor<100x100xf32>
// CHECK-NEXT: ts.weight 1
// CHECK-NEXT: return
// CHECK: func.func @sconce_prepare
// CHECK: tensor.extract
module attributes {ts.weights = 1 : i64} {
  func.func @entry() -> tensor<100x100xf32> {
    %w = ts.weight 0 : tensor<100x100xf32>
    %size = arith.constant 100 : index
    %one = arith.constant 1 : index
    %last = arith.subi %size, %one : index
    %empty = tensor.empty() : tensor<100x100xf32>
    %flipped = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel", "parallel"]} outs(%empty : tensor<100x100xf32>) {
    ^bb0(%o: f32):
      %i = linalg.index 0 : index
      %j = linalg.index 1 : index
      %k = arith.subi %last, %j : index
      %e = tensor.extract %w[%i, %k] : tensor<100x100xf32>
      linalg.yield %e : f32
    } -> tensor<100x100xf32>
    return %flipped : tensor<100x100xf32>
  }
}

// -----

#column = affine_map<(d0, d1) -> (d0)>
#id = affine_map<(d0, d1) -> (d0, d1)>

// What is made of such a row and of a weight of the same size is kept: not the row, and not what it is made of.
// CHECK: module attributes {sconce.prepared = array<i64: 256000>, ts.weights = 1 : i64}
// CHECK: func.func @entry(%[[X:.*]]: tensor<64x1000xf32>)
// CHECK: %[[W:.*]] = ts.weight 1 : tensor<64x1000xf32>
// CHECK-NOT: ts.weight
// CHECK: linalg.generic {{.*}} ins(%[[X]], %[[W]] : tensor<64x1000xf32>, tensor<64x1000xf32>)
// CHECK: func.func @sconce_prepare() -> tensor<64x1000xf32>
// CHECK-COUNT-3: linalg.generic
module attributes {ts.weights = 1 : i64} {
  func.func @entry(%x: tensor<64x1000xf32>) -> tensor<64x1000xf32> {
    %w = ts.weight 0 : tensor<64x1000xf32>
    %zero = arith.constant 0.0 : f32
    %few = tensor.empty() : tensor<64xf32>
    %zeros = linalg.fill ins(%zero : f32) outs(%few : tensor<64xf32>) -> tensor<64xf32>
    %sums = linalg.generic {indexing_maps = [#id, #column], iterator_types = ["parallel", "reduction"]} ins(%w : tensor<64x1000xf32>) outs(%zeros : tensor<64xf32>) {
    ^bb0(%a: f32, %o: f32):
      %s = arith.addf %a, %o : f32
      linalg.yield %s : f32
    } -> tensor<64xf32>
    %empty = tensor.empty() : tensor<64x1000xf32>
    %repeated = linalg.generic {indexing_maps = [#column, #id], iterator_types = ["parallel", "parallel"]} ins(%sums : tensor<64xf32>) outs(%empty : tensor<64x1000xf32>) {
    ^bb0(%a: f32, %o: f32):
      linalg.yield %a : f32
    } -> tensor<64x1000xf32>
    %scaled = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]} ins(%w, %repeated : tensor<64x1000xf32>, tensor<64x1000xf32>) outs(%empty : tensor<64x1000xf32>) {
    ^bb0(%a: f32, %b: f32, %o: f32):
      %s = arith.mulf %a, %b : f32
      linalg.yield %s : f32
    } -> tensor<64x1000xf32>
    %y = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %scaled : tensor<64x1000xf32>, tensor<64x1000xf32>) outs(%empty : tensor<64x1000xf32>) {
    ^bb0(%a: f32, %b: f32, %o: f32):
      %s = arith.addf %a, %b : f32
      linalg.yield %s : f32
    } -> tensor<64x1000xf32>
    return %y : tensor<64x1000xf32>
  }
}

// -----

#id = affine_map<(d0) -> (d0)>

// A table of an elementary function is kept, though it is made of nothing; what counts up, or is many megabytes, is made anew.
// CHECK: module attributes {sconce.prepared = array<i64: 8192>, ts.weights = 0 : i64}
// CHECK: func.func @table(
// CHECK: %[[ANGLES:.*]] = linalg.generic
// CHECK: linalg.index
// CHECK: %[[TABLE:.*]] = ts.weight 0 : tensor<2048xf32>
// CHECK: linalg.generic {{.*}} ins(%arg0, %[[TABLE]], %[[ANGLES]] :
// CHECK: linalg.index
// CHECK: math.sin
// CHECK: func.func @sconce_prepare() -> tensor<2048xf32>
// CHECK: math.cos
module attributes {ts.weights = 0 : i64} {
  func.func @table(%x: tensor<2048xf32>) -> (tensor<2048xf32>, tensor<8388608xf32>) {
    %empty = tensor.empty() : tensor<2048xf32>
    %many = tensor.empty() : tensor<8388608xf32>
    %angles = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel"]} outs(%empty : tensor<2048xf32>) {
    ^bb0(%o: f32):
      %i = linalg.index 0 : index
      %n = arith.index_cast %i : index to i64
      %f = arith.sitofp %n : i64 to f32
      linalg.yield %f : f32
    } -> tensor<2048xf32>
    %cos = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%angles : tensor<2048xf32>) outs(%empty : tensor<2048xf32>) {
    ^bb0(%a: f32, %o: f32):
      %c = math.cos %a : f32
      linalg.yield %c : f32
    } -> tensor<2048xf32>
    %y = linalg.generic {indexing_maps = [#id, #id, #id, #id], iterator_types = ["parallel"]} ins(%x, %cos, %angles : tensor<2048xf32>, tensor<2048xf32>, tensor<2048xf32>) outs(%empty : tensor<2048xf32>) {
    ^bb0(%a: f32, %b: f32, %c: f32, %o: f32):
      %p = arith.mulf %a, %b : f32
      %s = arith.addf %p, %c : f32
      linalg.yield %s : f32
    } -> tensor<2048xf32>
    %large = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel"]} outs(%many : tensor<8388608xf32>) {
    ^bb0(%o: f32):
      %i = linalg.index 0 : index
      %n = arith.index_cast %i : index to i64
      %f = arith.sitofp %n : i64 to f32
      %c = math.sin %f : f32
      linalg.yield %c : f32
    } -> tensor<8388608xf32>
    return %y, %large : tensor<2048xf32>, tensor<8388608xf32>
  }
}
