import {
  CAMERA_MODELS,
  type CameraLens,
  type CameraModelName,
} from "../../../data/cameras/models.ts";
import { rayOf } from "../../../data/cameras/unproject.ts";
import {
  type Arrays,
  type ArraySpec,
  fewNumbers,
  type HostArray,
  type Operator,
} from "../operator.ts";

const MODELS = Object.keys(CAMERA_MODELS) as CameraModelName[];

const INPUTS: Record<string, ArraySpec> = Object.fromEntries(MODELS.flatMap((model) => [
  [`${model}_wh`, { axes: [2], integer: true, optional: true }],
  [`${model}_K`, { axes: [4], optional: true }],
  [`${model}_dist`, { axes: [`${model} coefficients`], optional: true }],
  [`${model}_pixels`, { axes: [`${model} pixels`, 2], optional: true }],
]));

/** The directions that pixels show, for each of the models that the file has. */
export const rays: Operator = {
  name: "rays",
  summary: "Pixels of a lens to directions of length 1, and which it shows; six models",
  inputs: INPUTS,
  // deno-lint-ignore require-await
  async run(_gpu, arrays) {
    const outputs: Record<string, HostArray> = {};
    const given = MODELS.filter((model) => arrays[`${model}_pixels`]);
    if (!given.length) {
      throw new TypeError(
        `Cannot run rays: the input has no pixels, it must have "MODEL_pixels" for one of ${
          MODELS.join(", ")
        }`,
      );
    }
    for (const model of given) {
      const lens = lensOf(model, arrays);
      const { shape: [count], data } = arrays[`${model}_pixels`]!;
      const directions = new Float32Array(3 * count!);
      const valid = new Int32Array(count!);
      for (let i = 0; i < count!; i++) {
        const ray = rayOf(lens, [data[2 * i]!, data[2 * i + 1]!]);
        if (!ray) continue;
        directions.set(ray, 3 * i);
        valid[i] = 1;
      }
      outputs[`${model}_rays`] = { shape: [count!, 3], data: directions };
      outputs[`${model}_valid`] = { shape: [count!], data: valid };
    }
    return outputs;
  },
};

function lensOf(model: CameraModelName, arrays: Arrays): CameraLens {
  const part = (key: string): number[] => {
    const array = arrays[`${model}_${key}`];
    if (!array) {
      throw new TypeError(`Cannot run rays: the input has no "${model}_${key}" for its pixels`);
    }
    return fewNumbers(array);
  };
  const [width, height] = part("wh") as [number, number];
  const distortion = part("dist");
  const { length } = CAMERA_MODELS[model].coefficients;
  if (length && distortion.length !== length) {
    throw new RangeError(
      `Cannot run rays: "${model}_dist" has ${distortion.length} numbers, it must have ${length}`,
    );
  }
  return {
    model,
    width,
    height,
    intrinsics: part("K") as unknown as CameraLens["intrinsics"],
    distortion,
  };
}
