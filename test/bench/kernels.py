"""Models of one operation each: the shapes of real networks, and odd ones."""
import torch
from torch import Tensor, nn

from models import Model


class Matmul(nn.Module):
    """x[..., rows, depth] by weights[depth, columns]."""

    def __init__(self, depth, columns):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(depth, columns) / depth**0.5)

    def forward(self, x: Tensor) -> Tensor:
        return torch.matmul(x, self.weight)


class BatchMatmul(nn.Module):
    def forward(self, a: Tensor, b: Tensor) -> Tensor:
        return torch.matmul(a, b)


class Function(nn.Module):
    """An operation without weights."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x: Tensor) -> Tensor:
        return self.function(x)


def matmul(rows, depth, columns, bound="arithmetic"):
    return Model(lambda: Matmul(depth, columns), lambda: (torch.randn(rows, depth),), bound=bound)


def batch_matmul(batch, rows, depth, columns):
    return Model(BatchMatmul, lambda: (torch.randn(batch, rows, depth), torch.randn(batch, depth, columns)), bound="arithmetic")


def convolution(kind, inputs, outputs, kernel, extents, bound="arithmetic", **options):
    return Model(lambda: kind(inputs, outputs, kernel, bias=False, **options), lambda: (torch.randn(1, inputs, *extents),), bound=bound)


def conv2d(inputs, outputs, kernel, size, stride=1, bound="arithmetic", **options):
    """Padded so that stride 1 keeps the size."""
    padding = options.pop("padding", options.get("dilation", 1) * (kernel - 1) // 2)
    return convolution(nn.Conv2d, inputs, outputs, kernel, (size, size), bound=bound, stride=stride, padding=padding, **options)


def depthwise(channels, size, stride=1):
    return conv2d(channels, channels, 3, size, stride, bound="memory", groups=channels)


def function(body, *shape):
    return Model(lambda: Function(body), lambda: (torch.randn(shape),), bound="memory")


KERNELS = {f"matmul_{n}": matmul(n, n, n) for n in (128, 256, 512, 768, 1024)}
KERNELS |= {
    # The distinct convolutions of ResNet-50.
    "conv7x7_3_64_s2_224": conv2d(3, 64, 7, 224, 2),
    "conv1x1_64_64_56": conv2d(64, 64, 1, 56),
    "conv3x3_64_64_56": conv2d(64, 64, 3, 56),
    "conv1x1_64_256_56": conv2d(64, 256, 1, 56),
    "conv1x1_256_64_56": conv2d(256, 64, 1, 56),
    "conv1x1_256_128_56": conv2d(256, 128, 1, 56),
    "conv3x3_128_128_s2_56": conv2d(128, 128, 3, 56, 2),
    "conv1x1_128_512_28": conv2d(128, 512, 1, 28),
    "conv1x1_256_512_s2_56": conv2d(256, 512, 1, 56, 2),
    "conv1x1_512_128_28": conv2d(512, 128, 1, 28),
    "conv3x3_128_128_28": conv2d(128, 128, 3, 28),
    "conv1x1_512_256_28": conv2d(512, 256, 1, 28),
    "conv3x3_256_256_s2_28": conv2d(256, 256, 3, 28, 2),
    "conv1x1_256_1024_14": conv2d(256, 1024, 1, 14),
    "conv1x1_512_1024_s2_28": conv2d(512, 1024, 1, 28, 2),
    "conv1x1_1024_256_14": conv2d(1024, 256, 1, 14),
    "conv3x3_256_256_14": conv2d(256, 256, 3, 14),
    "conv1x1_1024_512_14": conv2d(1024, 512, 1, 14),
    "conv3x3_512_512_s2_14": conv2d(512, 512, 3, 14, 2),
    "conv1x1_512_2048_7": conv2d(512, 2048, 1, 7),
    "conv1x1_1024_2048_s2_14": conv2d(1024, 2048, 1, 14, 2),
    "conv1x1_2048_512_7": conv2d(2048, 512, 1, 7),
    "conv3x3_512_512_7": conv2d(512, 512, 3, 7),
    # MobileNetV2's depthwise ones.
    "depthwise_32_112": depthwise(32, 112),
    "depthwise_96_s2_112": depthwise(96, 112, 2),
    "depthwise_144_56": depthwise(144, 56),
    "depthwise_144_s2_56": depthwise(144, 56, 2),
    "depthwise_192_28": depthwise(192, 28),
    "depthwise_192_s2_28": depthwise(192, 28, 2),
    "depthwise_384_14": depthwise(384, 14),
    "depthwise_576_14": depthwise(576, 14),
    "depthwise_576_s2_14": depthwise(576, 14, 2),
    "depthwise_960_7": depthwise(960, 7),
    # Convolutions of other kinds.
    "grouped_128_g32_56": conv2d(128, 128, 3, 56, groups=32),
    "grouped_256_g32_28": conv2d(256, 256, 3, 28, groups=32),
    "grouped_256_g4_28": conv2d(256, 256, 3, 28, groups=4),
    "dilated_256_d2_28": conv2d(256, 256, 3, 28, dilation=2),
    "transposed_128_64_s2_28": convolution(nn.ConvTranspose2d, 128, 64, 4, (28, 28), stride=2, padding=1),
    "conv1d_256_256_k3_400": convolution(nn.Conv1d, 256, 256, 3, (400,), padding=1),
    "conv1d_64_64_k9_2000": convolution(nn.Conv1d, 64, 64, 9, (2000,), padding=4),
    "conv1d_128_128_k11_d5_2000": convolution(nn.Conv1d, 128, 128, 11, (2000,), padding=25, dilation=5),
    "conv1d_512_512_k3_s2_800": convolution(nn.Conv1d, 512, 512, 3, (800,), padding=1, stride=2),
    "conv1x7_192_192_17": convolution(nn.Conv2d, 192, 192, (1, 7), (17, 17), padding=(0, 3)),
    "transposed1d_256_128_s8_200": convolution(nn.ConvTranspose1d, 256, 128, 16, (200,), stride=8, padding=4),
    "conv3d_64_64_k3x1x1_8x56x56": convolution(nn.Conv3d, 64, 64, (3, 1, 1), (8, 56, 56), padding=(1, 0, 0)),
    "conv3d_32_64_8x28x28": convolution(nn.Conv3d, 32, 64, 3, (8, 28, 28), padding=1),
    # Products of other shapes.
    "batch_matmul_12_128x64x128": batch_matmul(12, 128, 64, 128),
    "batch_matmul_12_128x128x64": batch_matmul(12, 128, 128, 64),
    "linear_128_768_3072": matmul(128, 768, 3072),
    "matvec_1024": matmul(1, 1024, 1024, bound="memory"),
    "matvec_4096": matmul(1, 4096, 4096, bound="memory"),
    # Odd sizes.
    "matmul_127x131x137": matmul(127, 131, 137),
    "matmul_521": matmul(521, 521, 521),
    "matmul_3x512x512": matmul(3, 512, 512),
    "matmul_17x512x17": matmul(17, 512, 17),
    "conv3x3_1_1_224": conv2d(1, 1, 3, 224),
    "conv3x3_3_3_224": conv2d(3, 3, 3, 224),
    "conv3x3_17_17_57": conv2d(17, 17, 3, 57),
    "conv3x3_61_67_29": conv2d(61, 67, 3, 29),
    "conv1x1_17_17_57": conv2d(17, 17, 1, 57),
    # What memory bounds.
    "max_pool_64_112": function(lambda x: nn.functional.max_pool2d(x, 3, 2, 1), 1, 64, 112, 112),
    "relu_1m": function(torch.relu, 1024, 1024),
    "gelu_1m": function(nn.functional.gelu, 1024, 1024),
    "softmax_1024x1024": function(lambda x: torch.softmax(x, -1), 1024, 1024),
    "layer_norm_1024x1024": function(lambda x: nn.functional.layer_norm(x, (1024,)), 1024, 1024),
}
