// RUN: sconce-opt %s | sconce-opt | FileCheck %s
// RUN: sconce-opt %s --canonicalize --cse | FileCheck %s --check-prefix=EFFECTS

// CHECK-LABEL: func.func @runtime
// EFFECTS-LABEL: func.func @runtime
func.func @runtime(%x: tensor<4xf32>, %c: i1, %n: i64, %ref: !ts.ref) {
  // CHECK: ts.check %{{.*}}, "index out of range", "builtins.IndexError"
  // EFFECTS: ts.check
  ts.check %c, "index out of range", "builtins.IndexError"
  // CHECK: ts.check %{{.*}}, "index {} of {}", "builtins.IndexError"(%{{.*}}, %{{.*}})
  ts.check %c, "index {} of {}", "builtins.IndexError"(%n, %n)
  // CHECK: ts.weight 3 offset 16 strides [1, 4] : tensor<4x4xf32>
  // EFFECTS-NOT: ts.weight
  %0 = ts.weight 3 offset 16 strides [1, 4] : tensor<4x4xf32>
  // CHECK: ts.weight 3 : tensor<4x4xf32>
  %1 = ts.weight 3 : tensor<4x4xf32>
  // CHECK: ts.box %{{.*}} : tensor<4xf32>
  %2 = ts.box %x : tensor<4xf32>
  // CHECK: ts.unbox %{{.*}} : tensor<?x3xf32>
  %3 = ts.unbox %ref : tensor<?x3xf32>
  // CHECK: ts.runtime_call "sc_rt_list_size"(%{{.*}}) : (!ts.ref) -> i64
  // EFFECTS: ts.runtime_call
  %4 = ts.runtime_call "sc_rt_list_size"(%ref) : (!ts.ref) -> i64
  // CHECK: ts.library_call "qr"(%{{.*}}) : (tensor<4x4xf32>) -> (tensor<4x4xf32>, tensor<4x4xf32>)
  %5, %6 = ts.library_call "qr"(%0) : (tensor<4x4xf32>) -> (tensor<4x4xf32>, tensor<4x4xf32>)
  return
}
