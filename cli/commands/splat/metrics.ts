import { measureModel, type MethodMetrics } from "../../../mod.ts";
import { Lpips } from "../../../model/splat/mod.ts";
import { openGpu } from "../../gpu.ts";
import { type Command, defineCommand } from "../../command_line/command.ts";
import { describeFailure } from "../../terminal/failure.ts";
import { JSON_OPTION } from "../../command_line/options.ts";
import { RANKS_OPTIONS, withRanks } from "../../ranks/with_ranks.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { LPIPS_ABSENT, LPIPS_OPTIONS, lpipsFiles } from "./lpips_options.ts";
import { referenceWords } from "./words/reference_words.ts";

const command = defineCommand({
  summary: "Compare the pictures that render left of models: SSIM, PSNR, LPIPS",
  needs: ["read", "write", "env", "sys", "run", "ffi"],
  gpu: true,
  examples: ["-m out/room"],
  options: {
    model_paths: {
      type: "list",
      value: "DIR",
      required: true,
      help: "-m: folders of models, with pictures by render",
    },
    ...LPIPS_OPTIONS,
    ...RANKS_OPTIONS,
    json: JSON_OPTION,
  },
  run: (values, terminal) =>
    withRanks(values, { terminal, folder: undefined }, async (ranks, terminal) => {
      const files = lpipsFiles(values);
      const gpu = await openGpu();
      let failed = 0;
      let lpips: Lpips | null = null;
      try {
        if (files) lpips = new Lpips(gpu, files, { range: values.lpipsRange });
        else terminal.note(LPIPS_ABSENT);
        for (const model of values.model_paths) {
          try {
            const { methods } = await measureModel(gpu, model, {
              lpips,
              ranks,
              onView: (done, total) =>
                terminal.progress.draw(
                  done === 0
                    ? { type: "started", label: "measuring", unit: "view", total }
                    : { type: "step", done },
                ),
            });
            terminal.progress.draw({ type: "finished" });
            if (values.json) terminal.printJson({ model, methods });
            else print(terminal, model, methods);
          } catch (error) {
            failed++;
            terminal.complain(`Unable to compute metrics for model ${model}`);
            terminal.complain(describeFailure(error).lines.join("\n"));
          }
        }
      } finally {
        lpips?.release();
        gpu.destroy();
      }
      return failed ? 1 : 0;
    }),
});

function print(
  terminal: Terminal,
  model: string,
  methods: Readonly<Record<string, MethodMetrics>>,
): void {
  terminal.print(`Scene: ${model}`);
  for (const [method, { mean }] of Object.entries(methods)) {
    terminal.print(`Method: ${method}`);
    for (const name of ["SSIM", "PSNR", "LPIPS", "cc_SSIM", "cc_PSNR"] as const) {
      const value = mean[name];
      if (value === undefined) continue;
      terminal.print(`  ${name.padEnd(5)}: ${value.toFixed(7).padStart(12)}`);
    }
  }
}

/** `splat metrics`, with the reference's flags. */
export const splatMetrics: Command = {
  ...command,
  run: (words, terminal) =>
    command.run(referenceWords(words, command.options, { m: "model_paths" }), terminal),
};
