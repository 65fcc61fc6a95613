import { add } from "../../../gpu/ops/array/elementwise/binary.ts";
import { adamw } from "../../../gpu/optim/adamw.ts";
import { Parameter } from "../../../gpu/parameter.ts";
import { backward } from "../../../gpu/tape.ts";
import { l1 } from "../../../loss/photometric/l1.ts";
import { ppisp } from "../../splat/appearance/ppisp/ppisp.ts";
import { ppispRegulariser } from "../../splat/appearance/ppisp/ppisp_regulariser.ts";
import { ppispRate } from "../../splat/appearance/ppisp/ppisp_tables.ts";
import { download, type HostArray, type Operator } from "../operator.ts";
import { uploadPlanes } from "./planes.ts";

const PICTURES = ["pictures", "height", "width", 3];
const NAMES = ["exposure", "vignetting", "color", "crf"] as const;

/** Steps of Adam on the tables alone, over given pictures. */
export const ppispTraining: Operator = {
  name: "ppisp",
  summary: "a training of PPISP's tables on pictures",
  inputs: {
    images: { axes: PICTURES },
    targets: { axes: PICTURES },
    camera_of_frame: { axes: ["pictures"], integer: true },
    order: { axes: ["steps"], integer: true },
    warmup_steps: { axes: [1], integer: true },
    decay_max_steps: { axes: [1], integer: true },
    init_exposure_params: { axes: ["pictures"] },
    init_vignetting_params: { axes: ["cameras", 3, 5] },
    init_color_params: { axes: ["pictures", 8] },
    init_crf_params: { axes: ["cameras", 3, 4] },
  },
  async run(gpu, inputs) {
    const [exposure, vignetting, colour, response] = NAMES.map((name) => {
      const { shape, data } = inputs[`init_${name}_params`]!;
      return new Parameter(gpu, shape, Float32Array.from(data));
    }) as [Parameter, Parameter, Parameter, Parameter];
    const parameters = [exposure, vignetting, colour, response];
    const { order, camera_of_frame, images, targets } = inputs as Record<string, HostArray>;
    const rateAt = ppispRate({
      warmup: inputs.warmup_steps!.data[0]!,
      length: inputs.decay_max_steps!.data[0]!,
    });
    const each = images!.shape.slice(1).reduce((a, b) => a * b, 1);
    const rows: { loss: number; reg: number; rate: number }[] = [];
    for (let step = 0; step < order!.data.length; step++) {
      using _step = gpu.scope();
      const frame = order!.data[step]!;
      const tables = {
        exposure: exposure.value,
        vignetting: vignetting.value,
        colour: colour.value,
        response: response.value,
      };
      const image = uploadPlanes(gpu, images!, frame * each);
      const y = ppisp(image, tables, { frame, camera: camera_of_frame!.data[frame]! });
      const loss = l1(y, uploadPlanes(gpu, targets!, frame * each)).retain();
      const reg = ppispRegulariser(tables).loss.retain();
      backward(add(loss, reg));
      const rate = rateAt(step);
      adamw([{ parameters, rate }], { step: step + 1, eps: 1e-15 });
      for (const parameter of parameters) parameter.zeroGradient();
      rows.push({
        loss: (await loss.read("f32"))[0]!,
        reg: (await reg.read("f32"))[0]!,
        rate,
      });
    }
    const column = (of: (row: typeof rows[number]) => number) => ({
      shape: [rows.length],
      data: Float32Array.from({ length: rows.length }, (_, i) => of(rows[i]!)),
    });
    const final: Record<string, HostArray> = {};
    for (const [i, name] of NAMES.entries()) {
      final[`final_${name}_params`] = await download(parameters[i]!.value);
      parameters[i]!.release();
    }
    return {
      loss: column(({ loss }) => loss),
      reg: column(({ reg }) => reg),
      lr: column(({ rate }) => rate),
      ...final,
    };
  },
};
