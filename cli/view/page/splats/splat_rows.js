import * as THREE from "three";

// Gaussians beyond so many deviations from a ray are not seen along it.
const REACH = 3;
/** Of the light, what is left where a ray has come to its depth. */
const HALF = 0.5;

/** Gaussians as rows of a plain PLY, as our server writes them: [count, stride] of float32. */
export class SplatRows {
  /** `bytes` of the file; its header and rows stay in memory. */
  constructor(bytes) {
    const start = new TextDecoder("latin1").decode(bytes.subarray(0, 8192));
    const end = "end_header\n";
    this.header = start.slice(0, start.indexOf(end) + end.length);
    this.names = [...this.header.matchAll(/^property float (\w+)$/gm)].map(([, name]) => name);
    this.count = Number(/^element vertex (\d+)$/m.exec(this.header)[1]);
    this.stride = this.names.length;
    const from = bytes.byteOffset + this.header.length;
    const values = this.count * this.stride;
    // Rows rarely lie at a multiple of four bytes.
    this.data = from % 4 === 0 ? new Float32Array(bytes.buffer, from, values) : new Float32Array(
      bytes.slice(this.header.length, this.header.length + 4 * values).buffer,
    );
    const at = (name) => this.names.indexOf(name);
    this.at = {
      centre: ["x", "y", "z"].map(at),
      scales: ["scale_0", "scale_1", "scale_2"].map(at),
      // w, x, y, z
      rotation: ["rot_0", "rot_1", "rot_2", "rot_3"].map(at),
      opacity: at("opacity"),
      rest: this.names.filter((name) => name.startsWith("f_rest_")).map(at),
    };
  }

  /** Calls `take(i, x, y, z)` with each `every`th centre. */
  eachCentre(take, every = 1) {
    const { data, stride, at: { centre: [x, y, z] } } = this;
    for (let i = 0, row = 0; i < this.count; i += every, row += every * stride) {
      take(i, data[row + x], data[row + y], data[row + z]);
    }
  }

  /** Where a Gaussian is. */
  centre(i) {
    return this.at.centre.map((column) => this.data[i * this.stride + column]);
  }

  /** Opacity of a Gaussian, 0 to 1. */
  opacity(i) {
    return 1 / (1 + Math.exp(-this.data[i * this.stride + this.at.opacity]));
  }

  /**
   * The point of a ray where half of the light of what lies behind is left, among the Gaussians that `isThere`;
   * null where it never comes to that.
   */
  frontAt({ origin, direction }, isThere) {
    const hits = [];
    this.eachCentre((i, x, y, z) => {
      const [a, b, c] = [x - origin.x, y - origin.y, z - origin.z];
      const along = a * direction.x + b * direction.y + c * direction.z;
      if (along <= 0) return;
      const aside = a * a + b * b + c * c - along * along;
      const reach = REACH * this.#largest(i);
      if (aside > reach * reach || !isThere(i)) return;
      const hit = this.#along(i, origin, direction);
      if (hit.alpha > 1 / 255) hits.push(hit);
    });
    let light = 1;
    for (const { depth, alpha } of hits.sort((p, q) => p.depth - q.depth)) {
      light *= 1 - alpha;
      if (light < HALF) {
        return new THREE.Vector3().copy(direction).multiplyScalar(depth).add(origin);
      }
    }
    return null;
  }

  /** A PLY of the rows that are `kept`. */
  select(isKept) {
    const { data, stride, count } = this;
    const pieces = [];
    let kept = 0;
    let from = -1;
    for (let i = 0; i <= count; i++) {
      const keeps = i < count && isKept(i);
      if (keeps) kept++;
      if (keeps && from < 0) from = i;
      if (!keeps && from >= 0) {
        pieces.push(data.subarray(from * stride, i * stride));
        from = -1;
      }
    }
    const header = this.header.replace(/^element vertex \d+$/m, `element vertex ${kept}`);
    return { count: kept, blob: new Blob([header, ...pieces]) };
  }

  #largest(i) {
    const row = i * this.stride;
    const [a, b, c] = this.at.scales;
    return Math.exp(Math.max(this.data[row + a], this.data[row + b], this.data[row + c]));
  }

  /** Where a Gaussian is densest along a ray, and how opaque it is there. */
  #along(i, origin, direction) {
    const { data, stride, at } = this;
    const value = (k) => data[i * stride + k];
    const [w, x, y, z] = at.rotation.map(value);
    const turn = new THREE.Quaternion(x, y, z, w).normalize().conjugate();
    const spread = new THREE.Vector3(...at.scales.map((k) => Math.exp(value(k))));
    const local = (vector) => vector.applyQuaternion(turn).divide(spread);
    const ray = local(new THREE.Vector3().copy(direction));
    const centre = local(new THREE.Vector3(...at.centre.map(value)).sub(origin));
    const depth = centre.dot(ray) / ray.lengthSq();
    const squared = Math.max(0, centre.lengthSq() - depth * depth * ray.lengthSq());
    return { depth, alpha: depth > 0 ? this.opacity(i) * Math.exp(-squared / 2) : 0 };
  }
}
