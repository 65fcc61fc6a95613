import type { TrainEvent } from "../mod.ts";
import { describeFigures, describeInitial, figuresOf } from "../model/mod.ts";
import { tellLeftOut } from "./terminal/left_out.ts";
import { formatPlan } from "./memory_plan.ts";
import { counted } from "./terminal/table.ts";
import type { Terminal } from "./terminal/terminal.ts";

/** Draws what a training run tells, event by event. */
export function trainingProgress(terminal: Terminal): (event: TrainEvent) => void {
  let first = 0;
  let evaluated = 0;
  return (event) => {
    if (event.type === "started") first = event.step + 1;
    if (event.type === "evaluated") evaluated = event.result.unlabelled;
    drawTraining(event, terminal, first);
    if (event.type !== "stopped" && event.type !== "finished") return;
    const { skipped: steps, bad: skipped, unlabelled } = event;
    tellLeftOut({ steps, skipped, unlabelled, evaluated }, terminal);
  };
}

function drawTraining(event: TrainEvent, terminal: Terminal, first: number): void {
  const { progress } = terminal;
  const note = (text: string) => progress.draw({ type: "note", text });
  switch (event.type) {
    case "planned":
      return terminal.note(formatPlan(event.plan));
    case "started": {
      const { parameters, keyFrames, steps, step } = event;
      const trained = parameters.toLocaleString("en");
      terminal.note(`${trained} trainable parameters, ${counted(keyFrames, "key frame")}`);
      return progress.draw({ type: "started", label: "training", total: steps, done: step });
    }
    case "loaded":
      return terminal.note(describeInitial(event.report));
    case "step":
      return progress.draw({
        type: "step",
        done: event.step,
        slow: event.step === first,
        figures: {
          loss: Number(event.loss.toPrecision(4)),
          "grad norm": Number(event.gradientNorm.toPrecision(3)),
          lr: Number(event.lr.toPrecision(3)),
        },
      });
    case "skipped":
      return note(`step ${event.step} skipped: ${event.reason}`);
    case "bad":
      return note(`key frame "${event.token}" skipped: ${event.reason}`);
    case "evaluated": {
      const { samples } = event.result;
      return note(
        `step ${event.step}: ${describeFigures(figuresOf(event.result))}, ${
          counted(samples, "key frame")
        }`,
      );
    }
    case "validated":
      return note(
        `step ${event.step}: loss ${event.loss.toPrecision(4)} over ${
          counted(event.samples, "key frame")
        }`,
      );
    case "saved":
      return note(`saved ${event.path}`);
    case "stopped":
    case "finished":
      return progress.draw({ type: "finished" });
  }
}
