import { button, element, row, section } from "../elements.js";

/** Back to the first view, orbit or fly, a picture, no panel, and the page's own settings of its view. */
export const view = {
  pages: ["splats", "occupancy"],
  make(page) {
    const { stage } = page;
    const setFlying = (on) => {
      stage.flight.setFlying(on);
      fly.setAttribute("aria-pressed", String(on));
    };
    const turn = () => setFlying(!stage.flight.flying);
    const fly = button("fly", turn, { pressed: false, title: "dragging turns the head (F)" });
    const picture = () => stage.savePicture(page.title ?? "voxsplat");
    const home = () => {
      setFlying(false);
      page.leaveCamera?.();
      stage.goHome();
    };
    const bare = () => document.body.classList.toggle("bare");
    return {
      root: section(
        "View",
        row(
          button("reset", home, { title: "the first view (R)" }),
          fly,
          button("picture", picture, { title: "save a PNG (C)" }),
          button("hide panel", bare, { title: "and back again (H)" }),
        ),
        ...page.viewSettings(),
        element(
          "p",
          { class: "keys" },
          "drag turns, right drag shifts, wheel zooms, double click turns around that, ? shows all keys",
        ),
      ),
      keys: {
        KeyR: [home, "the first view"],
        KeyF: [turn, "drag turns the head instead of circling"],
        KeyC: [picture, "save a picture"],
        KeyH: [bare, "hide the panel, and back"],
      },
    };
  },
};
