// RUN: sconce-opt %s --pass-pipeline='builtin.module(func.func(sconce-bufferize))' --split-input-file | FileCheck %s
// A padded value is computed in its place, and only what is around it is filled.

#id = affine_map<(d0, d1, d2) -> (d0, d1, d2)>

// Two rows above, one below, a column before and behind: the rows are whole, the columns as high as what is between.
// CHECK-LABEL: func.func @padded(
// CHECK: %[[B:.*]] = memref.alloc() {{.*}} : memref<67x66x16xf32>
// CHECK: %[[TOP:.*]] = memref.subview %[[B]][0, 0, 0] [2, 66, 16]
// CHECK: linalg.fill ins(%{{.*}}) outs(%[[TOP]]
// CHECK: %[[BOTTOM:.*]] = memref.subview %[[B]][66, 0, 0] [1, 66, 16]
// CHECK: linalg.fill ins(%{{.*}}) outs(%[[BOTTOM]]
// CHECK: %[[LEFT:.*]] = memref.subview %[[B]][2, 0, 0] [64, 1, 16]
// CHECK: linalg.fill ins(%{{.*}}) outs(%[[LEFT]]
// CHECK: %[[RIGHT:.*]] = memref.subview %[[B]][2, 65, 0] [64, 1, 16]
// CHECK: linalg.fill ins(%{{.*}}) outs(%[[RIGHT]]
// CHECK: %[[MIDDLE:.*]] = memref.subview %[[B]][2, 1, 0] [64, 64, 16]
// CHECK: linalg.generic {{.*}} outs(%[[MIDDLE]]
// CHECK-NOT: linalg.fill
// CHECK-NOT: memref.alloc
// CHECK: return
func.func @padded(%a: memref<64x64x16xf32>, %out: memref<66x66x16xf32>) {
  %zero = arith.constant 0.0 : f32
  %t = bufferization.to_tensor %a restrict : memref<64x64x16xf32> to tensor<64x64x16xf32>
  %e = tensor.empty() : tensor<64x64x16xf32>
  %x = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel"]} ins(%t : tensor<64x64x16xf32>) outs(%e : tensor<64x64x16xf32>) {
  ^bb0(%p: f32, %o: f32):
    %s = arith.addf %p, %p : f32
    linalg.yield %s : f32
  } -> tensor<64x64x16xf32>
  %b = tensor.empty() : tensor<67x66x16xf32>
  %f = linalg.fill ins(%zero : f32) outs(%b : tensor<67x66x16xf32>) -> tensor<67x66x16xf32>
  %padded = tensor.insert_slice %x into %f[2, 1, 0] [64, 64, 16] [1, 1, 1] : tensor<64x64x16xf32> into tensor<67x66x16xf32>
  %r = tensor.extract_slice %padded[0, 0, 0] [66, 66, 16] [1, 1, 1] : tensor<67x66x16xf32> to tensor<66x66x16xf32>
  bufferization.materialize_in_destination %r in restrict writable %out : (tensor<66x66x16xf32>, memref<66x66x16xf32>) -> ()
  return
}

// -----

// What is spread out has the fill between its elements, too.
// CHECK-LABEL: func.func @spread(
// CHECK: linalg.fill ins(%{{.*}}) outs(%{{.*}} : memref<8192xf32>)
func.func @spread(%a: memref<4096xf32>, %out: memref<8192xf32>) {
  %zero = arith.constant 0.0 : f32
  %t = bufferization.to_tensor %a restrict : memref<4096xf32> to tensor<4096xf32>
  %b = tensor.empty() : tensor<8192xf32>
  %f = linalg.fill ins(%zero : f32) outs(%b : tensor<8192xf32>) -> tensor<8192xf32>
  %r = tensor.insert_slice %t into %f[0] [4096] [2] : tensor<4096xf32> into tensor<8192xf32>
  bufferization.materialize_in_destination %r in restrict writable %out : (tensor<8192xf32>, memref<8192xf32>) -> ()
  return
}

// -----

#id = affine_map<(d0) -> (d0)>

