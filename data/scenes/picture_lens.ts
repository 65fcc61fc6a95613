import { radialStretch } from "./lens.ts";
import type { Distortion, Lens, PictureLens } from "./scene_view.ts";

/** Share of the picture's sides past its edges up to which the Jacobian is a point's own. */
const MARGIN = 0.15;
/** Slopes past these are of no picture, and of fisheyes' pictures all are. */
const STEEPEST = 1e6;
/** Slopes up to which a polynomial is searched for its end, in units of the farthest corner's. */
const SEARCHED = 4;
const STEPS = 4096;
/** Angles off the axis from which slopes say nothing any more, radians: 85 degrees. */
const WIDE = 1.48;
/** Share of the farthest corner's distance past it that something may lie and still be seen by its rim. */
const RIM = 1.15;
/** Rounds of the fixed point that undoes the stretch. */
const ROUNDS = 30;

/** A lens as the rasteriser takes it, for a picture of so many pixels. */
export function pictureLens(
  { focal, centre, distortion }: Lens,
  calibration: readonly [number, number],
  size: readonly [number, number],
): PictureLens {
  const scaled = (values: readonly [number, number]): [number, number] => [
    values[0] * size[0] / calibration[0],
    values[1] * size[1] / calibration[1],
  ];
  const corner = farthestCorner({ focal, centre }, calibration);
  const placed = { ...distortion, focal: scaled(focal), centre: scaled(centre) };
  if (distortion.kind === "equirectangular") {
    return { ...placed, limits: [0, 0, 0, 0], most: 0 };
  }
  if (distortion.kind === "fisheye") {
    const widest = mostAngle(distortion, corner);
    if (widest > WIDE) {
      return { ...placed, kind: "wide fisheye", limits: [0, 0, 0, 0], most: widest };
    }
  }
  const most = mostSlope(distortion, corner);
  return {
    ...placed,
    limits: distortion.kind === "fisheye"
      ? [-STEEPEST, STEEPEST, -STEEPEST, STEEPEST]
      : limitsOf({ focal, centre, distortion }, calibration, Math.sqrt(most)),
    most,
  };
}

/** How far off the axis the farthest corner is, over the focal length. */
function farthestCorner(
  { focal, centre }: Pick<Lens, "focal" | "centre">,
  size: readonly [number, number],
): number {
  const far = (k: 0 | 1) => Math.max(centre[k], size[k] - centre[k]) / focal[k];
  return Math.hypot(far(0), far(1));
}

/** The largest squared slope before the picture turns back: beyond, things would be seen where they are not. */
function mostSlope(distortion: Distortion, corner: number): number {
  const fisheye = distortion.kind === "fisheye";
  const end = fisheye ? Math.PI / 2 : Math.max(10, SEARCHED * corner);
  let last = 0;
  for (let i = 1; i <= STEPS; i++) {
    const off = end * i / STEPS;
    const shown = off * radialStretch(off * off, distortion);
    if (!(shown > last)) {
      const slope = fisheye ? Math.tan(off - end / STEPS) : off - end / STEPS;
      return slope * slope;
    }
    last = shown;
  }
  return fisheye ? STEEPEST ** 2 : end * end;
}

/** The largest angle off the axis that a fisheye shows, up to a little past the picture's farthest corner. */
function mostAngle(distortion: Distortion, corner: number): number {
  let last = 0;
  for (let i = 1; i <= STEPS; i++) {
    const angle = Math.PI * i / STEPS;
    const shown = angle * radialStretch(angle * angle, distortion);
    if (!(shown > last) || last > RIM * corner) return angle - Math.PI / STEPS;
    last = shown;
  }
  return Math.PI;
}

/** Slopes of what lies a margin past the picture's edges. */
function limitsOf(
  { focal, centre, distortion }: Pick<Lens, "focal" | "centre" | "distortion">,
  size: readonly [number, number],
  most: number,
): [number, number, number, number] {
  const slope = (shown: number): number => {
    let slope = Math.abs(shown);
    for (let round = 0; round < ROUNDS; round++) {
      slope = Math.min(most, Math.abs(shown) / radialStretch(slope * slope, distortion));
    }
    return Math.sign(shown) * (slope > 0 ? slope : most);
  };
  const edge = (k: 0 | 1, share: number) => slope((share * size[k] - centre[k]) / focal[k]);
  return [edge(0, -MARGIN), edge(0, 1 + MARGIN), edge(1, -MARGIN), edge(1, 1 + MARGIN)];
}
