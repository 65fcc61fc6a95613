import { button, element, folded, replaceText, row } from "../../elements.js";
import { saveFile } from "../../save_file.js";
import { CropBox } from "./crop_box.js";
import { History } from "./history.js";
import { RectangleTool } from "./rectangle.js";

/** Selects Gaussians by rectangles and a box, deletes them, takes that back, and saves what is left. */
export const edit = {
  pages: ["splats"],
  make(page) {
    // Of each scene its own: what was deleted of one is still so when it is shown again.
    const histories = new Map();
    const saved = new Set();
    const keyOf = ({ id, version }) => JSON.stringify([id, version]);
    const historyOf = () => histories.get(keyOf(page.current.item));

    const told = element("output", { "aria-label": "selection" });
    const tell = () => {
      const { there, chosen } = page.current.marks.counts();
      const text = `${chosen.toLocaleString("en")} of ${there.toLocaleString("en")} selected`;
      replaceText(told, text);
      removes.disabled = chosen === 0;
      const history = historyOf();
      undoes.disabled = !history.canUndo;
      redoes.disabled = !history.canRedo;
    };
    const marked = () => {
      historyOf().push(page.current.marks.remember());
      saved.delete(keyOf(page.current.item));
      // A newer scene must not take the place of what is being edited.
      page.picker.hold();
      page.look.touch();
      tell();
    };
    const isSeen = (i, x, y, z) => {
      const { look, current: { rows } } = page;
      return rows.opacity(i) >= look.least && (look.box === null || look.isInBox(x, y, z));
    };
    /** Selects what `isInside(x, y, z)`; with Shift it is added, with Alt taken away. */
    const select = (isInside, { shiftKey = false, altKey = false, hidden = false } = {}) => {
      if (!page.current) return;
      const { rows, marks } = page.current;
      const inside = new Uint8Array(rows.count);
      rows.eachCentre((i, x, y, z) => {
        inside[i] = isInside(x, y, z) && (hidden || isSeen(i, x, y, z)) ? 1 : 0;
      });
      marks.choose((i, was) => altKey ? was && !inside[i] : inside[i] === 1 || (shiftKey && was));
      marked();
    };
    const invert = () => {
      page.current?.marks.choose((_, was) => !was);
      if (page.current) marked();
    };
    const remove = () => {
      const { marks } = page.current ?? {};
      if (!marks?.counts().chosen) return;
      marks.remove((i) => marks.isChosen(i));
      marked();
    };
    const go = (by) => {
      if (!page.current) return;
      page.current.marks.restore(historyOf().go(by));
      page.look.touch();
      tell();
    };
    const save = () => {
      if (!page.current) return;
      const { rows, marks, item } = page.current;
      const { look } = page;
      const { count, blob } = rows.select((i) =>
        !marks.isGone(i) && (look.box === null || look.isInBox(...rows.centre(i)))
      );
      if (!count) return page.complain("Cannot save: no Gaussians are left");
      saveFile(`${(item.label || "scene").replace(/\W+/g, "_")}_edited.ply`, blob);
      saved.add(keyOf(item));
      replaceText(told, `${count.toLocaleString("en")} Gaussians saved`);
    };

    const tool = new RectangleTool(page, {
      onDrawn: select,
      onEnd: () => start.setAttribute("aria-pressed", "false"),
    });
    const toggle = () => {
      const on = page.tool !== tool;
      page.useTool(on ? tool : null);
      start.setAttribute("aria-pressed", String(on));
    };
    const box = new CropBox(page, { onSelect: (isInside) => select(isInside, { hidden: true }) });
    const start = button("select", toggle, { pressed: false, title: "drag a rectangle (B)" });
    const removes = button("delete", remove, { title: "what is selected (Del)" });
    const undoes = button("undo", () => go(-1), { title: "Ctrl+Z" });
    const redoes = button("redo", () => go(1), { title: "Ctrl+Y" });
    addEventListener("beforeunload", (event) => {
      const open = [...histories].some(([key, history]) => history.canUndo && !saved.has(key));
      if (open) event.preventDefault();
    });
    return {
      root: folded(
        "Edit",
        row(
          start,
          button("all", () => select(() => true)),
          button("none", () => select(() => false)),
          button("invert", invert),
        ),
        row(removes, undoes, redoes, button("save PLY", save)),
        told,
        box.root,
        element("p", { class: "keys" }, "Shift adds to the selection, Alt takes away from it"),
      ),
      keys: {
        KeyB: [toggle, "select: drag a rectangle"],
        KeyI: [invert, "invert the selection"],
        Delete: [remove, "delete what is selected"],
        Backspace: [remove, "delete what is selected"],
        "Ctrl+KeyZ": [({ shiftKey }) => go(shiftKey ? 1 : -1), "undo, with Shift redo"],
        "Ctrl+KeyY": [() => go(1), "redo"],
      },
      shown() {
        const { item, marks } = page.current;
        const key = keyOf(item);
        const history = histories.get(key);
        if (history) {
          marks.restore(history.current);
          page.look.touch();
        } else histories.set(key, new History(marks.remember()));
        // Scenes that were only looked at need no memory.
        for (const [other, { canUndo, canRedo }] of histories) {
          if (other !== key && !canUndo && !canRedo) histories.delete(other);
        }
        tell();
      },
    };
  },
};
