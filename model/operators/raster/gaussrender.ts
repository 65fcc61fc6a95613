import type { Gpu } from "../../../gpu/device.ts";
import { reshape } from "../../../gpu/ops/array/move/reshape.ts";
import { permute } from "../../../gpu/ops/array/move/permute.ts";
import { slice } from "../../../gpu/ops/array/move/slice.ts";
import { sigmoid } from "../../../gpu/ops/array/elementwise/unary.ts";
import { backward, backwardAll, noGradient, variable } from "../../../gpu/tape.ts";
import type { Tensor } from "../../../gpu/tensor.ts";
import { renderLoss } from "../../../loss/render/render_loss.ts";
import { type RenderView, viewFromAbove } from "../../../loss/render/render_view.ts";
import {
  type RenderedPair,
  type RenderedVoxels,
  renderVoxels,
} from "../../../loss/render/render_voxels.ts";
import { sharpenedOpacity } from "../../../loss/render/sharpened_opacity.ts";
import { channelSoftmax } from "../../../loss/voxels/channel_softmax.ts";
import {
  type Arrays,
  checkInputs,
  download,
  fewNumbers,
  type HostArray,
  type Operator,
  upload,
} from "../operator.ts";

const IGNORED = 255;

/**
 * GaussRender's loss of logits of voxels, with its pictures; opacities from the empty class (mode 0) or from
 * logits of their own (mode 1). Gradients are the derivatives, 0 by what the limit 0.99 of alpha cuts.
 */
export const gaussrender: Operator = {
  name: "gaussrender",
  summary:
    "GaussRender's loss: voxels drawn as Gaussians from cameras and above, against true ones",
  inputs: {
    dims: { axes: [3], integer: true },
    num_classes: { axes: [1], integer: true, optional: true },
    empty_class: { axes: [1], integer: true },
    voxel: { axes: [1] },
    pc_min: { axes: [3] },
    gaussian_scale: { axes: [1] },
    logits: { axes: ["classes", "x", "y", "z"] },
    opacity_mode: { axes: [1], integer: true },
    opacity_logits: { axes: ["x", "y", "z"], optional: true },
    label: { axes: ["x", "y", "z"], integer: true },
    ref2cam: { axes: ["cameras", 4, 4] },
    intrinsics: { axes: ["cameras", 4] },
    image_wh: { axes: ["cameras", 2], integer: true },
    bev: { axes: [5] },
    tile: { axes: [1], integer: true, optional: true },
  },
  async run(gpu, inputs) {
    const { classes, x, y, z } = checkInputs(gaussrender, inputs) as Record<string, number>;
    const mode = checkedMode(inputs);
    const shape = [classes!, x!, y!, z!];
    const count = x! * y! * z!;
    const logits = variable(upload(gpu, inputs.logits!).alias([classes!, count]));
    const probs = variable(noGradient(gpu, () => channelSoftmax(logits)));
    const own = inputs.opacity_logits && mode === 1
      ? variable(upload(gpu, inputs.opacity_logits).alias([count]))
      : null;
    const opacities = own ? sigmoid(own) : sharpenedOpacity(emptyOf(probs, inputs));
    opacities.retain();
    const voxels = voxelsOf(inputs, probs, opacities);
    const cameras: RenderedPair[] = [];
    for (const view of viewsOf(inputs)) cameras.push(await renderVoxels(voxels, view));
    const above = await renderVoxels(voxels, fromAbove(inputs));

    const results = await pictures(gpu, cameras, above);
    const loss = renderLoss(cameras, above);
    for (const term of Object.values(loss)) term.retain();
    backward(loss.total);
    backwardAll([channelSoftmax(logits)], [probs.gradient!]);
    return {
      ...results,
      opacity: await download(opacities),
      loss_img: await download(loss.image, [1]),
      loss_depth: await download(loss.depth, [1]),
      loss_bev: await download(loss.above, [1]),
      loss_bev_depth: await download(loss.aboveDepth, [1]),
      loss: await download(loss.total, [1]),
      grad_logits: await download(logits.gradient!, shape),
      ...own
        ? { grad_opacity_logits: await download(own.gradient!, shape.slice(1)) }
        : { grad_probs: await download(probs.gradient!, shape) },
    };
  },
};