// The middle of the fill is read before it is overwritten: all of it is needed.
// CHECK-LABEL: func.func @accumulated(
// CHECK: linalg.fill ins(%{{.*}}) outs(%{{.*}} : memref<8192xf32
func.func @accumulated(%a: memref<8190xf32>, %out: memref<8192xf32>) {
  %one = arith.constant 1.0 : f32
  %t = bufferization.to_tensor %a restrict : memref<8190xf32> to tensor<8190xf32>
  %b = tensor.empty() : tensor<8192xf32>
  %f = linalg.fill ins(%one : f32) outs(%b : tensor<8192xf32>) -> tensor<8192xf32>
  %m = tensor.extract_slice %f[1] [8190] [1] : tensor<8192xf32> to tensor<8190xf32>
  %x = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%t : tensor<8190xf32>) outs(%m : tensor<8190xf32>) {
  ^bb0(%p: f32, %o: f32):
    %s = arith.addf %p, %o : f32
    linalg.yield %s : f32
  } -> tensor<8190xf32>
  %r = tensor.insert_slice %x into %f[1] [8190] [1] : tensor<8190xf32> into tensor<8192xf32>
  bufferization.materialize_in_destination %r in restrict writable %out : (tensor<8192xf32>, memref<8192xf32>) -> ()
  return
}

// -----

// A few bytes are filled faster than a border is.
// CHECK-LABEL: func.func @small(
// CHECK: linalg.fill ins(%{{.*}}) outs(%{{.*}} : memref<12xf32>)
func.func @small(%a: memref<10xf32>, %out: memref<12xf32>) {
  %zero = arith.constant 0.0 : f32
  %t = bufferization.to_tensor %a restrict : memref<10xf32> to tensor<10xf32>
  %b = tensor.empty() : tensor<12xf32>
  %f = linalg.fill ins(%zero : f32) outs(%b : tensor<12xf32>) -> tensor<12xf32>
  %r = tensor.insert_slice %t into %f[1] [10] [1] : tensor<10xf32> into tensor<12xf32>
  bufferization.materialize_in_destination %r in restrict writable %out : (tensor<12xf32>, memref<12xf32>) -> ()
  return
}

// -----

// A fast convolution, too, makes its result in its place.
// CHECK-LABEL: func.func @convolution(
// CHECK: %[[B:.*]] = memref.alloc() {{.*}} : memref<1x18x18x32xf32>
// CHECK-COUNT-4: linalg.fill ins(%{{.*}}) outs(%{{.*}} : memref<1x{{1x18|16x1}}x32xf32, strided
// CHECK: %[[MIDDLE:.*]] = memref.subview %[[B]][0, 1, 1, 0] [1, 16, 16, 32]
// CHECK: winograd.convolve %arg0, %arg1 into %[[MIDDLE]]
// CHECK-NOT: linalg.fill
// CHECK: return
func.func @convolution(%a: memref<1x18x18x32xf32>, %w: memref<36x32x32xf32>, %out: memref<1x18x16x32xf32>) {
  %zero = arith.constant 0.0 : f32
  %t = bufferization.to_tensor %a restrict : memref<1x18x18x32xf32> to tensor<1x18x18x32xf32>
  %u = bufferization.to_tensor %w restrict : memref<36x32x32xf32> to tensor<36x32x32xf32>
  %e = tensor.empty() : tensor<1x16x16x32xf32>
  %y = winograd.convolve %t, %u into %e tile = [4, 4] block = 4 : tensor<1x18x18x32xf32>, tensor<36x32x32xf32>, tensor<1x16x16x32xf32> -> tensor<1x16x16x32xf32>
  %b = tensor.empty() : tensor<1x18x18x32xf32>
  %f = linalg.fill ins(%zero : f32) outs(%b : tensor<1x18x18x32xf32>) -> tensor<1x18x18x32xf32>
  %padded = tensor.insert_slice %y into %f[0, 1, 1, 0] [1, 16, 16, 32] [1, 1, 1, 1] : tensor<1x16x16x32xf32> into tensor<1x18x18x32xf32>
  %r = tensor.extract_slice %padded[0, 0, 0, 0] [1, 18, 16, 32] [1, 1, 1, 1] : tensor<1x18x18x32xf32> to tensor<1x18x16x32xf32>
  bufferization.materialize_in_destination %r in restrict writable %out : (tensor<1x18x16x32xf32>, memref<1x18x16x32xf32>) -> ()
  return
}
