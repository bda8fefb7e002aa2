// RUN: sconce-opt %s | sconce-opt | FileCheck %s

// CHECK-LABEL: func.func @pool
func.func @pool(%x: tensor<?x3x9x8xf32>) {
  // CHECK: ts.pool max %{{.*}} window [1, 1, 3, 2] stride [1, 1, 2, 2] pad [0, 0, 1, 0], [0, 0, 1, 0] dilation [1, 1, 1, 1] : tensor<?x3x9x8xf32> -> tensor<?x3x5x4xf32>
  %0 = ts.pool max %x window [1, 1, 3, 2] stride [1, 1, 2, 2] pad [0, 0, 1, 0], [0, 0, 1, 0] dilation [1, 1, 1, 1]
    : tensor<?x3x9x8xf32> -> tensor<?x3x5x4xf32>
  // CHECK: ts.arg_pool max {{.*}} : tensor<?x3x9x8xf32> -> tensor<?x3x5x4xi64>
  %1 = ts.arg_pool max %x window [1, 1, 3, 2] stride [1, 1, 2, 2] pad [0, 0, 1, 0], [0, 0, 1, 0] dilation [1, 1, 1, 1]
    : tensor<?x3x9x8xf32> -> tensor<?x3x5x4xi64>
  return
}
