import { CLASS } from "../nuscenes/classes.ts";
import type { Pose } from "../occupancy/rigid.ts";
import { PhiloxStream } from "../philox.ts";
import { drawRig, type Drive, levelPose, type RigCamera, streetFromEgo } from "./rig.ts";
import { footprintRadius, type Solid } from "./solids.ts";
import { drawStreet, groundClass, KERB_HEIGHT, lotDepth, type Street } from "./street.ts";
import { bush, type ObjectKind, OBJECTS, tree } from "./vehicles.ts";

/** One street with everything on it, the car that drives through, and the light. */
export type Scene = {
  street: Street;
  /** At second 0; some of them move. */
  solids: Solid[];
  drive: Drive;
  rig: RigCamera[];
  globalFromStreet: Pose;
  /** Unit vector towards the sun, street frame. */
  sun: readonly [number, number, number];
  /** Exposure, about 1. */
  light: number;
};

/** Draws scene `index` of a set; `seconds` is how long the car drives, so that its way stays free. */
export function drawScene(seed: number, index: number, seconds: number): Scene {
  const random = new PhiloxStream(seed, 1, index);
  const street = drawStreet(random);
  const slow = random.coin(0.35);
  const drive: Drive = {
    x: random.uniform(-3, 3),
    y: random.uniform(street.kerb[1] * 0.6, Math.min(1, street.kerb[0] * 0.3)),
    // A third of the scenes look across the street instead of along it.
    yaw: slow ? random.uniform(-1, 1) : random.uniform(-0.08, 0.08),
    speed: slow ? 0.5 : random.uniform(1, 6),
    turn: slow ? random.uniform(-0.06, 0.06) : 0,
  };
  const heading = random.uniform(-Math.PI, Math.PI);
  const azimuth = random.uniform(-Math.PI, Math.PI), height = random.uniform(0.6, 1.2);
  return {
    street,
    drive,
    rig: drawRig(random),
    solids: populate({ street, drive, seconds, random }),
    globalFromStreet: levelPose(heading, [random.uniform(300, 1800), random.uniform(600, 1500), 0]),
    sun: [
      Math.cos(azimuth) * Math.cos(height),
      Math.sin(azimuth) * Math.cos(height),
      Math.sin(height),
    ],
    light: random.uniform(0.85, 1.1),
  };
}

type Plan = { street: Street; drive: Drive; seconds: number; random: PhiloxStream };
type Spot = { x: number; y: number; yaw: number; speed?: number };

/** Fills the street; whatever would stand in the car's way or inside another thing is drawn again. */
function populate(plan: Plan): Solid[] {
  const { street, random } = plan;
  const solids: Solid[] = [];
  let things = 0;
  const taken: { x: number; y: number; r: number }[] = driveWay(plan);
  const add = (parts: Solid[], free = true) => {
    const circles = parts.flatMap(discs);
    const clear = circles.every(({ x, y, r }) =>
      taken.every((other) => Math.hypot(other.x - x, other.y - y) > other.r + r)
    );
    if (free && !clear) return false;
    taken.push(...circles);
    solids.push(...parts);
    return true;
  };
  const place = (kind: ObjectKind, count: number, spot: () => Spot) => {
    for (let left = count, tries = 0; left > 0 && tries < 40 * count; tries++) {
      const { x, y, yaw, speed = 0 } = spot();
      const base = groundClass(street, x, y) === CLASS.driveable_surface ? 0 : KERB_HEIGHT;
      const parts = OBJECTS[kind]({ x, y, yaw, base, speed }, random);
      if (!add(parts)) continue;
      for (const part of parts) part.thing = things;
      things++;
      left--;
    }
  };

  buildings(plan).forEach((building) => add([building], false));
  const near = () => random.uniform(-38, 42);
  const far = () => random.uniform(-70, 75);
  const sideways = () => random.coin() ? 0 : 1;
  const turn = () => random.uniform(-0.06, 0.06) + (random.coin() ? Math.PI : 0);
  const parked = (inset: number, x = near): Spot => {
    const side = sideways();
    return { x: x(), y: street.kerb[side] + (side === 0 ? -inset : inset), yaw: turn() };
  };
  const walking = (): Spot => {
    const side = sideways();
    const beyond = random.uniform(0.5, street.sidewalk[side] - 0.4);
    const y = side === 0 ? street.kerb[0] + beyond : street.kerb[1] - beyond;
    return { x: near(), y, yaw: random.uniform(-3, 3) };
  };
  const rolling = (): Spot => {
    const middle = (street.kerb[0] + street.kerb[1]) / 2;
    const left = random.coin();
    const y = (middle + street.kerb[left ? 0 : 1]) / 2;
    return { x: far(), y, yaw: left ? Math.PI : 0, speed: left ? 7 : plan.drive.speed };
  };
  const onLot = (): Spot => {
    const { side, from, to } = street.lot;
    const beyond = street.sidewalk[side] + random.uniform(1.5, lotDepth(street) - 1);
    const y = side === 0 ? street.kerb[0] + beyond : street.kerb[1] - beyond;
    return { x: random.uniform(from, to), y, yaw: random.coin() ? Math.PI / 2 : turn() };
  };

  place("bus", 1, () => random.coin() ? parked(1.7) : rolling());
  place("truck", 1 + random.integer(2), () => parked(1.5));
  place("trailer", 1, () => random.coin() ? onLot() : parked(1.5));
  place("construction_vehicle", 1, () => random.coin() ? onLot() : parked(1.6));
  row(plan, place, "barrier", 2.15);
  row(plan, place, "traffic_cone", 1.4);
  place("car", 5 + random.integer(6), () => parked(1.2, far));
  place("car", 2 + random.integer(4), rolling);
  place("car", 1 + random.integer(3), onLot);
  place("motorcycle", 1 + random.integer(3), () => parked(0.6));
  place("bicycle", 2 + random.integer(3), walking);
  place("pedestrian", 5 + random.integer(8), walking);
  place("others", 1 + random.integer(3), walking);
  for (let left = 12 + random.integer(16), tries = 0; left > 0 && tries < 600; tries++) {
    const x = far();
    const y = random.uniform(-40, 40);
    const ground = groundClass(street, x, y);
    const grows = ground === CLASS.terrain || ground === CLASS.sidewalk && random.coin(0.3);
    const draw = ground === CLASS.terrain && random.coin(0.3) ? bush : tree;
    if (grows && add(draw({ x, y, base: KERB_HEIGHT }, random))) left--;
  }
  return solids;
}

