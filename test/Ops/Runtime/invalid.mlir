// RUN: sconce-opt %s -split-input-file -verify-diagnostics

// expected-error@+1 {{'ts.weight' op expected known extents, got 'tensor<?xf32>'}}
%0 = ts.weight 0 : tensor<?xf32>

// -----

// expected-error@+1 {{'ts.weight' op expected a storage and an offset that are not negative}}
%0 = ts.weight -1 : tensor<4xf32>

// -----

// expected-error@+1 {{'ts.weight' op expected 1 entries in 'strides', got 2}}
%0 = ts.weight 0 strides [1, 1] : tensor<4xf32>
