// RUN: sconce-opt %s -split-input-file -verify-diagnostics

func.func @index_count(%x: tensor<5x3xf32>, %i: tensor<2xi64>) {
  // expected-error@+1 {{'ts.index' op expected one index for each of 2 dims (at least one), got 1}}
  %0 = ts.index %x dims [0, 1] at (%i) : (tensor<5x3xf32>, tensor<2xi64>) -> tensor<2xf32>
  return
}

// -----

func.func @index_dtype(%x: tensor<5x3xf32>, %i: tensor<2xi32>) {
  // expected-error@+1 {{'ts.index' op operand #1 must be variadic of tensor of int64, but got 'tensor<2xi32>'}}
  %0 = ts.index %x dims [0] at (%i) : (tensor<5x3xf32>, tensor<2xi32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @scatter_updates(%x: tensor<5x3xf32>, %i: tensor<2xi64>, %u: tensor<3x2xf32>) {
  // expected-error@+1 {{'ts.scatter' op expected updates of type 'tensor<2x3xf32>', got 'tensor<3x2xf32>'}}
  %0 = ts.scatter set %x dims [0] at (%i) of %u : (tensor<5x3xf32>, tensor<2xi64>, tensor<3x2xf32>) -> tensor<5x3xf32>
  return
}

// -----

func.func @scatter_dtype(%x: tensor<5xcomplex<f32>>, %i: tensor<2xi64>, %u: tensor<2xcomplex<f32>>) {
  // expected-error@+1 {{'ts.scatter' op expected a dtype that computes in mode 'amax', got 'complex<f32>'}}
  %0 = ts.scatter amax %x dims [0] at (%i) of %u : (tensor<5xcomplex<f32>>, tensor<2xi64>, tensor<2xcomplex<f32>>) -> tensor<5xcomplex<f32>>
  return
}
