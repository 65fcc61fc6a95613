import { join } from "@std/path";
import {
  checkData,
  type CheckedFrame,
  type CheckOptions,
  type CheckReport,
} from "../../../data/check/check_data.ts";
import { sightPicture } from "../../../data/check/sight.ts";
import { projectVoxels } from "../../../data/drawing/projected_voxels.ts";
import { writeAtomically } from "../../../data/files/atomic_file.ts";
import { writeJson } from "../../../data/files/write_json.ts";
import { dataFile } from "../../../data/occupancy/data_files.ts";
import { inOrder } from "../../../data/occupancy/sample.ts";
import { encodePng } from "../../../data/pictures/png/png.ts";
import { pictureSize } from "../../../data/pictures/read_picture.ts";
import { checkPage, type DrawnCheck } from "./check_page.ts";

/** Which set to verify, and where to draw it. */
export interface CheckSetOptions extends Omit<CheckOptions, "onFrame"> {
  /** The folder for pictures, page and report; nothing is drawn where not given. */
  readonly out?: string | undefined;
  /** Key frames that are drawn, evenly chosen; default 4. */
  readonly drawn?: number | undefined;
}

/** What was found, and the files that show it. */
export interface CheckedSet extends CheckReport {
  /** Paths of the pictures. */
  readonly files: readonly string[];
  /** Path of the page; null where nothing was drawn. */
  readonly page: string | null;
}

const DRAWN = 4;

/** Verifies a set and draws what a person needs to believe it: labels on pictures, class counts, cameras' sights. */
export async function checkSet(options: CheckSetOptions): Promise<CheckedSet> {
  const { out, drawn = DRAWN, dataDir } = options;
  if (out !== undefined) Deno.mkdirSync(out, { recursive: true });
  const pictures: DrawnCheck[] = [];
  const wanted = ({ place, total }: CheckedFrame) =>
    Math.floor((place + 1) * Math.min(drawn, total) / total) >
      Math.floor(place * Math.min(drawn, total) / total);
  const report = await checkData({
    ...options,
    onFrame: async (checked) => {
      if (out !== undefined && wanted(checked)) {
        pictures.push(...await drawFrame(checked, out));
      }
    },
  });
  if (out === undefined) return { ...report, files: [], page: null };
  const page = join(out, "index.html");
  writeAtomically(page, new TextEncoder().encode(checkPage(dataDir, report, pictures)));
  writeJson(join(out, "check.json"), report);
  return { ...report, files: pictures.map(({ path }) => path), page };
}

/** The pictures of one key frame; none of what its faults forbid to draw. */
async function drawFrame(
  { split, frame, labels, task, folder }: CheckedFrame,
  out: string,
): Promise<DrawnCheck[]> {
  if (!labels) return [];
  const write = (kind: DrawnCheck["kind"], content: Parameters<typeof encodePng>[0]) => {
    const path = join(out, `${split}_${frame.token}_${kind}.png`);
    writeAtomically(path, encodePng(content));
    return { path, kind, split, token: frame.token };
  };
  try {
    const ordered = { ...frame, cameras: inOrder(frame, task) };
    const widths = new Map(
      ordered.cameras.map(({ name, file }) =>
        [name, pictureSize(dataFile(folder, file))[0]] as const
      ),
    );
    const { picture } = await projectVoxels(ordered, labels, { task, folder });
    return [
      write("pictures", picture),
      write("above", sightPicture(ordered, labels, { task, widths })),
    ];
  } catch {
    // What is wrong with it is among the faults.
    return [];
  }
}
