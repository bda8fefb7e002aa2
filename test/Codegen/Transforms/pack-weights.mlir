// RUN: sconce-opt %s --sconce-pack-weights=vector-bits=512 --split-input-file | FileCheck %s
// RUN: sconce-opt %s --sconce-pack-weights='vector-bits=256 registers=16' --split-input-file | FileCheck %s --check-prefix=FEW

#a = affine_map<(m, n, k) -> (m, k)>
#b = affine_map<(m, n, k) -> (k, n)>
#c = affine_map<(m, n, k) -> (m, n)>

// CHECK-DAG: #[[FROM:.*]] = affine_map<(d0, d1, d2) -> (d1, d0 * 32 + d2)>
// CHECK-DAG: #[[PANELS:.*]] = affine_map<(d0, d1, d2) -> (d1 floordiv 32, d2, d1 mod 32)>
// CHECK-LABEL: func.func @matmul
// CHECK: %[[W:.*]] = ts.weight 0
// CHECK: %[[PACKED:.*]] = linalg.generic {indexing_maps = [#[[FROM]], #{{.*}}], {{.*}}} ins(%[[W]] : tensor<96x128xf32>) outs(%{{.*}} : tensor<4x96x32xf32>)
// CHECK: linalg.generic {indexing_maps = [#{{.*}}, #[[PANELS]], #{{.*}}], {{.*}}} ins(%arg0, %[[PACKED]] : tensor<50x96xf32>, tensor<4x96x32xf32>) {{.*}} attrs = {sconce.panel_width = 32 : i64}
func.func @matmul(%x: tensor<50x96xf32>, %start: tensor<50x128xf32>) -> tensor<50x128xf32> {
  %w = ts.weight 0 : tensor<96x128xf32>
  %r = linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]} ins(%x, %w : tensor<50x96xf32>, tensor<96x128xf32>) outs(%start : tensor<50x128xf32>) {
  ^bb0(%p: f32, %q: f32, %sum: f32):
    %m = arith.mulf %p, %q : f32
    %s = arith.addf %sum, %m : f32
    linalg.yield %s : f32
  } -> tensor<50x128xf32>
  return %r : tensor<50x128xf32>
}

// -----

#a = affine_map<(b, m, n, k) -> (b, m, k)>
#b = affine_map<(b, m, n, k) -> (b, k, n)>
#c = affine_map<(b, m, n, k) -> (b, m, n)>

// What both operands have stays outside of the panels; nine vectors make panels of three.
// CHECK: #[[PANELS:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d2 floordiv 48, d3, d2 mod 48)>
// CHECK-LABEL: func.func @batched
// CHECK: ins(%{{.*}}, %{{.*}} : tensor<36x20x64xf32>, tensor<36x3x64x48xf32>)
func.func @batched(%x: tensor<36x20x64xf32>, %start: tensor<36x20x144xf32>) -> tensor<36x20x144xf32> {
  %w = ts.weight 0 : tensor<36x64x144xf32>
  %r = linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%x, %w : tensor<36x20x64xf32>, tensor<36x64x144xf32>) outs(%start : tensor<36x20x144xf32>) {
  ^bb0(%p: f32, %q: f32, %sum: f32):
    %m = arith.mulf %p, %q : f32
    %s = arith.addf %sum, %m : f32
    linalg.yield %s : f32
  } -> tensor<36x20x144xf32>
  return %r : tensor<36x20x144xf32>
}

// -----

#x = affine_map<(n, o, h, w, c, i, j) -> (n, h + i, w + j, c)>
#k = affine_map<(n, o, h, w, c, i, j) -> (i, j, c, o)>
#y = affine_map<(n, o, h, w, c, i, j) -> (n, h, w, o)>

