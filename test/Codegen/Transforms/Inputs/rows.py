"""Prints a function that puts so many slices into one tensor: each is made from the argument, or ("chain") from the slice before it."""

import sys

count, chains = int(sys.argv[1]), sys.argv[2:] == ["chain"]
row, whole, all_ = "tensor<1x4xf32>", f"tensor<{count}x4xf32>", f"memref<{count}x4xf32>"
print("#id = affine_map<(d0, d1) -> (d0, d1)>")
print(f"func.func @rows(%a: memref<1x4xf32>, %out: {all_}) {{")
print(f"  %x = bufferization.to_tensor %a restrict : memref<1x4xf32> to {row}")
print(f"  %e = tensor.empty() : {row}")
print(f"  %t0 = tensor.empty() : {whole}")


def make(i, source):
    print(f"  %y{i} = linalg.generic {{indexing_maps = [#id, #id], iterator_types = [\"parallel\", \"parallel\"]}} "
          f"ins({source} : {row}) outs(%e : {row}) {{")
    print(f"  ^bb0(%p: f32, %o: f32):\n    %s = arith.addf %p, %p : f32\n    linalg.yield %s : f32\n  }} -> {row}")


def insert(i):
    print(f"  %t{i + 1} = tensor.insert_slice %y{i} into %t{i}[{i}, 0] [1, 4] [1, 1] : {row} into {whole}")


for i in range(count):
    if chains and i:
        print(f"  %x{i} = tensor.extract_slice %t{i}[{i - 1}, 0] [1, 4] [1, 1] : {whole} to {row}")
    make(i, f"%x{i}" if chains and i else "%x")
    if chains:
        insert(i)
for i in range(count):
    if not chains:
        insert(i)
print(f"  bufferization.materialize_in_destination %t{count} in restrict writable %out : ({whole}, {all_}) -> ()")
print("  return\n}")
