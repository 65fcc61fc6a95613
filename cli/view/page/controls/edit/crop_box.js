import * as THREE from "three";
import { button, checkbox, element, row, slider } from "../../elements.js";

const AXES = ["x", "y", "z"];
const STEPS = 200;

/** A box along the axes of the scene's frame, outside of which nothing is shown. */
export class CropBox {
  #box = new THREE.Box3();
  #drawn = new THREE.Box3Helper(this.#box, 0xffb224);
  #on = false;

  /** `onSelect(isInside)` selects what lies in it. */
  constructor(page, { onSelect }) {
    this.page = page;
    this.#drawn.visible = false;
    page.stage.helpers.add(this.#drawn);
    this.switch = checkbox("crop to a box", false, (on) => this.set(on));
    this.sides = AXES.flatMap((axis) =>
      ["min", "max"].map((end) => ({
        axis,
        end,
        slider: slider(
          `${axis} ${end}`,
          {
            min: 0,
            max: 1,
            step: "any",
            value: 0,
            write: (value) => String(+value.toPrecision(3)),
          },
          (value) => {
            this.#box[end][axis] = value;
            this.#apply();
          },
        ),
      }))
    );
    this.controls = element(
      "div",
      { hidden: true },
      ...this.sides.map((side) => side.slider.root),
      row(
        button("select inside", () => onSelect((x, y, z) => this.page.look.isInBox(x, y, z))),
        button("select outside", () => onSelect((x, y, z) => !this.page.look.isInBox(x, y, z))),
        button("whole scene", () => this.#fit()),
      ),
    );
    this.root = element("div", {}, this.switch, this.controls);
  }

  /** Switches it on or off. */
  set(on) {
    this.#on = on;
    this.switch.querySelector("input").checked = on;
    this.controls.hidden = !on;
    if (on && this.#box.isEmpty()) this.#fit();
    this.#apply();
  }

  /** Puts the box around all of the scene that is in view from afar. */
  #fit() {
    const { rows } = this.page.current;
    const all = new THREE.Box3();
    const point = new THREE.Vector3();
    rows.eachCentre((_, x, y, z) => all.expandByPoint(point.set(x, y, z)));
    this.#box.copy(all);
    for (const { axis, end, slider } of this.sides) {
      const [min, max] = [all.min[axis], all.max[axis]];
      slider.set(all[end][axis], { min, max, step: (max - min) / STEPS || "any" });
      this.#box[end][axis] = all[end][axis];
    }
    this.#apply();
  }

  #apply() {
    this.#drawn.visible = this.#on;
    this.page.look.setBox(this.#on ? [this.#box.min.clone(), this.#box.max.clone()] : null);
  }
}
