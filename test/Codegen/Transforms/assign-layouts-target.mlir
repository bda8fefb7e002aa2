// RUN: sconce-opt %s --sconce-assign-layouts='vector-bits=512' --split-input-file | FileCheck %s
// RUN: sconce-opt %s --sconce-assign-layouts='vector-bits=256 copies-arguments' --split-input-file | FileCheck %s --check-prefix=FEW
// What of the layouts depends on vectors.

#x = affine_map<(n, o, h, w, c, i, j) -> (n, c, h + i, w + j)>
#k = affine_map<(n, o, h, w, c, i, j) -> (o, c, i, j)>
#y = affine_map<(n, o, h, w, c, i, j) -> (n, o, h, w)>

// 17 channels leave nearly half of two vectors idle, rows of 57 a tenth of four: lanes run along rows, as image and result lie.
// CHECK-LABEL: func.func @badly_filled(
// CHECK: linalg.generic {{.*}} ins(%arg0, %{{.*}} : {{.*}}) outs(%{{.*}} : tensor<1x17x57x57xf32>)
// CHECK-NEXT: ^bb0
// CHECK: return %{{[0-9]+}} : tensor<1x17x57x57xf32>
func.func @badly_filled(%x: tensor<1x17x59x59xf32>) -> tensor<1x17x57x57xf32> {
  %w = ts.weight 0 : tensor<17x17x3x3xf32>
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<1x17x57x57xf32>
  %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<1x17x57x57xf32>) -> tensor<1x17x57x57xf32>
  %y = linalg.generic {indexing_maps = [#x, #k, #y], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%x, %w : tensor<1x17x59x59xf32>, tensor<17x17x3x3xf32>) outs(%start : tensor<1x17x57x57xf32>) attrs = {sconce.channel_dims = 1 : i64} {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %sum, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x17x57x57xf32>
  return %y : tensor<1x17x57x57xf32>
}

// -----

#x = affine_map<(n, o, h, w, c, i, j) -> (n, c, h + i, w + j)>
#k = affine_map<(n, o, h, w, c, i, j) -> (o, c, i, j)>
#y = affine_map<(n, o, h, w, c, i, j) -> (n, o, h, w)>

// Rows of 9 fill their lanes no better.
// CHECK-LABEL: func.func @short_rows(
// CHECK: linalg.generic {{.*}} ins(%arg0, %{{.*}} : {{.*}}) outs(%{{.*}} : tensor<1x9x9x17xf32>)
func.func @short_rows(%x: tensor<1x17x11x11xf32>) -> tensor<1x17x9x9xf32> {
  %w = ts.weight 0 : tensor<17x17x3x3xf32>
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<1x17x9x9xf32>
  %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<1x17x9x9xf32>) -> tensor<1x17x9x9xf32>
  %y = linalg.generic {indexing_maps = [#x, #k, #y], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%x, %w : tensor<1x17x11x11xf32>, tensor<17x17x3x3xf32>) outs(%start : tensor<1x17x9x9xf32>) attrs = {sconce.channel_dims = 1 : i64} {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %sum, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x17x9x9xf32>
  return %y : tensor<1x17x9x9xf32>
}

// -----

#x = affine_map<(n, o, h, w, c, i, j) -> (n, c, h * 2 + i, w * 2 + j)>
#k = affine_map<(n, o, h, w, c, i, j) -> (o, c, i, j)>
#y = affine_map<(n, o, h, w, c, i, j) -> (n, o, h, w)>

// With a stride, what neighbours of a row read are no neighbours.
// CHECK-LABEL: func.func @strided(
// CHECK: linalg.generic {{.*}} ins(%arg0, %{{.*}} : {{.*}}) outs(%{{.*}} : tensor<1x57x57x17xf32>)
func.func @strided(%x: tensor<1x17x115x115xf32>) -> tensor<1x17x57x57xf32> {
  %w = ts.weight 0 : tensor<17x17x3x3xf32>
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<1x17x57x57xf32>
  %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<1x17x57x57xf32>) -> tensor<1x17x57x57xf32>
  %y = linalg.generic {indexing_maps = [#x, #k, #y], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%x, %w : tensor<1x17x115x115xf32>, tensor<17x17x3x3xf32>) outs(%start : tensor<1x17x57x57xf32>) attrs = {sconce.channel_dims = 1 : i64} {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %sum, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x17x57x57xf32>
  return %y : tensor<1x17x57x57xf32>
}

// -----

#x = affine_map<(n, o, h, w, c, i, j) -> (n, c, h + i, w + j)>
#k = affine_map<(n, o, h, w, c, i, j) -> (o, c, i, j)>
#y = affine_map<(n, o, h, w, c, i, j) -> (n, o, h, w)>

// Small tiles read an argument again for each panel of 1024 channels: it is copied with its channels last.
// CHECK-LABEL: func.func @read_often(
// CHECK: linalg.generic {{.*}} ins(%arg0, %{{.*}} : {{.*}}) outs(%{{.*}} : tensor<1x14x14x1024xf32>)
// FEW-LABEL: func.func @read_often(
// FEW: %[[IMAGE:.*]] = linalg.generic {{.*}} ins(%arg0 : {{.*}}) outs(%{{.*}} : tensor<1x14x14x256xf32>)
// FEW: linalg.generic {{.*}} ins(%[[IMAGE]], %{{.*}} : {{.*}}) outs(%{{.*}} : tensor<1x14x14x1024xf32>)
func.func @read_often(%x: tensor<1x256x14x14xf32>) -> tensor<1x1024x14x14xf32> {
  %w = ts.weight 0 : tensor<1024x256x1x1xf32>
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<1x1024x14x14xf32>
  %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<1x1024x14x14xf32>) -> tensor<1x1024x14x14xf32>
  %y = linalg.generic {indexing_maps = [#x, #k, #y], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%x, %w : tensor<1x256x14x14xf32>, tensor<1024x256x1x1xf32>) outs(%start : tensor<1x1024x14x14xf32>) attrs = {sconce.channel_dims = 1 : i64} {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %sum, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x1024x14x14xf32>
  return %y : tensor<1x1024x14x14xf32>
}

// -----

#x = affine_map<(n, o, h, w, c, i, j) -> (n, c, h + i, w + j)>
#k = affine_map<(n, o, h, w, c, i, j) -> (o, c, i, j)>
#y = affine_map<(n, o, h, w, c, i, j) -> (n, o, h, w)>

// For 512 that is not worth the copy.
// FEW-LABEL: func.func @read_less(
// FEW: linalg.generic {{.*}} ins(%arg0, %{{.*}} : {{.*}}) outs(%{{.*}} : tensor<1x14x14x512xf32>)
func.func @read_less(%x: tensor<1x256x14x14xf32>) -> tensor<1x512x14x14xf32> {
  %w = ts.weight 0 : tensor<512x256x1x1xf32>
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<1x512x14x14xf32>
  %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<1x512x14x14xf32>) -> tensor<1x512x14x14xf32>
  %y = linalg.generic {indexing_maps = [#x, #k, #y], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%x, %w : tensor<1x256x14x14xf32>, tensor<512x256x1x1xf32>) outs(%start : tensor<1x512x14x14xf32>) attrs = {sconce.channel_dims = 1 : i64} {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %sum, %p : f32
    linalg.yield %s : f32
  } -> tensor<1x512x14x14xf32>
  return %y : tensor<1x512x14x14xf32>
}
