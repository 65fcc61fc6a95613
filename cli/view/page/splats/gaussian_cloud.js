import { SparkRenderer, SplatMesh } from "@sparkjsdev/spark";
import * as THREE from "three";

/** Values of a Gaussian: centre 3, standard deviations 3, quaternion x y z w, opacity, class. */
const ROW = 12;

/** A key frame's Gaussians in the colours of their classes. */
export class GaussianCloud {
  #mesh = null;
  #spark = null;
  count = 0;

  constructor(stage) {
    this.stage = stage;
  }

  /** Shows the Gaussians whose class `shows`; null takes all away. */
  async set(rows, { colours, shows }) {
    const kept = [];
    for (let at = 0; rows && at < rows.length; at += ROW) if (shows(rows[at + 11])) kept.push(at);
    this.count = kept.length;
    const old = this.#mesh;
    this.#mesh = null;
    if (kept.length) {
      this.#start();
      const mesh = this.#mesh = new SplatMesh({
        constructSplats: (splats) => push(splats, { rows, kept, colours }),
      });
      await mesh.initialized;
      if (mesh === this.#mesh) this.stage.scene.add(mesh);
      else mesh.dispose(); // another set came while this one was made
    }
    if (old) {
      this.stage.scene.remove(old);
      old.dispose();
    }
    this.stage.invalidate();
  }

  get busy() {
    return this.#spark !== null && (this.#spark.sorting || this.#spark.sortDirty);
  }

  /** Splats are sorted from the first one on only. */
  #start() {
    if (this.#spark) return;
    this.#spark = new SparkRenderer({
      renderer: this.stage.renderer,
      onDirty: () => this.stage.invalidate(),
      sortRadial: false,
    });
    this.stage.scene.add(this.#spark);
  }
}

function push(splats, { rows, kept, colours }) {
  const [centre, scales] = [new THREE.Vector3(), new THREE.Vector3()];
  const [quaternion, colour] = [new THREE.Quaternion(), new THREE.Color()];
  for (const at of kept) {
    centre.fromArray(rows, at);
    scales.fromArray(rows, at + 3);
    quaternion.fromArray(rows, at + 6);
    // Splats are drawn in the colours as they stand, without conversion.
    colour.fromArray(colours[rows[at + 11]].map((value) => value / 255));
    splats.pushSplat(centre, scales, quaternion, rows[at + 10], colour);
  }
}
