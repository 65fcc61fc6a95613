import { CLASS } from "../nuscenes/classes.ts";
import type { Hit } from "./ray_column.ts";
import { KERB_HEIGHT, type Street } from "./street.ts";

/** A colour being mixed: red, green, blue, 0 to 255. */
export type Rgb = [number, number, number];

const { driveable_surface: ROAD, other_flat: FLAT, sidewalk: WALK } = CLASS;
const WHEEL = [25, 25, 28] as const;
const GLASS = [35, 50, 70] as const;

/** Paints the surface that a ray met at (x, y, z) of the street frame into `out`, before any light. */
export function paint(
  hit: Hit,
  street: Street,
  [x, y, z]: readonly [number, number, number],
  out: Rgb,
): void {
  // Fine grain fades with distance, where a pixel holds many grains.
  const grain = (noise(x, y, z, 0.22) - 0.5) / (1 + hit.distance / 15);
  const patch = noise(x, y, z, 1.7) - 0.5;
  if (hit.solid) paintSolid(hit, z, out);
  else paintGround(hit, street, [x, y], out);
  const rough = hit.solid
    ? hit.solid.look === "leaves" ? 0.9 : 0.12
    : hit.label === CLASS.terrain
    ? 0.5
    : 0.2;
  const factor = 1 + rough * grain + 0.35 * rough * patch;
  for (let channel = 0; channel < 3; channel++) out[channel]! *= factor;
}

function paintGround(hit: Hit, street: Street, [x, y]: [number, number], out: Rgb): void {
  if (hit.label === ROAD) {
    set(out, 92, 92, 98);
    const middle = (street.kerb[0] + street.kerb[1]) / 2;
    const { crossing } = street;
    const fromCrossing = crossing ? Math.abs(x - crossing.x) - crossing.half : Infinity;
    if (fromCrossing > 0.6 && fromCrossing < 3.2) {
      if (modulo(y, 1) < 0.5) set(out, 215, 215, 210); // zebra
    } else if (fromCrossing > 3.2) {
      const edge = Math.min(street.kerb[0] - y, y - street.kerb[1]);
      if (Math.abs(y - middle) < 0.09 && modulo(x, 6) < 3.2) set(out, 225, 215, 160);
      else if (edge > 0.25 && edge < 0.4) set(out, 205, 205, 200);
    }
  } else if (hit.label === WALK) {
    if (!hit.top) return set(out, 205, 195, 190); // kerb stone
    set(out, 172, 150, 158);
    if (modulo(x, 1) < 0.05 || modulo(y, 1) < 0.05) set(out, 130, 112, 120);
  } else if (hit.label === FLAT) {
    set(out, 142, 124, 104);
    if (modulo(x, 2.6) < 0.12) set(out, 215, 212, 200);
  } else set(out, 118, 158, 62); // terrain
}

function paintSolid({ solid, u, top }: Hit, z: number, out: Rgb): void {
  const { look, color, z: [low, high], half } = solid!;
  const up = z - low;
  set(out, ...color);
  switch (look) {
    case "facade":
      // Windows 1.4 m wide every 2.8 m on floors of 3 m; a door line below.
      if (modulo(up, 3) > 1 && modulo(up, 3) < 2.3 && modulo(u, 2.8) < 1.4) set(out, 70, 80, 100);
      else if (up < 0.6) set(out, 150, 140, 135);
      break;
    case "car":
      // Glass above the belt line: the cabin is a solid of its own, standing higher than a wheel.
      if (low > KERB_HEIGHT + 0.5) {
        if (!top && up > 0.1 && up < high - low - 0.12) set(out, ...GLASS);
      } else paintWheels(u, up, half[0], out);
      break;
    case "bus":
      if (!top && up > 1.3 && up < 2.4 && modulo(u, 1.5) > 0.15) set(out, ...GLASS);
      else paintWheels(u, up, half[0], out);
      break;
    case "truck":
      if (!top && up > 1.5 && up < 2.3 && high < 2.9) set(out, ...GLASS);
      else paintWheels(u, up, half[0], out);
      break;
    case "wheels":
      paintWheels(u, up, half[0], out);
      break;
    case "stripes":
      if (modulo(u, 0.66) < 0.33) set(out, 235, 235, 235);
      break;
    case "cone":
      if (up > 0.35 && up < 0.55) set(out, 240, 240, 240);
      break;
    case "person":
      if (up < 0.8) set(out, 60, 30, 40);
      break;
    case "plain":
    case "leaves":
    case "bark":
      break;
  }
}

function paintWheels(u: number, up: number, half: number, out: Rgb): void {
  const fromEnd = half - Math.abs(u);
  if (up < 0.6 && fromEnd > 0.3 * half && fromEnd < 0.3 * half + 0.6) set(out, ...WHEEL);
  else if (up < 0.22) set(out, 45, 45, 48); // shade under the car
}

function set(out: Rgb, r: number, g: number, b: number): void {
  out[0] = r;
  out[1] = g;
  out[2] = b;
}

function modulo(value: number, period: number): number {
  return value - period * Math.floor(value / period);
}

/** A value in [0, 1) that is constant in each cell of `size` metres and differs between cells. */
function noise(x: number, y: number, z: number, size: number): number {
  let h = Math.imul(Math.floor(x / size), 374761393) ^ Math.imul(Math.floor(y / size), 668265263) ^
    Math.imul(Math.floor(z / size), 1440662683);
  h = Math.imul(h ^ (h >>> 13), 1274126177);
  return ((h ^ (h >>> 16)) >>> 8 & 0xffff) / 65536;
}
