import { Tensor } from "../../../gpu/tensor.ts";
import { decodePosition } from "../../occupancy/anchor/position.ts";
import { motionBetween } from "../../occupancy/gaussianworld/motion.ts";
import { warpAndFill, type WarpedHistory } from "../../occupancy/gaussianworld/warp_and_fill.ts";
import { rangeOf } from "../geom/ranges.ts";
import { counts, floats } from "../metrics/host_values.ts";
import { download, fewNumbers, type HostArray, type Operator, upload } from "../operator.ts";

const FROM_PRIOR = 0x80000000;

/** GaussianWorld's start of a frame from the Gaussians of the one before. */
export const warpfill: Operator = {
  name: "warpfill",
  summary: "Gaussians of the frame before moved with the car, kept or replaced by prior ones",
  inputs: {
    anchors: { axes: ["gaussians", "width"] },
    features: { axes: ["gaussians", "channels"] },
    lidar2global: { axes: [2, 4, 4] },
    pc_range: { axes: [6] },
    num_anchor: { axes: [1], integer: true, optional: true },
    prior: { axes: ["priors", "width"] },
    u: { axes: ["gaussians"] },
  },
  async run(gpu, inputs) {
    const poses = fewNumbers(inputs.lidar2global!);
    const motion = motionBetween(poses.slice(0, 16), poses.slice(16));
    const range = rangeOf(inputs.pc_range!);
    const history = {
      anchors: upload(gpu, inputs.anchors!),
      features: upload(gpu, inputs.features!),
    };
    const options = {
      range,
      motion,
      prior: upload(gpu, inputs.prior!),
      uniforms: upload(gpu, inputs.u!),
    };
    const warped = warpAndFill(history, options);
    const whole = warpAndFill(history, { ...options, fallback: "whole" });
    const turned = warpAndFill(history, { ...options, turn: true });
    const { steps } = warped;
    const flags = await steps.flags.read("u32");
    const candidates = await steps.candidates.read("u32");
    const kept = (await warped.kept.read("u32"))[0]!;
    const places = (array: HostArray) => {
      const { shape, data } = array;
      const centres = Float32Array.from(
        { length: 3 * shape[0]! },
        (_, i) => data[Math.floor(i / 3) * shape[1]! + i % 3]!,
      );
      return decodePosition(Tensor.from(gpu, centres, [shape[0]!, 3]), range);
    };
    const columnsOf = async ({ anchors }: WarpedHistory, from: number, to: number) => {
      const [, width] = anchors.shape as [number, number];
      const data = await anchors.read("f32");
      const columns = to - from;
      return floats(
        Float32Array.from(
          { length: kept * columns },
          (_, i) => data[Math.floor(i / columns) * width + from + i % columns]!,
        ),
        [kept, columns],
      );
    };
    const candidateRows = setBits(candidates);
    const results: Record<string, HostArray> = {
      prev2cur: floats(motion.matrix, [4, 4]),
      means_prev: await download(places(inputs.anchors!)),
      means_cur: await download(steps.moved),
      unit: await download(steps.fractions),
      keep: counts(flags),
      kept_rows: counts(setBits(flags)),
      warped_xyz: await columnsOf(warped, 0, 3),
      prior_means: await download(places(inputs.prior!)),
      prior_means_prev: await download(steps.priorMoved),
      candidate: counts(candidates),
      candidate_rows: counts(candidateRows),
      num_candidates: counts([candidateRows.length]),
      fill_num: counts([flags.length - kept]),
      ...await drawn(warped, {
        kept,
        candidateRows,
        priors: Math.min(29, inputs.prior!.shape[0]!),
      }),
      quat_prev2cur: floats(motion.turn),
      quat_turned: await columnsOf(turned, 6, 10),
    };
    const sane = await drawn(whole, { kept, candidateRows, priors: inputs.prior!.shape[0]! });
    delete sane.out_features;
    for (const [key, array] of Object.entries(sane)) results[`sane_${key}`] = array;
    return results;
  },
};

/** What was drawn from the prior, and what came of it. */
async function drawn(
  warped: WarpedHistory,
  { kept, candidateRows, priors }: {
    kept: number;
    candidateRows: readonly number[];
    priors: number;
  },
): Promise<Record<string, HostArray>> {
  const rows = (await warped.steps.rows.read("u32")).subarray(kept).map((row) => row - FROM_PRIOR);
  const ordinals = new Map(candidateRows.map((row, i) => [row, i]));
  const range = rows.length === 0 ? 0 : candidateRows.length || priors;
  return {
    draw_range: counts([range]),
    chosen: counts(rows.map((row) => candidateRows.length ? ordinals.get(row)! : row)),
    chosen_rows: counts(rows),
    out_anchors: await download(warped.anchors),
    out_features: await download(warped.features),
  };
}

function setBits(flags: Uint32Array): number[] {
  const rows: number[] = [];
  flags.forEach((flag, row) => flag && rows.push(row));
  return rows;
}
