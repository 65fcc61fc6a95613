import * as THREE from "three";
import { OrbitControls } from "three/addons/controls/OrbitControls.js";
import { Flight } from "./flight.js";

const RATE_MS = 1000;

/** A canvas that draws a scene when something has changed, and not otherwise. */
export class Stage {
  scene = new THREE.Scene();
  camera = new THREE.PerspectiveCamera(50, 1, 0.01, 1000);
  /** About the size of what is shown; speeds and planes are in units of it. */
  radius = 1;
  /** Told after each frame. */
  onFrame = () => {};
  #frames = [];
  #scheduled = false;
  #home = null;

  constructor(container, { up, antialias }) {
    this.container = container;
    this.renderer = new THREE.WebGLRenderer({
      antialias,
      powerPreference: "high-performance",
    });
    this.renderer.setPixelRatio(Math.min(2, devicePixelRatio));
    this.canvas = this.renderer.domElement;
    this.canvas.tabIndex = 0;
    container.append(this.canvas);
    this.flight = new Flight(this);
    this.setUp(up);
    new ResizeObserver(() => this.#fit()).observe(container);
    this.#fit();
  }

  /** Draws a frame soon. */
  invalidate() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame((now) => this.#draw(now));
  }

  /** Whether a frame is still to be drawn. */
  get pending() {
    return this.#scheduled;
  }

  /** Which way is up when the view is turned. */
  setUp([x, y, z]) {
    const target = this.controls?.target.clone() ?? new THREE.Vector3();
    this.controls?.dispose();
    this.camera.up.set(x, y, z);
    // The controls read the camera's up only when they are made.
    this.controls = new OrbitControls(this.camera, this.canvas);
    this.controls.target.copy(target);
    this.controls.addEventListener("change", () => this.invalidate());
    this.controls.addEventListener("start", () => this.canvas.focus());
    this.flight.applyMode();
    this.invalidate();
  }

  /** Looks at a ball from a direction, from so far that all of it is in the picture. */
  lookAt(centre, radius, direction) {
    const half = THREE.MathUtils.degToRad(this.camera.fov / 2);
    const narrow = Math.min(half, Math.atan(Math.tan(half) * this.camera.aspect));
    const offset = direction.clone().normalize().multiplyScalar(radius / Math.sin(narrow));
    this.controls.target.copy(centre);
    this.camera.position.copy(centre).add(offset);
    this.camera.lookAt(centre);
    this.controls.update();
    this.setRadius(radius);
  }

  /** Says how large the scene is. */
  setRadius(radius) {
    this.radius = radius;
    this.camera.near = radius / 1000;
    this.camera.far = radius * 1000;
    this.camera.updateProjectionMatrix();
    this.invalidate();
  }

  /** The view as it is, for `restore`. */
  remember() {
    const { camera, controls } = this;
    return {
      position: camera.position.clone(),
      quaternion: camera.quaternion.clone(),
      fov: camera.fov,
      target: controls.target.clone(),
    };
  }

  restore({ position, quaternion, fov, target }) {
    this.camera.position.copy(position);
    this.camera.quaternion.copy(quaternion);
    this.camera.fov = fov;
    this.camera.updateProjectionMatrix();
    this.controls.target.copy(target);
    this.invalidate();
  }

  /** The view that `goHome` comes back to. */
  setHome() {
    this.#home = this.remember();
  }

  goHome() {
    if (this.#home) this.restore(this.#home);
  }

  setBackground(colour) {
    this.scene.background = new THREE.Color(colour);
    this.invalidate();
  }

  /** Saves what is seen as a PNG file. */
  savePicture(name) {
    // A frame's pixels last until the task ends.
    this.renderer.render(this.scene, this.camera);
    this.canvas.toBlob((blob) => {
      const address = URL.createObjectURL(blob);
      const link = document.createElement("a");
      Object.assign(link, { href: address, download: `${name}.png` });
      link.click();
      URL.revokeObjectURL(address);
    });
  }

  /** Frames a second while something moves, 0 at rest. */
  get rate() {
    return this.#frames.length > 2 ? this.#frames.length * 1000 / RATE_MS : 0;
  }

  #draw(now) {
    this.#scheduled = false;
    this.flight.move(now);
    this.renderer.render(this.scene, this.camera);
    this.#frames = [...this.#frames.filter((time) => now - time < RATE_MS), now];
    this.onFrame();
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      this.#frames = [];
      this.onFrame();
    }, RATE_MS);
  }

  #fit() {
    const { clientWidth, clientHeight } = this.container;
    if (!clientWidth || !clientHeight) return;
    this.renderer.setSize(clientWidth, clientHeight);
    this.camera.aspect = clientWidth / clientHeight;
    this.camera.updateProjectionMatrix();
    this.onResize?.();
    this.invalidate();
  }
}
