import * as THREE from "three";
import { isTyping } from "../keys.js";

// Of the scene's radius, a second.
const SPEED = 0.6;
const FASTER = 4;
/** How far ahead the camera turns around while it flies, of the scene's radius. */
const NEAR_TARGET = 0.02;

/** Directions of keys in the camera's frame: x right, y up, z back. */
const KEYS = {
  KeyW: [0, 0, -1],
  KeyS: [0, 0, 1],
  KeyA: [-1, 0, 0],
  KeyD: [1, 0, 0],
  KeyQ: [0, -1, 0],
  KeyE: [0, 1, 0],
};

/** Moves the camera while keys are held, and decides what dragging turns. */
export class Flight {
  /** Dragging turns the head, else it circles around what is looked at. */
  flying = false;
  #held = new Set();
  #last = null;
  #distance = 1;

  constructor(stage) {
    this.stage = stage;
    addEventListener("keydown", (event) => this.#press(event));
    addEventListener("keyup", (event) => this.#held.delete(event.code));
    addEventListener("blur", () => this.#held.clear());
  }

  setFlying(flying) {
    if (flying === this.flying) return;
    const { camera, controls, radius } = this.stage;
    const ahead = camera.getWorldDirection(new THREE.Vector3());
    if (flying) this.#distance = camera.position.distanceTo(controls.target);
    this.flying = flying;
    const distance = flying ? NEAR_TARGET * radius : this.#distance;
    controls.target.copy(camera.position).addScaledVector(ahead, distance);
    this.applyMode();
  }

  /** Sets the controls to the mode; new controls need it too. */
  applyMode() {
    const { controls } = this.stage;
    controls.rotateSpeed = this.flying ? -0.4 : 1;
    controls.enableZoom = !this.flying;
  }

  /** Moves as far as the time since the last frame allows. */
  move(now) {
    if (!this.#held.size) {
      this.#last = null;
      return;
    }
    const seconds = this.#last === null ? 0.016 : Math.min(0.2, (now - this.#last) / 1000);
    this.#last = now;
    const { camera, controls, radius } = this.stage;
    const step = new THREE.Vector3();
    for (const code of this.#held) step.add(new THREE.Vector3(...KEYS[code]));
    const speed = SPEED * radius * (this.faster ? FASTER : 1);
    step.applyQuaternion(camera.quaternion).multiplyScalar(speed * seconds);
    camera.position.add(step);
    controls.target.add(step);
    this.stage.invalidate();
  }

  #press(event) {
    this.faster = event.shiftKey;
    if (!(event.code in KEYS) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target)) return;
    this.#held.add(event.code);
    this.stage.invalidate();
  }
}
