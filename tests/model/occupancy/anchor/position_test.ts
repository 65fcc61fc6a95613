import {
  decodePosition,
  encodePosition,
  type PositionKind,
} from "../../../../model/occupancy/anchor/position.ts";
import { safeLogit, safeSigmoid } from "../../../reference/gaussian/gaussian_geometry.ts";
import { checkOp, type F64, gpuTest, noiseArray } from "../../../support.ts";

const RANGE = [-50, -50, -5, 50, 50, 3] as const;
const POLAR = [5, 1.2, 0, 60, 1.95, 6.25] as const;

function decoded(x: F64, kind: PositionKind): F64 {
  const range = kind.startsWith("spherical") ? POLAR : RANGE;
  const data = new Float64Array(x.data.length);
  for (let i = 0; i < data.length; i += 3) {
    const place = [0, 1, 2].map((axis) => {
      const t = x.data[i + axis]!;
      const fraction = kind === "clamp"
        ? Math.min(1 - 1e-6, Math.max(1e-6, t))
        : kind === "sphericalTurns" && axis === 2
        ? t - Math.floor(t)
        : safeSigmoid(t);
      return range[axis]! + (range[axis + 3]! - range[axis]!) * fraction;
    }) as [number, number, number];
    const [r, theta, phi] = place;
    const at = kind.startsWith("spherical")
      ? [
        r * Math.sin(theta) * Math.cos(phi),
        r * Math.sin(theta) * Math.sin(phi),
        r * Math.cos(theta),
      ]
      : place;
    data.set(at, i);
  }
  return { shape: x.shape, data };
}

for (const kind of ["sigmoid", "clamp", "spherical", "sphericalTurns"] as const) {
  gpuTest(`decodePosition, ${kind}`, (gpu) =>
    checkOp(gpu, {
      inputs: [
        kind === "clamp" ? noiseArray(1, [67, 3], -0.5, 1.5) : noiseArray(1, [67, 3], -11, 11),
      ],
      op: (x) => decodePosition(x, kind.startsWith("spherical") ? POLAR : RANGE, { kind }),
      reference: (x) => decoded(x, kind),
      samples: 300,
      // Positions up to 60 m, angles up to 6.25: 4e-6 and sines of angles rounded by 5e-7.
      tolerance: { atol: 6e-5, rtol: 1e-6 },
    }));
}

gpuTest("encodePosition", (gpu) =>
  checkOp(gpu, {
    inputs: [noiseArray(2, [7, 13, 3], -4.5, 2.8)],
    op: (x) => encodePosition(x, [-5, -5, -5, 3, 3, 3]),
    reference: (x: F64) => ({
      shape: x.shape,
      data: x.data.map((value) => safeLogit((value + 5) / 8)),
    }),
  }));
