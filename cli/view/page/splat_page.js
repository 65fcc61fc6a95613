import { SparkRenderer, SplatMesh } from "@sparkjsdev/spark";
import * as THREE from "three";
import { CameraList } from "./camera_list.js";
import { Charts } from "./charts.js";
import { checkbox, element, row, section } from "./elements.js";
import { correctHarmonics } from "./harmonics.js";
import { fetchItem } from "./door.js";
import { Picker } from "./picker.js";
import { measureSplats, upOf } from "./splat_extent.js";
import { Stage } from "./stage.js";
import { onKeys, viewButtons } from "./view_buttons.js";

// Photos have y down, and most scenes come from photos.
const UP_CHOICES = { "-y": [0, -1, 0], "+y": [0, 1, 0], "+z": [0, 0, 1], "-z": [0, 0, -1] };

const BLUR = 0.3;
const BACKGROUNDS = { black: "#000000", white: "#ffffff" };

/** The page of trained Gaussians: a scene to fly through, its cameras, and the run that makes it. */
export class Page {
  #mesh = null;
  #wanted = null;
  #framed = false;

  constructor({ container, panel, query, say, complain }) {
    this.say = say;
    this.query = query;
    // What has soft edges gains nothing from multisampling.
    this.stage = new Stage(container, { up: UP_CHOICES["-y"], antialias: false });
    this.spark = new SparkRenderer({
      renderer: this.stage.renderer,
      onDirty: () => this.stage.invalidate(),
      // As the scenes were trained: sorted by depth, wider, seen up to where alpha is 1/255.
      sortRadial: false,
      preBlurAmount: BLUR,
      blurAmount: 0,
      maxStdDev: Math.sqrt(2 * Math.log(255)),
      minAlpha: 1 / 255,
      maxPixelRadius: 4096,
      accumExtSplats: true,
    });
    this.stage.scene.add(this.spark);
    this.stage.onFrame = () => this.report();
    this.cameras = new CameraList(this.stage);
    this.charts = new Charts();
    this.picker = new Picker("Scene", { onChoice: (item) => this.#load(item), complain });
    this.colour = element("input", {
      type: "color",
      value: query.get("background") ?? BACKGROUNDS.black,
      "aria-label": "background",
      input: () => this.stage.setBackground(this.colour.value),
    });
    this.stage.setBackground(this.colour.value);
    const ups = Object.keys(UP_CHOICES).map((name) => element("option", { value: name }, name));
    this.up = element("select", {
      "aria-label": "up",
      change: () => this.stage.setUp(UP_CHOICES[this.up.value]),
    }, ...ups);
    this.heading = element("h1");
    panel.replaceChildren(
      this.heading,
      this.picker.root,
      this.cameras.root,
      section(
        "View",
        viewButtons(this),
        row("background", this.colour, "up", this.up),
        checkbox("trained with antialiasing", false, (on) => this.#setAntialiasing(on)),
      ),
      this.charts.root,
    );
    onKeys({
      KeyN: () => this.cameras.step(1),
      KeyP: () => this.cameras.step(-1),
      Escape: () => this.cameras.leave(),
      Comma: () => this.picker.step(-1),
      Period: () => this.picker.step(1),
    });
  }

  /** Frames the next scene anew, since it is another one. */
  reset() {
    this.#framed = false;
  }

  /** Shows what there is now. */
  async update(state) {
    this.title = state.title;
    this.heading.textContent = state.title;
    this.charts.update(state);
    this.cameras.update(state.cameras);
    if (!this.#framed) this.#prepare(state);
    await this.picker.update(state.items);
    if (!state.items.length) this.say("waiting for the first scene");
  }

  /** Takes what the run's own files say of the view, before the first scene is there. */
  #prepare({ cameras, background }) {
    if (background && !this.query.has("background")) {
      this.colour.value = BACKGROUNDS[background];
      this.stage.setBackground(this.colour.value);
    }
    if (!cameras.length) return;
    UP_CHOICES.cameras = upOf(cameras);
    if (this.up.value !== "cameras") {
      this.up.prepend(element("option", { value: "cameras" }, "cameras"));
    }
    this.up.value = "cameras";
    this.stage.setUp(UP_CHOICES.cameras);
  }

  /** Whether frames are still coming: a new order of depths, a view that moves. */
  get busy() {
    const { sorting, sortDirty } = this.spark;
    return this.stage.pending || this.#mesh === null || sorting || sortDirty;
  }

  /** Says how many Gaussians are drawn, and how fast. */
  report() {
    if (!this.#mesh) return;
    const rate = this.stage.rate ? `${this.stage.rate} frames/s` : "at rest";
    this.say(`${this.#mesh.count.toLocaleString("en")} Gaussians, ${rate}`);
  }

  /** Wider by 0.3 pixels as the scenes were trained, and fainter too where that was part of it. */
  #setAntialiasing(on) {
    Object.assign(this.spark, { preBlurAmount: on ? 0 : BLUR, blurAmount: on ? BLUR : 0 });
    this.stage.invalidate();
  }

  async #load(item) {
    this.#wanted = item;
    this.say(`loading ${item.label}`);
    const response = await fetchItem(item);
    const fileBytes = new Uint8Array(await response.arrayBuffer());
    const mesh = new SplatMesh({ fileBytes, fileName: "scene.ply", extSplats: true });
    await mesh.initialized;
    if (item !== this.#wanted) return mesh.dispose(); // another one was chosen meanwhile
    if (mesh.extSplats) correctHarmonics(mesh.extSplats.extra, fileBytes);
    const { count, centre, radius } = measureSplats(mesh);
    mesh.count = count;
    // The old scene stays until the new one can take its place.
    if (this.#mesh) {
      this.stage.scene.remove(this.#mesh);
      this.#mesh.dispose();
    }
    this.#mesh = mesh;
    this.stage.scene.add(mesh);
    this.cameras.focus = centre;
    if (!this.#framed) this.#frame(centre, radius);
    this.stage.invalidate();
  }

  /** The first view: that of the camera in the address, or one of the whole scene. */
  #frame(centre, radius) {
    this.#framed = true;
    const { up } = this.stage.camera;
    const across = Math.abs(up.z) > 0.7 ? new THREE.Vector3(0, -1, 0) : new THREE.Vector3(0, 0, -1);
    this.stage.lookAt(centre, radius, across.addScaledVector(up, 0.35));
    this.stage.setHome();
    if (this.query.has("camera")) this.cameras.show(Number(this.query.get("camera")));
  }
}
