import * as THREE from "three";
import { element } from "../../elements.js";

/** A tool that draws a rectangle with a drag; `onDrawn(isInside, event)` gets a test of points. */
export class RectangleTool {
  drags = true;
  #frame = element("div", { class: "rectangle", hidden: true });
  #from = null;

  constructor(page, { onDrawn, onEnd }) {
    this.page = page;
    this.onDrawn = onDrawn;
    this.onEnd = onEnd;
    page.stage.overlay.append(this.#frame);
  }

  begin(event) {
    this.#from = this.#place(event);
    this.move(event);
  }

  move(event) {
    const { left, top, right, bottom } = this.#edges(event);
    this.#frame.hidden = false;
    Object.assign(this.#frame.style, {
      left: `${left}px`,
      top: `${top}px`,
      width: `${right - left}px`,
      height: `${bottom - top}px`,
    });
  }

  finish(event) {
    const edges = this.#edges(event);
    this.#frame.hidden = true;
    this.onDrawn(seenIn(this.page.stage, edges), event);
  }

  end() {
    this.#frame.hidden = true;
    this.onEnd();
  }

  #place({ clientX, clientY }) {
    const { left, top } = this.page.stage.canvas.getBoundingClientRect();
    return [clientX - left, clientY - top];
  }

  #edges(event) {
    const [x, y] = this.#place(event);
    const [a, b] = this.#from;
    return {
      left: Math.min(a, x),
      right: Math.max(a, x),
      top: Math.min(b, y),
      bottom: Math.max(b, y),
    };
  }
}

/** Whether a point is seen between edges, in pixels of the view. */
function seenIn({ camera, view, paneCount }, { left, right, top, bottom }) {
  camera.updateMatrixWorld();
  const { elements: m } = new THREE.Matrix4()
    .multiplyMatrices(camera.projectionMatrix, camera.matrixWorldInverse);
  const pane = view.clientWidth / paneCount;
  // In clip space, of the pane in which the drag began.
  const first = Math.floor(left / pane) * pane;
  const across = (x) => 2 * (x - first) / pane - 1;
  const down = (y) => 1 - 2 * y / view.clientHeight;
  const [x0, x1, y0, y1] = [across(left), across(right), down(bottom), down(top)];
  return (x, y, z) => {
    const w = m[3] * x + m[7] * y + m[11] * z + m[15];
    if (w <= 0) return false;
    const u = (m[0] * x + m[4] * y + m[8] * z + m[12]) / w;
    const v = (m[1] * x + m[5] * y + m[9] * z + m[13]) / w;
    return u >= x0 && u <= x1 && v >= y0 && v <= y1;
  };
}
