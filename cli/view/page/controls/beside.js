import * as THREE from "three";
import { element, leaveKeys, row, setOptions } from "../elements.js";
import { readScene } from "../splats/scene_file.js";
import { SplatLook } from "../splats/splat_look.js";
import { isPainting, splatPainter } from "../splats/splat_painter.js";

/** A second scene to the right of the first, seen by the same camera. */
export const beside = {
  pages: ["splats"],
  make(page) {
    const { stage } = page;
    let shown = null;
    let wanted = "";
    let loading = false;
    let painter = null;
    const scene = new THREE.Scene();
    const names = [0, 1].map(() => element("span", { class: "pane_name", hidden: true }));
    stage.overlay.append(...names);
    const select = leaveKeys(element("select", {
      "aria-label": "beside",
      change: () => show(select.value),
    }));
    const root = row("beside", select);
    const clear = () => {
      if (!shown) return;
      scene.remove(shown.mesh);
      shown.mesh.dispose();
      shown.marks.dispose();
      shown = null;
    };
    const show = async (id) => {
      wanted = id;
      const item = page.picker.items.find((candidate) => candidate.id === id);
      if (!item) {
        clear();
        stage.setPanes(null);
        for (const name of names) name.hidden = true;
        return;
      }
      loading = true;
      try {
        const made = await readScene(item);
        if (wanted !== id) return made.mesh.dispose();
        if (!painter) {
          painter = splatPainter(stage);
          scene.add(painter);
          page.looks.push(new SplatLook(page, painter));
        }
        clear();
        shown = made;
        page.looks[1].attach(made.mesh, made.marks);
        page.looks[1].follow(page.look);
        scene.add(made.mesh);
        stage.setPanes([stage.scene, scene]);
        name();
      } catch (error) {
        page.complain(error.message);
        select.value = wanted = "";
      } finally {
        loading = false;
      }
    };
    const name = () => {
      const right = page.picker.items.find(({ id }) => id === wanted);
      for (const [i, item] of [page.picker.shown, right].entries()) {
        names[i].textContent = item?.label ?? "";
        names[i].hidden = !right;
      }
    };
    return {
      root,
      items() {
        const { items } = page.picker;
        root.hidden = items.length < 2;
        setOptions(select, [["", "nothing"], ...items.map(({ id, label }) => [id, label])]);
        select.value = wanted;
      },
      shown: name,
      get busy() {
        return loading || (shown !== null && isPainting(painter, shown.mesh));
      },
    };
  },
};
