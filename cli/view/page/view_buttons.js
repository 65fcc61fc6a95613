import { button, element, row } from "./elements.js";

/** Buttons and keys that every page has: back to the first view, orbit or fly, a picture, no panel. */
export function viewButtons(page) {
  const { stage } = page;
  const fly = button("fly", () => setFlying(!stage.flight.flying), {
    pressed: false,
    title: "dragging turns the head (F)",
  });
  const setFlying = (on) => {
    stage.flight.setFlying(on);
    fly.setAttribute("aria-pressed", String(on));
  };
  const picture = () => stage.savePicture(page.title ?? "voxsplat");
  const home = () => {
    setFlying(false);
    page.cameras?.leave();
    stage.goHome();
  };
  onKeys({
    KeyR: home,
    KeyF: () => setFlying(!stage.flight.flying),
    KeyC: picture,
    KeyH: () => document.body.classList.toggle("bare"),
  });
  return element(
    "div",
    {},
    row(
      button("reset", home, { title: "the first view (R)" }),
      fly,
      button("picture", picture, { title: "save a PNG (C)" }),
    ),
    element(
      "p",
      { class: "keys" },
      "drag turns, right drag shifts, wheel zooms, W A S D Q E move (Shift faster), H hides this",
    ),
  );
}

/** Calls what belongs to a key, unless something is typed or chosen with it. */
export function onKeys(actions) {
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof HTMLSelectElement || event.target instanceof HTMLInputElement) {
      return;
    }
    actions[event.code]?.();
  });
}
