import { CONTROLS } from "./controls/table.js";
import { element, replaceText } from "./elements.js";
import { Keys } from "./keys.js";
import { Charts } from "./runs/charts.js";
import { Picker } from "./runs/picker.js";
import { Stage } from "./stage/stage.js";

// A press that moves further is a drag.
const CLICK_PIXELS = 4;

/**
 * A page that shows one of several items on a stage, with the controls of the table for its kind. A page
 * opens an item (`open`), empties itself (`empty`), finds what a ray hits first (`pick`), and names its own
 * sections (`sections`) and settings of the view (`viewSettings`).
 */
export class ScenePage {
  keys = new Keys();
  /** Middle and size of what is shown; null before there is anything. */
  extent = null;
  /** Of lengths, "" where nobody knows it. */
  unit = "";
  state = null;
  /** What clicks and drags on the canvas mean; null where they turn the view. */
  tool = null;
  /** Items that were given to the page itself. */
  given = [];
  #notice = element("p", { class: "notice", role: "alert", hidden: true });
  #heading = element("h1");
  #pressed = null;

  constructor(kind, { container, panel, query, say, complain }, { up, antialias, heading }) {
    this.say = say;
    this.complain = complain;
    this.query = query;
    this.stage = new Stage(container, { up, antialias });
    this.stage.overlay.append(this.#notice);
    this.stage.listen("frame", () => this.report());
    this.#listen(this.stage.canvas);
    this.charts = new Charts();
    this.picker = new Picker(heading, {
      onChoice: (item) => this.#show(item),
      complain: (text) => this.#fail(text),
    });
    this.keys.bind({
      Comma: [() => this.picker.step(-1), "previous and next scene"],
      Period: [() => this.picker.step(1), "previous and next scene"],
    });
    this.kind = kind;
    this.panel = panel;
  }

  /** Makes the panel, once the page's own parts are there. */
  arrange() {
    const { kind, panel, keys } = this;
    this.controls = CONTROLS.filter(({ pages }) => pages.includes(kind))
      .map(({ make }) => make(this));
    for (const control of this.controls) keys.bind(control.keys);
    panel.replaceChildren(
      this.#heading,
      ...this.#roots((control) => control.first),
      this.picker.root,
      ...this.sections(),
      ...this.#roots((control) => !control.first),
      this.charts.root,
    );
  }

  #roots(which) {
    return this.controls.filter((control) => control.root && which(control))
      .map(({ root }) => root);
  }

  /** Hides the page, or shows it again, where several take turns. */
  setShown(shown) {
    this.keys.active = shown;
    this.panel.hidden = this.stage.view.hidden = !shown;
  }

  /** Shows what there is now. */
  async update(state) {
    this.title = state.title;
    this.state = state;
    replaceText(this.#heading, state.title);
    this.charts.update(state);
    for (const control of this.controls) control.update?.(state);
    await this.#take();
  }

  /** Takes an item that was given to the page, and shows it. */
  async give(item) {
    this.given = [...this.given.filter(({ id }) => id !== item.id), item];
    await this.#take(item.id);
  }

  async #take(wanted = null) {
    const chosen = this.picker.update([...this.state?.items ?? [], ...this.given], wanted);
    for (const control of this.controls) control.items?.();
    await chosen;
  }

  /** Whether something is still being fetched or drawn. */
  get busy() {
    return this.stage.pending || this.controls.some((control) => control.busy);
  }

  /** Has a tool take clicks and drags; the one that had them ends. */
  useTool(tool) {
    const before = this.tool;
    this.tool = null;
    before?.end();
    this.tool = tool;
    this.stage.setDragged(!tool?.drags);
    this.stage.canvas.classList.toggle("aiming", tool !== null);
  }

  /** The current scene and its colours are others. */
  changed() {
    for (const control of this.controls) control.shown?.();
    this.stage.invalidate();
  }

  async #show(item) {
    await this.open(item);
    this.#notice.hidden = true;
    for (const control of this.controls) control.shown?.();
  }

  /** What cannot be shown leaves an empty canvas, and why. */
  #fail(text) {
    this.complain(text);
    this.#notice.hidden = text === null;
    replaceText(this.#notice, text ?? "");
    if (text === null) return;
    this.empty();
    this.stage.invalidate();
  }

  #listen(canvas) {
    canvas.addEventListener("pointerdown", (event) => {
      this.#pressed = event.button === 0 ? [event.clientX, event.clientY] : null;
      if (this.tool?.drags && event.button === 0) {
        canvas.setPointerCapture(event.pointerId);
        this.tool.begin(event);
      }
    });
    canvas.addEventListener("pointermove", (event) => {
      if (this.#pressed && this.tool?.drags) this.tool.move(event);
    });
    canvas.addEventListener("pointerup", (event) => {
      const from = this.#pressed;
      this.#pressed = null;
      if (!from) return;
      if (this.tool?.drags) return this.tool.finish(event);
      const moved = Math.hypot(event.clientX - from[0], event.clientY - from[1]);
      if (moved <= CLICK_PIXELS) this.#click(event);
    });
    canvas.addEventListener("dblclick", (event) => {
      const point = this.tool ? null : this.pick(this.stage.rayAt(event));
      if (point) this.stage.turnAround(point);
    });
  }

  #click(event) {
    const ray = this.stage.rayAt(event);
    if (this.tool) this.tool.click(ray);
    else this.controls.some((control) => control.click?.(ray));
  }
}
