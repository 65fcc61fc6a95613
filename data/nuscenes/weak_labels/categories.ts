import { CLASS } from "../classes.ts";

const NOISE = CLASS.others;

// nuScenes' 32 lidarseg categories and, of the same names, its box categories. What the 16 classes of
// the lidarseg challenge leave out is noise, label 0, which counts in no loss and no metric.
const CATEGORIES: Readonly<Record<string, number>> = {
  "noise": NOISE,
  "animal": NOISE,
  "human.pedestrian.adult": CLASS.pedestrian,
  "human.pedestrian.child": CLASS.pedestrian,
  "human.pedestrian.construction_worker": CLASS.pedestrian,
  "human.pedestrian.personal_mobility": NOISE,
  "human.pedestrian.police_officer": CLASS.pedestrian,
  "human.pedestrian.stroller": NOISE,
  "human.pedestrian.wheelchair": NOISE,
  "movable_object.barrier": CLASS.barrier,
  "movable_object.debris": NOISE,
  "movable_object.pushable_pullable": NOISE,
  "movable_object.trafficcone": CLASS.traffic_cone,
  "static_object.bicycle_rack": NOISE,
  "vehicle.bicycle": CLASS.bicycle,
  "vehicle.bus.bendy": CLASS.bus,
  "vehicle.bus.rigid": CLASS.bus,
  "vehicle.car": CLASS.car,
  "vehicle.construction": CLASS.construction_vehicle,
  "vehicle.emergency.ambulance": NOISE,
  "vehicle.emergency.police": NOISE,
  "vehicle.motorcycle": CLASS.motorcycle,
  "vehicle.trailer": CLASS.trailer,
  "vehicle.truck": CLASS.truck,
  "flat.driveable_surface": CLASS.driveable_surface,
  "flat.other": CLASS.other_flat,
  "flat.sidewalk": CLASS.sidewalk,
  "flat.terrain": CLASS.terrain,
  "static.manmade": CLASS.manmade,
  "static.other": NOISE,
  "static.vegetation": CLASS.vegetation,
  "vehicle.ego": NOISE,
};

/** nuScenes' categories in the order of lidarseg's numbers. */
export const CATEGORY_NAMES: readonly string[] = Object.keys(CATEGORIES);

/** SurroundOcc's label of a nuScenes category or of one of mmdet3d's ten names; 0 for any other. */
export function labelOfCategory(name: string): number {
  if (Object.hasOwn(CATEGORIES, name)) return CATEGORIES[name]!;
  return Object.hasOwn(CLASS, name) ? CLASS[name as keyof typeof CLASS] : NOISE;
}

/** Whether a label is that of a thing that has boxes and may move (barrier to truck). */
export function isThing(label: number): boolean {
  return label >= CLASS.barrier && label <= CLASS.truck;
}

/** Whether a label is that of a surface to drive or walk on. */
export function isGround(label: number): boolean {
  return label >= CLASS.driveable_surface && label <= CLASS.terrain;
}
