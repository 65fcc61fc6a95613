import * as THREE from "three";
import { checkbox, row } from "../elements.js";

// Cells on each side of the middle.
const CELLS = 10;

/** A grid on the ground, and the axes of the scene's frame: x red, y green, z blue. */
export const ground = {
  pages: ["splats", "occupancy"],
  make(page) {
    const { helpers, camera } = page.stage;
    const shows = { grid: false, axes: false };
    const made = [];
    const draw = () => {
      for (const object of made.splice(0)) {
        helpers.remove(object);
        object.dispose();
      }
      if (!page.extent) return;
      const cell = cellOf(page.extent.radius);
      if (shows.grid) made.push(gridOf(page, cell));
      if (shows.axes) made.push(new THREE.AxesHelper(cell));
      if (made.length) helpers.add(...made);
      page.stage.invalidate();
    };
    const set = (what, on) => {
      shows[what] = on;
      draw();
    };
    const boxes = Object.keys(shows).map((what) => checkbox(what, false, (on) => set(what, on)));
    const flip = () => {
      for (const box of boxes) box.querySelector("input").click();
    };
    let upBefore = "";
    page.stage.listen("before", () => {
      // The ground is another one where up is.
      const up = camera.up.toArray().join(" ");
      if (up !== upBefore) draw();
      upBefore = up;
    });
    return {
      root: row(...boxes),
      keys: { KeyX: [flip, "grid and axes"] },
      shown: draw,
    };
  },
};

/** The power of ten that gives the scene some cells to each side. */
function cellOf(radius) {
  return 10 ** Math.floor(Math.log10(Math.max(radius, 1e-9) / 2));
}

function gridOf({ extent, stage }, cell) {
  const up = stage.camera.up.clone().normalize();
  const reach = 2 * CELLS * Math.ceil(extent.radius / (CELLS * cell));
  const grid = new THREE.GridHelper(reach * cell, reach, 0x8b8d98, 0x8b8d98);
  grid.material.transparent = true;
  grid.material.opacity = 0.45;
  grid.quaternion.setFromUnitVectors(new THREE.Vector3(0, 1, 0), up);
  // Lines lie at whole cells of the frame, at the height of the ground.
  const middle = extent.centre.clone();
  const height = middle.dot(up);
  const across = middle.addScaledVector(up, -height);
  grid.position.copy(across.divideScalar(cell).round().multiplyScalar(cell))
    .addScaledVector(up, extent.ground?.(up) ?? height);
  return grid;
}
