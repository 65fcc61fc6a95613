import { button, element, row } from "../elements.js";

const DARK = "#111113";
const LIGHT = "#ffffff";

/** The colour behind the scene: as asked for in the address, as the page proposes, or chosen. */
export const background = {
  pages: ["splats", "occupancy"],
  make(page) {
    let chosen = page.query.has("background");
    const set = (colour) => {
      input.value = colour;
      page.stage.setBackground(colour);
    };
    const choose = (colour) => {
      chosen = true;
      set(colour);
    };
    const input = element("input", {
      type: "color",
      "aria-label": "background",
      input: () => choose(input.value),
    });
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const usual = (state) => page.usualBackground?.(state) ?? (dark.matches ? DARK : LIGHT);
    dark.addEventListener("change", () => chosen || set(usual(page.state)));
    set(page.query.get("background") ?? usual(null));
    return {
      root: row(
        "background",
        input,
        button("dark", () => choose(DARK)),
        button("light", () => choose(LIGHT)),
      ),
      update: (state) => chosen || set(usual(state)),
    };
  },
};