// A convolution's panels hold all taps.
// CHECK-LABEL: func.func @convolution
// CHECK: ins(%arg0, %{{.*}} : tensor<1x9x9x16xf32>, tensor<2x3x3x16x32xf32>)
func.func @convolution(%x: tensor<1x9x9x16xf32>, %start: tensor<1x7x7x64xf32>) -> tensor<1x7x7x64xf32> {
  %w = ts.weight 0 : tensor<3x3x16x64xf32>
  %r = linalg.generic {indexing_maps = [#x, #k, #y], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%x, %w : tensor<1x9x9x16xf32>, tensor<3x3x16x64xf32>) outs(%start : tensor<1x7x7x64xf32>) attrs = {sconce.channel_dims = 1 : i64} {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %sum, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x7x7x64xf32>
  return %r : tensor<1x7x7x64xf32>
}

// -----

#a = affine_map<(m, n, k) -> (m, k)>
#b = affine_map<(m, n, k) -> (k, n)>
#c = affine_map<(m, n, k) -> (m, n)>

// One row reads each element of a large matrix once, a panel as wide as the matrix is the matrix, and 40 columns are no whole
// vectors.
// CHECK-LABEL: func.func @stays
// CHECK-NOT: sconce.panel_width
// CHECK: return
func.func @stays(%x: tensor<1x1024xf32>, %y: tensor<50x96xf32>, %s1: tensor<1x128xf32>, %s2: tensor<50x32xf32>, %s3: tensor<50x40xf32>) -> (tensor<1x128xf32>, tensor<50x32xf32>, tensor<50x40xf32>) {
  %w1 = ts.weight 0 : tensor<1024x128xf32>
  %w2 = ts.weight 1 : tensor<96x32xf32>
  %w3 = ts.weight 2 : tensor<96x40xf32>
  %r1 = linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]} ins(%x, %w1 : tensor<1x1024xf32>, tensor<1024x128xf32>) outs(%s1 : tensor<1x128xf32>) {
  ^bb0(%p: f32, %q: f32, %sum: f32):
    %m = arith.mulf %p, %q : f32
    %s = arith.addf %sum, %m : f32
    linalg.yield %s : f32
  } -> tensor<1x128xf32>
  %r2 = linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]} ins(%y, %w2 : tensor<50x96xf32>, tensor<96x32xf32>) outs(%s2 : tensor<50x32xf32>) {
  ^bb0(%p: f32, %q: f32, %sum: f32):
    %m = arith.mulf %p, %q : f32
    %s = arith.addf %sum, %m : f32
    linalg.yield %s : f32
  } -> tensor<50x32xf32>
  %r3 = linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]} ins(%y, %w3 : tensor<50x96xf32>, tensor<96x40xf32>) outs(%s3 : tensor<50x40xf32>) {
  ^bb0(%p: f32, %q: f32, %sum: f32):
    %m = arith.mulf %p, %q : f32
    %s = arith.addf %sum, %m : f32
    linalg.yield %s : f32
  } -> tensor<50x40xf32>
  return %r1, %r2, %r3 : tensor<1x128xf32>, tensor<50x32xf32>, tensor<50x40xf32>
}

// -----

#a = affine_map<(m, n, k) -> (m, k)>
#b = affine_map<(m, n, k) -> (k, n)>
#c = affine_map<(m, n, k) -> (m, n)>