function checkedMode(inputs: Arrays): number {
  const { opacity_mode, opacity_logits, tile, dims, label, num_classes, logits } = inputs;
  const mode = opacity_mode!.data[0]!;
  const refuse = (what: string) => {
    throw new RangeError(`Cannot run gaussrender: ${what}`);
  };
  if (mode !== 0 && mode !== 1) refuse(`"opacity_mode" is ${mode}, 0 and 1 are possible`);
  if (mode === 1 && !opacity_logits) refuse('"opacity_mode" is 1, which needs "opacity_logits"');
  if (tile && tile.data[0] !== 16) refuse(`"tile" is ${tile.data[0]}, tiles are 16 pixels wide`);
  if (fewNumbers(dims!).join() !== label!.shape.join()) {
    refuse(`"dims" is ${fewNumbers(dims!)}, "label" is [${label!.shape.join(", ")}]`);
  }
  if (num_classes && num_classes.data[0] !== logits!.shape[0]) {
    refuse(`"num_classes" is ${num_classes.data[0]}, "logits" have ${logits!.shape[0]}`);
  }
  const [empty, classes] = [inputs.empty_class!.data[0]!, logits!.shape[0]!];
  if (!(empty >= 0 && empty < classes)) {
    refuse(`"empty_class" is ${empty}, 0 to ${classes - 1} are possible`);
  }
  return mode;
}

function emptyOf(probs: Tensor, { empty_class }: Arrays): Tensor {
  const empty = empty_class!.data[0]!;
  return reshape(slice(probs, 0, empty, empty + 1), [probs.shape[1]!]);
}

function voxelsOf(inputs: Arrays, probabilities: Tensor, opacities: Tensor): RenderedVoxels {
  const three = (array: HostArray | undefined) => fewNumbers(array!) as [number, number, number];
  return {
    probabilities,
    opacities,
    labels: inputs.label!.data,
    empty: inputs.empty_class!.data[0]!,
    ignored: IGNORED,
    grid: {
      size: three(inputs.dims),
      origin: three(inputs.pc_min),
      cell: inputs.voxel!.data[0]!,
    },
    deviation: inputs.gaussian_scale!.data[0]!,
  };
}

function viewsOf({ ref2cam, intrinsics, image_wh }: Arrays): RenderView[] {
  return Array.from({ length: ref2cam!.shape[0]! }, (_, j) => {
    const [fx, fy, cx, cy] = [0, 1, 2, 3].map((k) => intrinsics!.data[4 * j + k]!) as [
      number,
      number,
      number,
      number,
    ];
    return {
      size: [image_wh!.data[2 * j]!, image_wh!.data[2 * j + 1]!],
      focal: [fx, fy],
      centre: [cx, cy],
      gridToCamera: Array.from({ length: 16 }, (_, k) => ref2cam!.data[16 * j + k]!),
      withinPicture: true,
    };
  });
}

function fromAbove({ bev }: Arrays): RenderView {
  const [height, size, focal, cx, cy] = fewNumbers(bev!) as [
    number,
    number,
    number,
    number,
    number,
  ];
  return viewFromAbove(height, { size, focal, centre: [cx, cy] });
}

async function pictures(gpu: Gpu, cameras: readonly RenderedPair[], above: RenderedPair) {
  const results: Record<string, HostArray> = {};
  const named = [
    ...cameras.map((pair, j) => [`cam${j}`, pair] as const),
    ["bev", above] as const,
  ];
  for (const [name, { predicted, truth, used }] of named) {
    for (const [kind, { colour, depth }] of [["", predicted], ["gt_", truth]] as const) {
      const interleaved = noGradient(gpu, () => permute(colour, [1, 2, 0]));
      results[`${name}_${kind}color`] = await download(interleaved);
      results[`${name}_${kind}depth`] = await download(depth);
    }
    results[`${name}_valid`] = { shape: [used.length], data: used };
  }
  return results;
}
