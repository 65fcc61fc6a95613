import { CLASS } from "../nuscenes/classes.ts";
import type { PhiloxStream } from "../philox.ts";
import type { Look, Solid } from "./solids.ts";

/** Where a compound object stands: street frame, metres; `base` is the height of the ground there. */
export type Stand = { x: number; y: number; yaw: number; base: number; speed?: number };

type Part = {
  shape?: Solid["shape"];
  look: Look;
  color: readonly [number, number, number];
  /** Centre ahead of and left of the stand. */
  at?: readonly [number, number];
  half: readonly [number, number];
  z: readonly [number, number];
};

type Color = readonly [number, number, number];

// Each kind keeps to one family of colours, so that a small network can tell the kinds apart early.
const PAINTS = {
  car: [[40, 90, 200], [70, 130, 230], [25, 50, 130], [120, 160, 220]],
  bus: [[240, 210, 40], [225, 190, 60]],
  truck: [[150, 60, 190], [120, 50, 170], [175, 90, 210]],
  trailer: [[140, 75, 25], [115, 60, 30]],
  construction: [[60, 200, 190], [40, 170, 170]],
  bicycle: [[250, 150, 180], [240, 120, 160]],
  motorcycle: [[220, 110, 20], [200, 90, 10]],
  shirt: [[220, 40, 40], [190, 20, 50], [235, 70, 60]],
} as const satisfies Record<string, readonly Color[]>;

const SKIN: Color = [225, 180, 150];

/** Objects on the street by kind: each is a few solids on one stand. */
export const OBJECTS = {
  car: (stand, random) => {
    const color = random.pick(PAINTS.car);
    const length = random.uniform(2, 2.4);
    return build("car", stand, [
      { look: "car", color, half: [length, 0.92], z: [0, 0.95] },
      { look: "car", color, at: [-0.25, 0], half: [length * 0.5, 0.84], z: [0.95, 1.6] },
    ]);
  },
  bus: (stand, random) =>
    build("bus", stand, [
      { look: "bus", color: random.pick(PAINTS.bus), half: [5.5, 1.4], z: [0, 3.3] },
    ]),
  truck: (stand, random) => {
    const color = random.pick(PAINTS.truck);
    return build("truck", stand, [
      { look: "truck", color, at: [3, 0], half: [1.1, 1.2], z: [0, 2.6] },
      { look: "truck", color, at: [-1, 0], half: [2.9, 1.25], z: [0, 3.3] },
    ]);
  },
  trailer: (stand, random) =>
    build("trailer", stand, [
      { look: "wheels", color: random.pick(PAINTS.trailer), half: [4.5, 1.25], z: [0, 3.1] },
    ]),
  construction_vehicle: (stand, random) => {
    const color = random.pick(PAINTS.construction);
    return build("construction_vehicle", stand, [
      { look: "wheels", color, half: [2.3, 1.3], z: [0, 1.6] },
      { look: "car", color, at: [-0.9, 0], half: [0.9, 0.9], z: [1.6, 2.9] },
      { look: "plain", color, at: [1.6, 0], half: [1.5, 0.28], z: [1.6, 3.9] },
    ]);
  },
  bicycle: (stand, random) =>
    build("bicycle", stand, [
      { look: "wheels", color: random.pick(PAINTS.bicycle), half: [0.88, 0.25], z: [0, 1.1] },
    ]),
  motorcycle: (stand, random) =>
    build("motorcycle", stand, [
      { look: "wheels", color: random.pick(PAINTS.motorcycle), half: [1.05, 0.36], z: [0, 1.2] },
    ]),
  pedestrian: (stand, random) => {
    const tall = random.uniform(1.55, 1.9);
    const color = random.pick(PAINTS.shirt);
    return build("pedestrian", stand, [
      { shape: "cylinder", look: "person", color, half: [0.32, 0.32], z: [0, tall - 0.25] },
      { shape: "ellipsoid", look: "plain", color: SKIN, half: [0.15, 0.15], z: [tall - 0.3, tall] },
    ]);
  },
  traffic_cone: (stand) =>
    build("traffic_cone", stand, [
      { shape: "cylinder", look: "cone", color: [255, 225, 110], half: [0.24, 0.24], z: [0, 0.8] },
    ]),
  barrier: (stand) =>
    build("barrier", stand, [
      { look: "stripes", color: [250, 110, 50], half: [1, 0.27], z: [0, 1] },
    ]),
  others: (stand, random) =>
    build("others", stand, [{
      shape: "ellipsoid",
      look: "plain",
      color: [60, 55, 50],
      half: [random.uniform(0.6, 1.2), 1],
      z: [-0.6, random.uniform(0.6, 1.1)],
    }]),
} as const satisfies Record<string, (stand: Stand, random: PhiloxStream) => Solid[]>;

/** Names of the objects that can be placed. */
export type ObjectKind = keyof typeof OBJECTS;

/** A tree: trunk and crown. */
export function tree({ x, y, base }: Omit<Stand, "yaw">, random: PhiloxStream): Solid[] {
  const stem = random.uniform(1.6, 2.6);
  const crown = random.uniform(1.2, 2.4);
  const green = random.uniform(0.8, 1.15);
  return build("vegetation", { x, y, yaw: 0, base }, [
    {
      shape: "cylinder",
      look: "bark",
      color: [95, 70, 45],
      half: [0.22, 0.22],
      z: [0, stem + 0.5],
    },
    {
      shape: "ellipsoid",
      look: "leaves",
      color: [35 * green, 110 * green, 30 * green],
      half: [crown, crown],
      z: [stem, stem + random.uniform(2.6, 5)],
    },
  ]);
}

/** A bush on the ground. */
export function bush({ x, y, base }: Omit<Stand, "yaw">, random: PhiloxStream): Solid[] {
  const wide = random.uniform(0.7, 1.6);
  const tall = random.uniform(0.8, 1.8);
  return build("vegetation", { x, y, yaw: 0, base }, [
    {
      shape: "ellipsoid",
      look: "leaves",
      color: [45, 120, 35],
      half: [wide, wide],
      z: [-tall * 0.4, tall],
    },
  ]);
}

function build(
  name: keyof typeof CLASS,
  { x, y, yaw, base, speed = 0 }: Stand,
  parts: Part[],
): Solid[] {
  const cos = Math.cos(yaw), sin = Math.sin(yaw);
  return parts.map(({ shape = "box", look, color, at: [ahead, left] = [0, 0], half, z }) => ({
    shape,
    label: CLASS[name],
    look,
    color,
    x: x + cos * ahead - sin * left,
    y: y + sin * ahead + cos * left,
    z: [base + z[0], base + z[1]],
    half: shape === "box" ? half : [half[0], half[0]],
    yaw,
    speed,
  }));
}
