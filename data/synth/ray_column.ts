import { CLASS } from "../nuscenes/classes.ts";
import type { Solid } from "./solids.ts";
import { groundClass, KERB_HEIGHT, type Street } from "./street.ts";

/** What a ray met; overwritten by the next cast. */
export type Hit = {
  /** Horizontal distance in metres; Infinity for the sky. */
  distance: number;
  label: number;
  /** The solid that was met, null for the ground. */
  solid: Solid | null;
  /** Surface normal, street frame. */
  normal: [number, number, number];
  /** Position along the surface, metres: around a solid, or x on the ground. */
  u: number;
  top: boolean;
};

type Candidate = {
  solid: Solid;
  enter: number;
  leave: number;
  /** Boxes: the ray in the box's own frame, and the face it enters (0: x, 1: y) with its sign. */
  origin: [number, number];
  direction: [number, number];
  face: 0 | 1;
  sign: number;
  /** Round solids: half the linear and the constant term of |o + t d - c|^2 = r^2. */
  b: number;
  c: number;
};

/** Farther ground is lost in the haze, metres. */
export const HORIZON = 140;

/**
 * Casts rays that share one horizontal direction: a level camera's pixel column, or a lidar's firing.
 * All solids are upright, so which of them lie in the column, and from where to where, is found once
 * per column; each ray then only compares heights.
 */
export class RayColumn {
  readonly hit: Hit = {
    distance: Infinity,
    label: 0,
    solid: null,
    normal: [0, 0, 1],
    u: 0,
    top: false,
  };
  readonly #candidates: Candidate[] = [];
  #origin: readonly [number, number, number] = [0, 0, 0];
  #direction: readonly [number, number] = [1, 0];

  constructor(readonly street: Street, readonly solids: readonly Solid[]) {}

  /** Turns the column to the unit direction (dx, dy) from `origin`, street frame. */
  aim(origin: readonly [number, number, number], [dx, dy]: readonly [number, number]): void {
    this.#origin = origin;
    this.#direction = [dx, dy];
    this.#candidates.length = 0;
    for (const solid of this.solids) {
      const ox = origin[0] - solid.x, oy = origin[1] - solid.y;
      const b = ox * dx + oy * dy;
      const c = ox * ox + oy * oy;
      const reach = solid.half[0] + solid.half[1]; // no less than the footprint's radius
      if (b > reach || c - b * b > reach * reach) continue;
      const candidate = solid.shape === "box"
        ? enterBox(solid, [ox, oy], [dx, dy])
        : enterCircle(solid, b, c);
      if (candidate) this.#candidates.push(candidate);
    }
    this.#candidates.sort((first, second) => first.enter - second.enter);
  }

  /** Casts one ray that climbs `slope` metres per horizontal metre; the answer is in `hit`. */
  cast(slope: number): Hit {
    const { hit } = this;
    hit.distance = Infinity;
    hit.solid = null;
    if (slope < 0) this.#castGround(slope);
    for (const candidate of this.#candidates) {
      if (candidate.enter >= hit.distance) break;
      if (candidate.solid.shape === "ellipsoid") this.#castEllipsoid(candidate, slope);
      else this.#castUpright(candidate, slope);
    }
    return hit;
  }

