import { backward, variable } from "../../../gpu/tape.ts";
import type { Tensor } from "../../../gpu/tensor.ts";
import {
  decodePosition,
  encodePosition,
  type PositionKind,
} from "../../occupancy/anchor/position.ts";
import { download, type HostArray, type Operator, upload } from "../operator.ts";
import { rangeOf } from "./ranges.ts";

const KINDS: Record<string, PositionKind> = {
  cartesian: "sigmoid",
  cartesian_clamp: "clamp",
  spherical_sigmoid: "spherical",
  spherical_loop: "sphericalTurns",
};

/** Positions in metres of an anchor's logits, the way back, and the cells they lie in. */
export const positions: Operator = {
  name: "geom",
  summary: "positions of anchors, and anchors of positions",
  inputs: {
    anchor_xyz: { axes: ["count", 3] },
    pc_range: { axes: [6] },
    pc_range_polar: { axes: [6], optional: true },
    xyz: { axes: ["positions", 3], optional: true },
    grad_out: { axes: ["count", 3], optional: true },
  },
  async run(gpu, inputs) {
    const range = rangeOf(inputs.pc_range!);
    const outputs: Record<string, HostArray> = {};
    const put = async (name: string, source: HostArray, op: (x: Tensor) => Tensor) => {
      const x = variable(upload(gpu, source));
      const y = op(x).retain();
      outputs[name] = await download(y);
      if (inputs.grad_out?.shape.join() !== source.shape.join()) return;
      backward(y, upload(gpu, inputs.grad_out));
      outputs[`grad_${name}`] = await download(x.gradient!);
    };
    for (const [name, kind] of Object.entries(KINDS)) {
      const polar = name.startsWith("spherical");
      if (polar && !inputs.pc_range_polar) continue;
      const box = polar ? rangeOf(inputs.pc_range_polar!) : range;
      await put(name, inputs.anchor_xyz!, (x) => decodePosition(x, box, { kind }));
    }
    if (inputs.xyz) await put("reverse", inputs.xyz, (x) => encodePosition(x, range));
    const { shape, data } = outputs.cartesian!;
    for (const [name, cell] of [["voxel_05", 0.5], ["voxel_10", 1]] as const) {
      const cells = Int32Array.from(
        { length: data.length },
        (_, i) => (data[i]! - range[i % 3]!) / cell,
      );
      outputs[name] = { shape, data: cells };
    }
    return outputs;
  },
};
