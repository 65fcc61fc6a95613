import * as THREE from "three";

// So many are enough to know where most of a scene lies.
const SAMPLED = 20_000;
// Scenes have far sky and stray Gaussians, which must not decide how it is framed.
const SHARE = 0.9;

/** How many Gaussians a mesh has, the median of their centres, and a radius that holds most of them. */
export function measureSplats(mesh) {
  const count = mesh.splats?.getNumSplats() ?? 0;
  const stride = Math.max(1, Math.floor(count / SAMPLED));
  const axes = [[], [], []];
  if (count) {
    mesh.forEachSplat((i, { x, y, z }) => {
      if (i % stride) return;
      axes[0].push(x);
      axes[1].push(y);
      axes[2].push(z);
    });
  }
  const centre = new THREE.Vector3(...axes.map((values) => quantile(values, 0.5)));
  const distances = axes[0].map((_, i) =>
    Math.hypot(axes[0][i] - centre.x, axes[1][i] - centre.y, axes[2][i] - centre.z)
  );
  return { count, centre, radius: quantile(distances, SHARE) || 1 };
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
