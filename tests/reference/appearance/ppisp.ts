import type { F64 } from "../../support.ts";

type Vector = [number, number, number];
const SPREAD = [
  [0.0480542, -0.0043631, 0.0481283],
  [0.0580570, -0.0179872, 0.0431061],
  [0.0433336, -0.0180537, 0.0580500],
  [0.0128369, -0.0034654, 0.0128158],
] as const;

/** PPISP of a picture [3, height, width] in doubles; null leaves a pair of stages out. */
export function ppisp(
  image: F64,
  exposure: F64,
  vignetting: F64,
  colour: F64,
  response: F64,
  { camera, frame }: { camera: number | null; frame: number | null },
): F64 {
  const [, height, width] = image.shape as Vector;
  const pixels = width * height;
  const y = new Float64Array(3 * pixels);
  const map = frame === null
    ? null
    : homography([...colour.data.subarray(8 * frame, 8 * frame + 8)]);
  for (let n = 0; n < pixels; n++) {
    let c = [0, 1, 2].map((k) => image.data[k * pixels + n]!) as Vector;
    if (frame !== null) c = c.map((v) => v * 2 ** exposure.data[frame]!) as Vector;
    if (camera !== null) {
      c = c.map((v, k) => {
        const [cx, cy, a1, a2, a3] = vignetting.data.subarray(15 * camera + 5 * k);
        const longer = Math.max(width, height);
        const x = (n % width + 0.5 - width / 2) / longer - cx!;
        const z = (Math.floor(n / width) + 0.5 - height / 2) / longer - cy!;
        const r2 = x * x + z * z;
        return v * clamp(1 + a1! * r2 + a2! * r2 ** 2 + a3! * r2 ** 3);
      }) as Vector;
    }
    if (map) {
      const intensity = c[0] + c[1] + c[2];
      const q = map.map((row) => row[0]! * c[0] + row[1]! * c[1] + row[2]! * intensity);
      const scale = intensity / (q[2]! + 1e-5);
      c = [q[0]! * scale, q[1]! * scale, (q[2]! - q[0]! - q[1]!) * scale];
    }
    if (camera !== null) c = c.map((v, k) => curve(v, response, 12 * camera + 4 * k)) as Vector;
    c.forEach((v, k) => y[k * pixels + n] = v);
  }
  return { shape: image.shape, data: y };
}

function curve(value: number, response: F64, at: number): number {
  const [toeRaw, shoulderRaw, gammaRaw, centreRaw] = response.data.subarray(at, at + 4);
  const toe = 0.3 + Math.log1p(Math.exp(toeRaw!));
  const shoulder = 0.3 + Math.log1p(Math.exp(shoulderRaw!));
  const gamma = 0.1 + Math.log1p(Math.exp(gammaRaw!));
  const centre = 1 / (1 + Math.exp(-centreRaw!));
  const a = shoulder * centre / (toe + centre * (shoulder - toe));
  const x = clamp(value);
  const y = x <= centre
    ? a * (x / centre) ** toe
    : 1 - (1 - a) * ((1 - x) / (1 - centre)) ** shoulder;
  return Math.max(y, 0) ** gamma;
}

/** Rows of the map from (red, green, intensity), scaled so that its last entry is 1. */
function homography(latent: number[]): number[][] {
  const offset = (k: number) => {
    const [b00, b01, b11] = SPREAD[k]!;
    const [x, y] = [latent[2 * k]!, latent[2 * k + 1]!];
    return [b00 * x + b01 * y, b01 * x + b11 * y] as const;
  };
  const targets = [[0, 0], [1, 0], [0, 1]].map(([x, y], k) => {
    const [dx, dy] = offset(k);
    return [x! + dx, y! + dy, 1] as Vector;
  });
  const [gx, gy] = offset(3);
  const grey: Vector = [1 / 3 + gx, 1 / 3 + gy, 1];
  const crossed = targets.map((target) => cross(grey, target));
  const lambda = cross(
    crossed.map((c) => c[0]) as Vector,
    crossed.map((c) => c[1]) as Vector,
  );
  const scaled = targets.map((target, k) => target.map((v) => v * lambda[k]!));
  const rows = [0, 1, 2].map((i) => [
    scaled[1]![i]! - scaled[0]![i]!,
    scaled[2]![i]! - scaled[0]![i]!,
    scaled[0]![i]!,
  ]);
  return rows.map((row) => row.map((v) => v / rows[2]![2]!));
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}

/** The six terms of the regulariser, in the order of `PPISP_WEIGHTS`. */
export function ppispTerms(exposure: F64, vignetting: F64, colour: F64, response: F64): F64 {
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const smooth = (x: number, beta: number) =>
    Math.abs(x) < beta ? x * x / (2 * beta) : Math.abs(x) - beta / 2;
  const frames = exposure.data.length;
  const latent = [0, 1, 2, 3, 4, 5, 6, 7].map((i) =>
    mean(Array.from({ length: frames }, (_, f) => colour.data[8 * f + i]!))
  );
  const offsets = SPREAD.flatMap(([b00, b01, b11], k) => [
    b00 * latent[2 * k]! + b01 * latent[2 * k + 1]!,
    b01 * latent[2 * k]! + b11 * latent[2 * k + 1]!,
  ]);
  const variance = (table: F64, columns: number) => {
    const rows = table.data.length / (3 * columns);
    return mean(Array.from({ length: rows * columns }, (_, i) => {
      const at = Math.floor(i / columns) * 3 * columns + i % columns;
      const three = [0, 1, 2].map((k) => table.data[at + k * columns]!);
      return mean(three.map((v) => (v - mean(three)) ** 2));
    }));
  };
  const values = [...vignetting.data];
  const centres = values.filter((_, i) => i % 5 < 2);
  return {
    shape: [6],
    data: Float64Array.of(
      smooth(mean([...exposure.data]), 0.1),
      mean(offsets.map((v) => smooth(v, 0.005))),
      2 * mean(centres.map((v) => v * v)),
      mean(values.filter((_, i) => i % 5 >= 2).map((v) => Math.max(v, 0))),
      variance(vignetting, 5),
      variance(response, 4),
    ),
  };
}
