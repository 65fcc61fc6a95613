import { element, replaceText } from "../elements.js";
import { lengthText } from "../stage/length_text.js";

const MOST_PIXELS = 160;

/** A bar that says how long things are, at the distance of what the view turns around. */
export const scaleBar = {
  pages: ["splats", "occupancy"],
  make(page) {
    const { stage } = page;
    const bar = element("span", { class: "bar" });
    const text = element("span");
    const root = element(
      "div",
      { class: "scale_bar", title: "at the middle of the view" },
      bar,
      text,
    );
    stage.overlay.append(root);
    const draw = () => {
      root.hidden = !page.extent;
      if (!page.extent) return;
      const { camera, controls, view } = stage;
      const distance = camera.position.distanceTo(controls.target);
      const pixel = 2 * Math.tan(camera.fov * Math.PI / 360) * distance / view.clientHeight;
      const scale = page.lengthScale ?? 1;
      const length = roundBelow(MOST_PIXELS * pixel * scale);
      bar.style.width = `${length / pixel / scale}px`;
      replaceText(text, lengthText(length, page));
    };
    stage.listen("frame", draw);
    return { shown: draw };
  },
};

/** The largest 1, 2 or 5 times a power of ten that is not above. */
function roundBelow(most) {
  const power = 10 ** Math.floor(Math.log10(most));
  return [5, 2, 1].find((digit) => digit * power <= most) * power;
}
