// RUN: sconce-opt %s -split-input-file -verify-diagnostics

func.func @dtypes(%a: tensor<4xf32>, %b: tensor<4xf64>) {
  // expected-error@+1 {{'ts.add' op expected operands of one dtype, got 'f32' and 'f64'}}
  %0 = ts.add %a, %b : (tensor<4xf32>, tensor<4xf64>) -> tensor<4xf32>
  return
}

// -----

func.func @shapes(%a: tensor<4xf32>, %b: tensor<3xf32>) {
  // expected-error@+1 {{'ts.add' op expected operands of equal shapes, got 'tensor<4xf32>' and 'tensor<3xf32>'}}
  %0 = ts.add %a, %b : (tensor<4xf32>, tensor<3xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @tensor_and_scalar(%a: tensor<4xf64>, %b: f64) {
  // expected-error@+1 {{'ts.add' op expected all operands to be tensors or all to be scalars, got ('tensor<4xf64>', 'f64')}}
  %0 = ts.add %a, %b : (tensor<4xf64>, f64) -> tensor<4xf64>
  return
}

// -----

func.func @result(%a: tensor<4xf32>) {
  // expected-error@+1 {{'ts.neg' op expected result #0 of type 'tensor<4xf32>', got 'tensor<5xf32>'}}
  %0 = ts.neg %a : tensor<4xf32> -> tensor<5xf32>
  return
}

// -----

func.func @bool_arithmetic(%a: tensor<4xi1>) {
  // expected-error@+1 {{'ts.add' op operand #0 must be tensor or scalar of an integer, float or complex dtype, but got 'tensor<4xi1>'}}
  %0 = ts.add %a, %a : tensor<4xi1>
  return
}

// -----

func.func @scalar_width(%a: i32) {
  // expected-error@+1 {{'ts.neg' op operand #0 must be tensor or scalar of an integer, float or complex dtype, but got 'i32'}}
  %0 = ts.neg %a : i32
  return
}

// -----

func.func @complex_parts(%a: tensor<4xf16>) {
  // expected-error@+1 {{'ts.complex' op expected parts of dtype f32 or f64, got 'f16'}}
  %0 = ts.complex %a, %a : (tensor<4xf16>, tensor<4xf16>) -> tensor<4xcomplex<f32>>
  return
}

// -----

func.func @type_list(%a: tensor<4xf32>) {
  // expected-error@+1 {{expected 2 operand types, got 1}}
  %0 = ts.add %a, %a : (tensor<4xf32>) -> tensor<4xf32>
  return
}
