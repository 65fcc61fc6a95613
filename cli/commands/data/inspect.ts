import { type ContentNode, inspectFile, type ValueRange } from "../../../mod.ts";
import { defineCommand } from "../../command.ts";
import { withFileProgress } from "../../file_progress.ts";
import { JSON_OPTION } from "../../options.ts";
import { formatColumns, formatNumber } from "../../table.ts";

/** `data inspect FILE`: what a data file or checkpoint holds. */
export const dataInspect = defineCommand({
  summary: "Show what a file holds: arrays, tensors, points, pictures, pickled objects",
  arguments: {
    file: { help: "npy, npz, pth, safetensors, pkl, ply, png, jpg, COLMAP, transforms.json" },
  },
  options: {
    json: JSON_OPTION,
    values: {
      type: "boolean",
      default: true,
      help: "Leave out the ranges of values: headers alone are read where the format has them",
    },
  },
  run: async ({ file, json, values }, terminal) => {
    const content = await withFileProgress(terminal, () => inspectFile(file, { values }));
    if (json) {
      terminal.printJson(content);
      return;
    }
    terminal.print(`${content.format}, ${formatBytes(content.size)}`);
    const rows = content.content.flatMap((node) => rowsOf(node, "  "));
    if (rows.length > 0) terminal.print(formatColumns(rows));
  },
});

function rowsOf(
  { name, what, range, children = [], more }: ContentNode,
  indent: string,
): string[][] {
  const rows = [[indent + name, what, range ? rangeText(range) : ""]];
  for (const child of children) rows.push(...rowsOf(child, `${indent}  `));
  if (more) rows.push([`${indent}  … ${more} more`, "", ""]);
  return rows;
}

function rangeText({ min, max, nonFinite }: ValueRange): string {
  const range = min === null || max === null ? "" : `${formatNumber(min)} … ${formatNumber(max)}`;
  return nonFinite > 0 ? `${range} (${nonFinite} not finite)`.trim() : range;
}

function formatBytes(size: number): string {
  if (size < 1000) return `${size} bytes`;
  const units = ["kB", "MB", "GB", "TB"];
  let power = 0;
  for (size /= 1000; size >= 1000 && power < units.length - 1; size /= 1000) power++;
  return `${Number(size.toPrecision(3))} ${units[power]}`;
}