  #castGround(slope: number): void {
    const { hit } = this;
    const [ox, oy, oz] = this.#origin;
    const [dx, dy] = this.#direction;
    const upper = (KERB_HEIGHT - oz) / slope;
    const road = -oz / slope;
    if (upper > HORIZON) return;
    let distance = upper;
    let label = groundClass(this.street, ox + upper * dx, oy + upper * dy);
    hit.normal[0] = hit.normal[1] = 0;
    hit.normal[2] = 1;
    hit.top = true;
    if (label === CLASS.driveable_surface) {
      distance = road;
      label = groundClass(this.street, ox + road * dx, oy + road * dy);
      if (label !== CLASS.driveable_surface) {
        // Under the upper surface, over the road: the ray met the kerb between the two. Halving finds
        // it to 3 % of that stretch.
        let beyond = road;
        distance = upper;
        for (let step = 0; step < 5; step++) {
          const middle = (distance + beyond) / 2;
          const there = groundClass(this.street, ox + middle * dx, oy + middle * dy);
          if (there === CLASS.driveable_surface) distance = middle;
          else beyond = middle;
        }
        label = CLASS.sidewalk;
        hit.normal[0] = -dx;
        hit.normal[1] = -dy;
        hit.normal[2] = 0;
        hit.top = false;
      }
    }
    hit.distance = distance;
    hit.label = label;
    hit.u = ox + distance * dx;
  }

  #castUpright(candidate: Candidate, slope: number): void {
    const { solid, enter, leave } = candidate;
    const oz = this.#origin[2];
    const [low, high] = solid.z;
    const z = oz + slope * enter;
    let distance = enter;
    let up = 0;
    if (z > high) {
      if (slope >= 0) return;
      distance = (high - oz) / slope;
      up = 1;
    } else if (z < low) {
      if (slope <= 0) return;
      distance = (low - oz) / slope;
      up = -1;
    }
    if (distance > leave || distance >= this.hit.distance) return;
    this.#record(candidate, distance);
    const { normal } = this.hit;
    this.hit.top = up !== 0;
    normal[2] = up;
    if (up !== 0) {
      normal[0] = normal[1] = 0;
      return;
    }
    const [dx, dy] = this.#direction;
    if (solid.shape === "box") {
      const cos = Math.cos(solid.yaw) * candidate.sign, sin = Math.sin(solid.yaw) * candidate.sign;
      normal[0] = candidate.face === 0 ? cos : -sin;
      normal[1] = candidate.face === 0 ? sin : cos;
    } else {
      normal[0] = (this.#origin[0] + distance * dx - solid.x) / solid.half[0];
      normal[1] = (this.#origin[1] + distance * dy - solid.y) / solid.half[0];
    }
  }

  #castEllipsoid(candidate: Candidate, slope: number): void {
    const { solid } = candidate;
    const wide = 1 / (solid.half[0] * solid.half[0]);
    const tallRadius = (solid.z[1] - solid.z[0]) / 2;
    const tall = 1 / (tallRadius * tallRadius);
    const dz = this.#origin[2] - (solid.z[0] + solid.z[1]) / 2;
    const a = wide + slope * slope * tall;
    const b = candidate.b * wide + dz * slope * tall;
    const c = candidate.c * wide + dz * dz * tall - 1;
    const root = b * b - a * c;
    if (root <= 0) return;
    const distance = (-b - Math.sqrt(root)) / a;
    if (distance <= 0 || distance >= this.hit.distance) return;
    this.#record(candidate, distance);
    const { normal } = this.hit;
    const nx = (this.#origin[0] + distance * this.#direction[0] - solid.x) * wide;
    const ny = (this.#origin[1] + distance * this.#direction[1] - solid.y) * wide;
    const nz = (dz + slope * distance) * tall;
    const length = Math.hypot(nx, ny, nz);
    normal[0] = nx / length;
    normal[1] = ny / length;
    normal[2] = nz / length;
    this.hit.top = false;
  }

  #record({ solid, face, origin, direction }: Candidate, distance: number): void {
    const { hit } = this;
    hit.distance = distance;
    hit.solid = solid;
    hit.label = solid.label;
    // Along the face that was entered; for round solids along x, which is close enough for paint.
    const axis = face === 0 ? 1 : 0;
    hit.u = origin[axis] + distance * direction[axis];
  }
}

function enterBox(
  solid: Solid,
  [ox, oy]: [number, number],
  [dx, dy]: [number, number],
): Candidate | null {
  const cos = Math.cos(solid.yaw), sin = Math.sin(solid.yaw);
  const origin: [number, number] = [cos * ox + sin * oy, cos * oy - sin * ox];
  const direction: [number, number] = [cos * dx + sin * dy, cos * dy - sin * dx];
  let enter = -Infinity, leave = Infinity;
  let face: 0 | 1 = 0;
  for (const axis of [0, 1] as const) {
    // A direction of exactly 0 gives infinities of the right signs; keep it off 0 / 0.
    const speed = direction[axis] || 1e-300;
    const near = (-Math.sign(speed) * solid.half[axis] - origin[axis]) / speed;
    const far = (Math.sign(speed) * solid.half[axis] - origin[axis]) / speed;
    if (near > enter) {
      enter = near;
      face = axis;
    }
    leave = Math.min(leave, far);
  }
  if (leave <= enter || enter <= 0) return null;
  const sign = direction[face] > 0 ? -1 : 1;
  return { solid, enter, leave, origin, direction, face, sign, b: 0, c: 0 };
}

function enterCircle(solid: Solid, b: number, c: number): Candidate | null {
  const root = b * b - c + solid.half[0] * solid.half[0];
  if (root <= 0) return null;
  const half = Math.sqrt(root);
  if (-b - half <= 0) return null;
  return {
    solid,
    enter: -b - half,
    leave: -b + half,
    origin: [0, 0],
    direction: [1, 0],
    face: 1,
    sign: 1,
    b,
    c,
  };
}
