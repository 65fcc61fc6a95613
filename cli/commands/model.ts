import { Gpu, runModelFile } from "../../mod.ts";
import { defineCommand } from "../command.ts";
import { withFileProgress } from "../file_progress.ts";
import { JSON_OPTION } from "../options.ts";
import { formatTable } from "../table.ts";

/** `model run`: a whole model on given arrays, stage by stage. */
export const modelRun = defineCommand({
  summary: "Run a whole model on arrays from files and write every intermediate",
  options: {
    config: {
      type: "string",
      value: "FILE",
      required: true,
      help: "JSON with the option names of the original's configurations, merged",
    },
    checkpoint: {
      type: "string",
      value: "FILE",
      required: true,
      help: "The weights, .pth or .safetensors",
    },
    inputs: { type: "string", value: "FILE", required: true, help: "The npz file with its inputs" },
    out: { type: "string", value: "FILE", required: true, help: "The npz file to write" },
    grads: { type: "string", value: "FILE", help: "An npz file for the gradients, by parameter" },
    steps: {
      type: "number",
      integer: true,
      min: 0,
      default: 0,
      help: "Training steps on the same inputs, at a constant rate",
    },
    rate: { type: "number", min: 0, default: 1, help: "Factor of the learning rates" },
    json: JSON_OPTION,
  },
  run: async (
    { config, checkpoint, inputs, out, grads, steps, rate, json },
    terminal,
  ) => {
    const gpu = await Gpu.open();
    try {
      terminal.note(`on ${gpu.name.description}`);
      const files = { config, checkpoint, inputs, out, grads };
      const result = await withFileProgress(terminal, () =>
        runModelFile(gpu, files, {
          steps,
          rate,
          onStep: (done) => {
            const { progress } = terminal;
            // Files are read before, which has a line of its own.
            if (done === 1) progress.draw({ type: "started", label: "training", total: steps });
            progress.draw({ type: "step", done });
          },
        }));
      if (steps) terminal.progress.draw({ type: "finished" });
      if (json) return terminal.printJson({ out, ...result });
      terminal.print(
        formatTable(
          ["array", "shape"],
          result.arrays.map(({ name, shape }) => [name, `[${shape.join(", ")}]`]),
        ),
      );
      if (steps) {
        terminal.print(
          formatTable(
            ["step", "loss", "gradient norm"],
            result.losses.map((loss, step) => [
              `${step}`,
              loss.toFixed(6),
              result.gradientNorms[step]?.toFixed(4) ?? "",
            ]),
          ),
        );
      }
    } finally {
      gpu.destroy();
    }
  },
});
