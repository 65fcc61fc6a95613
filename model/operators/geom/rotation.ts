import { rotationMatrix } from "../../../gpu/ops/gaussian/rotation.ts";
import { backward, variable } from "../../../gpu/tape.ts";
import { download, type HostArray, type Operator, upload } from "../operator.ts";

/** Rotation matrices of quaternions, and those of 3D Gaussian Splatting's formula, which normalises nothing. */
export const rotation: Operator = {
  name: "geom",
  summary: "rotation matrices of quaternions",
  inputs: {
    quat: { axes: ["count", 4] },
    grad_R: { axes: ["count", 3, 3], optional: true },
  },
  async run(gpu, inputs) {
    const quaternions = variable(upload(gpu, inputs.quat!));
    const matrices = rotationMatrix(quaternions).retain();
    const results = {
      R: await download(matrices),
      R_3dgs_unnormalized: unnormalized(inputs.quat!),
    };
    if (!inputs.grad_R) return results;
    backward(matrices, upload(gpu, inputs.grad_R));
    return { ...results, grad_quat: await download(quaternions.gradient!) };
  },
};

function unnormalized({ shape, data }: HostArray): HostArray {
  const matrices = new Float32Array(9 * shape[0]!);
  for (let i = 0; i < shape[0]!; i++) {
    const [w, x, y, z] = [0, 1, 2, 3].map((axis) => data[4 * i + axis]!) as [
      number,
      number,
      number,
      number,
    ];
    matrices.set([
      ...[1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
      ...[2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
      ...[2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ], 9 * i);
  }
  return { shape: [shape[0]!, 3, 3], data: matrices };
}
