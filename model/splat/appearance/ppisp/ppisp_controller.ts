import { relu } from "../../../../gpu/ops/array/elementwise/unary.ts";
import { concat } from "../../../../gpu/ops/array/move/concat.ts";
import { reshape } from "../../../../gpu/ops/array/move/reshape.ts";
import { maxPool2d } from "../../../../gpu/ops/nn/conv/max_pool2d.ts";
import { matmul } from "../../../../gpu/ops/nn/gemm/matmul.ts";
import { Tensor } from "../../../../gpu/tensor.ts";
import type { Initializer } from "../../../init.ts";
import { Conv2d } from "../../../layers/conv2d.ts";
import { Linear } from "../../../layers/linear.ts";
import { runLayers } from "../../../layers/mlp.ts";
import { Module } from "../../../module.ts";

/** Windows of the pooling, along both axes. */
const CELLS = 5;
const FEATURES = 64;
const HIDDEN = 128;

/** What the controller says of a picture. */
export interface Controlled {
  /** What it saw: [1600], channels outer, then the rows and columns of 5x5 windows. */
  readonly features: Tensor;
  /** [1], stops. */
  readonly exposure: Tensor;
  /** [8], latent offsets as in `PpispTables`. */
  readonly colour: Tensor;
}

/**
 * Guesses exposure and colour of a picture that was not trained on, from the picture as it is rendered:
 * one network a camera, whose keys are those of the authors' module.
 */
export class PpispController extends Module {
  readonly cnnEncoder: (Conv2d | null)[];
  readonly mlpTrunk: (Linear | null)[];
  readonly exposureHead: Linear;
  readonly colorHead: Linear;

  constructor(init: Initializer) {
    super();
    const conv = (from: number, to: number) => new Conv2d(init, from, to, { kernel: 1 });
    // Pooling and ReLUs stand between them.
    this.cnnEncoder = [conv(3, 16), null, null, conv(16, 32), null, conv(32, FEATURES)];
    const hidden = (from: number) => new Linear(init, from, HIDDEN);
    this.mlpTrunk = [
      hidden(FEATURES * CELLS * CELLS + 1),
      null,
      hidden(HIDDEN),
      null,
      hidden(HIDDEN),
      null,
    ];
    this.exposureHead = new Linear(init, HIDDEN, 1);
    this.colorHead = new Linear(init, HIDDEN, 8);
  }

  /** Of a picture [3, height, width] of at least 3x3 pixels, and an exposure [1] known beforehand. */
  forward(image: Tensor, prior: Tensor): Controlled {
    const [, height, width] = image.shape as [number, number, number];
    if (height < 3 || width < 3) {
      throw new RangeError(
        `Cannot run PpispController: the picture is ${width}x${height}, at least 3x3 is needed`,
      );
    }
    const [first, , , second, , third] = this.cnnEncoder;
    const seen = first!.forward(reshape(image, [1, 3, height, width]));
    const pooled = relu(maxPool2d(seen, { kernel: 3 }));
    const encoded = third!.forward(second!.forward(pooled, { activation: "relu" }));
    const features = reshape(averageInWindows(encoded), [FEATURES * CELLS * CELLS]);
    const input = reshape(concat([features, prior], 0), [1, FEATURES * CELLS * CELLS + 1]);
    const hidden = runLayers(this.mlpTrunk, input);
    return {
      features,
      exposure: reshape(this.exposureHead.forward(hidden), [1]),
      colour: reshape(this.colorHead.forward(hidden), [8]),
    };
  }
}

/**
 * Means of [1, channels, height, width] in 5x5 windows, [channels, 25]: window i covers
 * floor(i extent / 5) to ceil((i + 1) extent / 5) - 1, as PyTorch's adaptive pooling does.
 */
function averageInWindows(x: Tensor): Tensor {
  const [, channels, height, width] = x.shape as [number, number, number, number];
  const rows = windowsAlong(height);
  const columns = windowsAlong(width);
  const shares = new Float32Array(height * width * CELLS * CELLS);
  rows.forEach(([top, bottom], i) =>
    columns.forEach(([left, right], j) => {
      const share = 1 / ((bottom - top) * (right - left));
      for (let row = top; row < bottom; row++) {
        for (let column = left; column < right; column++) {
          shares[(row * width + column) * CELLS * CELLS + i * CELLS + j] = share;
        }
      }
    })
  );
  const pooling = Tensor.from(x.gpu, shares, [height * width, CELLS * CELLS]);
  return matmul(reshape(x, [channels, height * width]), pooling);
}

function windowsAlong(extent: number): [number, number][] {
  return Array.from(
    { length: CELLS },
    (_, i) => [Math.floor(i * extent / CELLS), Math.ceil((i + 1) * extent / CELLS)],
  );
}
