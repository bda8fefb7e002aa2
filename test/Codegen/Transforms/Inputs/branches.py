"""A function with a loop in whose body branches stand in a row, each of which writes to a tensor or leaves it as it was.

  branches.py COUNT
"""
import sys

count = int(sys.argv[1])
print("""func.func @branches(%a: memref<4xf32>, %c: memref<4xi1>, %v: f32, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %t = bufferization.to_tensor %a restrict writable : memref<4xf32> to tensor<4xf32>
  %conditions = bufferization.to_tensor %c restrict : memref<4xi1> to tensor<4xi1>
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%x0 = %t) -> (tensor<4xf32>) {
    %condition = tensor.extract %conditions[%i] : tensor<4xi1>""")
for i in range(count):
    print(f"""    %x{i + 1} = scf.if %condition -> tensor<4xf32> {{
      %y{i} = tensor.insert %v into %x{i}[%i] : tensor<4xf32>
      scf.yield %y{i} : tensor<4xf32>
    }} else {{
      scf.yield %x{i} : tensor<4xf32>
    }}""")
print(f"""    scf.yield %x{count} : tensor<4xf32>
  }}
  bufferization.materialize_in_destination %r in restrict writable %a : (tensor<4xf32>, memref<4xf32>) -> ()
  return
}}""")
