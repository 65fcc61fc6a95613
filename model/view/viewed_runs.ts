import { basename, join, resolve } from "@std/path";
import { readJsonFile, readJsonLines } from "../../data/formats/json/json_lines.ts";
import { ANYTHING } from "../../data/formats/json/json_kinds.ts";
import { isOccupancyRun, viewOccupancyFolder } from "./viewed_occupancy.ts";
import { rowOfToday } from "../occupancy/run/older_files.ts";
import { RUN_ROW } from "../occupancy/run/run_row_fields.ts";
import { lineChart, type Series } from "../report/line_chart.ts";
import { CURVE_ROW, EVALUATION_ROW } from "../splat/run_fields.ts";
import { differingSettings } from "./differing_settings.ts";
import { ByStamp } from "./file_stamp.ts";
import { shownNames } from "./shown_names.ts";
import { emptyState, problemOf, type Viewed, type ViewState } from "./viewed.ts";
import { isModelFolder, viewModelFolder } from "./viewed_splats.ts";

/** Runs that have colours of their own. */
const COLOURS = 8;

/** Curves of a run by their titles, in the order in which they are shown. */
type Curves = Readonly<Record<string, Series["points"]>>;

/** What is compared of the runs of a kind: how each is looked at, its curves, the file of its settings. */
interface RunKind {
  readonly kind: ViewState["kind"];
  readonly isOne: (folder: string) => boolean;
  readonly open: (folder: string) => Viewed;
  readonly files: readonly string[];
  readonly curves: (paths: readonly string[]) => Curves;
  readonly settings: string;
}

const KINDS: readonly RunKind[] = [
  {
    kind: "splats",
    isOne: isModelFolder,
    open: viewModelFolder,
    files: ["metrics.jsonl", "evaluations.jsonl"],
    curves([metrics, evaluations]) {
      const rows = readJsonLines(metrics!, CURVE_ROW).value;
      const test = readJsonLines(evaluations!, EVALUATION_ROW).value
        .filter(({ set }) => set === "test");
      return {
        loss: rows.map(({ iteration, loss }) => [iteration, loss]),
        "PSNR of test views, dB": test.map(({ iteration, psnr }) => [iteration, psnr ?? null]),
        Gaussians: rows.map(({ iteration, gaussians }) => [iteration, gaussians]),
      };
    },
    settings: "run.json",
  },
  {
    kind: "occupancy",
    isOne: isOccupancyRun,
    open: viewOccupancyFolder,
    files: ["metrics.jsonl"],
    curves([metrics]) {
      const rows = readJsonLines(metrics!, RUN_ROW).value.map(rowOfToday);
      const steps = rows.filter((row) => row.type === "step");
      const evaluations = rows.filter((row) => row.type === "evaluated");
      return {
        loss: steps.map(({ step, loss }) => [step, loss]),
        "mIoU, percent": evaluations.map(({ step, miou }) => [step, miou]),
        "IoU, percent": evaluations.map(({ step, iou }) => [step, iou]),
      };
    },
    settings: "config.json",
  },
];

/** The runs right below a folder, of the kind that most of them are; null where there are not two. */
function runsBelow(folder: string): { readonly kind: RunKind; readonly names: string[] } | null {
  const names = shownNames(folder);
  const found = KINDS.map((kind) => ({
    kind,
    names: names.filter((name) => kind.isOne(join(folder, name))),
  })).sort((a, b) => b.names.length - a.names.length)[0]!;
  return found.names.length > 1 ? found : null;
}

/** Whether a folder holds several runs. */
export function isRunsFolder(folder: string): boolean {
  return runsBelow(folder) !== null;
}

/** Runs beside each other: the newest scene of each, their curves over each other, settings that differ. */
export function viewRuns(folder: string): Viewed {
  const opened = new Map<string, Viewed>();
  const curves = new ByStamp<Curves>();
  const open = ({ open }: RunKind, name: string): Viewed => {
    const viewed = opened.get(name) ?? open(join(folder, name));
    opened.set(name, viewed);
    return viewed;
  };
  const title = basename(resolve(folder));
  return {
    state() {
      const runs = runsBelow(folder);
      if (!runs) return emptyState("splats", title);
      const { kind, names } = runs;
      const states = names.map((name) => open(kind, name).state());
      const ofRuns = names.map((name) => {
        const paths = kind.files.map((file) => join(folder, name, file));
        return curves.get(paths, () => kind.curves(paths));
      });
      const charts = Object.keys(ofRuns[0]!).flatMap((what) => {
        const series = names.map((name, i) => ({
          name,
          points: ofRuns[i]![what]!,
          smooth: what === "loss",
        }));
        const chart = lineChart(what, series, { colours: COLOURS });
        return chart === null ? [] : [chart.toString()];
      });
      const settings = names.map((name) =>
        readJsonFile(join(folder, name, kind.settings), ANYTHING).value
      );
      const [first] = states as [ViewState, ...ViewState[]];
      return {
        ...emptyState(kind.kind, title),
        items: states.flatMap(({ items }, i) =>
          items.slice(-1).map((item) => ({
            ...item,
            id: `${i}~${item.id}`,
            label: `${names[i]}: ${item.label}`,
          }))
        ),
        cameras: first.cameras,
        photos: first.photos,
        background: first.background,
        classes: first.classes,
        errors: first.errors,
        compared: { runs: names, rows: differingSettings(settings) },
        charts,
        problem: problemOf(
          states.flatMap(({ problem }, i) => problem ? [`${names[i]}: ${problem}`] : []),
        ),
      };
    },
    async resource([id, ...rest]) {
      const runs = runsBelow(folder);
      const [, run, inside] = /^(\d+)~(.*)$/s.exec(id ?? "") ?? [null, "0", id];
      const name = runs?.names[Number(run)];
      return name === undefined || inside === undefined
        ? null
        : await open(runs!.kind, name).resource([inside, ...rest]);
    },
    close() {
      for (const viewed of opened.values()) viewed.close();
    },
  };
}
