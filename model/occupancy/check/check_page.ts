import { basename } from "@std/path";
import { sightColour } from "../../../data/check/sight.ts";
import type { CheckReport } from "../../../data/check/check_data.ts";
import type { Split } from "../../../data/occupancy/dataset.ts";
import { faultText } from "../../../data/occupancy/fault.ts";
import { classLegend } from "../../../data/occupancy/task.ts";
import { html } from "../../report/html.ts";
import {
  htmlLegend,
  htmlList,
  htmlPage,
  htmlPicture,
  htmlSection,
  htmlTable,
} from "../../report/page.ts";

/** A picture of a key frame of a set that was verified. */
export interface DrawnCheck {
  readonly path: string;
  /** Labels on the pictures, or from above with the cameras' sights. */
  readonly kind: "pictures" | "above";
  readonly split: Split;
  readonly token: string;
}

const SHOWS: Readonly<Record<DrawnCheck["kind"], string>> = {
  pictures: "Labels on the pictures",
  above: "Labels and what the cameras see, from above, forward is up",
};

// So many faults stand on the page; the report beside it has all.
const SHOWN = 200;

/** A page of a set: what it holds, what is wrong with it, and pictures to judge it by. */
export function checkPage(
  dataDir: string,
  { dataset, task, splits, voxels, faults }: CheckReport,
  pictures: readonly DrawnCheck[],
): string {
  const all = voxels.reduce((sum, { count }) => sum + count, 0);
  const share = (count: number) => all ? `${(100 * count / all).toPrecision(3)} %` : "–";
  const byFrame = Map.groupBy(pictures, ({ split, token }) => `${split}: ${token}`);
  const { dims, voxel, min } = task.grid;
  return htmlPage(`voxsplat: ${basename(dataDir)}`, [
    html`<p>${task.name}, read as ${dataset}: ${dims.join("x")} voxels of ${voxel} m from (${
      min.join(", ")
    }), ${task.cameras.length} cameras, ${task.classes.length} classes</p>`,
    htmlTable(
      ["split", "key frames", "sequences", "looked at", "with labels"],
      splits.map((one) => [one.split, one.keyFrames, one.sequences, one.checked, one.labelled]),
    ),
    faults.length ? null : html`<p>No fault was found.</p>`,
    htmlSection(
      `${faults.length} faults`,
      htmlList(faults.slice(0, SHOWN).map(faultText)),
      faults.length > SHOWN ? html`<p>${faults.length - SHOWN} more are in check.json</p>` : null,
    ),
    htmlSection(
      "Voxels by class",
      htmlTable(
        ["label", "class", "voxels", "share"],
        voxels.map(({ label, name, count }) => [label, name, count, share(count)]),
      ),
    ),
    htmlSection("Classes", htmlLegend(classLegend(task))),
    htmlSection(
      "Cameras",
      htmlLegend(task.cameras.map((name, i) => ({ name, colour: sightColour(i) }))),
      html`<p>From above the car's front is up. A camera's sight must begin at the car and look where its
        picture does; on the pictures the road must lie on the road.</p>`,
    ),
    ...[...byFrame].map(([heading, drawn]) =>
      htmlSection(
        heading,
        html`<div class="gallery">${
          drawn.map(({ path, kind }) =>
            htmlPicture(SHOWS[kind], Deno.readFileSync(path), basename(path))
          )
        }</div>`,
      )
    ),
  ]);
}
