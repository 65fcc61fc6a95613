import { forwardPasses, readModelInputs, runModel, writeModelOutputs } from "../../mod.ts";
import { openGpu } from "../gpu.ts";
import { defineCommand } from "../command_line/command.ts";
import { withFileProgress } from "../terminal/file_progress.ts";
import { JSON_OPTION } from "../command_line/options.ts";
import { checkOutput } from "../output_file.ts";
import { formatTable } from "../terminal/table.ts";

/** `model run`: a whole model on given arrays, stage by stage. */
export const modelRun = defineCommand({
  summary: "Run a whole model on arrays from files and write every intermediate",
  needs: ["read", "write", "env"],
  gpu: true,
  examples: ["--config c.json --checkpoint w.pth --inputs in.npz --out out.npz"],
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
    for (const path of grads === undefined ? [out] : [out, grads]) {
      checkOutput(path, { inputs: [config, checkpoint, inputs], overwrite: true });
    }
    const { progress } = terminal;
    const read = () => readModelInputs({ config, checkpoint, inputs });
    const given = await withFileProgress(terminal, read);
    const gpu = await openGpu();
    try {
      terminal.note(`on ${gpu.name.description}`);
      const options = { gradients: grads !== undefined, steps, rate };
      const total = forwardPasses(options);
      progress.draw({ type: "started", label: "computing", total, unit: "part" });
      const result = await runModel(gpu, given, {
        ...options,
        onPart: ({ done, label }) => {
          progress.draw({ type: "step", done, figures: { now: label } });
          if (done < total || steps === 0) return;
          progress.draw({ type: "finished" });
          progress.draw({ type: "started", label: "training", total: steps });
        },
        onStep: (done) => progress.draw({ type: "step", done }),
      });
      progress.draw({ type: "finished" });
      const write = () => writeModelOutputs({ out, grads }, result);
      const arrays = await withFileProgress(terminal, write);
      const { losses, gradientNorms } = result;
      if (json) return terminal.printJson({ out, arrays, losses, gradientNorms });
      terminal.print(
        formatTable(
          ["array", "shape"],
          arrays.map(({ name, shape }) => [name, `[${shape.join(", ")}]`]),
        ),
      );
      if (steps) {
        terminal.print(
          formatTable(
            ["step", "loss", "gradient norm"],
            losses.map((loss, step) => [
              `${step}`,
              loss.toFixed(6),
              gradientNorms[step]?.toFixed(4) ?? "",
            ]),
          ),
        );
      }
    } finally {
      gpu.destroy();
    }
  },
});
