import { button, element, replaceText } from "view/elements.js";
import { saveFile } from "view/save_file.js";
import { timeText } from "view/time_text.js";

const SAVED = { ply: "PLY", spz: "SPZ", sog: "SOG", checkpoint: "checkpoint" };
const PAUSE_MS = 500;

/** How far a training is, and what can be done with it: stop, go on, save. */
export class TrainingBar {
  #running = false;
  #iteration = 0;
  /** Up to which iteration something was saved. */
  #saved = 0;
  #saving = 0;
  #progress = element("progress", { "aria-label": "iterations" });
  #text = element("span");
  #stop = button("Stop", () => this.engine.ask("stop"));
  #goOn = button("Go on", () => this.engine.ask("goOn"));
  #saves = Object.entries(SAVED).map(([format, name]) =>
    button(`Save ${name}`, () => this.#save(format))
  );

  constructor(engine, { complain }) {
    this.engine = engine;
    this.complain = complain;
    this.root = element("div", { class: "row", hidden: true });
    this.root.append(this.#progress, this.#text, this.#stop, this.#goOn, ...this.#saves);
    this.#follow();
  }

  /** Whether leaving the page would lose something: iterations that were not saved, a file that is being made. */
  get losing() {
    return this.#running || this.#saving > 0 || this.#iteration > this.#saved;
  }

  async #follow() {
    for (;;) {
      const progress = await this.engine.ask("progress");
      this.root.hidden = progress === null;
      this.#running = progress?.running ?? false;
      const { iteration = 0 } = progress ?? {};
      if (iteration < this.#iteration) this.#saved = 0; // another training
      this.#iteration = iteration;
      if (progress) this.#show(progress);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  #show({ running, iteration, iterations, rate, stopped }) {
    this.#progress.max = iterations;
    this.#progress.value = iteration;
    const left = rate ? Math.ceil((iterations - iteration) / rate) : null;
    const pace = !running
      ? ""
      : rate
      ? `, ${rate.toPrecision(2)} it/s, ${timeText(left)} left`
      : iteration === 0
      ? ", kernels are being compiled"
      : "";
    replaceText(this.#text, `${iteration} of ${iterations} iterations${pace}`);
    this.#stop.hidden = !running;
    this.#goOn.hidden = running || !stopped || iteration >= iterations;
    this.#saves.at(-1).disabled = !stopped;
  }

  async #save(format) {
    const iteration = this.#iteration;
    this.#saving++;
    try {
      const { name, file } = await this.engine.ask("save", { format });
      saveFile(name, file);
      this.#saved = iteration;
    } catch (error) {
      this.complain(error.message);
    } finally {
      this.#saving--;
    }
  }
}
