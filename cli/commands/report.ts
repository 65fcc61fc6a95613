import { writeReport } from "../../mod.ts";
import { defineCommand } from "../command_line/command.ts";
import { withFileProgress } from "../terminal/file_progress.ts";
import { JSON_OPTION } from "../command_line/options.ts";

/** `report`: a training run as one HTML page. */
export const report = defineCommand({
  summary: "Make one HTML page of a training run: curves, tables, pictures, settings",
  needs: ["read", "write", "env"],
  examples: ["out/run", "out/room --out room.html"],
  arguments: {
    run: { help: "The work-dir of a training run, a splat model's folder, or that of a demo" },
  },
  options: {
    out: {
      type: "string",
      value: "FILE",
      help: "Where the page goes, RUN/report.html if not given",
    },
    json: JSON_OPTION,
  },
  run: async ({ run, out, json }, terminal) => {
    const { page, leftOut } = await withFileProgress(terminal, () => writeReport(run, out));
    for (const text of leftOut) terminal.complain(`left out: ${text}`);
    return json ? terminal.printJson({ run, page, leftOut }) : terminal.print(page);
  },
});
