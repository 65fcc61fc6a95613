import * as THREE from "three";

/** Labelled voxels as cubes in the colours of their labels; labels past the colours are empty. */
export class Voxels {
  #mesh = null;
  #geometry = new THREE.BoxGeometry(1, 1, 1);
  #material = new THREE.MeshLambertMaterial({ transparent: false });
  root = new THREE.Group();
  /** Cubes drawn, and voxels they stand for; those that others hide all around are not drawn. */
  drawn = 0;
  shown = 0;

  /**
   * Shows the voxels whose label `shows`, from one level to another; colours are RGB bytes, of labels or
   * in `paint` of each voxel.
   */
  set(
    labels,
    { dims, range },
    { colours, shows, paint = null, levels: [from, to] = [0, dims[2] - 1] },
  ) {
    const visible = Uint8Array.from(
      { length: 256 },
      (_, label) => Number(label < colours.length && shows(label)),
    );
    const seen = between(labels, dims, { visible, from, to });
    const indices = exposed(seen, dims);
    this.shown = seen.reduce((sum, is) => sum + is, 0);
    this.clear();
    this.drawn = indices.length;
    this.#mesh = new THREE.InstancedMesh(this.#geometry, this.#material, indices.length);
    this.#mesh.frustumCulled = false;
    const palette = colours.map((bytes) =>
      new THREE.Color().setRGB(...bytes.map((value) => value / 255), THREE.SRGBColorSpace)
    );
    const colour = new THREE.Color();
    const [, ny, nz] = dims;
    const cell = dims.map((count, axis) => (range[axis + 3] - range[axis]) / count);
    const matrix = new THREE.Matrix4().makeScale(...cell);
    indices.forEach((index, i) => {
      const place = [Math.floor(index / (ny * nz)), Math.floor(index / nz) % ny, index % nz];
      matrix.setPosition(...place.map((at, axis) => range[axis] + (at + 0.5) * cell[axis]));
      this.#mesh.setMatrixAt(i, matrix);
      if (paint) colour.setRGB(...channels(paint, index), THREE.SRGBColorSpace);
      this.#mesh.setColorAt(i, paint ? colour : palette[labels[index]]);
    });
    this.root.add(this.#mesh);
  }

  /** Takes all away. */
  clear() {
    if (!this.#mesh) return;
    this.root.remove(this.#mesh);
    this.#mesh.dispose();
    this.#mesh = null;
  }

  /** How opaque the voxels are, 0 to 1. */
  setOpacity(opacity) {
    const transparent = opacity < 1;
    Object.assign(this.#material, { opacity, transparent, depthWrite: !transparent });
    this.#material.needsUpdate = true;
  }

  /** The point where a ray meets a voxel first; null where it meets none. */
  hit(ray) {
    if (!this.#mesh || !this.root.visible) return null;
    return ray.intersectObject(this.#mesh, false)[0]?.point ?? null;
  }
}

function channels(paint, index) {
  return [0, 1, 2].map((k) => paint[3 * index + k] / 255);
}

/** How many voxels each label has, up to 256 of them. */
export function countLabels(labels) {
  const counts = new Uint32Array(256);
  for (const label of labels) counts[label]++;
  return counts;
}

/** 1 for each voxel that is visible and on one of the levels. */
function between(labels, [, , nz], { visible, from, to }) {
  return labels.map((label, index) => {
    const z = index % nz;
    return z >= from && z <= to ? visible[label] : 0;
  });
}

/** Indices of seen voxels with a side that no other one covers. */
function exposed(seen, [nx, ny, nz]) {
  const found = [];
  let index = 0;
  for (let x = 0; x < nx; x++) {
    for (let y = 0; y < ny; y++) {
      for (let z = 0; z < nz; z++, index++) {
        if (!seen[index]) continue;
        const inside = x > 0 && x < nx - 1 && y > 0 && y < ny - 1 && z > 0 && z < nz - 1;
        const covered = inside && seen[index - 1] && seen[index + 1] &&
          seen[index - nz] && seen[index + nz] && seen[index - ny * nz] && seen[index + ny * nz];
        if (!covered) found.push(index);
      }
    }
  }
  return found;
}
