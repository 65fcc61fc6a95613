import { writeRunReport } from "../../mod.ts";
import { defineCommand } from "../command.ts";

/** `report`: a training run as one HTML page. */
export const report = defineCommand({
  summary: "Make one HTML page of a training run: curves, tables, pictures, settings",
  arguments: { run: { help: "The work-dir of a training run, or the folder of a demo" } },
  options: {
    out: {
      type: "string",
      value: "FILE",
      help: "Where the page goes, RUN/report.html if not given",
    },
  },
  run: ({ run, out }, terminal) => terminal.print(writeRunReport(run, out)),
});