// The last panel of many columns may be filled in part. A copy of the weight in another order is looked through.
// CHECK-DAG: #[[FULL:.*]] = affine_map<(d0, d1, d2) -> (d0 * 32 + d2, d1)>
// CHECK-DAG: #[[REST:.*]] = affine_map<(d0, d1, d2) -> ((d0 + 16) * 32 + d2, d1)>
// CHECK-DAG: #[[PANELS:.*]] = affine_map<(d0, d1, d2) -> (d1 floordiv 32, d2, d1 mod 32)>
// CHECK-LABEL: func.func @uneven
// CHECK: %[[W:.*]] = ts.weight 0
// CHECK: %[[EMPTY:.*]] = tensor.empty() : tensor<17x96x32xf32>
// CHECK: %[[TO:.*]] = tensor.extract_slice %[[EMPTY]][0, 0, 0] [16, 96, 32]
// CHECK: %[[A:.*]] = linalg.generic {indexing_maps = [#[[FULL]], {{.*}}} ins(%[[W]] : tensor<531x96xf32>) outs(%[[TO]]
// CHECK: %[[FILLED:.*]] = tensor.insert_slice %[[A]] into %[[EMPTY]][0, 0, 0] [16, 96, 32]
// CHECK: %[[LAST:.*]] = tensor.extract_slice %[[FILLED]][16, 0, 0] [1, 96, 19]
// CHECK: %[[B:.*]] = linalg.generic {indexing_maps = [#[[REST]], {{.*}}} ins(%[[W]] : tensor<531x96xf32>) outs(%[[LAST]]
// CHECK: %[[PACKED:.*]] = tensor.insert_slice %[[B]] into %[[FILLED]][16, 0, 0] [1, 96, 19]
// CHECK: linalg.generic {indexing_maps = [#{{.*}}, #[[PANELS]], #{{.*}}], {{.*}}} ins(%arg0, %[[PACKED]] : tensor<50x96xf32>, tensor<17x96x32xf32>)
func.func @uneven(%x: tensor<50x96xf32>, %start: tensor<50x531xf32>) -> tensor<50x531xf32> {
  %w = ts.weight 0 : tensor<531x96xf32>
  %e = tensor.empty() : tensor<96x531xf32>
  %t = linalg.generic {indexing_maps = [affine_map<(i, j) -> (j, i)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]} ins(%w : tensor<531x96xf32>) outs(%e : tensor<96x531xf32>) {
  ^bb0(%p: f32, %q: f32):
    linalg.yield %p : f32
  } -> tensor<96x531xf32>
  %r = linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]} ins(%x, %t : tensor<50x96xf32>, tensor<96x531xf32>) outs(%start : tensor<50x531xf32>) {
  ^bb0(%p: f32, %q: f32, %sum: f32):
    %m = arith.mulf %p, %q : f32
    %s = arith.addf %sum, %m : f32
    linalg.yield %s : f32
  } -> tensor<50x531xf32>
  return %r : tensor<50x531xf32>
}

// -----

#a = affine_map<(m, n, k) -> (m, k)>
#b = affine_map<(m, n, k) -> (k, n)>
#c = affine_map<(m, n, k) -> (m, n)>

// The next iteration of a loop reads the same weight again, so it is laid in panels for one row, too; and a small one is found in
// a cache by the next call.
// CHECK-LABEL: func.func @read_again
// CHECK: ins(%{{.*}} : tensor<1024x128xf32>) outs(%{{.*}} : tensor<2x1024x64xf32>)
// CHECK: ins(%{{.*}} : tensor<64x128xf32>) outs(%{{.*}} : tensor<2x64x64xf32>)
// CHECK: scf.for
// CHECK: linalg.generic {{.*}} tensor<2x1024x64xf32>) {{.*}} attrs = {sconce.panel_width = 64 : i64}
// CHECK: linalg.generic {{.*}} tensor<2x64x64xf32>) {{.*}} attrs = {sconce.panel_width = 64 : i64}
func.func @read_again(%x: tensor<1x1024xf32>, %y: tensor<1x64xf32>, %start: tensor<1x128xf32>) -> (tensor<1x128xf32>, tensor<1x128xf32>) {
  %w = ts.weight 0 : tensor<1024x128xf32>
  %v = ts.weight 1 : tensor<64x128xf32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  %r = scf.for %i = %c0 to %c9 step %c1 iter_args(%h = %start) -> tensor<1x128xf32> {
    %t = linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]} ins(%x, %w : tensor<1x1024xf32>, tensor<1024x128xf32>) outs(%h : tensor<1x128xf32>) {
    ^bb0(%p: f32, %q: f32, %sum: f32):
      %m = arith.mulf %p, %q : f32
      %s = arith.addf %sum, %m : f32
      linalg.yield %s : f32
    } -> tensor<1x128xf32>
    scf.yield %t : tensor<1x128xf32>
  }
  %u = linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]} ins(%y, %v : tensor<1x64xf32>, tensor<64x128xf32>) outs(%start : tensor<1x128xf32>) {
  ^bb0(%p: f32, %q: f32, %sum: f32):
    %m = arith.mulf %p, %q : f32
    %s = arith.addf %sum, %m : f32
    linalg.yield %s : f32
  } -> tensor<1x128xf32>
  return %r, %u : tensor<1x128xf32>, tensor<1x128xf32>
}

