import { Gpu, measureModel } from "../../../mod.ts";
import { type Command, defineCommand } from "../../command.ts";
import { JSON_OPTION } from "../../options.ts";
import { referenceWords } from "./reference_words.ts";

const command = defineCommand({
  summary: "Compare the pictures that render left of models: PSNR and SSIM",
  options: {
    model_paths: {
      type: "list",
      value: "DIR",
      required: true,
      help: "-m: folders of models, with pictures by render",
    },
    json: JSON_OPTION,
  },
  run: async (values, terminal) => {
    const gpu = await Gpu.open();
    let failed = 0;
    try {
      for (const model of values.model_paths) {
        try {
          terminal.progress.draw({ type: "started", label: "measuring", unit: "view" });
          const { methods } = await measureModel(gpu, model, {
            onView: (done) => terminal.progress.draw({ type: "step", done }),
          });
          terminal.progress.draw({ type: "finished" });
          if (values.json) {
            terminal.printJson({ model, methods });
            continue;
          }
          terminal.print(`Scene: ${model}`);
          for (const [method, { mean }] of Object.entries(methods)) {
            terminal.print(`Method: ${method}`);
            terminal.print(`  SSIM : ${mean.SSIM.toFixed(7).padStart(12)}`);
            terminal.print(`  PSNR : ${mean.PSNR.toFixed(7).padStart(12)}`);
          }
        } catch (error) {
          failed++;
          terminal.complain(`Unable to compute metrics for model ${model}`);
          terminal.complain(error instanceof Error ? error.message : String(error));
        }
      }
    } finally {
      gpu.destroy();
    }
    return failed ? 1 : 0;
  },
});

/** `splat metrics`, with the reference's flags. */
export const splatMetrics: Command = {
  ...command,
  run: (words, terminal) =>
    command.run(
      referenceWords(
        words.map((word) => word === "-m" ? "--model_paths" : word),
        command.options,
      ),
      terminal,
    ),
};
