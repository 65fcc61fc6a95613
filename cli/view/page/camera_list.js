import * as THREE from "three";
import { button, element, leaveKeys, row, section } from "./elements.js";

/** Jumps to the cameras that the pictures were taken with, and back. */
export class CameraList {
  #cameras = [];
  #select = leaveKeys(element("select", {
    "aria-label": "camera",
    change: () => this.show(Number(this.#select.value)),
  }));
  #back = button("back", () => this.leave(), { title: "the view before (Escape)" });
  #shown = null;
  #before = null;

  constructor(stage) {
    this.stage = stage;
    stage.onResize = () => this.#shown !== null && this.#place(this.#cameras[this.#shown]);
    this.root = section(
      "Cameras",
      row(
        button("‹", () => this.step(-1), { title: "previous camera (P)" }),
        this.#select,
        button("›", () => this.step(1), { title: "next camera (N)" }),
        this.#back,
      ),
    );
    this.update([]);
  }

  update(cameras) {
    this.root.hidden = cameras.length === 0;
    this.#back.disabled = this.#before === null;
    if (JSON.stringify(cameras) === JSON.stringify(this.#cameras)) return;
    this.#cameras = cameras;
    this.#select.replaceChildren(
      element("option", { value: -1 }, `free view (${cameras.length} cameras)`),
      ...cameras.map(({ name }, i) => element("option", { value: i }, name)),
    );
  }

  /** Looks through a camera by its number; -1 is the view before. */
  show(index) {
    if (!this.#cameras[index]) return this.leave();
    this.#before ??= this.stage.remember();
    this.#shown = index;
    this.#select.value = index;
    this.#back.disabled = false;
    this.#place(this.#cameras[index]);
    // From the first drag or step on, the view is the user's own again.
    const { controls } = this.stage;
    controls.addEventListener("start", () => this.#release(), { once: true });
  }

  /** Goes on by so many cameras, around the end. */
  step(by) {
    const count = this.#cameras.length;
    if (count) this.show(((this.#shown ?? (by > 0 ? -1 : count)) + by + count) % count);
  }

  leave() {
    if (this.#before) this.stage.restore(this.#before);
    this.#before = null;
    this.#back.disabled = true;
    this.#release();
  }

  #release() {
    this.#shown = null;
    this.#select.value = -1;
  }

  /** Puts the stage's camera there, with all of the photo in the picture. */
  #place({ width, height, fx, fy, position, rotation }) {
    const { camera, controls, radius } = this.stage;
    camera.position.set(...position);
    const axis = (k) => new THREE.Vector3(rotation[0][k], rotation[1][k], rotation[2][k]);
    const [right, down, forward] = [axis(0), axis(1), axis(2)];
    const frame = new THREE.Matrix4().makeBasis(right, down.negate(), forward.clone().negate());
    camera.quaternion.setFromRotationMatrix(frame);
    const [across, along] = [width / (2 * fx), height / (2 * fy)];
    camera.fov = THREE.MathUtils.radToDeg(2 * Math.atan(Math.max(along, across / camera.aspect)));
    camera.updateProjectionMatrix();
    const depth = Math.max(
      0.1 * radius,
      this.focus?.clone().sub(camera.position).dot(forward) ?? 0,
    );
    controls.target.copy(camera.position).addScaledVector(forward, depth);
    this.stage.invalidate();
  }
}
