import { basename, relative } from "@std/path";
import { captionOf } from "../../report/captions.ts";
import { html } from "../../report/html.ts";
import { htmlLegend, htmlPage, htmlPicture, htmlSection, htmlTable } from "../../report/page.ts";
import type { EvaluationReport } from "../evaluation/evaluate_checkpoint.ts";
import { describeFigures } from "../evaluation/figures.ts";
import { classLegend } from "../../../data/occupancy/task.ts";
import type { Film } from "./film.ts";
import type { Shown } from "./layers.ts";
import { ERRORS } from "./occupancy_view.ts";

/** A key frame that was drawn, and its files. */
export interface ShownKeyFrame {
  /** In its split. */
  readonly index: number;
  /** Of nuScenes. */
  readonly token: string;
  /** Token of its scene. */
  readonly scene: string;
  /** Intersection over union of what is occupied, percent. */
  readonly occupiedIou: number;
  /** Paths of all but its film. */
  readonly files: readonly string[];
  /** Null where none was wanted. */
  readonly film: Film | null;
}

/** A page with all pictures inside; other files are linked by their names beside it. */
export function visualizationPage(
  out: string,
  { result, keyFrames, shown }: {
    readonly result: EvaluationReport;
    readonly keyFrames: readonly ShownKeyFrame[];
    readonly shown: Shown;
  },
): string {
  const link = (path: string) => {
    const name = relative(out, path).replaceAll("\\", "/");
    return html`<a href="./${encodeURI(name)}">${name}</a>`;
  };
  const sections = keyFrames.map(({ index, token, files, film }) => {
    // The overview holds the others once more.
    const pictures = files.filter((path) =>
      path.endsWith(".png") && !path.endsWith("_overview.png")
    );
    const others = [
      ...files.filter((path) => !path.endsWith(".png")),
      ...film?.mp4 ? [film.mp4] : [],
    ];
    return htmlSection(
      `Key frame ${index}: ${token}`,
      html`<div class="gallery">${
        pictures.map((path) => {
          const file = basename(path);
          return htmlPicture(captionOf(file), Deno.readFileSync(path), file);
        })
      }</div>`,
      others.length
        ? html`<p>${others.flatMap((path, i) => [i ? "·" : "", link(path)])}</p>`
        : null,
      film && html`<p>numbered pictures: ${relative(out, film.folder)}/</p>`,
    );
  });
  return htmlPage(`voxsplat: ${result.preset} at step ${result.step}`, [
    html`<p>${describeFigures(result)}, ${result.samples} key frame${
      result.samples === 1 ? "" : "s"
    }</p>`,
    htmlTable(
      ["key frame", "token", "scene", "IoU of what is occupied, %"],
      keyFrames.map(({ index, token, scene, occupiedIou }) => [
        index,
        token,
        scene,
        occupiedIou.toFixed(2),
      ]),
    ),
    htmlSection("Classes", htmlLegend(classLegend(shown.config.task))),
    shown.occupancy ? htmlSection("Errors", htmlLegend(ERRORS)) : null,
    ...sections,
  ]);
}
