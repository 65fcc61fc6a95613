import * as THREE from "three";
import { poseOf } from "./camera_list.js";

// Of the scene's radius, how far the picture of a camera stands before it, unless the cameras are closer.
const DEPTH = 0.12;
const COLOUR = 0x70b8ff;
/** Pixels across of a picture in a frustum. */
const PICTURE_WIDTH = 192;

/** The cameras of a scene where they stood, each with its picture before it. */
export class Frustums {
  group = new THREE.Group();
  /** Of the usual size. */
  size = 1;
  #cameras = [];
  #pictures = [];
  /** Another one for each set of cameras: what was begun for an older one is dropped. */
  #turn = 0;
  loading = false;

  constructor(page, photos) {
    this.page = page;
    this.photos = photos;
    page.stage.helpers.add(this.group);
  }

  /** Draws the cameras anew, with pictures if asked for. */
  draw(cameras, { withPhotos }) {
    this.#clear();
    this.page.stage.invalidate();
    this.#cameras = cameras;
    if (!cameras.length) return;
    const depth = this.size * this.#depth();
    const lines = new THREE.BufferGeometry().setFromPoints(
      cameras.flatMap((camera) => edges(cornersOf(camera, depth), camera)),
    );
    this.group.add(
      new THREE.LineSegments(lines, new THREE.LineBasicMaterial({ color: COLOUR })),
    );
    this.#pictures = cameras.map((camera) => pictureOf(cornersOf(camera, depth)));
    this.group.add(...this.#pictures);
    if (withPhotos) this.#load(this.#turn);
  }

  /** The number of the camera whose picture or frustum a ray meets first; null for none. */
  hit(ray) {
    if (!this.group.visible) return null;
    const [first] = ray.intersectObjects(this.#pictures, false);
    return first ? this.#pictures.indexOf(first.object) : null;
  }

  /** Half the distance to the next camera, in the middle of them, at most some of the scene's size. */
  #depth() {
    const most = DEPTH * this.page.stage.radius;
    if (this.#cameras.length < 2) return most;
    const places = this.#cameras.map(({ position }) => new THREE.Vector3(...position));
    // Of many cameras some tell how dense they are.
    const step = Math.ceil(places.length / 60);
    const nearest = places.filter((_, i) => i % step === 0).map((place) =>
      Math.min(...places.map((other) => place.distanceTo(other) || Infinity))
    ).filter(Number.isFinite).sort((a, b) => a - b);
    const middle = nearest[nearest.length >> 1];
    return middle ? Math.min(most, Math.max(0.6 * middle, most / 8)) : most;
  }

  /** One picture after the other, in the size in which they are shown. */
  async #load(turn) {
    this.loading = true;
    for (const [i, { name }] of this.#cameras.entries()) {
      try {
        const bitmap = await createImageBitmap(await this.photos.blob(name), {
          resizeWidth: PICTURE_WIDTH,
          resizeQuality: "medium",
          imageOrientation: "none",
        });
        if (turn !== this.#turn) return bitmap.close();
        const texture = new THREE.Texture(bitmap);
        Object.assign(texture, {
          flipY: false,
          colorSpace: THREE.SRGBColorSpace,
          needsUpdate: true,
        });
        const { material } = this.#pictures[i];
        Object.assign(material, { map: texture, opacity: 1, depthWrite: true, needsUpdate: true });
        material.color.set(0xffffff);
        this.page.stage.invalidate();
      } catch {
        // It stays without its picture; looking through the camera says why.
      }
      if (turn !== this.#turn) return;
    }
    this.loading = false;
  }

  #clear() {
    this.#turn++;
    this.loading = false;
    for (const object of this.group.children) {
      object.geometry.dispose();
      object.material.map?.image.close();
      object.material.map?.dispose();
      object.material.dispose();
    }
    this.group.clear();
    this.#pictures = [];
  }
}

/** The corners of a camera's picture at a depth: top left, top right, bottom right, bottom left. */
function cornersOf(camera, depth) {
  const { position, right, down, forward, slopes: [across, along] } = poseOf(camera);
  return [[-1, -1], [1, -1], [1, 1], [-1, 1]].map(([u, v]) =>
    position.clone().addScaledVector(forward, depth)
      .addScaledVector(right, u * across * depth).addScaledVector(down, v * along * depth)
  );
}

/** Lines of a frustum: from the camera to the corners, around the picture, and a mark at its top. */
function edges(corners, { position }) {
  const tip = new THREE.Vector3(...position);
  const [a, b, , d] = corners;
  const middle = a.clone().lerp(b, 0.5);
  const peak = middle.clone().addScaledVector(a.clone().sub(d), 0.25);
  return [
    ...corners.flatMap((corner, i) => [tip, corner, corner, corners[(i + 1) % 4]]),
    ...[a.clone().lerp(b, 0.3), peak, peak, a.clone().lerp(b, 0.7)],
  ];
}

function pictureOf([a, b, c, d]) {
  const geometry = new THREE.BufferGeometry().setFromPoints([a, b, c, d]);
  geometry.setAttribute(
    "uv",
    new THREE.Float32BufferAttribute([0, 0, 1, 0, 1, 1, 0, 1], 2), // rows of a picture go down
  );
  geometry.setIndex([0, 3, 2, 0, 2, 1]);
  const material = new THREE.MeshBasicMaterial({
    color: COLOUR,
    side: THREE.DoubleSide,
    transparent: true,
    opacity: 0.12,
    depthWrite: false, // what is seen through it is drawn later
    toneMapped: false,
  });
  return new THREE.Mesh(geometry, material);
}
