import { listOperators, runOperatorFile } from "../../mod.ts";
import { openGpu } from "../gpu.ts";
import { defineCommand } from "../command_line/command.ts";
import { withFileProgress } from "../terminal/file_progress.ts";
import { JSON_OPTION } from "../command_line/options.ts";
import { checkOutput } from "../output_file.ts";
import { formatTable } from "../terminal/table.ts";
import { nameHint, UsageError } from "../command_line/usage_error.ts";

/** `op list`: the operators that can be run on arrays from a file. */
export const opList = defineCommand({
  summary: "List the operators that `op run` knows, with the arrays they take",
  needs: ["read", "env"],
  examples: ["", "--json"],
  options: { json: JSON_OPTION },
  run: ({ json }, terminal) => {
    const operators = listOperators();
    if (json) return operators.forEach((operator) => terminal.printJson(operator));
    // Summaries and lists of arrays are too long for the columns of a table.
    for (const { name, summary, inputs } of operators) {
      const arrays = inputs.map(({ key, optional }) => optional ? `[${key}]` : key);
      terminal.print(`${name}: ${summary}\n    ${arrays.join(" ")}`);
    }
    terminal.note("below each operator the arrays it takes, optional ones in brackets");
  },
});

/** `op run NAME IN.npz OUT.npz`: one operator on arrays from a file. */
export const opRun = defineCommand({
  summary: "Run one operator on the arrays of an npz file; with upstream gradients, backward too",
  needs: ["read", "write", "env"],
  gpu: true,
  examples: ["localagg in.npz out.npz"],
  arguments: {
    name: { help: "The operator, see `op list`" },
    input: { help: "The npz file with its inputs" },
    output: { help: "The npz file to write" },
  },
  options: { json: JSON_OPTION },
  run: async ({ name, input, output, json }, terminal) => {
    checkOutput(output, { inputs: [input], overwrite: true });
    const names = listOperators().map((operator) => operator.name);
    if (!names.includes(name)) {
      throw new UsageError(
        `Cannot run "${name}": there is no such operator`,
        nameHint(name, names, "operators"),
      );
    }
    const gpu = await openGpu();
    try {
      terminal.note(`on ${gpu.name.description}`);
      const run = () => runOperatorFile(gpu, name, input, output);
      const written = await withFileProgress(terminal, run);
      if (json) return terminal.printJson({ operator: name, output, arrays: written });
      terminal.print(
        formatTable(
          ["array", "shape"],
          written.map(({ key, shape }) => [key, `[${shape.join(", ")}]`]),
        ),
      );
    } finally {
      gpu.destroy();
    }
  },
});
