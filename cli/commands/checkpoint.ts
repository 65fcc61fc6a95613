import { type CheckpointListing, convertCheckpoint, listCheckpoint } from "../../mod.ts";
import { defineCommand } from "../command_line/command.ts";
import { withFileProgress } from "../terminal/file_progress.ts";
import { JSON_OPTION } from "../command_line/options.ts";
import { checkOutput, OVERWRITE_OPTION } from "../output_file.ts";
import { formatTable } from "../terminal/table.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** `checkpoint inspect`: what a file of weights holds. */
export const inspect = defineCommand({
  summary: "List the keys, shapes and training state of a checkpoint, ours or PyTorch's",
  needs: ["read", "env"],
  examples: ["out/run", "epoch_20.pth --json"],
  arguments: { file: { help: "A .safetensors or .pth file, or the folder of a training run" } },
  options: { json: JSON_OPTION },
  run: async ({ file, json }, terminal) => {
    const listing = await withFileProgress(terminal, () => listCheckpoint(file));
    if (json) return terminal.printJson(listing);
    terminal.print(formatTable(
      ["key", "dtype", "shape"],
      listing.arrays.map(({ key, dtype, shape }) => [key, dtype, `[${shape.join(", ")}]`]),
    ));
    summarise(listing, terminal);
  },
});

/** `checkpoint convert`: PyTorch's weights as safetensors. */
export const convert = defineCommand({
  summary: "Write the weights of a checkpoint as safetensors, without optimizer state",
  needs: ["read", "write", "env"],
  examples: ["epoch_20.pth weights.safetensors"],
  arguments: {
    in: { help: "A .pth or .safetensors file, or the folder of a training run" },
    out: { help: "The .safetensors file to write" },
  },
  options: { overwrite: OVERWRITE_OPTION, json: JSON_OPTION },
  run: async ({ in: input, out, overwrite, json }, terminal) => {
    checkOutput(out, { inputs: [input], endings: [".safetensors"], overwrite });
    const listing = await withFileProgress(terminal, () => convertCheckpoint(input, out));
    if (json) return terminal.printJson(listing);
    summarise(listing, terminal);
  },
});

function summarise(listing: CheckpointListing, terminal: Terminal) {
  const { file, format, arrays, moments, parameters, bytes, parts, metadata, remarks } = listing;
  const count = (value: number) => value.toLocaleString("en");
  const rows = Object.entries(parts).map(([part, value]) => [part, count(value)]);
  if (rows.length > 1) terminal.print(formatTable(["part", "values"], rows));
  for (const remark of remarks) terminal.note(remark);
  for (const [key, value] of Object.entries(metadata)) {
    terminal.print(`${key}: ${isState(value) ? describeState(value) : text(value)}`);
  }
  terminal.print(
    `${file}: ${format}, ${arrays.length} arrays, ${count(parameters)} values, ${
      count(bytes)
    } bytes${moments ? `, and ${moments} of the optimizer` : ""}`,
  );
}

function text(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function isState(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && "preset" in value && "config" in value;
}

/** A training state in words; its settings fill pages. */
function describeState({ config: _config, ...state }: Record<string, unknown>): string {
  const words = Object.entries(state).map(([key, value]) => `${key} ${text(value)}`);
  return `${words.join(", ")} (all settings: --json)`;
}
