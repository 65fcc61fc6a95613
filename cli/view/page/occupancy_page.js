import * as THREE from "three";
import { Charts } from "./charts.js";
import { button, element, row, section } from "./elements.js";
import { GaussianCloud } from "./gaussian_cloud.js";
import { itemAddress } from "./door.js";
import { KeyFrame } from "./key_frame.js";
import { Legend } from "./legend.js";
import { Picker } from "./picker.js";
import { Stage } from "./stage.js";
import { onKeys, viewButtons } from "./view_buttons.js";
import { countLabels, Voxels } from "./voxels.js";

const LAYERS = ["truth", "prediction", "error"];

/** The page of key frames: voxels and Gaussians beside the pictures of the cameras. */
export class Page {
  #frame = null;
  #wanted = null;
  #state = null;
  #layer = "prediction";
  #overlay = false;
  #solid = true;
  #framed = false;
  #drawing = 0;

  constructor({ container, panel, query, say, complain }) {
    this.say = say;
    this.complain = complain;
    this.stage = new Stage(container, { up: [0, 0, 1], antialias: true });
    this.stage.setBackground(query.get("background") ?? "#ffffff");
    const sun = new THREE.DirectionalLight(0xffffff, 1.6);
    sun.position.set(-0.4, -0.7, 1);
    this.stage.scene.add(new THREE.HemisphereLight(0xffffff, 0x8890a0, 2.2), sun);
    this.voxels = new Voxels();
    this.stage.scene.add(this.voxels.root);
    this.cloud = new GaussianCloud(this.stage);
    this.stage.onFrame = () => this.report();
    this.charts = new Charts();
    this.picker = new Picker("Key frame", { onChoice: (item) => this.#open(item), complain });
    this.classes = new Legend(() => this.#show());
    this.errors = new Legend(() => this.#show());
    this.layerButtons = LAYERS.map((layer) =>
      button(layer, () => this.#setLayer(layer), { pressed: false })
    );
    this.voxelButton = button("voxels", () => this.#toggle("voxels"), { pressed: true });
    this.gaussianButton = button("Gaussians", () => this.#toggle("gaussians"), { pressed: false });
    this.pictures = element("div", { class: "pictures" });
    this.pictureSection = section("Pictures", this.pictures);
    this.heading = element("h1");
    this.frameSections = element(
      "div",
      {},
      section("Shown", row(...this.layerButtons), row(this.voxelButton, this.gaussianButton)),
      this.pictureSection,
      section("Legend", this.classes.root, this.errors.root),
    );
    panel.replaceChildren(
      this.heading,
      this.picker.root,
      this.frameSections,
      section("View", viewButtons(this)),
      this.charts.root,
    );
    onKeys({
      Digit1: () => this.#setLayer("truth"),
      Digit2: () => this.#setLayer("prediction"),
      Digit3: () => this.#setLayer("error"),
      KeyG: () => this.#toggle("gaussians"),
      KeyV: () => this.#toggle("voxels"),
      Comma: () => this.picker.step(-1),
      Period: () => this.picker.step(1),
    });
  }

  /** Shows what there is now. */
  async update(state) {
    this.title = state.title;
    this.#state = state;
    this.heading.textContent = state.title;
    this.charts.update(state);
    this.classes.setEntries(state.classes);
    this.errors.setEntries(state.errors);
    this.frameSections.hidden = !state.items.length;
    if (!state.items.length) this.say("no key frame yet, train keeps some with --eval-every");
    await this.picker.update(state.items);
  }

  /** Whether something is still being fetched or drawn. */
  get busy() {
    return this.stage.pending || this.#frame === null || this.#drawing > 0 || this.cloud.busy;
  }

  /** Says what is drawn. */
  report() {
    if (!this.#frame) return;
    const parts = [];
    if (this.#solid) parts.push(`${this.voxels.shown.toLocaleString("en")} voxels`);
    if (this.#overlay) parts.push(`${this.cloud.count.toLocaleString("en")} Gaussians`);
    parts.push(this.stage.rate ? `${this.stage.rate} frames/s` : "at rest");
    this.say(parts.join(", "));
  }

  async #open(item) {
    this.#wanted = item;
    const frame = await KeyFrame.open(item);
    if (item !== this.#wanted) return; // another one was chosen meanwhile
    this.#frame = frame;
    const { cameras, range } = frame.about;
    this.pictureSection.hidden = cameras.length === 0;
    this.pictures.replaceChildren(...cameras.map((name) => this.#picture(item, name)));
    if (!this.#framed) this.#look(range);
    await this.#show();
  }

  #picture(item, name) {
    const image = element("img", { src: itemAddress(item, "camera", name), alt: name });
    const click = () => figure.classList.toggle("large");
    const caption = name.replace("CAM_", "").replaceAll("_", " ").toLowerCase();
    const figure = element("figure", { click }, image, element("figcaption", {}, caption));
    return figure;
  }

  /** From behind the car and above, as the pictures of `visualize`. */
  #look(range) {
    this.#framed = true;
    const [low, high] = [range.slice(0, 3), range.slice(3)];
    const size = new THREE.Vector3(...high).sub(new THREE.Vector3(...low));
    const ground = new THREE.Vector3(...low).addScaledVector(size, 0.5).setZ(low[2] + size.z / 3);
    const reach = 0.6 * Math.max(size.x, size.y);
    this.stage.lookAt(ground, reach, new THREE.Vector3(0, -1, 0.95));
    this.stage.setHome();
  }

  #setLayer(layer) {
    this.#layer = layer;
    return this.#show();
  }

  #toggle(what) {
    if (what === "gaussians") this.#overlay = !this.#overlay;
    else this.#solid = !this.#solid;
    return this.#show();
  }

  /** Draws the layer and the overlay that are switched on. */
  async #show() {
    const frame = this.#frame;
    if (!frame) return;
    this.#drawing++;
    try {
      const { truth, gaussians } = frame.about;
      const layer = truth ? this.#layer : "prediction";
      const legend = layer === "error" ? this.errors : this.classes;
      const entries = layer === "error" ? this.#state.errors : this.#state.classes;
      this.#mark(layer, { truth, gaussians });
      const labels = await frame.voxels(layer);
      const rows = this.#overlay ? await frame.gaussians() : null;
      if (frame !== this.#frame) return; // another one was opened meanwhile
      const colours = entries.map(({ colour }) => colour);
      legend.setCounts(countLabels(labels));
      this.voxels.set(labels, frame.about, { colours, shows: (label) => legend.shows(label) });
      this.voxels.root.visible = this.#solid;
      await this.cloud.set(rows, {
        colours: this.#state.classes.map(({ colour }) => colour),
        shows: (label) => this.classes.shows(label),
      });
      this.stage.invalidate();
      this.report();
    } catch (error) {
      this.complain(error.message);
    } finally {
      this.#drawing--;
    }
  }

  #mark(layer, { truth, gaussians }) {
    this.layerButtons.forEach((made, i) => {
      made.setAttribute("aria-pressed", String(LAYERS[i] === layer));
      made.disabled = LAYERS[i] !== "prediction" && !truth;
    });
    this.voxelButton.setAttribute("aria-pressed", String(this.#solid));
    this.gaussianButton.setAttribute("aria-pressed", String(this.#overlay));
    this.gaussianButton.disabled = !gaussians;
    this.classes.root.hidden = layer === "error";
    this.errors.root.hidden = layer !== "error";
  }
}
