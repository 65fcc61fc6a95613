import * as THREE from "three";

// So many are enough to know where most of a scene lies.
const SAMPLED = 20_000;
// Scenes have far sky and stray Gaussians, which must not decide how it is framed.
const SHARE = 0.9;
/** Of the centres, those that lie below the ground. */
const BELOW = 0.03;

/** The median of Gaussians' centres, a radius that holds most of them, and how high the ground is along up. */
export function measureRows(rows) {
  const points = [];
  rows.eachCentre(
    (_, x, y, z) => points.push(new THREE.Vector3(x, y, z)),
    Math.max(1, Math.floor(rows.count / SAMPLED)),
  );
  const axis = (name) => quantile(points.map((point) => point[name]), 0.5);
  const centre = new THREE.Vector3(axis("x"), axis("y"), axis("z"));
  const radius = quantile(points.map((point) => point.distanceTo(centre)), SHARE) || 1;
  const ground = (up) => quantile(points.map((point) => point.dot(up)), BELOW);
  return { centre, radius, ground };
}

/** Up as most of the photographers held their cameras; photos have y down. */
export function upOf(cameras) {
  const sum = new THREE.Vector3();
  for (const { rotation } of cameras) {
    sum.sub(new THREE.Vector3(rotation[0][1], rotation[1][1], rotation[2][1]));
  }
  return sum.lengthSq() > 0 ? sum.normalize().toArray() : [0, -1, 0];
}

function quantile(values, share) {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
