import { askRun } from "../door.js";
import { button, element, replaceText, row } from "../elements.js";
import { timeText } from "../time_text.js";

/** How far a run is, how fast and how long yet, and what may be asked of it: pause, save, stop. */
export const run = {
  pages: ["splats", "occupancy"],
  make(page) {
    const progress = element("progress", { "aria-label": "progress of the run" });
    const told = element("output", { "aria-label": "run" });
    const words = row();
    const root = element("div", { class: "run", hidden: true }, progress, told, words);
    const ask = async (word, pressed) => {
      pressed.disabled = true;
      try {
        await askRun(word);
        page.say(`asked the run to ${word}`);
      } catch (error) {
        page.complain(error.message);
      }
    };
    let offered = "";
    return {
      first: true,
      root,
      update({ run }) {
        root.hidden = run === null;
        if (!run) return;
        const { running, paused, step, steps, rate } = run;
        progress.max = steps ?? step;
        progress.value = step;
        const parts = [steps === null ? `step ${step}` : `${step} of ${steps}`];
        if (paused) parts.push("paused");
        else if (!running) parts.push(steps !== null && step >= steps ? "finished" : "not running");
        else if (rate) {
          parts.push(
            rate >= 1 ? `${rate.toPrecision(3)} it/s` : `${(1 / rate).toPrecision(3)} s/it`,
          );
          if (steps !== null) parts.push(`${timeText((steps - step) / rate)} left`);
        }
        replaceText(told, parts.join(", "));
        // Made anew only where others are offered: one may be about to be pressed.
        if (run.words.join() === offered) return;
        offered = run.words.join();
        words.replaceChildren(...run.words.map((word) => {
          const made = button(word, () => ask(word, made).then(() => offered = ""));
          return made;
        }));
      },
    };
  },
};
