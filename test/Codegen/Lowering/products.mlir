// RUN: sconce-opt %s --convert-ts-to-linalg --split-input-file | FileCheck %s
// Contractions and convolutions are one loop over all dimensions, which codegen/Strategies recognises by its maps.

// Loops: batch, the rest of a, the rest of b, the sum.
// CHECK: #[[A:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d4)>
// CHECK: #[[B:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d2, d0, d4, d3)>
// CHECK: #[[C:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>
// CHECK-LABEL: func.func @contract(
// CHECK: linalg.fill
// CHECK: linalg.generic {indexing_maps = [#[[A]], #[[B]], #[[C]]], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]}
// CHECK: %[[P:.*]] = arith.mulf {{.*}} fastmath<contract> : f32
// CHECK: arith.addf %{{.*}}, %[[P]] fastmath<contract> : f32
func.func @contract(%a: tensor<8x4x?xf32>, %b: tensor<?x8x5x6xf32>) -> tensor<8x4x?x6xf32> {
  %0 = ts.contract %a, %b batch [0], [1] over [2], [2] : (tensor<8x4x?xf32>, tensor<?x8x5x6xf32>) -> tensor<8x4x?x6xf32>
  return %0 : tensor<8x4x?x6xf32>
}

// -----

// bf16 products are summed in f32.
// CHECK-LABEL: func.func @contract_bf16(
// CHECK: linalg.generic {{.*}} outs(%{{.*}} : tensor<4x6xf32>)
// CHECK: arith.extf %{{.*}} : bf16 to f32
// CHECK: arith.extf %{{.*}} : bf16 to f32
// CHECK: arith.truncf %{{.*}} : f32 to bf16
func.func @contract_bf16(%a: tensor<4x8xbf16>, %b: tensor<8x6xbf16>) -> tensor<4x6xbf16> {
  %0 = ts.contract %a, %b batch [], [] over [1], [0] : (tensor<4x8xbf16>, tensor<8x6xbf16>) -> tensor<4x6xbf16>
  return %0 : tensor<4x6xbf16>
}

// -----

// The border is zeros around a copy; groups are a dimension of their own.
// CHECK: #[[X:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6, d7) -> (d0, d1, d5, d3 * 2 + d6, d4 * 2 + d7)>
// CHECK: #[[W:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6, d7) -> (d1, d2, d5, d6, d7)>
// CHECK-LABEL: func.func @convolve(
// CHECK: tensor.insert_slice %{{.*}}[0, 0, 1, 1] [1, 4, 5, 5] [1, 1, 1, 1] : tensor<1x4x5x5xf32> into tensor<1x4x7x7xf32>
// CHECK: tensor.expand_shape {{.*}} into tensor<1x2x2x7x7xf32>
// CHECK: tensor.expand_shape {{.*}} into tensor<2x3x2x3x3xf32>
// CHECK: linalg.generic {indexing_maps = [#[[X]], #[[W]], #{{.*}}], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
// CHECK: tensor.collapse_shape {{.*}} into tensor<1x6x3x3xf32>
func.func @convolve(%x: tensor<1x4x5x5xf32>, %w: tensor<6x2x3x3xf32>) -> tensor<1x6x3x3xf32> {
  %0 = ts.convolve %x, %w stride [2, 2] pad [1, 1], [1, 1] dilation [1, 1] input_dilation [1, 1] groups 2
    : (tensor<1x4x5x5xf32>, tensor<6x2x3x3xf32>) -> tensor<1x6x3x3xf32>
  return %0 : tensor<1x6x3x3xf32>
}

// -----

// Groups of one channel are the channels: no dimension of extent 1 stands between the result and what reads it.
// CHECK: #[[X:.*]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1, d2 + d4, d3 + d5)>
// CHECK: #[[W:.*]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d1, d4, d5)>
// CHECK: #[[Y:.*]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1, d2, d3)>
// CHECK-LABEL: func.func @depthwise(
// CHECK: tensor.collapse_shape %{{.*}} {{\[}}[0, 1], [2], [3]] : tensor<4x1x3x3xf32> into tensor<4x3x3xf32>
// CHECK: %[[R:.*]] = linalg.generic {indexing_maps = [#[[X]], #[[W]], #[[Y]]], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction"]} {{.*}} attrs = {sconce.channel_dims = 1 : i64}
// CHECK: return %[[R]] : tensor<1x4x3x3xf32>
func.func @depthwise(%x: tensor<1x4x5x5xf32>, %w: tensor<4x1x3x3xf32>) -> tensor<1x4x3x3xf32> {
  %0 = ts.convolve %x, %w stride [1, 1] pad [0, 0], [0, 0] dilation [1, 1] input_dilation [1, 1] groups 4
    : (tensor<1x4x5x5xf32>, tensor<4x1x3x3xf32>) -> tensor<1x4x3x3xf32>
  return %0 : tensor<1x4x3x3xf32>
}

// -----

// A maximum pool pads with what never wins; the taps' extents come from a tensor that is never read.
// CHECK: #[[X:.*]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1, d2 * 2 + d4, d3 * 2 + d5)>
// CHECK: #[[TAPS:.*]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d4, d5)>
// CHECK-LABEL: func.func @pool(
// CHECK: arith.constant 0xFF800000 : f32
// CHECK: %[[WINDOW:.*]] = tensor.empty() : tensor<2x2xi8>
// CHECK: linalg.generic {indexing_maps = [#[[X]], #[[TAPS]], #{{.*}}]{{.*}} ins(%{{.*}}, %[[WINDOW]] :
// CHECK: arith.maximumf
func.func @pool(%x: tensor<1x1x4x4xf32>) -> tensor<1x1x2x2xf32> {
  %0 = ts.pool max %x window [1, 1, 2, 2] stride [1, 1, 2, 2] pad [0, 0, 0, 0], [0, 0, 0, 0] dilation [1, 1, 1, 1]
    : tensor<1x1x4x4xf32> -> tensor<1x1x2x2xf32>
  return %0 : tensor<1x1x2x2xf32>
}
