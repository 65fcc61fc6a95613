import type { Split } from "../../../data/mod.ts";
import { projectKeyFrame } from "../../../mod.ts";
import { checkOutput } from "../../output_file.ts";
import { formatTable } from "../../terminal/table.ts";
import type { Terminal } from "../../terminal/terminal.ts";

/** Which key frame is drawn, and where to. */
export interface DrawOptions {
  data: string;
  infos?: string | undefined;
  what?: "lidar" | "labels" | undefined;
  split?: Split;
  frame: number;
  width?: number;
  out: string;
  json?: boolean | undefined;
}

/** Draws a key frame's lidar points or labelled voxels on its pictures and prints how many landed in each. */
export async function drawProjection(
  { data, json, split = "val", ...options }: DrawOptions,
  terminal: Terminal,
): Promise<void> {
  const inputs = options.infos === undefined ? [] : [options.infos];
  checkOutput(options.out, { inputs, endings: [".png"], overwrite: true });
  const { progress } = terminal;
  progress.draw({ type: "started", label: "drawing", unit: "picture" });
  const report = await projectKeyFrame({
    dataDir: data,
    split,
    ...options,
    onPicture: (done) => progress.draw({ type: "step", done }),
  });
  progress.draw({ type: "finished" });
  if (json) return terminal.printJson({ out: options.out, ...report });
  terminal.print(formatTable(
    [
      "camera",
      `${report.what === "lidar" ? "points" : "voxels"} inside`,
      "nearest m",
      "farthest m",
    ],
    report.cameras.map(({ name, inside, nearest, farthest }) => [
      name,
      inside,
      inside === 0 ? null : nearest,
      inside === 0 ? null : farthest,
    ]),
  ));
  terminal.print(
    `${options.out}: key frame ${report.token} (${options.frame} of ${report.keyFrames}), ` +
      `${report.points} ${report.what === "lidar" ? "points" : "labelled voxels"}`,
  );
}
