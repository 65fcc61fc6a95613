import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { encodeMp4 } from "../../../data/formats/mp4.ts";
import { encodePng } from "../../../data/pictures/png/png.ts";

/** A folder with two pictures of odd sides and what stands in for ffmpeg. */
async function withFrames(
  script: string,
  body: (folder: string, program: string) => Promise<void>,
) {
  const folder = await Deno.makeTempDir();
  try {
    for (const i of [0, 1]) {
      const picture = { width: 33, height: 21, data: new Uint8Array(3 * 33 * 21).fill(90 * i) };
      await Deno.writeFile(join(folder, `frame_0000${i}.png`), encodePng(picture));
    }
    const program = join(folder, "ffmpeg");
    await Deno.writeTextFile(program, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    await body(folder, program);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const windows = Deno.build.os === "windows";

Deno.test("without ffmpeg there is no film, and nothing is left behind", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const options = { fps: 5, program: join(folder, "no-such-program") };
    assertEquals(await encodeMp4("frame_%05d.png", join(folder, "a.mp4"), options), false);
    assertEquals([...Deno.readDirSync(folder)], []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test({
  name: "a film is renamed when it is whole; another encoder is taken where the first is missing",
  ignore: windows,
  fn: () =>
    withFrames(
      `case "$*" in *libx264*) echo "Unknown encoder 'libx264'" >&2; exit 1;; esac
for last; do :; done; echo "$*" > "$last"`,
      async (folder, program) => {
        const out = join(folder, "a.mp4");
        assert(await encodeMp4(join(folder, "frame_%05d.png"), out, { fps: 5, program }));
        const words = await Deno.readTextFile(out);
        assert(words.includes("-framerate 5") && words.includes("mpeg4"));
        assertEquals([...Deno.readDirSync(folder)].filter(({ name }) => /tmp/.test(name)), []);
      },
    ),
});

Deno.test({
  name: "what ffmpeg complains of is told",
  ignore: windows,
  fn: () =>
    withFrames(`echo "no space left" >&2; exit 1`, async (folder, program) => {
      await assertRejects(
        () => encodeMp4("x", join(folder, "a.mp4"), { fps: 5, program }),
        Error,
        'ffmpeg says "no space left"',
      );
    }),
});
