import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { splatConvert } from "../../../../cli/commands/splat/convert.ts";
import { keepingTerminal } from "../../keeping_terminal.ts";
import { describeFailure } from "../../../../cli/terminal/failure.ts";
import { decodeJpeg, encodeJpeg } from "../../../../data/pictures/jpeg/jpeg.ts";
import { decodePng, encodePng } from "../../../../data/pictures/png/png.ts";
import { readScene } from "../../../../data/scenes/read_scene.ts";
import { writeColmapBinary } from "../../../data/formats/colmap_files.ts";

/**
 * A program in COLMAP's place: notes its words, and writes what COLMAP would. `FAIL` names a command
 * that fails, `NEW` makes it one that knows the newer names alone.
 */
const FAKE = `#!/bin/sh
set -e
here=$(dirname "$0")
if [ "$1" = "-h" ]; then
  echo "COLMAP 3.8 -- Structure-from-Motion"; cat "$here/HELP" 2> /dev/null || true; exit 0
fi
echo "$@" | sed "s/ /|/g" >> "$here/calls"
for word in "$@"; do printf '%s\\n' "$word" >> "$here/words"; done
command=$1; shift
if [ -f "$here/FAIL" ] && [ "$(cat "$here/FAIL")" = "$command" ]; then
  echo "*** Aborted at 1796068385 (unix time)" >&2
  cat "$here/WHY" >&2 2> /dev/null || echo "no matches" >&2
  echo "    @     0x7f562164524a __libc_start_main" >&2; exit 3
fi
if [ -f "$here/WINDOW" ] && [ "$command" = feature_extractor ]; then
  for word in "$@"; do last=$word; done
  if [ "$last" = 1 ]; then
    echo "qt.qpa.xcb: could not connect to display" >&2
    echo "    @     0x7f5623a57cfe (unknown)" >&2; kill -ABRT $$
  fi
fi
if [ -f "$here/NEW" ]; then
  for word in "$@"; do case $word in
    --Sift*) echo "ERROR: Failed to parse options - unrecognised option '$word'." >&2; exit 1;;
  esac; done
fi
while [ $# -gt 0 ]; do case $1 in
  --output_path) out=$2; shift;;
  --image_path) images=$2; shift;;
esac; shift; done
case $command in
  mapper) mkdir -p "$out/0"; echo model > "$out/0/cameras.bin";;
  image_undistorter)
    mkdir -p "$out/images/sub" "$out/sparse"
    cp "$images"/*.jpg "$images"/*.png "$out/images/"; cp "$images/sub/"*.jpg "$out/images/sub/"
    cp "$here"/model/*.bin "$out/sparse/";;
esac
echo done
`;

interface Site {
  readonly scene: string;
  readonly colmap: string;
  readonly path: (name: string) => string;
}

