import { Kernel } from "../../../kernel.ts";
import { Tensor } from "../../../tensor.ts";
import source from "./voxel_gradients.wgsl" with { type: "text" };

const kernel = new Kernel("gpu/ops/gaussian/aggregate/voxel_gradients.wgsl", source);

/**
 * What each primitive reads of a point on the way back, in one piece of memory. `centered` keeps the
 * outputs apart, so that those of a primitive can be taken from them one by one.
 */
export function packGradients(
  outputs: Readonly<Record<"y" | "probability" | "transmittance", Tensor>>,
  { dy, doccupancy, ddensity }: Readonly<Record<"dy" | "doccupancy" | "ddensity", Tensor | null>>,
  { additive, centered }: { readonly additive: boolean; readonly centered: boolean },
): Tensor {
  const { y, probability, transmittance } = outputs;
  const [points, channels] = y.shape as [number, number];
  const quads = Math.ceil((channels - 1) / 4);
  const records = Tensor.empty(y.gpu, [points, 1 + quads * (centered ? 2 : 1), 4]);
  kernel.dispatch(
    y.gpu,
    {
      y,
      dy: dy ?? y,
      probability,
      transmittance,
      doccupancy: doccupancy ?? probability,
      ddensity: ddensity ?? probability,
      records,
    },
    {
      points,
      channels,
      quads,
      given: [Number(dy !== null), Number(doccupancy !== null), Number(ddensity !== null)],
    },
    { threads: points },
    { ADDITIVE: Number(additive), CENTERED: Number(centered) },
  );
  return records;
}
