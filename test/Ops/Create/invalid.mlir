// RUN: sconce-opt %s -split-input-file -verify-diagnostics

func.func @item_rank(%x: tensor<1xf32>) {
  // expected-error@+1 {{'ts.item' op expected a 0-dimensional tensor, got 'tensor<1xf32>'}}
  %0 = ts.item %x : tensor<1xf32> -> f64
  return
}

// -----

func.func @dim_range(%x: tensor<1xf32>) {
  // expected-error@+1 {{'ts.dim' op expected 'dim' to be a dimension of rank 1, got 1}}
  %0 = ts.dim %x, 1 : tensor<1xf32>
  return
}

// -----

func.func @iota_size(%n: i64) {
  // expected-error@+1 {{'ts.iota' op expected 1 entries in 'size', got 2}}
  %0 = ts.iota size [%n, 2] : tensor<?x2xi64>
  return
}

// -----

func.func @full_sizes(%v: f64) {
  // expected-error@+1 {{'ts.full' op expected result #0 of type 'tensor<2xf32>', got 'tensor<3xf32>'}}
  %0 = ts.full %v sizes [2] : f64 -> tensor<3xf32>
  return
}
