import { CLASS } from "../nuscenes/classes.ts";
import type { PhiloxStream } from "../philox.ts";

/**
 * The ground plan of one street scene. Street frame: x along the road, y to its left, z up, metres,
 * the road surface at z = 0; everything else lies one kerb higher.
 */
export type Street = {
  /** Kerbs are at y = kerb[0] (left, > 0) and y = kerb[1] (right, < 0). */
  kerb: [number, number];
  /** Sidewalk widths, left and right. */
  sidewalk: [number, number];
  /** Distance from the centre line to the building fronts, left and right. */
  front: [number, number];
  /** What lies between sidewalk and buildings (terrain or other flat), left and right. */
  verge: [number, number];
  /** What lies behind the building fronts. */
  back: [number, number];
  /** A crossing road over the whole width, or null. */
  crossing: { x: number; half: number; sidewalk: number } | null;
  /** A paved lot (other flat) on one side (0 left, 1 right). */
  lot: { side: 0 | 1; from: number; to: number };
};

/** Height of everything but the road above the road, metres. */
export const KERB_HEIGHT = 0.15;

const { driveable_surface: ROAD, other_flat: FLAT, sidewalk: WALK, terrain: GRASS } = CLASS;

/** Draws a ground plan: kerb positions, crossing and building set-back all differ between scenes. */
export function drawStreet(random: PhiloxStream): Street {
  const kerb: [number, number] = [random.uniform(5, 11), -random.uniform(3.5, 8)];
  const sidewalk: [number, number] = [random.uniform(1.8, 4.5), random.uniform(1.8, 4.5)];
  const setBack = () => random.coin(0.35) ? 0.2 : random.uniform(3, 12);
  const front: [number, number] = [
    kerb[0] + sidewalk[0] + setBack(),
    -kerb[1] + sidewalk[1] + setBack(),
  ];
  const lotAt = random.uniform(-35, 20);
  return {
    kerb,
    sidewalk,
    front,
    verge: [random.coin(0.75) ? GRASS : FLAT, random.coin(0.75) ? GRASS : FLAT],
    back: [random.coin(0.8) ? GRASS : FLAT, random.coin(0.8) ? GRASS : FLAT],
    crossing: random.coin(0.6)
      ? {
        x: random.pick([-1, 1]) * random.uniform(9, 34),
        half: random.uniform(3.5, 7),
        sidewalk: random.uniform(1.8, 3.5),
      }
      : null,
    lot: { side: random.coin() ? 0 : 1, from: lotAt, to: lotAt + random.uniform(10, 22) },
  };
}

/** Ground class at (x, y) of the street frame. */
export function groundClass(street: Street, x: number, y: number): number {
  const side = y >= 0 ? 0 : 1;
  const beyond = side === 0 ? y - street.kerb[0] : street.kerb[1] - y; // metres behind the kerb
  if (beyond < 0) return ROAD;
  const { crossing, lot } = street;
  if (crossing) {
    const across = Math.abs(x - crossing.x) - crossing.half;
    if (across < 0) return ROAD;
    if (across < crossing.sidewalk) return WALK;
  }
  if (beyond < street.sidewalk[side]) return WALK;
  const inFront = Math.abs(y) < street.front[side];
  // A lot reaches at least 8 m from the sidewalk: buildings keep clear of it.
  if (
    side === lot.side && x > lot.from && x < lot.to &&
    beyond < street.sidewalk[side] + lotDepth(street)
  ) {
    return FLAT;
  }
  return inFront ? street.verge[side] : street.back[side];
}

/** How far the paved lot reaches behind its sidewalk, metres. */
export function lotDepth({ lot: { side }, kerb, sidewalk, front }: Street): number {
  return Math.max(8, front[side] - Math.abs(kerb[side]) - sidewalk[side]);
}
