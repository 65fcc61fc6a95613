import { button, element } from "../elements.js";

const GESTURES = [
  ["drag", "turn"],
  ["right drag, two fingers", "shift"],
  ["wheel, pinch", "zoom"],
  ["double click", "turn around that point"],
  ["W A S D Q E", "move, with Shift faster"],
  ["drop a file", "show it"],
];

/** All keys and gestures of the page, behind a question mark. */
export const help = {
  pages: ["splats", "occupancy"],
  make(page) {
    const list = element("dl");
    const dialog = element(
      "dialog",
      { class: "help", "aria-label": "keys", click: () => dialog.close() },
      element("h2", {}, "Keys"),
      list,
    );
    const toggle = () => {
      if (dialog.open) return dialog.close();
      list.replaceChildren(
        ...[...GESTURES, ...page.keys.list()].flatMap(([sign, text]) => [
          element("dt", {}, element("kbd", {}, sign)),
          element("dd", {}, text),
        ]),
      );
      dialog.showModal();
    };
    const open = button("?", toggle, { title: "all keys (?)" });
    open.classList.add("help_button");
    open.setAttribute("aria-label", "help");
    page.stage.overlay.append(open, dialog);
    return { keys: { Question: [toggle, "this list"] } };
  },
};