// -----

#x = affine_map<(n, o, w, i, c) -> (n, w + i, (o floordiv 8) * 8 + c)>
#w = affine_map<(n, o, w, i, c) -> (i, c, o)>
#y = affine_map<(n, o, w, i, c) -> (n, w, o)>

// Lanes that run over groups read a vector or two of all columns for a step; a panel has whole groups.
// CHECK-DAG: #[[X:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d2 + d3, (d1 floordiv 8) * 8 + d4)>
// CHECK-DAG: #[[W:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d1 floordiv 16, d3, d4, d1 mod 16)>
// CHECK-LABEL: func.func @groups(
// CHECK: linalg.generic {indexing_maps = [#[[X]], #[[W]], #{{.*}}]{{.*}}} ins(%{{.*}}, %{{.*}} : tensor<1x30x48xf32>, tensor<3x3x8x16xf32>)
func.func @groups(%x: tensor<1x30x48xf32>, %s: tensor<1x28x48xf32>) -> tensor<1x28x48xf32> {
  %weight = ts.weight 0 : tensor<3x8x48xf32>
  %y = linalg.generic {indexing_maps = [#x, #w, #y], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]}
      ins(%x, %weight : tensor<1x30x48xf32>, tensor<3x8x48xf32>) outs(%s : tensor<1x28x48xf32>) attrs = {sconce.channel_dims = 1 : i64} {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.mulf %a, %b : f32
    %p = arith.addf %o, %m : f32
    linalg.yield %p : f32
  } -> tensor<1x28x48xf32>
  return %y : tensor<1x28x48xf32>
}

// -----

#x = affine_map<(n, o, h, w, c) -> (n, h * 2, w * 2, c)>
#w = affine_map<(n, o, h, w, c) -> (c, o)>
#y = affine_map<(n, o, h, w, c) -> (n, h, w, o)>

// Seven pixels are tiles of four and three rows with 16 registers. Three vectors have enough sums for both; the rest of the columns is
// half a panel. With 32 registers all seven are a tile of two vectors.
// CHECK-LABEL: func.func @seven(
// CHECK: linalg.generic {{.*}} tensor<16x64x32xf32>) {{.*}} attrs = {sconce.channel_dims = 1 : i64, sconce.panel_width = 32 : i64}
// FEW-LABEL: func.func @seven(
// FEW: linalg.generic {{.*}} tensor<22x64x24xf32>) {{.*}} attrs = {sconce.channel_dims = 1 : i64, sconce.panel_width = 24 : i64}
func.func @seven(%x: tensor<1x13x13x64xf32>, %s: tensor<1x7x7x512xf32>) -> tensor<1x7x7x512xf32> {
  %weight = ts.weight 0 : tensor<64x512xf32>
  %y = linalg.generic {indexing_maps = [#x, #w, #y], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]}
      ins(%x, %weight : tensor<1x13x13x64xf32>, tensor<64x512xf32>) outs(%s : tensor<1x7x7x512xf32>) attrs = {sconce.channel_dims = 1 : i64} {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.mulf %a, %b : f32
    %p = arith.addf %o, %m : f32
    linalg.yield %p : f32
  } -> tensor<1x7x7x512xf32>
  return %y : tensor<1x7x7x512xf32>
}
