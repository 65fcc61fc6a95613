import * as THREE from "three";

/** Labelled voxels as cubes in the colours of their labels; labels past the colours are empty. */
export class Voxels {
  #mesh = null;
  #geometry = new THREE.BoxGeometry(1, 1, 1);
  #material = new THREE.MeshLambertMaterial();
  root = new THREE.Group();
  /** Cubes drawn, and voxels they stand for; those that others hide all around are not drawn. */
  drawn = 0;
  shown = 0;

  /** Shows the voxels whose label `shows`; colours are RGB bytes. */
  set(labels, { dims, range }, { colours, shows }) {
    const visible = Uint8Array.from(
      { length: 256 },
      (_, label) => Number(label < colours.length && shows(label)),
    );
    const indices = exposed(labels, dims, visible);
    this.shown = labels.reduce((sum, label) => sum + visible[label], 0);
    this.drawn = indices.length;
    if (this.#mesh) {
      this.root.remove(this.#mesh);
      this.#mesh.dispose();
    }
    this.#mesh = new THREE.InstancedMesh(this.#geometry, this.#material, indices.length);
    this.#mesh.frustumCulled = false;
    const palette = colours.map((bytes) =>
      new THREE.Color().setRGB(...bytes.map((value) => value / 255), THREE.SRGBColorSpace)
    );
    const [, ny, nz] = dims;
    const cell = dims.map((count, axis) => (range[axis + 3] - range[axis]) / count);
    const matrix = new THREE.Matrix4().makeScale(...cell);
    indices.forEach((index, i) => {
      const place = [Math.floor(index / (ny * nz)), Math.floor(index / nz) % ny, index % nz];
      matrix.setPosition(...place.map((at, axis) => range[axis] + (at + 0.5) * cell[axis]));
      this.#mesh.setMatrixAt(i, matrix);
      this.#mesh.setColorAt(i, palette[labels[index]]);
    });
    this.root.add(this.#mesh);
  }
}

/** How many voxels each label has, up to 256 of them. */
export function countLabels(labels) {
  const counts = new Uint32Array(256);
  for (const label of labels) counts[label]++;
  return counts;
}

/** Indices of visible voxels with a side that no other visible one covers. */
function exposed(labels, [nx, ny, nz], visible) {
  const found = [];
  let index = 0;
  for (let x = 0; x < nx; x++) {
    for (let y = 0; y < ny; y++) {
      for (let z = 0; z < nz; z++, index++) {
        if (!visible[labels[index]]) continue;
        const inside = x > 0 && x < nx - 1 && y > 0 && y < ny - 1 && z > 0 && z < nz - 1;
        const covered = inside &&
          visible[labels[index - 1]] && visible[labels[index + 1]] &&
          visible[labels[index - nz]] && visible[labels[index + nz]] &&
          visible[labels[index - ny * nz]] && visible[labels[index + ny * nz]];
        if (!covered) found.push(index);
      }
    }
  }
  return found;
}