/** A row of barriers or cones along a line. */
function row(
  { street, random }: Plan,
  place: (kind: ObjectKind, count: number, spot: () => Spot) => void,
  kind: ObjectKind,
  step: number,
): void {
  const count = 3 + random.integer(4);
  const side = random.integer(2) as 0 | 1;
  const start = random.uniform(-30, 30);
  const inset = random.uniform(0.6, 2.6);
  const y = street.kerb[side] + (side === 0 ? -inset : inset);
  let k = 0;
  place(kind, count, () => ({ x: start + step * k++, y, yaw: 0 }));
}

/** Houses side by side behind both fronts, with gaps, clear of crossing and lot. */
function buildings({ street, random }: Plan): Solid[] {
  const out: Solid[] = [];
  const colors = [[200, 195, 185], [225, 220, 215], [185, 175, 190], [210, 200, 170]] as const;
  for (const side of [0, 1] as const) {
    for (let x = -85; x < 90;) {
      const width = random.uniform(8, 18), depth = random.uniform(7, 14);
      const from = x, to = x + width;
      x = to + (random.coin(0.3) ? random.uniform(2, 8) : 0.3);
      const { crossing, lot } = street;
      const blocks = crossing && to > crossing.x - crossing.half - crossing.sidewalk - 0.5 &&
        from < crossing.x + crossing.half + crossing.sidewalk + 0.5;
      const onLot = lot.side === side && to > lot.from - 0.5 && from < lot.to + 0.5;
      if (blocks || onLot) continue;
      const middle = street.front[side] + depth / 2;
      out.push({
        shape: "box",
        label: CLASS.manmade,
        look: "facade",
        color: random.pick(colors),
        x: (from + to) / 2,
        y: side === 0 ? middle : -middle,
        z: [0, random.uniform(5.5, 16)],
        half: [width / 2, depth / 2],
        yaw: 0,
        speed: 0,
      });
    }
  }
  return out;
}

/** The way of the car as circles: nothing may stand there while it drives. */
function driveWay({ drive, seconds }: Plan): { x: number; y: number; r: number }[] {
  const steps = Math.ceil(seconds * Math.max(1, drive.speed) / 2) + 1;
  return Array.from({ length: steps + 1 }, (_, i) => {
    const { translation: [x, y] } = streetFromEgo(drive, i * seconds / steps);
    return { x: x + Math.cos(drive.yaw), y: y + Math.sin(drive.yaw), r: 3.2 };
  });
}

/** A long box as a chain of circles, so that cars may park in line; moving things keep their lane. */
function discs(solid: Solid): { x: number; y: number; r: number }[] {
  const [long, wide] = solid.half;
  if (solid.shape !== "box" || long < 1.5 * wide) {
    return [{ x: solid.x, y: solid.y, r: footprintRadius(solid) }];
  }
  const count = Math.ceil(long / wide);
  return Array.from({ length: count + 1 }, (_, i) => {
    const along = long * (2 * i / count - 1);
    return {
      x: solid.x + along * Math.cos(solid.yaw),
      y: solid.y + along * Math.sin(solid.yaw),
      r: wide * 1.15,
    };
  });
}
