// The Winograd dialect: the parts of fast convolutions that are no sums of products.

#ifndef SCONCE_DIALECTS_WINOGRAD_IR_WINOGRAD_TD
#define SCONCE_DIALECTS_WINOGRAD_IR_WINOGRAD_TD

include "mlir/IR/OpBase.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Winograd_Dialect : Dialect {
  let name = "winograd";
  let summary = "Transforms of images and results of convolutions by 3×3, after Winograd";
  let description = [{
    A convolution by 3×3 taps of one channel is, for tiles of `tile`×`tile` results, a product of as many pairs of numbers, *points*, as a
    tile's patch of the image has elements: `(tile - 1) * stride + 3` squared. An operation of this dialect takes the patches of a whole
    image to their points, or sums of points to results. Upstream's linalg has such transforms for stride 1; these have strides, too.
  }];
  let cppNamespace = "::sconce::winograd";
}

class Winograd_TransformOp<string mnemonic> :
    Op<Winograd_Dialect, mnemonic, [Pure, DeclareOpInterfaceMethods<DestinationStyleOpInterface>, AllTypesMatch<["into", "result"]>]> {
  let arguments = (ins AnyRankedTensor:$from, AnyRankedTensor:$into, ConfinedAttr<I64Attr, [IntPositive]>:$tile,
                       DefaultValuedAttr<ConfinedAttr<I64Attr, [IntPositive]>, "1">:$stride);
  let results = (outs AnyRankedTensor:$result);
  let assemblyFormat = "$from `into` $into `tile` `=` $tile (`stride` `=` $stride^)? attr-dict `:` type($from) `,` type($into)";
  let hasVerifier = 1;
}

def Winograd_TransformImageOp : Winograd_TransformOp<"transform_image"> {
  let summary = "The points of an image's patches";
  let description = [{
    `Bᵀ d B` of each patch `d`. The image is [n, h, w, c], and has all patches of whole tiles; the points are [patch, patch, tiles high, tiles
    wide, n, c].

    ```mlir
    %v = winograd.transform_image %x into %points tile = 4 : tensor<1x10x10x8xf32>, tensor<6x6x2x2x1x8xf32>
    ```
  }];
}

def Winograd_TransformResultOp : Winograd_TransformOp<"transform_result"> {
  let summary = "The results of summed points";
  let description = [{
    `Aᵀ m A` of the points `m` of each tile, [patch, patch, tiles high, tiles wide, n, o]. The result is [n, h, w, o], whole tiles.

    ```mlir
    %y = winograd.transform_result %v into %empty tile = 4 : tensor<6x6x2x2x1x8xf32>, tensor<1x8x8x8xf32>
    ```
  }];
}

#endif
