import type { Tensor } from "../../../gpu/tensor.ts";
import { backwardAll } from "../../../gpu/tape.ts";
import { Initializer } from "../../init.ts";
import { PpispController } from "../../splat/appearance/ppisp/ppisp_controller.ts";
import { type ArraySpec, download, type HostArray, type Operator, upload } from "../operator.ts";
import { uploadPlanes } from "./planes.ts";

const SHAPES: Record<string, (string | number)[]> = {
  "cnn_encoder.0": [16, 3, 1, 1],
  "cnn_encoder.3": [32, 16, 1, 1],
  "cnn_encoder.5": [64, 32, 1, 1],
  "mlp_trunk.0": [128, 1601],
  "mlp_trunk.2": [128, 128],
  "mlp_trunk.4": [128, 128],
  "exposure_head": [1, 128],
  "color_head": [8, 128],
};
/** The widest layer's weights come as a product of two thin matrices. */
const FACTORED = "mlp_trunk.0";
const THIN: Record<string, ArraySpec> = {
  trunk0_A: { axes: [128, "rank"] },
  trunk0_B: { axes: [1601, "rank"] },
};

/** The controller of PPISP on one picture, and the gradients of its weights. */
export const ppispController: Operator = {
  name: "ppisp",
  summary: "what PPISP's controller makes of a picture",
  inputs: {
    image: { axes: ["height", "width", 3] },
    prior_exposure: { axes: [1] },
    grad_exposure: { axes: [1], optional: true },
    grad_color: { axes: [8], optional: true },
    ...THIN,
    ...Object.fromEntries(
      Object.entries(SHAPES).flatMap(([name, axes]): [string, ArraySpec][] => [
        ...name === FACTORED ? [] : [[`w_${name}.weight`, { axes }] as [string, ArraySpec]],
        [`w_${name}.bias`, { axes: [axes[0]!] }],
      ]),
    ),
  },
  async run(gpu, inputs) {
    const controller = new PpispController(new Initializer(gpu, 0));
    controller.load(Object.fromEntries(
      [...controller.namedParameters()].map(([key, { shape }]) => [
        key,
        inputs[`w_${key}`] ??
          { shape, data: productOf(inputs.trunk0_A!, inputs.trunk0_B!) },
      ]),
    ));
    const { features, exposure, colour } = controller.forward(
      uploadPlanes(gpu, inputs.image!),
      upload(gpu, inputs.prior_exposure!),
    );
    for (const output of [features, exposure, colour]) output.retain();
    const results: Record<string, HostArray> = {
      features: await download(features),
      exposure: await download(exposure),
      color: await download(colour),
    };
    const upstream: [Tensor, HostArray | undefined][] = [
      [exposure, inputs.grad_exposure],
      [colour, inputs.grad_color],
    ];
    const given = upstream.filter(([, gradient]) => gradient);
    if (given.length) {
      backwardAll(
        given.map(([output]) => output),
        given.map(([, gradient]) => upload(gpu, gradient!)),
      );
      for (const [key, parameter] of controller.namedParameters()) {
        const gradient = await download(parameter.gradient!);
        if (/^mlp_trunk.*weight$/.test(key)) Object.assign(results, sumsOf(key, gradient));
        else results[`grad_${key}`] = gradient;
      }
    }
    for (const [, parameter] of controller.namedParameters()) parameter.release();
    return results;
  },
};

/** A [128, rank] times the transpose of B [1601, rank], summed in doubles. */
function productOf(a: HostArray, b: HostArray): Float32Array {
  const [rows, rank] = a.shape as [number, number];
  const columns = b.shape[0]!;
  const product = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      for (let i = 0; i < rank; i++) sum += a.data[row * rank + i]! * b.data[column * rank + i]!;
      product[row * columns + column] = sum;
    }
  }
  return product;
}

/** Sums of a gradient [outputs, inputs] over its inputs, and over its outputs. */
function sumsOf(key: string, { shape, data }: HostArray): Record<string, HostArray> {
  const [outputs, inputs] = shape as [number, number];
  const rows = new Float64Array(outputs);
  const columns = new Float64Array(inputs);
  for (let i = 0; i < data.length; i++) {
    rows[Math.floor(i / inputs)]! += data[i]!;
    columns[i % inputs]! += data[i]!;
  }
  return {
    [`grad_${key}_rowsum`]: { shape: [outputs], data: Float32Array.from(rows) },
    [`grad_${key}_colsum`]: { shape: [inputs], data: Float32Array.from(columns) },
  };
}
