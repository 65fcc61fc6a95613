import * as THREE from "three";
import { checkbox, element, row } from "../elements.js";
import { ScenePage } from "../scene_page.js";
import { readScene } from "./scene_file.js";
import { measureRows, upOf } from "./splat_extent.js";
import { SplatLook } from "./splat_look.js";
import { BLUR, isPainting, splatPainter } from "./splat_painter.js";

// Photos have y down, and most scenes come from photos.
const UP_CHOICES = { "-y": [0, -1, 0], "+y": [0, 1, 0], "+z": [0, 0, 1], "-z": [0, 0, -1] };

const BACKGROUNDS = { black: "#000000", white: "#ffffff" };

/** The page of trained Gaussians: a scene to fly through, its cameras, and the run that makes it. */
export class Page extends ScenePage {
  /** What is shown: its rows, its mesh, its marks; null before there is anything. */
  current = null;
  #wanted = null;
  #framed = false;

  constructor(given) {
    // What has soft edges gains nothing from multisampling.
    super("splats", given, { up: UP_CHOICES["-y"], antialias: false, heading: "Scene" });
    this.spark = splatPainter(this.stage);
    this.stage.scene.add(this.spark);
    /** How the scene is shown; where one is beside it, how that is, too. */
    this.looks = [new SplatLook(this, this.spark)];
    const ups = Object.keys(UP_CHOICES).map((name) => element("option", { value: name }, name));
    this.up = element("select", {
      "aria-label": "up",
      change: () => this.stage.setUp(UP_CHOICES[this.up.value]),
    }, ...ups);
    this.arrange();
  }

  get look() {
    return this.looks[0];
  }

  sections() {
    return [];
  }

  viewSettings() {
    return [
      row("up", this.up),
      checkbox("trained with antialiasing", false, (on) => this.#setAntialiasing(on)),
    ];
  }

  usualBackground(state) {
    return BACKGROUNDS[state?.background ?? "black"];
  }

  /** Frames the next scene anew, since it is another one. */
  reset() {
    this.#framed = false;
    this.given = [];
  }

  /** Shows what there is now. */
  async update(state) {
    if (!this.#framed) this.#prepare(state);
    await super.update(state);
    if (!state.items.length) this.say("waiting for the first scene");
  }

  /** Takes what the run's own files say of the view, before the first scene is there. */
  #prepare({ cameras }) {
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
    return super.busy || this.current === null || isPainting(this.spark, this.current.mesh);
  }

  /** Says how many Gaussians are drawn, and how fast. */
  report() {
    if (!this.current) return;
    const rate = this.stage.rate ? `${this.stage.rate} frames/s` : "at rest";
    this.say(`${this.current.rows.count.toLocaleString("en")} Gaussians, ${rate}`);
  }

  /** The point that a ray comes to among what is shown; null where there is none. */
  pick({ ray }) {
    if (!this.current) return null;
    const { rows, marks } = this.current;
    const { look } = this;
    return rows.frontAt(ray, (i) => {
      if (marks.isGone(i) || rows.opacity(i) < look.least) return false;
      return look.box === null || look.isInBox(...rows.centre(i));
    });
  }

  /** Takes away what is shown. */
  empty() {
    if (!this.current) return;
    const { mesh, marks } = this.current;
    this.stage.scene.remove(mesh);
    mesh.dispose();
    marks.dispose();
    this.current = null;
  }

  /** Wider by 0.3 pixels as the scenes were trained, and fainter too where that was part of it. */
  #setAntialiasing(on) {
    for (const { spark } of this.looks) {
      Object.assign(spark, { preBlurAmount: on ? 0 : BLUR, blurAmount: on ? BLUR : 0 });
    }
    this.stage.invalidate();
  }

  async open(item) {
    this.#wanted = item;
    this.say(`loading ${item.label}`);
    const made = await readScene(item);
    if (item !== this.#wanted) return made.mesh.dispose(); // another one was chosen meanwhile
    // The old scene stays until the new one can take its place.
    this.empty();
    this.current = { ...made, item };
    this.look.attach(made.mesh, made.marks);
    this.stage.scene.add(made.mesh);
    const extent = measureRows(made.rows);
    this.extent = extent;
    if (!this.#framed) this.#frame(extent);
    this.stage.invalidate();
  }

  /** The first view: that of the camera in the address, or one of the whole scene. */
  #frame({ centre, radius }) {
    this.#framed = true;
    const { up } = this.stage.camera;
    const across = Math.abs(up.z) > 0.7 ? new THREE.Vector3(0, -1, 0) : new THREE.Vector3(0, 0, -1);
    this.stage.lookAt(centre, radius, across.addScaledVector(up, 0.35));
    this.stage.setHome();
    if (this.query.has("camera")) this.showCamera(Number(this.query.get("camera")));
  }
}
