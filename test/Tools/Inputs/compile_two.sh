# compile_two.sh FIXTURES FOLDER EXTENSION: the two models of two_models.c.
set -e
mkdir -p "$2"
sconce compile "$1/running_mean/model.pt" -o "$2/mean.$3" --header "$2/mean.h" --input 5x3xf32
sconce compile "$1/branch_on_sum/model.pt" -o "$2/branch.$3" --header "$2/branch.h" --input '?x2xf32'
