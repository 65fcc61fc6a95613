import * as THREE from "three";
import { button, element, leaveKeys, row } from "../../elements.js";

/** Jumps to the cameras that the pictures were taken with, and back. */
export class CameraList {
  cameras = [];
  #select = leaveKeys(element("select", {
    "aria-label": "camera",
    change: () => this.show(Number(this.#select.value)),
  }));
  #back = button("back", () => this.leave(), { title: "the view before (Escape)" });
  #shown = null;
  #before = null;

  /** `onShown` is told the number of the camera that is looked through, null for none. */
  constructor(page, { onShown }) {
    this.page = page;
    this.onShown = onShown;
    page.stage.listen("resize", () => this.#shown !== null && this.#place());
    this.root = row(
      button("‹", () => this.step(-1), { title: "previous camera (P)" }),
      this.#select,
      button("›", () => this.step(1), { title: "next camera (N)" }),
      this.#back,
    );
    this.update([]);
  }

  /** Takes the cameras there are now; true where they are others. */
  update(cameras) {
    this.#back.disabled = this.#before === null;
    if (JSON.stringify(cameras) === JSON.stringify(this.cameras)) return false;
    this.cameras = cameras;
    this.#select.replaceChildren(
      element("option", { value: -1 }, `free view (${cameras.length} cameras)`),
      ...cameras.map(({ name }, i) => element("option", { value: i }, name)),
    );
    return true;
  }

  /** The camera that is looked through; null in a free view. */
  get shown() {
    return this.#shown === null ? null : this.cameras[this.#shown];
  }

  /** Looks through a camera by its number; -1 is the view before. */
  show(index) {
    if (!this.cameras[index]) return this.leave();
    this.#before ??= this.page.stage.remember();
    this.#shown = index;
    this.#select.value = index;
    this.#back.disabled = false;
    this.#place();
    // From the first drag or step on, the view is the user's own again.
    const { controls } = this.page.stage;
    controls.addEventListener("start", () => this.#release(), { once: true });
    this.onShown(index);
  }

  /** Goes on by so many cameras, around the end. */
  step(by) {
    const count = this.cameras.length;
    if (count) this.show(((this.#shown ?? (by > 0 ? -1 : count)) + by + count) % count);
  }

  leave() {
    if (this.#before) this.page.stage.restore(this.#before);
    this.#before = null;
    this.#back.disabled = true;
    this.#release();
  }

  #release() {
    if (this.#shown === null) return;
    this.#shown = null;
    this.#select.value = -1;
    this.onShown(null);
  }

  /** Puts the stage's camera there, with all of the photo in the picture. */
  #place() {
    const { stage, extent } = this.page;
    const { camera, controls, radius } = stage;
    const { position, forward, frame, slopes: [across, along] } = poseOf(this.shown);
    camera.position.copy(position);
    camera.quaternion.setFromRotationMatrix(frame);
    camera.fov = THREE.MathUtils.radToDeg(2 * Math.atan(Math.max(along, across / camera.aspect)));
    camera.updateProjectionMatrix();
    const depth = Math.max(
      0.1 * radius,
      extent?.centre.clone().sub(camera.position).dot(forward) ?? 0,
    );
    controls.target.copy(camera.position).addScaledVector(forward, depth);
    stage.invalidate();
  }

  /** Where all of the photo is in the picture: left, top, width and height in pixels of a pane. */
  photoBox() {
    const { stage } = this.page;
    const { width, height, cx = width / 2, cy = height / 2, fx, fy } = this.shown;
    const { clientWidth, clientHeight } = stage.view;
    const pixels = clientHeight / 2 / Math.tan(THREE.MathUtils.degToRad(stage.camera.fov / 2));
    return {
      left: clientWidth / stage.paneCount / 2 - cx / fx * pixels,
      top: clientHeight / 2 - cy / fy * pixels,
      width: width / fx * pixels,
      height: height / fy * pixels,
    };
  }
}

/** A camera's place, its axes as three.js has them, and the slopes at the edges of its picture. */
export function poseOf({ width, height, fx, fy, position, rotation }) {
  const axis = (k) => new THREE.Vector3(rotation[0][k], rotation[1][k], rotation[2][k]);
  const [right, down, forward] = [axis(0), axis(1), axis(2)];
  return {
    position: new THREE.Vector3(...position),
    right,
    down,
    forward,
    frame: new THREE.Matrix4().makeBasis(right, down.clone().negate(), forward.clone().negate()),
    slopes: [width / (2 * fx), height / (2 * fy)],
  };
}
