import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { splatConvert } from "../../../../cli/commands/splat/convert.ts";
import { keepingTerminal } from "../../keeping_terminal.ts";
import { encodeJpeg } from "../../../../data/pictures/jpeg/jpeg.ts";
import { madeUpPhoto } from "../../../data/pictures/made_up_photo.ts";

/** Programs in ffmpeg's and COLMAP's place: one has frames, the other notes its words and fails. */
const FFMPEG = `#!/bin/sh
here=$(dirname "$0")
for last in "$@"; do :; done
echo "$@" >> "$here/asked"
case $last in
  *%06d.jpg) cp "$here"/frames/*.jpg "$(dirname "$last")";;
  *) echo "  Duration: 00:00:06.00, start: 0.000000, bitrate: 1 kb/s" >&2
     echo "At least one output file must be specified" >&2; exit 1;;
esac
`;
const COLMAP = `#!/bin/sh
here=$(dirname "$0")
[ "$1" = "-h" ] && exit 0
for word in "$@"; do printf '%s\\n' "$word" >> "$here/words"; done
echo "no matches" >&2; exit 3
`;

function photo(seed: number, radius: number): Uint8Array {
  const [width, height] = [96, 64];
  const grey = madeUpPhoto(seed, [width, height], radius);
  const data = Uint8Array.from(
    { length: 3 * width * height },
    (_, at) => grey[Math.floor(at / 3)]!,
  );
  return encodeJpeg({ width, height, data });
}

async function onSite(work: (path: (name: string) => string) => Promise<void>): Promise<void> {
  const folder = Deno.makeTempDirSync();
  const path = (name: string) => join(folder, name);
  try {
    Deno.writeTextFileSync(path("ffmpeg"), FFMPEG, { mode: 0o755 });
    Deno.writeTextFileSync(path("colmap"), COLMAP, { mode: 0o755 });
    Deno.mkdirSync(path("frames"));
    Deno.writeTextFileSync(path("walk.mp4"), "");
    await work(path);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

const ignore = Deno.build.os === "windows";

Deno.test({
  name: "splat convert --video takes the sharpest frame of each few",
  ignore,
  fn: () =>
    onSite(async (path) => {
      // The third of each four is sharp.
      for (let i = 0; i < 12; i++) {
        Deno.writeFileSync(
          path(`frames/${String(i + 1).padStart(6, "0")}.jpg`),
          photo(i, i % 4 === 2 ? 0 : 3),
        );
      }
      const words = ["-s", path("scene"), "--video", path("walk.mp4"), "--frames", "3", "--no_gpu"];
      const programs = [
        "--ffmpeg_executable",
        path("ffmpeg"),
        "--colmap_executable",
        path("colmap"),
      ];
      const terminal = keepingTerminal();
      assertEquals(await splatConvert.run([...words, ...programs], terminal), 3);
      const taken = [1, 2, 3].map((n) => Deno.readFileSync(path(`scene/input/frame_0000${n}.jpg`)));
      assertEquals(taken, [2, 6, 10].map((i) => photo(i, 0)));
      assertEquals([...Deno.readDirSync(path("scene/input"))].length, 3);
      const [, asked] = Deno.readTextFileSync(path("asked")).trim().split("\n");
      assert(asked!.includes("fps=2.00000"), asked);
      assert(
        terminal.err.some((line) => line.includes("sharpest frames of 12")),
        terminal.err.join("\n"),
      );
      await assertRejects(
        () => splatConvert.run([...words, ...programs], keepingTerminal()),
        Error,
        "has photos already",
      );
    }),
});

Deno.test({
  name: "a video without ffmpeg is one error that says what to do",
  ignore,
  fn: () =>
    onSite(async (path) => {
      const words = [
        "-s",
        path("scene"),
        "--video",
        path("walk.mp4"),
        "--ffmpeg_executable",
        path("none"),
      ];
      const error = await assertRejects(() => splatConvert.run(words, keepingTerminal()), Error);
      assert(
        /^Cannot take frames of ".*walk.mp4": there is no program/.test(error.message),
        error.message,
      );
      assert((error as Error & { hint: string }).hint.includes("apt install ffmpeg"));
    }),
});

Deno.test({
  name: "blurred photos and those there twice are named, and left out on demand",
  ignore,
  fn: () =>
    onSite(async (path) => {
      Deno.mkdirSync(path("scene/input/sub"), { recursive: true });
      for (let i = 0; i < 6; i++) Deno.writeFileSync(path(`scene/input/${i}.jpg`), photo(i, 0));
      Deno.writeFileSync(path("scene/input/sub/soft.jpg"), photo(9, 3));
      Deno.writeFileSync(path("scene/input/twin.jpg"), photo(3, 0));
      const words = ["-s", path("scene"), "--colmap_executable", path("colmap"), "--no_gpu"];
      const said = async (more: string[]) => {
        const terminal = keepingTerminal();
        assertEquals(await splatConvert.run([...words, ...more], terminal), 3);
        return terminal.err.join("\n");
      };
      const told = await said([]);
      assert(told.includes("1 photos are there twice: twin.jpg (3.jpg)"), told);
      assert(told.includes("--skip-blurred leaves them out: sub/soft.jpg"), told);
      assert(!Deno.readTextFileSync(path("words")).includes("--image_list_path"));
      assert((await said(["--skip-blurred"])).includes("and left out: sub/soft.jpg"));
      assert(Deno.readTextFileSync(path("words")).includes("--image_list_path"));
      const kept = Deno.readTextFileSync(path("scene/distorted/photos.txt")).trim().split("\n");
      assertEquals(kept, ["0.jpg", "1.jpg", "2.jpg", "3.jpg", "4.jpg", "5.jpg", "twin.jpg"]);
    }),
});
