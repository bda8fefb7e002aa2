// The Winograd dialect: the parts of fast convolutions that are no sums of products.

#ifndef SCONCE_DIALECTS_WINOGRAD_IR_WINOGRAD_TD
#define SCONCE_DIALECTS_WINOGRAD_IR_WINOGRAD_TD

include "mlir/IR/OpBase.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Winograd_Dialect : Dialect {
  let name = "winograd";
  let summary = "Transforms of images and results of convolutions after Winograd";
  let description = [{
    A convolution of one channel is, for a tile of results, a product of as many pairs of numbers, *points*, as the tile's patch of the image
    has elements: `(tile - 1) * stride + taps` along a side. `tile`, `taps` and `stride` are two numbers, for the height and the width; a side
    of one tap has tiles of one result. An operation of this dialect takes the patches of a whole image to their points, or sums of points to
    results. Upstream's linalg has such transforms for squares at stride 1; these have sides of their own, and strides.
  }];
  let cppNamespace = "::sconce::winograd";
}

def Winograd_TwoNumbers : ConfinedAttr<DenseI64ArrayAttr, [DenseArrayCount<2>, DenseArrayStrictlyPositive<DenseI64ArrayAttr>]>;
class Winograd_Sides<string default> : DefaultValuedAttr<Winograd_TwoNumbers, default>;

def Winograd_TransformImageOp : Op<Winograd_Dialect, "transform_image", [Pure, DeclareOpInterfaceMethods<DestinationStyleOpInterface>,
                                                                        AllTypesMatch<["into", "result"]>]> {
  let summary = "The points of an image's patches";
  let description = [{
    `Bᵀ d B` of each patch `d`. The image is [n, h, w, c], and has all patches of whole tiles; the points are [patch, patch, tiles high, tiles
    wide, n, c].

    ```mlir
    %v = winograd.transform_image %x into %points tile = [4, 4] : tensor<1x10x10x8xf32>, tensor<6x6x2x2x1x8xf32>
    ```
  }];
  let arguments = (ins AnyRankedTensor:$from, AnyRankedTensor:$into, Winograd_TwoNumbers:$tile,
                       Winograd_Sides<"{3, 3}">:$taps,
                       Winograd_Sides<"{1, 1}">:$stride);
  let results = (outs AnyRankedTensor:$result);
  let assemblyFormat = [{
    $from `into` $into `tile` `=` $tile (`taps` `=` $taps^)? (`stride` `=` $stride^)? attr-dict `:` type($from) `,` type($into)
  }];
  let hasVerifier = 1;
}

def Winograd_YieldOp : Op<Winograd_Dialect, "yield", [Pure, Terminator, ParentOneOf<["TransformResultOp", "ConvolveOp"]>]> {
  let summary = "What becomes of an element of the result";
  let arguments = (ins AnyType:$value);
  let assemblyFormat = "$value attr-dict `:` type($value)";
}

def Winograd_TransformResultOp : Op<Winograd_Dialect, "transform_result", [Pure, DeclareOpInterfaceMethods<DestinationStyleOpInterface>,
                                                                          AllTypesMatch<["into", "result"]>]> {
  let summary = "The results of summed points";
  let description = [{
    `Aᵀ m A` of the points `m` of each tile, [patch, patch, tiles high, tiles wide, n, o]. The result is [n, h, w, o], whole tiles. Where there
    is a region, an element of the result is what that makes of it and of elements of `others`; `maps` say of which, by n, h, w and o.

    ```mlir
    %y = winograd.transform_result %v into %empty tile = [4, 4] : tensor<6x6x2x2x1x8xf32>, tensor<1x8x8x8xf32>
    %z = winograd.transform_result %v into %empty tile = [4, 4] : tensor<6x6x2x2x1x8xf32>, tensor<1x8x8x8xf32>
         with %bias : tensor<8xf32> by [affine_map<(n, h, w, o) -> (o)>] {
    ^bb0(%sum: f32, %b: f32):
      %s = arith.addf %sum, %b : f32
      winograd.yield %s : f32
    }
    ```
  }];
  let arguments = (ins AnyRankedTensor:$from, AnyRankedTensor:$into, Variadic<AnyRankedTensor>:$others,
                       Winograd_TwoNumbers:$tile, Winograd_Sides<"{3, 3}">:$taps,
                       Winograd_Sides<"{1, 1}">:$stride,
                       DefaultValuedAttr<AffineMapArrayAttr, "{}">:$maps);
  let results = (outs AnyRankedTensor:$result);
  let regions = (region MaxSizedRegion<1>:$finish);
  let assemblyFormat = [{
    $from `into` $into `tile` `=` $tile (`taps` `=` $taps^)? (`stride` `=` $stride^)? attr-dict `:` type($from) `,` type($into)
    (`with` $others^ `:` type($others) `by` $maps)? ($finish^)?
  }];
  let hasVerifier = 1;
}

def Winograd_ConvolveOp : Op<Winograd_Dialect, "convolve", [DeclareOpInterfaceMethods<DestinationStyleOpInterface>,
                                                            DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "A convolution, one block of tiles after the other";
  let description = [{
    What `transform_image`, products with the weights' points, and `transform_result` are together, at stride 1. So many tiles that are
    neighbours in a row, `block`, go through all three before the next begin, so that their points stay in a cache. The image is
    [n, h, w, c], and has all patches of whole tiles; the weights are [points, c, o], the result [n, h, w, o]. `others` and the region are as
    in `transform_result`. On buffers, their strides are known.

    An image of five dimensions, [n, c, h, r, q], is that of a convolution at stride r / tile as the sum of one at stride 1 for each phase of
    rows and columns: channels of the weights are those of all phases, [phase of rows, phase of columns, c]. Column x of it is at r = x mod
    (tile * stride), q = x div (tile * stride), so that columns which neighbouring tiles read are neighbours.

    ```mlir
    %y = winograd.convolve %x, %u into %empty tile = [4, 4] block = 2 : tensor<1x10x10x8xf32>, tensor<36x8x4xf32>, tensor<1x8x8x4xf32> -> tensor<1x8x8x4xf32>
    ```
  }];
  let arguments = (ins AnyShaped:$image, AnyShaped:$weights, AnyShaped:$into, Variadic<AnyShaped>:$others,
                       Winograd_TwoNumbers:$tile, Winograd_Sides<"{3, 3}">:$taps,
                       ConfinedAttr<I64Attr, [IntPositive]>:$block, DefaultValuedAttr<AffineMapArrayAttr, "{}">:$maps);
  let results = (outs Optional<AnyRankedTensor>:$result);
  let regions = (region MaxSizedRegion<1>:$finish);
  let assemblyFormat = [{
    $image `,` $weights `into` $into `tile` `=` $tile (`taps` `=` $taps^)? `block` `=` $block attr-dict `:` type($image) `,` type($weights) `,`
    type($into) (`->` type($result)^)? (`with` $others^ `:` type($others) `by` $maps)? ($finish^)?
  }];
  let hasVerifier = 1;
}

#endif
