import { type ContentNode, inspectFile, type ValueRange } from "../../../mod.ts";
import { basename, dirname, resolve } from "@std/path";
import { defineCommand } from "../../command_line/command.ts";
import { withFileProgress } from "../../terminal/file_progress.ts";
import { JSON_OPTION } from "../../command_line/options.ts";
import { formatColumns, formatNumber } from "../../terminal/table.ts";
import { UsageError } from "../../command_line/usage_error.ts";
import { drawProjection } from "./draw_projection.ts";

/** `data inspect FILE`: what a data file or checkpoint holds. */
export const dataInspect = defineCommand({
  summary: "Show what a file holds: arrays, tensors, points, pictures, pickled objects",
  needs: ["read", "write", "env"],
  examples: ["epoch_20.pth", "scene.ply --no-values"],
  arguments: {
    file: {
      help: "npy, npz, pth, safetensors, pkl, ply, splats, png, jpg, lidar, COLMAP, json; " +
        "with --project an index in nuscenes_cam/, or the folder above it",
    },
  },
  options: {
    json: JSON_OPTION,
    values: {
      type: "boolean",
      default: true,
      help: "Leave out the ranges of values: headers alone are read where the format has them",
    },
    project: {
      type: "string",
      value: "FILE.png",
      help: "Draw the lidar points of a key frame of this index on its pictures instead",
    },
    frame: { type: "number", integer: true, min: 0, default: 0, help: "Which key frame, from 0" },
  },
  run: async ({ file, json, values, project, frame }, terminal) => {
    if (project !== undefined) {
      return await drawProjection({ ...dataFolderOf(file), frame, out: project, json }, terminal);
    }
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

/** The data folder that an index lies in, or that is given itself. */
function dataFolderOf(path: string): { data: string; infos?: string } {
  if (Deno.statSync(path).isDirectory) return { data: path };
  const folder = dirname(resolve(path));
  if (basename(folder) === "nuscenes_cam") return { data: dirname(folder), infos: path };
  throw new UsageError(
    `Cannot project "${path}": it lies in "${folder}", an index lies in DIR/nuscenes_cam; ` +
      `"data project --data DIR --infos FILE" takes one from elsewhere`,
  );
}

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
