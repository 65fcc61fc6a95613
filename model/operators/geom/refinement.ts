import { backwardAll, variable } from "../../../gpu/tape.ts";
import type { Tensor } from "../../../gpu/tensor.ts";
import { refine, type RefineOptions } from "../../occupancy/anchor/refine.ts";
import { type ArraySpec, download, type HostArray, type Operator, upload } from "../operator.ts";
import { rangeOf } from "./ranges.ts";

// Settings of the published configurations: nuscenes_gs25600_solid and prob/gs6400.
const VERSIONS = {
  v1: { version: 1, scales: [0.08, 0.64], unit: [4, 4, 1], semantics: "softplus" },
  v2: { version: 2, scales: [0.01, 3.2], unit: [4, 4, 1], semantics: "identity" },
} satisfies Record<string, Omit<RefineOptions, "range">>;

const PARTS = ["anchor_out", "means", "scales", "rotations", "opacities", "semantics"] as const;

function upstreamInputs(version: string): Record<string, ArraySpec> {
  const columns = ["width", 3, 3, 4, 1, "classes"];
  return Object.fromEntries(
    PARTS.map((part, i) => [
      `${version}_up_${part}`,
      { axes: ["batch", "gaussians", columns[i]!], optional: true },
    ]),
  );
}

/** Both refinement modules after their MLP. */
export const refinement: Operator = {
  name: "geom",
  summary: "refinement of anchors, both versions",
  inputs: {
    raw: { axes: ["batch", "gaussians", "width"] },
    anchor: { axes: ["batch", "gaussians", "width"] },
    pc_range: { axes: [6] },
    ...upstreamInputs("v1"),
    ...upstreamInputs("v2"),
  },
  async run(gpu, inputs) {
    const { shape } = inputs.raw!;
    const [batch, gaussians, width] = shape as [number, number, number];
    const flat = (array: HostArray) =>
      upload(gpu, { ...array, shape: [batch * gaussians, array.shape[2]!] });
    const outputs: Record<string, HostArray> = {};
    for (const [name, settings] of Object.entries(VERSIONS)) {
      const raw = variable(flat(inputs.raw!));
      const anchor = variable(flat({ ...inputs.anchor!, shape: [batch, gaussians, width] }));
      const refined = refine(raw, anchor, { ...settings, range: rangeOf(inputs.pc_range!) });
      const parts: [string, Tensor][] = PARTS.map((part) => [
        part,
        part === "anchor_out" ? refined.anchor : refined[part],
      ]);
      for (const [part, tensor] of parts) {
        const columns = tensor.shape[1]!;
        outputs[`${name}_${part}`] = await download(tensor.retain(), [batch, gaussians, columns]);
      }
      const given = parts.filter(([part]) => inputs[`${name}_up_${part}`]);
      if (!given.length) continue;
      backwardAll(
        given.map(([, tensor]) => tensor),
        given.map(([part]) => flat(inputs[`${name}_up_${part}`]!)),
      );
      outputs[`${name}_grad_raw`] = await download(raw.gradient!, shape);
      outputs[`${name}_grad_anchor`] = await download(anchor.gradient!, shape);
    }
    return outputs;
  },
};
