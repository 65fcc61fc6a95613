import { readNpz } from "../../../../data/formats/numpy/npz.ts";
import type { Gpu } from "../../../../gpu/device.ts";
import { Parameter } from "../../../../gpu/parameter.ts";
import type { Initializer } from "../../../init.ts";
import type { NamedArray } from "../../../module.ts";
import { inverseSigmoid } from "../../network/anchor_init.ts";
import { type GaussianWorldConfig, withCarried } from "../config/config.ts";

/** Opacity of a Gaussian that saw nothing yet. */
export const FIRST_OPACITY = 0.1;

/**
 * Gaussians [points, width] that stand for what the car has not seen: on a grid over the box, of any size
 * and class. The original keeps them in no checkpoint; here a seed or a file makes the same ones again.
 */
export function priorGaussians(init: Initializer, config: GaussianWorldConfig): Parameter {
  const { prior: [nx, ny, nz], priorSeed, priorFile } = config.stream;
  const width = 11 + withCarried(config).gaussians.semantics;
  if (priorFile) return readPrior(init, priorFile, width);
  const draws = init.reseeded(priorSeed);
  const parameter = draws.from([nx * ny * nz, width], (i) => {
    const point = Math.floor(i / width);
    const column = i % width;
    if (column === 0) return inverseSigmoid(fraction(Math.floor(point / (ny * nz)), nx));
    if (column === 1) return inverseSigmoid(fraction(Math.floor(point / nz) % ny, ny));
    if (column === 2) return inverseSigmoid(fraction(point % nz, nz));
    if (column < 6) return inverseSigmoid(draws.next());
    if (column < 10) return column === 6 ? 1 : 0;
    return column === 10 ? inverseSigmoid(FIRST_OPACITY) : draws.nextNormal();
  });
  parameter.trainable = false;
  return parameter;
}

/** Place i of so many from one end of the box to the other. */
function fraction(i: number, count: number): number {
  return count > 1 ? i / (count - 1) : 0.5;
}

function readPrior(init: Initializer, path: string, width: number): Parameter {
  const npz = readNpz(path);
  if (!npz.names.includes("prior")) {
    throw new SyntaxError(`Cannot use "${path}": it has no array "prior"`);
  }
  return givenPrior(init.gpu, `"${path}"`, npz.get("prior"), width);
}

/** Gaussians that are given [points, width], raw; `from` says where from in an error. */
export function givenPrior(
  gpu: Gpu,
  from: string,
  { shape, data }: NamedArray,
  width: number,
): Parameter {
  if (shape.length !== 2 || shape[1] !== width || !shape[0]) {
    throw new RangeError(
      `Cannot use ${from}: "prior" is [${shape}], it must be [points, ${width}]`,
    );
  }
  const values = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    values[i] = Number(data[i]);
    if (Number.isFinite(values[i])) continue;
    throw new RangeError(`Cannot use ${from}: value ${i} of "prior" is not finite`);
  }
  const parameter = new Parameter(gpu, shape, values);
  parameter.trainable = false;
  return parameter;
}