async function onSite(work: (site: Site) => Promise<void>): Promise<void> {
  const folder = Deno.makeTempDirSync();
  const path = (name: string) => join(folder, name);
  try {
    const scene = path("my scene"); // the reference breaks on the space
    Deno.mkdirSync(join(scene, "input/sub"), { recursive: true });
    const data = Uint8Array.from({ length: 3 * 41 * 30 }, (_, i) => (i * 7) % 256);
    const jpeg = encodeJpeg({ width: 41, height: 30, data });
    for (const name of ["a.jpg", "sub/b.jpg"]) {
      Deno.writeFileSync(join(scene, "input", name), jpeg);
    }
    const rgba = Uint8Array.from({ length: 4 * 9 * 6 }, (_, i) => i % 4 === 3 ? 128 : i % 256);
    const png = encodePng({ width: 9, height: 6, channels: 4, data: rgba });
    Deno.writeFileSync(join(scene, "input/c.png"), png);
    const colmap = path("colmap");
    Deno.writeTextFileSync(colmap, FAKE, { mode: 0o755 });
    Deno.mkdirSync(path("model"));
    await work({ scene, colmap, path });
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

async function run(words: string[]): Promise<{ code: number; out: string[]; err: string[] }> {
  const terminal = keepingTerminal();
  return { code: await splatConvert.run(words, terminal), ...terminal };
}

/** The commands that the fake was called with, words joined by |. */
function calls({ path, scene }: Site): string[] {
  return Deno.readTextFileSync(path("calls")).trim().split("\n")
    .map((line) => line.replaceAll(scene.replaceAll(" ", "|"), "S"));
}

Deno.test({
  name: "splat convert drives COLMAP as the reference does and reduces the pictures itself",
  ignore: Deno.build.os === "windows",
  fn: () =>
    onSite(async (site) => {
      const { scene, colmap, path } = site;
      writeModel(path("model"));
      const words = ["-s", scene, "--colmap_executable", colmap, "--resize", "--no_gpu"];
      const { code, out, err } = await run([...words, "--magick_executable", "unused"]);
      assertEquals([code, out], [0, [scene]], err.join("\n"));
      assertEquals(calls(site), [
        "feature_extractor|--database_path|S/distorted/database.db|--image_path|S/input|" +
        "--ImageReader.single_camera|1|--ImageReader.camera_model|OPENCV|" +
        "--SiftExtraction.use_gpu|0",
        "exhaustive_matcher|--database_path|S/distorted/database.db|--SiftMatching.use_gpu|0",
        "mapper|--database_path|S/distorted/database.db|--image_path|S/input|" +
        "--output_path|S/distorted/sparse|--Mapper.ba_global_function_tolerance=0.000001",
        "image_undistorter|--image_path|S/input|--input_path|S/distorted/sparse/0|" +
        "--output_path|S|--output_type|COLMAP",
      ]);
      // Paths with spaces are one word each.
      assert(Deno.readTextFileSync(path("words")).split("\n").includes(`${scene}/input`));
      assertEquals(namesIn(join(scene, "sparse")), ["0"]);
      assertEquals(namesIn(join(scene, "sparse/0")), ["cameras.bin", "images.bin", "points3D.bin"]);
      for (const [factor, size] of [[2, [21, 15]], [4, [10, 8]], [8, [5, 4]]] as const) {
        for (const name of ["a.jpg", "sub/b.jpg"]) {
          const file = join(scene, `images_${factor}`, name);
          const { width, height } = await decodeJpeg(Deno.readFileSync(file));
          assertEquals([width, height], size, file);
        }
        const png = decodePng(Deno.readFileSync(join(scene, `images_${factor}`, "c.png")));
        assertEquals([png.width, png.channels, png.data[3]], [Math.round(9 / factor), 4, 128]);
      }
      const { kind, train } = readScene(scene, { images: "images_2" });
      assertEquals([kind, train.map(({ name }) => name)], ["colmap", ["a.jpg", "sub/b.jpg"]]);

      // A second run replaces what the first left; other flags arrive at COLMAP.
      Deno.removeSync(path("calls"));
      const skipped = ["-s", scene, "--colmap_executable", colmap, "--skip_matching"];
      assertEquals((await run([...skipped, "--json"])).code, 0);
      assertEquals(calls(site).map((line) => line.split("|")[0]), ["image_undistorter"]);
      Deno.removeSync(path("calls"));
      assertEquals(
        (await run(["-s", scene, "--colmap_executable", colmap, "--camera", "PINHOLE"])).code,
        0,
      );
      assertStringIncludes(calls(site)[0]!, "camera_model|PINHOLE|--SiftExtraction.use_gpu|1");
    }),
});

Deno.test({
  name: "splat convert finds out the newer names of COLMAP's options, and returns its exit code",
  ignore: Deno.build.os === "windows",
  fn: () =>
    onSite(async (site) => {
      const { scene, colmap, path } = site;
      writeModel(path("model"));
      const words = ["-s", scene, "--colmap_executable", colmap];
      Deno.writeTextFileSync(path("NEW"), "");
      assertEquals((await run(words)).code, 0);
      assertEquals(calls(site).map((line) => line.split("|").at(-2)), [
        "--SiftExtraction.use_gpu",
        "--FeatureExtraction.use_gpu",
        "--FeatureMatching.use_gpu",
        `S/distorted/sparse`,
        "--output_type",
      ]);
      Deno.removeSync(path("NEW"));
      Deno.writeTextFileSync(path("FAIL"), "exhaustive_matcher");
      const { code, err } = await run(words);
      assertEquals(code, 3);
      assertStringIncludes(
        err.at(-2)!,
        'exhaustive_matcher" ended with code 3: no matches',
      );
      assertStringIncludes(err.at(-1)!, "distorted/colmap.log");
    }),
});

Deno.test({
  name: "splat convert takes the CPU where COLMAP has no CUDA or no window, and counts the photos",
  ignore: Deno.build.os === "windows",
  fn: () =>
    onSite(async (site) => {
      const { scene, colmap, path } = site;
      writeModel(path("model"));
      const words = ["-s", scene, "--colmap_executable", colmap];
      const gpu = () =>
        calls(site).flatMap((line) => /use_gpu\|(\d)/.exec(line)?.[1] ?? []).join("");
      const cases: [file: string, text: string, gpu: string, said: string][] = [
        ["HELP", "(Commit 1 on 2022 without CUDA)", "00", "this COLMAP has no CUDA"],
        ["HELP", "(Commit 1 on 2022 with CUDA)", "11", "photos placed"],
        ["WINDOW", "", "100", "finds no GPU here (qt.qpa.xcb: could not connect to display)"],
      ];
      for (const [file, text, expected, said] of cases) {
        Deno.writeTextFileSync(path(file), text);
        const { code, err } = await run(words);
        assertEquals([code, gpu()], [0, expected], err.join("\n"));
        assert(err.some((line) => line.includes(said)), err.join("\n"));
        assertEquals(
          err.at(-1),
          "2 of 3 photos placed, 2 points, mean error 0.75 pixels; without a place: c.png",
        );
        const log = Deno.readTextFileSync(join(scene, "distorted/colmap.log"));
        assertEquals(log.match(/^\$ /gm)!.length, expected.length + 2);
        Deno.removeSync(path(file));
        Deno.removeSync(path("calls"));
      }
      // What went wrong is told, not where in the program.
      Deno.writeTextFileSync(path("FAIL"), "mapper");
      Deno.writeTextFileSync(
        path("WHY"),
        "loading\nF1130 sqlite_utils.h:57] SQLite error: locked\n",
      );
      const { code, err } = await run(words);
      assertEquals(code, 3);
      assertStringIncludes(err.at(-2)!, "code 3: F1130 sqlite_utils.h:57] SQLite error: locked");
      assert(!err.join("\n").includes("libc_start"));
    }),
});

Deno.test("splat convert says what is missing", () =>
  onSite(async ({ scene, path }) => {
    const absent = path("no such colmap");
    const failed = await run(["-s", scene, "--colmap_executable", absent]).catch((error) => error);
    const { lines } = describeFailure(failed);
    assertStringIncludes(lines[0]!, `the program "${absent}" cannot be started`);
    assertStringIncludes(lines.at(-1)!, "apt-get install colmap");
    await assertRejects(() => run(["-s", path("nowhere")]), Error, "the photos must be there");
    await assertRejects(
      () => run(["-s", scene, "--skip_matching"]),
      Error,
      'there is no "distorted/sparse/0" to start from',
    );
  }));

/** What COLMAP would have found out of the two photos. */
function writeModel(folder: string): void {
  const camera = { id: 1, model: "PINHOLE", width: 41, height: 30, params: [40, 40, 20.5, 15] };
  const image = (id: number, name: string) => ({
    id,
    name,
    cameraId: 1,
    rotation: [1, 0, 0, 0] as [number, number, number, number],
    translation: [id, 0, 2] as [number, number, number],
    xys: new Float64Array(),
    pointIds: new Float64Array(),
  });
  const files = writeColmapBinary(
    {
      cameras: new Map([[1, camera]]),
      images: new Map([[1, image(1, "a.jpg")], [2, image(2, "sub/b.jpg")]]),
      points: {
        ids: Float64Array.of(1, 2),
        positions: new Float64Array(6),
        colors: new Uint8Array(6),
        errors: Float64Array.of(0.5, 1),
        trackOffsets: new Float64Array(3),
        trackImageIds: new Float64Array(),
        trackIndices: new Float64Array(),
      },
    } as unknown as Parameters<typeof writeColmapBinary>[0],
  );
  for (const [name, bytes] of Object.entries(files)) {
    Deno.writeFileSync(join(folder, name), bytes);
  }
}

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}
