// RUN: sconce-opt %s -split-input-file -verify-diagnostics

func.func @complex_order(%z: tensor<4xcomplex<f32>>) {
  // expected-error@+1 {{'ts.lt' op operand #0 must be tensor or scalar of bool, an integer or a float dtype, but got 'tensor<4xcomplex<f32>>'}}
  %0 = ts.lt %z, %z : tensor<4xcomplex<f32>>
  return
}
