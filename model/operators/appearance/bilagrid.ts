import { add } from "../../../gpu/ops/array/elementwise/binary.ts";
import { scale } from "../../../gpu/ops/array/elementwise/unary.ts";
import { adamw } from "../../../gpu/optim/adamw.ts";
import { backward, backwardAll, variable } from "../../../gpu/tape.ts";
import type { Tensor } from "../../../gpu/tensor.ts";
import { l1 } from "../../../loss/photometric/l1.ts";
import {
  gridRate,
  identityGrids,
  VARIATION_WEIGHT,
} from "../../splat/appearance/bilateral_grid/bilateral_grids.ts";
import { bilateralSlice } from "../../splat/appearance/bilateral_grid/bilateral_slice.ts";
import { totalVariation } from "../../splat/appearance/bilateral_grid/total_variation.ts";
import { download, type HostArray, type Operator, upload } from "../operator.ts";
import { downloadInterleaved, uploadPlanes } from "./planes.ts";

const PICTURES = ["pictures", "height", "width", 3];
/** Nodes of the grids that a training starts from. */
const TRAINED = [6, 5, 4] as const;

const onPicture: Operator = {
  name: "bilagrid",
  summary: "bilateral grid: a picture through its grid, and the grid's total variation",
  inputs: {
    grids: { axes: ["grids", 12, "levels", "rows", "columns"] },
    grid_idx: { axes: [1], integer: true },
    xy: { axes: ["height", "width", 2] },
    rgb: { axes: ["height", "width", 3] },
    grad_out: { axes: ["height", "width", 3], optional: true },
  },
  async run(gpu, inputs) {
    const image = variable(uploadPlanes(gpu, inputs.rgb!));
    const grids = variable(upload(gpu, inputs.grids!));
    const slice = bilateralSlice(image, grids, inputs.grid_idx!.data[0]!, {
      places: upload(gpu, inputs.xy!),
      keepAffine: true,
    });
    slice.image.retain();
    const results: Record<string, HostArray> = {
      out: await downloadInterleaved(slice.image),
      affine: await downloadInterleaved(slice.affine!, [3, 4]),
    };
    if (inputs.grad_out) {
      backwardAll([slice.image], [uploadPlanes(gpu, inputs.grad_out)]);
      results.grad_grids = await download(grids.gradient!);
      results.grad_rgb = await downloadInterleaved(image.gradient!);
    }
    const varied = variable(upload(gpu, inputs.grids!));
    const variation = totalVariation(varied).retain();
    results.tv = await download(variation, [1]);
    backward(scale(variation, VARIATION_WEIGHT));
    results.grad_tv10_grids = await download(varied.gradient!);
    return results;
  },
};

const training: Operator = {
  name: "bilagrid",
  summary: "a training of bilateral grids on pictures",
  inputs: {
    images: { axes: PICTURES },
    targets: { axes: PICTURES },
    order: { axes: ["steps"], integer: true },
    warmup_iters: { axes: [1], integer: true },
    decay_max_steps: { axes: [1], integer: true },
  },
  async run(gpu, inputs) {
    const { images, targets, order } = inputs as Record<string, HostArray>;
    const grids = identityGrids(gpu, images!.shape[0]!, TRAINED);
    const rateAt = gridRate({
      warmup: inputs.warmup_iters!.data[0]!,
      length: inputs.decay_max_steps!.data[0]!,
    });
    const each = images!.shape.slice(1).reduce((a, b) => a * b, 1);
    const rows: { loss: number; tv: number; rate: number }[] = [];
    for (let step = 0; step < order!.data.length; step++) {
      using _step = gpu.scope();
      const picture = order!.data[step]!;
      const { image } = bilateralSlice(
        uploadPlanes(gpu, images!, picture * each),
        grids.value,
        picture,
      );
      const loss = l1(image, uploadPlanes(gpu, targets!, picture * each)).retain();
      const variation = totalVariation(grids.value).retain();
      backward(add(loss, scale(variation, VARIATION_WEIGHT)));
      const rate = rateAt(step);
      adamw([{ parameters: [grids], rate }], { step: step + 1, eps: 1e-15 });
      grids.zeroGradient();
      rows.push({ loss: await numberOf(loss), tv: await numberOf(variation), rate });
    }
    const column = (of: (row: typeof rows[number]) => number) => ({
      shape: [rows.length],
      data: Float32Array.from({ length: rows.length }, (_, i) => of(rows[i]!)),
    });
    const final = await download(grids.value);
    grids.release();
    return {
      loss: column(({ loss }) => loss),
      tv: column(({ tv }) => tv),
      lr: column(({ rate }) => rate),
      final_grids: final,
    };
  },
};

/** The bilateral grid: slicing with its gradients, or a training. */
export const bilagrid: Operator = {
  ...onPicture,
  part: (inputs) => inputs.images ? training : onPicture,
};

async function numberOf(tensor: Tensor): Promise<number> {
  return (await tensor.read("f32"))[0]!;
}
