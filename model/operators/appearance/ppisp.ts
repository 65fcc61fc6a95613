import { backward, backwardAll, variable } from "../../../gpu/tape.ts";
import { Tensor } from "../../../gpu/tensor.ts";
import { ppisp as develop } from "../../splat/appearance/ppisp/ppisp.ts";
import { ppispRegulariser } from "../../splat/appearance/ppisp/ppisp_regulariser.ts";
import { type Arrays, type ArraySpec, download, type Operator, upload } from "../operator.ts";
import { downloadInterleaved, uploadPlanes } from "./planes.ts";
import { ppispController } from "./ppisp_controller.ts";
import { ppispTraining } from "./ppisp_training.ts";

const SUMMARY =
  "PPISP: a picture, its regulariser, a training or the controller, by the arrays given";

const TABLES: Record<string, ArraySpec> = {
  exposure_params: { axes: ["frames"] },
  vignetting_params: { axes: ["cameras", 3, 5] },
  color_params: { axes: ["frames", 8] },
  crf_params: { axes: ["cameras", 3, 4] },
};

const onPicture: Operator = {
  name: "ppisp",
  summary: SUMMARY,
  inputs: {
    ...TABLES,
    resolution: { axes: [2], integer: true, optional: true },
    camera_idx: { axes: [1], integer: true },
    frame_idx: { axes: [1], integer: true },
    rgb_in: { axes: ["height", "width", 3] },
    grad_rgb_out: { axes: ["height", "width", 3], optional: true },
  },
  async run(gpu, inputs) {
    const image = variable(uploadPlanes(gpu, inputs.rgb_in!));
    const tables = uploadTables(inputs, (array) => variable(upload(gpu, array)));
    const row = (index: number) => index < 0 ? null : index;
    const y = develop(image, tables, {
      camera: row(inputs.camera_idx!.data[0]!),
      frame: row(inputs.frame_idx!.data[0]!),
    });
    y.retain();
    const results = { rgb_out: await downloadInterleaved(y) };
    if (!inputs.grad_rgb_out) return results;
    backwardAll([y], [uploadPlanes(gpu, inputs.grad_rgb_out)]);
    return {
      ...results,
      grad_rgb_in: await downloadInterleaved(image.gradient!),
      ...await tableGradients(tables),
    };
  },
};

const regulariser: Operator = {
  name: "ppisp",
  summary: SUMMARY,
  inputs: TABLES,
  async run(gpu, inputs) {
    const tables = uploadTables(inputs, (array) => variable(upload(gpu, array)));
    const { loss, terms } = ppispRegulariser(tables);
    const total = await download(loss.retain(), [1]);
    const [exposure, colour, centre, positive, channels, response] = await terms.retain()
      .read("f32") as unknown as number[];
    backward(loss);
    return {
      loss: total,
      terms_unweighted: {
        shape: [6],
        data: Float32Array.of(exposure!, centre!, positive!, channels!, colour!, response!),
      },
      ...await tableGradients(tables),
    };
  },
};

/** What PPISP makes of a picture, and all that belongs to it. */
export const ppisp: Operator = {
  ...onPicture,
  part: (inputs) =>
    inputs.rgb_in
      ? onPicture
      : inputs.images
      ? ppispTraining
      : inputs.image
      ? ppispController
      : regulariser,
};

function uploadTables(
  inputs: Arrays,
  make: (array: Arrays[string]) => Tensor,
): Record<"exposure" | "vignetting" | "colour" | "response", Tensor> {
  return {
    exposure: make(inputs.exposure_params!),
    vignetting: make(inputs.vignetting_params!),
    colour: make(inputs.color_params!),
    response: make(inputs.crf_params!),
  };
}

async function tableGradients(tables: ReturnType<typeof uploadTables>) {
  const of = (tensor: Tensor) =>
    download(tensor.gradient ?? Tensor.zeros(tensor.gpu, tensor.shape));
  return {
    grad_exposure_params: await of(tables.exposure),
    grad_vignetting_params: await of(tables.vignetting),
    grad_color_params: await of(tables.colour),
    grad_crf_params: await of(tables.response),
  };
}
