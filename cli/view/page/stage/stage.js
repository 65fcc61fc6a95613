import * as THREE from "three";
import { OrbitControls } from "three/addons/controls/OrbitControls.js";
import { element } from "../elements.js";
import { saveFile } from "../save_file.js";
import { Flight } from "./flight.js";

const RATE_MS = 1000;

/** A canvas that draws a scene when something has changed, and not otherwise. */
export class Stage {
  scene = new THREE.Scene();
  /** What is drawn with every scene: grids, frustums, marks. */
  helpers = new THREE.Scene();
  /** What is drawn over every scene, whatever lies before it. */
  front = new THREE.Scene();
  camera = new THREE.PerspectiveCamera(50, 1, 0.01, 1000);
  /** About the size of what is shown; speeds and planes are in units of it. */
  radius = 1;
  /** Scenes side by side in place of `scene`, seen by the same camera; null for the one. */
  #panes = null;
  #listeners = { before: [], frame: [], resize: [] };
  #frames = [];
  #scheduled = false;
  #home = null;
  #dragged = true;
  #clear = new THREE.Color();

  constructor(container, { up, antialias }) {
    this.renderer = new THREE.WebGLRenderer({
      antialias,
      powerPreference: "high-performance",
    });
    this.renderer.autoClear = false;
    this.renderer.setPixelRatio(Math.min(2, devicePixelRatio));
    this.canvas = this.renderer.domElement;
    this.canvas.tabIndex = 0;
    /** Lies over the canvas: labels, photos, what a tool draws. */
    this.overlay = element("div", { class: "overlay" });
    /** Holds the two; what is shown beside them takes room of it. */
    this.view = element("div", { class: "view" }, this.canvas, this.overlay);
    container.append(this.view);
    this.flight = new Flight(this);
    this.setUp(up);
    new ResizeObserver(() => this.#fit()).observe(this.view);
    this.#fit();
  }

  /** Calls `heard` "before" each frame, after each "frame", or when the view has another size ("resize"). */
  listen(what, heard) {
    this.#listeners[what].push(heard);
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

  /** Shows scenes side by side, or the one scene (null), from so far that as much of them is to be seen. */
  setPanes(scenes) {
    const before = this.#narrow();
    this.#panes = scenes;
    this.#fit();
    const { camera, controls } = this;
    const away = camera.position.clone().sub(controls.target);
    camera.position.copy(controls.target).addScaledVector(away, before / this.#narrow());
    // Who looks through a camera of the scene stays there.
    this.#tell("resize");
  }

  get paneCount() {
    return this.#panes?.length ?? 1;
  }

  /** Whether a drag turns the view; a tool that drags takes it away. */
  setDragged(dragged) {
    this.#dragged = dragged;
    this.#applyDrag();
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
    this.#applyDrag();
    this.invalidate();
  }

  /** Looks at a ball from a direction, from so far that all of it is in the picture. */
  lookAt(centre, radius, direction) {
    const offset = direction.clone().normalize().multiplyScalar(radius / this.#narrow());
    this.controls.target.copy(centre);
    this.camera.position.copy(centre).add(offset);
    this.camera.lookAt(centre);
    this.controls.update();
    this.setRadius(radius);
  }

  /** Turns around another point from now on, without moving. */
  turnAround(point) {
    const { camera, controls } = this;
    const ahead = camera.getWorldDirection(new THREE.Vector3());
    const depth = Math.max(0.01 * this.radius, point.clone().sub(camera.position).dot(ahead));
    camera.position.copy(point).addScaledVector(ahead, -depth);
    controls.target.copy(point);
    this.invalidate();
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
    this.background = colour;
    this.#clear.set(colour);
    this.invalidate();
  }

  /** The ray through a point of the page, in the pane that it lies in. */
  rayAt({ clientX, clientY }) {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    const pane = width / this.paneCount;
    const across = ((clientX - left) % pane) / pane;
    const caster = new THREE.Raycaster();
    caster.pane = Math.floor((clientX - left) / pane);
    caster.setFromCamera(
      new THREE.Vector2(2 * across - 1, 1 - 2 * (clientY - top) / height),
      this.camera,
    );
    return caster;
  }

  /** Where a point is seen: pixels from the top left of the first pane; null behind the camera. */
  project(point) {
    const { x, y, z } = point.clone().project(this.camera);
    if (Math.abs(z) > 1) return null;
    const { clientWidth, clientHeight } = this.view;
    return [(x + 1) / 2 * clientWidth / this.paneCount, (1 - y) / 2 * clientHeight];
  }

  /** Saves what is seen as a PNG file. */
  savePicture(name) {
    // A frame's pixels last until the task ends.
    this.render();
    this.canvas.toBlob((blob) => saveFile(`${name}.png`, blob));
  }

  /** Frames a second while something moves, 0 at rest. */
  get rate() {
    return this.#frames.length > 2 ? this.#frames.length * 1000 / RATE_MS : 0;
  }

  /** Draws all panes now. */
  render() {
    const { renderer, camera, helpers, front } = this;
    const { clientWidth, clientHeight } = this.view;
    const scenes = this.#panes ?? [this.scene];
    const width = clientWidth / scenes.length;
    scenes.forEach((scene, i) => {
      renderer.setViewport(i * width, 0, width, clientHeight);
      renderer.setScissor(i * width, 0, width, clientHeight);
      renderer.setScissorTest(scenes.length > 1);
      // Set anew: what sorts splats clears with colours of its own.
      renderer.setClearColor(this.#clear, 1);
      renderer.clear();
      // Splats write no depth: what lies among them is drawn first, and they over it.
      if (helpers.children.length) renderer.render(helpers, camera);
      renderer.render(scene, camera);
      if (front.children.length) renderer.render(front, camera);
    });
  }

  #draw(now) {
    this.#scheduled = false;
    this.flight.move(now);
    this.#tell("before");
    this.render();
    this.#frames = [...this.#frames.filter((time) => now - time < RATE_MS), now];
    this.#tell("frame");
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      this.#frames = [];
      this.#tell("frame");
    }, RATE_MS);
  }

  /** Sine of half the angle that is seen across or down, whichever is less. */
  #narrow() {
    const half = THREE.MathUtils.degToRad(this.camera.fov / 2);
    return Math.sin(Math.min(half, Math.atan(Math.tan(half) * this.camera.aspect)));
  }

  #tell(what) {
    for (const heard of this.#listeners[what]) heard();
  }

  #applyDrag() {
    const { mouseButtons, touches } = this.controls;
    mouseButtons.LEFT = this.#dragged ? THREE.MOUSE.ROTATE : null;
    touches.ONE = this.#dragged ? THREE.TOUCH.ROTATE : null;
  }

  #fit() {
    const { clientWidth, clientHeight } = this.view;
    if (!clientWidth || !clientHeight) return;
    this.renderer.setSize(clientWidth, clientHeight);
    this.camera.aspect = clientWidth / this.paneCount / clientHeight;
    this.camera.updateProjectionMatrix();
    this.#tell("resize");
    this.invalidate();
  }
}
