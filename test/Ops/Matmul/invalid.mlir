// RUN: sconce-opt %s -split-input-file -verify-diagnostics

func.func @contract_dtype(%a: tensor<2x3xf32>, %b: tensor<3x2xf64>) {
  // expected-error@+1 {{'ts.contract' op expected operands of one dtype, got 'f32' and 'f64'}}
  %0 = ts.contract %a, %b batch [], [] over [1], [0] : (tensor<2x3xf32>, tensor<3x2xf64>) -> tensor<2x2xf32>
  return
}

// -----

func.func @contract_pairs(%a: tensor<2x3xf32>, %b: tensor<3x2xf32>) {
  // expected-error@+1 {{'ts.contract' op expected as many contracted dimensions of both operands, got 2 and 1}}
  %0 = ts.contract %a, %b batch [], [] over [0, 1], [0] : (tensor<2x3xf32>, tensor<3x2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @contract_extents(%a: tensor<2x3xf32>, %b: tensor<4x2xf32>) {
  // expected-error@+1 {{'ts.contract' op expected equal extents of contracted dimensions, got 3 and 4}}
  %0 = ts.contract %a, %b batch [], [] over [1], [0] : (tensor<2x3xf32>, tensor<4x2xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @contract_twice(%a: tensor<2x2xf32>) {
  // expected-error@+1 {{'ts.contract' op expected different dimensions in 'a_batch and a_contract', got 0 twice}}
  %0 = ts.contract %a, %a batch [0], [0] over [0], [1] : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @decompose_dtype(%x: tensor<2x3x3xcomplex<f32>>) {
  // expected-error@+1 {{'ts.decompose' op expected matrices of complex128 in a batch, got 'tensor<2x3x3xcomplex<f32>>'}}
  %u, %s, %v = ts.decompose singular %x : tensor<2x3x3xcomplex<f32>> -> tensor<2x3x3xcomplex<f32>>, tensor<2x3xcomplex<f32>>, tensor<2x3x3xcomplex<f32>>
  return
}

// -----

func.func @decompose_wide(%x: tensor<1x2x3xcomplex<f64>>) {
  // expected-error@+1 {{'ts.decompose' op expected as many rows as columns, got 2 by 3}}
  %u, %s, %v = ts.decompose singular %x : tensor<1x2x3xcomplex<f64>> -> tensor<1x2x2xcomplex<f64>>, tensor<1x3xcomplex<f64>>, tensor<1x3x3xcomplex<f64>>
  return
}

// -----

func.func @decompose_square(%x: tensor<1x3x2xcomplex<f64>>) {
  // expected-error@+1 {{'ts.decompose' op expected square matrices, got 3 by 2}}
  %u, %s, %v = ts.decompose general %x : tensor<1x3x2xcomplex<f64>> -> tensor<1x3x3xcomplex<f64>>, tensor<1x2xcomplex<f64>>, tensor<1x2x2xcomplex<f64>>
  return
}
