import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { dataIndex } from "../../../../cli/commands/data/build_index.ts";
import { dataLabel } from "../../../../cli/commands/data/label.ts";
import { dataSynth } from "../../../../cli/commands/data/synth.ts";
import { keepingTerminal } from "../../keeping_terminal.ts";
import { UsageError } from "../../../../cli/command_line/usage_error.ts";
import { readInfos } from "../../../../data/nuscenes/infos.ts";

Deno.test("data synth makes nuScenes with its tables, data index and data label go by them", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const terminal = keepingTerminal();
    const words = ["--out", dir, "--seed=4", "--scenes=2", "--frames=2", "--size", "32x18"];
    assertEquals(await dataSynth.run(words, terminal), 0);
    assertEquals(terminal.out, [`${dir}: 4 key frames of 2 scenes, pictures 32x18`]);

    const infos = join(dir, "nuscenes_cam", "nuscenes_infos_train_sweeps_occ.pkl");
    const frames = readInfos(await Deno.readFile(infos));
    assertEquals(frames.length, 2);
    const out = join(dir, "index.json");
    const index = ["--nuscenes", join(dir, "nuscenes"), "--out", out, "--split=train"];
    assertEquals(await dataIndex.run(index, terminal), 0);
    assertEquals(terminal.out.at(-1), `${out}: 2 key frames of 1 scene from v1.0-trainval`);
    // The tables say what the index made with them does: pictures, poses, calibrations, order.
    assertEquals(readInfos(await Deno.readFile(out)), frames);
    await Deno.remove(join(dir, "nuscenes", frames[0]!.cameras[0]!.file));
    assertEquals(await dataIndex.run([...index, "--overwrite"], terminal), 0);
    assertEquals(terminal.err, [
      `warning: 1 pictures and 0 lidar sweeps are missing, "${frames[0]!.cameras[0]!.file}" ` +
      "first; --skip-missing leaves their key frames out",
    ]);
    const weak = join(dir, "weak");
    assertEquals(await dataLabel.run(["--data", dir, "--out", weak, "--json"], terminal), 0);
    const report = JSON.parse(terminal.out.at(-1)!);
    assertEquals([report.labelled, report.withoutAnnotations, report.lidarseg], [4, 0, true]);

    // A thing keeps its instance, and moves as its box in the world does.
    const table = (name: string): Record<string, any>[] =>
      JSON.parse(Deno.readTextFileSync(join(dir, "nuscenes", "v1.0-trainval", `${name}.json`)));
    const annotations = table("sample_annotation");
    const tokens = new Set(annotations.map(({ token }) => token));
    assertEquals(tokens.size, annotations.length);
    assert(annotations.every(({ prev, next }) => prev === "" || next === "" || tokens.has(next)));
    assertEquals(
      table("instance").reduce((sum, { nbr_annotations: n }) => sum + n, 0),
      tokens.size,
    );
    const moved = annotations.filter(({ next }) => next !== "").map((row) => {
      const later = annotations.find(({ token }) => token === row.next)!;
      return Math.hypot(...[0, 1, 2].map((k) => later.translation[k] - row.translation[k]));
    });
    // Seven metres a second on the other lane, half a second apart; most things stand still.
    assert(moved.some((metres) => Math.abs(metres - 3.5) < 1e-6), `${Math.max(...moved)} m`);
    assert(moved.filter((metres) => metres < 1e-6).length > moved.length / 2);
    assert(annotations.some(({ num_lidar_pts: points }) => points > 100));
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("data synth refuses sizes that are none", async () => {
  for (const size of ["100", "0x9", "32x18x3", "99999x99999", "ax9"]) {
    await assertRejects(
      () => dataSynth.run(["--out", "/nowhere", "--size", size], keepingTerminal()),
      UsageError,
      `Cannot read "--size ${size}"`,
    );
  }
  await assertRejects(
    () => dataSynth.run(["--out=/nowhere", "--scenes=2", "--val-scenes=3"], keepingTerminal()),
    UsageError,
    "there are 2 scenes in all",
  );
});

Deno.test("data synth makes SSCBench's drives, data index lists them; one set at a time", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const terminal = keepingTerminal();
    const words = [
      "--layout=kitti360",
      "--scenes=1",
      "--frames=1",
      "--size=88x24",
      "--val-scenes=0",
    ];
    assertEquals(await dataSynth.run(["--out", dir, ...words], terminal), 0);
    const out = join(dir, "train.jsonl");
    assertEquals(await dataIndex.run(["--kitti360", dir, "--out", out], terminal), 0);
    assertEquals(terminal.out, [
      `${dir}: 1 key frame of 1 scene, pictures 88x24`,
      `${out}: 1 key frame of 1 scene of SSCBench-KITTI-360 (train), 1 with labels`,
    ]);
    await assertRejects(
      () => dataIndex.run(["--kitti360", dir, "--out", out, "--labels", dir], keepingTerminal()),
      UsageError,
      `Cannot use "--labels" with "--kitti360"`,
    );
    for (const folders of [[], ["--kitti360", dir, "--nuscenes", dir]]) {
      await assertRejects(
        () => dataIndex.run([...folders, "--out", out], keepingTerminal()),
        UsageError,
        "one of them",
      );
    }
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
