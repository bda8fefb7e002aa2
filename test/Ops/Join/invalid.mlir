// RUN: sconce-opt %s -split-input-file -verify-diagnostics

func.func @concatenate_nothing() {
  // expected-error@+1 {{'ts.concatenate' op expected at least one tensor}}
  %0 = "ts.concatenate"() {dim = 0 : i64} : () -> tensor<1xf32>
  return
}

// -----

func.func @concatenate_differ(%a: tensor<2x3xf32>, %b: tensor<2x4xf32>) {
  // expected-error@+1 {{'ts.concatenate' op expected tensors that differ in dimension 0 only, got 'tensor<2x3xf32>' and 'tensor<2x4xf32>'}}
  %0 = ts.concatenate %a, %b dim 0 : (tensor<2x3xf32>, tensor<2x4xf32>) -> tensor<4x3xf32>
  return
}

// -----

func.func @pad_value(%a: tensor<2xf32>, %v: tensor<1xf32>) {
  // expected-error@+1 {{'ts.pad' op expected a 0-dimensional value of dtype 'f32', got 'tensor<1xf32>'}}
  %0 = ts.pad %a low [0] high [1] value %v : tensor<2xf32>, tensor<1xf32> -> tensor<3xf32>
  return
}

// -----

func.func @update_slice_shape(%a: tensor<2x3xf32>, %u: tensor<1x2xf32>) {
  // expected-error@+1 {{'ts.update_slice' op expected an update that differs in dimension 0 only, got 'tensor<1x2xf32>' for 'tensor<2x3xf32>'}}
  %0 = ts.update_slice %a with %u dim 0 start [0] step 1 : tensor<2x3xf32>, tensor<1x2xf32> -> tensor<2x3xf32>
  return
}

// -----

func.func @update_slice_step(%a: tensor<2x3xf32>, %u: tensor<1x3xf32>) {
  // expected-error@+1 {{'ts.update_slice' op expected a positive step, got -1}}
  %0 = ts.update_slice %a with %u dim 0 start [0] step -1 : tensor<2x3xf32>, tensor<1x3xf32> -> tensor<2x3xf32>
  return
}

// -----

func.func @update_slice_outside(%a: tensor<2x3xf32>, %u: tensor<2x3xf32>) {
  // expected-error@+1 {{'ts.update_slice' op expected an update inside of dimension 0 with extent 2, got start 1 and size 2}}
  %0 = ts.update_slice %a with %u dim 0 start [1] step 1 : tensor<2x3xf32>, tensor<2x3xf32> -> tensor<2x3xf32>
  return
}
