import * as THREE from "three";
import { itemAddress } from "../door.js";
import { button, choice, element, row, section, slider } from "../elements.js";
import { ScenePage } from "../scene_page.js";
import { GaussianCloud } from "../splats/gaussian_cloud.js";
import { KeyFrame } from "./key_frame.js";
import { Legend } from "./legend.js";
import { countLabels, Voxels } from "./voxels.js";

const LAYERS = ["truth", "prediction", "error"];
const BOTH = "truth | prediction";

/** The page of key frames: voxels and Gaussians beside the pictures of the cameras. */
export class Page extends ScenePage {
  unit = "m";
  #frame = null;
  #wanted = null;
  #layer = "prediction";
  #overlay = false;
  #solid = true;
  #framed = false;
  #drawing = 0;

  constructor(given) {
    super("occupancy", given, { up: [0, 0, 1], antialias: true, heading: "Key frame" });
    /** The voxels of the pane on the right or the only one, and those of the truth beside it. */
    this.voxels = new Voxels();
    this.beside = new Voxels();
    this.left = new THREE.Scene();
    light(this.stage.scene).add(this.voxels.root);
    light(this.left).add(this.beside.root);
    this.cloud = new GaussianCloud(this.stage);
    this.classes = new Legend(() => this.#show());
    this.errors = new Legend(() => this.#show());
    this.layers = choice([...LAYERS, BOTH], this.#layer, (layer) => this.#setLayer(layer));
    this.voxelButton = button("voxels", () => this.#toggle("voxels"), { pressed: true });
    this.gaussianButton = button("Gaussians", () => this.#toggle("gaussians"), { pressed: false });
    this.levels = ["from level", "to level"].map((name) =>
      slider(
        name,
        { min: 0, max: 0, step: 1, value: 0, write: (at) => this.#height(at) },
        () => this.#show(),
      )
    );
    this.opacity = slider(
      "opacity",
      { min: 0.1, max: 1, step: 0.05, value: 1, write: (share) => `${Math.round(100 * share)} %` },
      (share) => {
        for (const voxels of [this.voxels, this.beside]) voxels.setOpacity(share);
        this.stage.invalidate();
      },
    );
    this.names = [BOTH.split(" | ")[0], BOTH.split(" | ")[1]].map((text) =>
      element("span", { class: "pane_name", hidden: true }, text)
    );
    this.stage.overlay.append(...this.names);
    this.pictures = element("div", { class: "pictures" });
    this.pictureSection = section("Pictures", this.pictures);
    this.frameSections = element(
      "div",
      {},
      section(
        "Shown",
        this.layers.root,
        row(this.voxelButton, this.gaussianButton),
        ...this.levels.map(({ root }) => root),
        this.opacity.root,
      ),
      this.pictureSection,
      section("Legend", this.classes.root, this.errors.root),
    );
    this.keys.bind({
      Digit1: [() => this.#setLayer("truth"), "truth, prediction, error, both"],
      Digit2: [() => this.#setLayer("prediction"), "truth, prediction, error, both"],
      Digit3: [() => this.#setLayer("error"), "truth, prediction, error, both"],
      Digit4: [() => this.#setLayer(BOTH), "truth, prediction, error, both"],
      KeyG: [() => this.#toggle("gaussians"), "Gaussians"],
      KeyV: [() => this.#toggle("voxels"), "voxels"],
    });
    this.arrange();
  }

  sections() {
    return [this.frameSections];
  }

  viewSettings() {
    return [];
  }

  /** Frames the next key frame anew, since it may be of another grid. */
  reset() {
    this.#framed = false;
  }

  /** Shows what there is now. */
  async update(state) {
    this.classes.setEntries(state.classes);
    this.errors.setEntries(state.errors);
    this.frameSections.hidden = !state.items.length;
    if (!state.items.length) this.say("no key frame yet, train keeps some with --eval-every");
    await super.update(state);
  }

  /** Whether something is still being fetched or drawn. */
  get busy() {
    return super.busy || this.#frame === null || this.#drawing > 0 || this.cloud.busy;
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

  pick(ray) {
    return (this.stage.paneCount > 1 && ray.pane === 0 ? this.beside : this.voxels).hit(ray);
  }

  /** Takes away what is shown. */
  empty() {
    this.#frame = null;
    for (const voxels of [this.voxels, this.beside]) voxels.clear();
    this.cloud.set(null, { colours: [], shows: () => false });
    this.pictureSection.hidden = true;
  }

  async open(item) {
    this.#wanted = item;
    const frame = await KeyFrame.open(item);
    if (item !== this.#wanted) return; // another one was chosen meanwhile
    this.#frame = frame;
    this.unit = frame.about.unit ?? "m";
    const { cameras, range, dims } = frame.about;
    this.pictureSection.hidden = cameras.length === 0;
    this.pictures.replaceChildren(...cameras.map((name) => this.#picture(item, name)));
    if (!this.#framed) {
      this.#look(range);
      this.levels.forEach((level, i) => level.set(i * (dims[2] - 1), { max: dims[2] - 1 }));
    }
    await this.#show(true);
  }

  #picture(item, name) {
    const image = element("img", {
      alt: name,
      load: () => URL.revokeObjectURL(image.src), // nothing, where it is the address of a server
    });
    itemAddress(item, "camera", name).then(
      (address) => image.src = address,
      (error) => this.complain(error.message),
    );
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
    this.extent = { centre: ground, radius: reach, ground: () => low[2] };
    this.stage.lookAt(ground, reach, new THREE.Vector3(0, -1, 0.95));
    this.stage.setHome();
  }

  /** The height of a level's middle, in metres. */
  #height(level) {
    if (!this.#frame) return String(level);
    const { dims, range } = this.#frame.about;
    const cell = (range[5] - range[2]) / dims[2];
    return `${(range[2] + (level + 0.5) * cell).toFixed(1)} m`;
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

  /** Draws the layer and the overlay that are switched on; what is wrong is thrown where it is a new frame's. */
  async #show(isNew = false) {
    const frame = this.#frame;
    if (!frame) return;
    this.#drawing++;
    try {
      await this.#draw(frame);
    } catch (error) {
      if (isNew) throw error;
      this.complain(error.message);
    } finally {
      this.#drawing--;
    }
  }

  async #draw(frame) {
    const { truth, gaussians } = frame.about;
    const layer = truth ? this.#layer : "prediction";
    const both = layer === BOTH;
    const legend = layer === "error" ? this.errors : this.classes;
    const entries = layer === "error" ? this.state.errors : this.state.classes;
    this.#mark(layer, { truth, gaussians });
    const labels = await frame.voxels(both ? "prediction" : layer);
    const others = both ? await frame.voxels("truth") : null;
    const paint = await frame.colours();
    const rows = this.#overlay ? await frame.gaussians() : null;
    if (frame !== this.#frame) return; // another one was opened meanwhile
    const [from, to] = this.levels.map(({ input }) => Number(input.value));
    const options = {
      colours: entries.map(({ colour }) => colour),
      shows: (label) => legend.shows(label),
      paint,
      levels: [Math.min(from, to), Math.max(from, to)],
    };
    legend.setCounts(countLabels(labels));
    this.voxels.set(labels, frame.about, options);
    if (others) this.beside.set(others, frame.about, options);
    for (const voxels of [this.voxels, this.beside]) voxels.root.visible = this.#solid;
    this.stage.setPanes(both ? [this.left, this.stage.scene] : null);
    for (const name of this.names) name.hidden = !both;
    await this.cloud.set(rows, {
      colours: this.state.classes.map(({ colour }) => colour),
      shows: (label) => this.classes.shows(label),
    });
    this.stage.invalidate();
    this.report();
  }

  #mark(layer, { truth, gaussians }) {
    this.layers.set(layer);
    for (const made of this.layers.buttons) {
      made.disabled = made.textContent !== "prediction" && !truth;
    }
    this.voxelButton.setAttribute("aria-pressed", String(this.#solid));
    this.gaussianButton.setAttribute("aria-pressed", String(this.#overlay));
    this.gaussianButton.disabled = !gaussians;
    this.classes.root.hidden = layer === "error";
    this.errors.root.hidden = layer !== "error";
  }
}

/** A scene with the light that voxels are seen by. */
function light(scene) {
  const sun = new THREE.DirectionalLight(0xffffff, 1.6);
  sun.position.set(-0.4, -0.7, 1);
  return scene.add(new THREE.HemisphereLight(0xffffff, 0x8890a0, 2.2), sun);
}
