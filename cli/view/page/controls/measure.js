import * as THREE from "three";
import { button, element, folded, replaceText, row } from "../elements.js";
import { lengthText } from "../stage/length_text.js";

const COLOUR = 0xffb224;

/** How far apart two points are: two clicks on what is seen; a length that is known sets the scale. */
export const measure = {
  pages: ["splats", "occupancy"],
  make(page) {
    const { stage } = page;
    const points = [];
    const group = new THREE.Group();
    const line = new THREE.Line(
      new THREE.BufferGeometry(),
      new THREE.LineBasicMaterial({ color: COLOUR, depthTest: false }),
    );
    stage.front.add(group);
    const label = element("span", { class: "measured", hidden: true });
    const ends = [0, 1].map(() => element("span", { class: "end", hidden: true }));
    stage.overlay.append(...ends, label);
    const told = element("output", { "aria-label": "measured" });
    const length = () => points[0].distanceTo(points[1]);

    const place = () => {
      ends.forEach((end, i) => put(end, points[i] ? stage.project(points[i]) : null));
      const both = points.length === 2;
      put(label, both ? stage.project(points[0].clone().lerp(points[1], 0.5)) : null);
    };
    const draw = () => {
      group.clear();
      const both = points.length === 2;
      if (both) {
        line.geometry.setFromPoints(points);
        group.add(line);
      }
      const text = both ? lengthText(length() * (page.lengthScale ?? 1), page) : "";
      replaceText(label, text);
      replaceText(told, both ? text : points.length ? "click the other end" : "");
      calibrate.disabled = !both;
      place();
      stage.invalidate();
    };
    const clear = () => {
      points.length = 0;
      draw();
    };
    const tool = {
      click(ray) {
        const point = page.pick(ray);
        if (!point) return replaceText(told, "nothing is there");
        if (points.length === 2) points.length = 0;
        points.push(point);
        draw();
      },
      end: () => start.setAttribute("aria-pressed", "false"),
    };
    const toggle = () => {
      const on = page.tool !== tool;
      page.useTool(on ? tool : null);
      start.setAttribute("aria-pressed", String(on));
    };
    const known = element("input", {
      type: "number",
      min: 0,
      step: "any",
      "aria-label": "known length",
      placeholder: "length",
    });
    const unit = element("input", {
      type: "text",
      "aria-label": "unit",
      value: "m",
      size: 3,
    });
    const calibrate = button("is known", () => {
      const value = Number(known.value);
      if (!(value > 0)) return replaceText(told, "type the length first");
      page.lengthScale = value / length();
      page.unit = unit.value.trim();
      draw();
    }, { title: "lengths are told in this unit from now on" });
    const start = button("measure", toggle, { pressed: false, title: "click two points (M)" });
    stage.listen("frame", place);
    draw();
    return {
      root: folded(
        "Measure",
        row(start, button("clear", clear), told),
        row("this length", known, unit, calibrate),
      ),
      keys: { KeyM: [toggle, "measure: click two points"] },
      shown: draw,
    };
  },
};

function put(label, at) {
  label.hidden = at === null;
  if (at) label.style.transform = `translate(${at[0]}px, ${at[1]}px)`;
}
