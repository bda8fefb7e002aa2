#include "lib/Aten/Sources.h"

namespace sconce::aten {

// One array of text for each file, then the table of them; CMakeLists.txt has the list.
#include "lib/Aten/Sources.inc"

llvm::ArrayRef<LibrarySource> librarySources() { return table; }

static constexpr llvm::StringRef helpers[] = {
    "ts::and_(Tensor a, Tensor b) -> Tensor",
    "ts::copy_strided(Tensor x, int[] strides) -> Tensor",
    "ts::integers(Tensor(a) x) -> Tensor(a)",
    "ts::known(int x) -> bool",
    "ts::may_be_negative(int x, int[] extents) -> bool",
    "ts::not_(Tensor x) -> Tensor",
    "ts::or_(Tensor a, Tensor b) -> Tensor",
    "ts::q_scale(Tensor x) -> float",
    "ts::q_zero_point(Tensor x) -> int",
    "ts::quantized(Tensor(a) x, float scale, int zero_point) -> Tensor(a)",
    "ts::resize(Tensor(a!) x, int[] sizes) -> Tensor(a!)",
    "ts::result_type(Tensor[] xs) -> int",
    "ts::same(int a, int b) -> bool",
    "ts::set_data(Tensor(a!) x, Tensor src) -> Tensor(a!)",
    "ts::storage_offset(Tensor x) -> int",
    "ts::strides(Tensor x) -> int[]",
    "ts::unsupported(str what) -> ()",
    "ts::write(Tensor(a!) dst, Tensor src) -> Tensor(a!)",
    "ts::fill(Tensor(a!) dst, Tensor src) -> Tensor(a!)",
};

llvm::ArrayRef<llvm::StringRef> helperSchemas() { return helpers; }

} // namespace sconce::aten
