import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { splatTrain } from "../../../../cli/commands/splat/train.ts";
import { UsageError } from "../../../../cli/command_line/usage_error.ts";
import { keepingTerminal } from "../../keeping_terminal.ts";
import { encodePng } from "../../../../data/pictures/png/png.ts";
import { encodePointCloud } from "../../../../data/scenes/points/point_cloud.ts";
import { readSplats } from "../../../../data/splats/read_splats.ts";
import { writeSplats } from "../../../../data/splats/write_splats.ts";
import { readSplatCheckpoint } from "../../../../model/splat/training/splat_checkpoint.ts";
import { madeUpSplats } from "../../../data/splats/made_up.ts";
import { withTinyScene } from "../../../model/splat/tiny_scene.ts";

type Path = (name: string) => string;

// The commands open and close a GPU of their own, which leaves timers of the driver behind.
function sceneTest(name: string, body: (scene: string, path: Path) => Promise<void>): void {
  const fn = () => withTinyScene(body);
  Deno.test({ name, sanitizeOps: false, sanitizeResources: false, fn });
}

async function train(words: string) {
  const terminal = keepingTerminal();
  const all = `${words} --test_iterations -1 --log-every 1`.split(" ");
  assertEquals(await splatTrain.run(all, terminal), 0);
  return terminal;
}

function losses(model: string): number[] {
  const lines = Deno.readTextFileSync(join(model, "metrics.jsonl")).trim().split("\n");
  return lines.map((line) => JSON.parse(line).loss);
}

sceneTest(
  "files that are no trained Gaussians are refused by what they are",
  async (scene, path) => {
    const refused = async (bytes: Uint8Array, message: string, name = "x.ply") => {
      Deno.writeFileSync(path(name), bytes);
      const words = `-s ${scene} -m ${path("m")} --iterations 2 --init-ply ${path(name)}`;
      await assertRejects(() => train(words), SyntaxError, message);
    };
    const points = encodePointCloud({
      positions: Float32Array.of(0, 0, 0, 1, 1, 1),
      colours: new Uint8Array(6),
    });
    await refused(points, "x.ply");
    const mesh = "ply\nformat ascii 1.0\nelement vertex 3\nproperty float x\nproperty float y\n" +
      "property float z\nelement face 1\nproperty list uchar int vertex_indices\nend_header\n" +
      "0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n";
    await refused(new TextEncoder().encode(mesh), "x.ply");
    await writeSplats(path("whole.ply"), madeUpSplats(50, 1));
    const whole = Deno.readFileSync(path("whole.ply"));
    await refused(whole.subarray(0, whole.length - 30), `x.ply" at byte`);
    await refused(whole.subarray(0, 100), "the header has no end");
    await refused(new Uint8Array(0), "no trained Gaussians");
    await writeSplats(path("none.ply"), madeUpSplats(0, 1));
    await assertRejects(
      () => train(`-s ${scene} -m ${path("m")} --iterations 2 --init-ply ${path("none.ply")}`),
      RangeError,
      "there are none",
    );
    await assertRejects(
      () => train(`-s ${scene} -m ${path("m")} --iterations 2 --init-ply ${path("absent.ply")}`),
      Deno.errors.NotFound,
      "absent.ply",
    );
  },
);

sceneTest(
  "a scene without points gets random ones, one whose pictures are all missing is refused",
  async (scene, path) => {
    const words = `-s ${scene} -m ${path("m")} --iterations 2 --random-points 50 --overwrite`;
    const said = async (part: string) => {
      const { err } = await train(words);
      assert(err.some((line) => line.includes(part)), err.join("\n"));
    };
    await said('points3d.ply" are missing, 50 random ones are used');
    const points = (positions: Float32Array) => {
      const colours = new Uint8Array(positions.length);
      Deno.writeFileSync(join(scene, "points3d.ply"), encodePointCloud({ positions, colours }));
    };
    points(new Float32Array(0));
    await said('points3d.ply" are none, 50 random ones are used');
    points(Float32Array.of(0, 0, 0, NaN, 0, 0, 0, 1, 0, 0, 0, 1));
    await said('left out: 1 of 4 points in "');
    Deno.removeSync(join(scene, "train"), { recursive: true });
    await assertRejects(() => train(`${words} --eval`), RangeError, "6 of 8 pictures are missing");
  },
);

sceneTest("missing pictures are told, and the rest is trained on", async (scene, path) => {
  for (const i of [1, 3]) Deno.removeSync(join(scene, `train/r_${i}.png`));
  const terminal = await train(
    `-s ${scene} -m ${
      path("m")
    } --eval --sh_degree 0 --iterations 2 --data_device tpu --random-points 99`,
  );
  // At the start, and again at the end.
  const told = terminal.err.filter((line) => line.includes("pictures are missing and left out"));
  assertEquals(told.length, 2, told.join("\n"));
  assert(told[0]!.startsWith("2 of 8 pictures") && told[1] === `left out: ${told[0]}`);
  assert(terminal.err.some((line) => line.includes("neither cuda nor cpu")));
  assertEquals(JSON.parse(Deno.readTextFileSync(join(path("m"), "cameras.json"))).length, 6);
});

sceneTest(
  "views of different sizes, none a multiple of 16, and one camera",
  async (scene, path) => {
    const picture = (width: number, height: number) =>
      encodePng({ width, height, data: new Uint8Array(3 * width * height).fill(120) });
    Deno.writeFileSync(join(scene, "train/r_0.png"), picture(37, 23));
    Deno.writeFileSync(join(scene, "train/r_1.png"), picture(1, 5));
    Deno.writeFileSync(join(scene, "train/r_2.png"), picture(16, 48));
    await writeSplats(path("start.ply"), madeUpSplats(80, 0));
    const rest = "--eval --sh_degree 0 --iterations 12 --densify_until_iter 0";
    await train(`-s ${scene} -m ${path("m")} --init-ply ${path("start.ply")} ${rest}`);
    assertEquals(losses(path("m")).length, 12);
    assert(losses(path("m")).every((loss) => loss > 0 && loss < 1));
    for (const i of [1, 2, 3, 4, 5]) Deno.removeSync(join(scene, `train/r_${i}.png`));
    await train(`-s ${scene} -m ${path("one")} --init-ply ${path("start.ply")} ${rest}`);
    const { splats } = await readSplats(
      join(path("one"), "point_cloud/iteration_12/point_cloud.ply"),
    );
    // Its extent is 0, and so is the rate of positions.
    const start = (await readSplats(path("start.ply"))).splats;
    assertEquals(splats.positions, start.positions);
    assert(splats.shDc.some((value, i) => value !== start.shDc[i]));
  },
);

sceneTest("a checkpoint that does not fit the options is refused", async (scene, path) => {
  await writeSplats(path("start.ply"), madeUpSplats(30, 0));
  const words = `-s ${scene} --eval --iterations 2`;
  const first = `${words} -m ${path("m")} --sh_degree 0 --init-ply ${path("start.ply")}`;
  await train(`${first} --checkpoint_iterations 1 2`);
  const resume = (more: string) => train(`${words} -m ${path("n")} ${more}`);
  await assertRejects(
    () => resume(`--sh_degree 1 --start_checkpoint ${path("m")}`),
    RangeError,
    'its harmonics have degree 0, "--sh_degree" says 1',
  );
  await assertRejects(() => resume(`--start_checkpoint ${scene}`), Error, "it holds no whole");
  // Of several, a broken one is passed over for the last whole one.
  Deno.writeTextFileSync(join(path("m"), "chkpnt2.safetensors"), "half");
  const terminal = await resume(`--sh_degree 0 --start_checkpoint ${path("m")}`);
  assert(terminal.err.some((line) => line.includes("passed over: Cannot read")));
  assertEquals(losses(path("n")).length, 1);
});

for (const strategy of ["default", "mcmc"]) {
  sceneTest(`NaN, infinite, huge and tiny Gaussians, strategy ${strategy}`, async (scene, path) => {
    const splats = madeUpSplats(90, 1);
    splats.positions[4] = NaN;
    splats.opacities[7] = NaN;
    // These two mean something: alpha 1, and no thickness.
    splats.opacities[11] = Infinity;
    splats.logScales[3 * 12] = -Infinity;
    splats.quaternions.fill(0, 4 * 9, 4 * 10);
    splats.logScales.fill(60, 3 * 20, 3 * 25);
    splats.logScales.fill(-200, 3 * 25, 3 * 30);
    splats.positions.fill(1e30, 3 * 30, 3 * 33);
    await writeSplats(path("start.ply"), splats);
    const terminal = await train(
      `-s ${scene} -m ${path("m")} --init-ply ${path("start.ply")} --eval --sh_degree 1 ` +
        "--iterations 14 --densify_from_iter 2 --densification_interval 5 --densify_until_iter 12 " +
        `--percent_dense 100 --densify_grad_threshold 0.001 --strategy ${strategy}`,
    );
    assert(terminal.err.some((line) => line.includes("3 of 90 Gaussians")));
    const { splats: last } = await readSplats(
      join(path("m"), "point_cloud/iteration_14/point_cloud.ply"),
    );
    const columns = [last.positions, last.logScales, last.quaternions, last.opacities];
    for (const column of [...columns, last.shDc, last.shRest]) {
      assert(column.every(Number.isFinite));
    }
    assertEquals(losses(path("m")).length, 14);
    assert(losses(path("m")).every(Number.isFinite));
  });
}

/** Mounts a disk of so many megabytes; false where that is not allowed. */
async function mountDisk(folder: string, megabytes: number): Promise<boolean> {
  Deno.mkdirSync(folder);
  try {
    const args = ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder];
    return (await new Deno.Command("mount", { args, stderr: "null" }).output()).success;
  } catch {
    return false;
  }
}

sceneTest("a full disk ends the training and leaves what was whole", async (scene, path) => {
  const words = `-s ${scene} --sh_degree 0 --eval --iterations 12`;
  const disk = path("disk");
  if (!await mountDisk(disk, 2)) {
    console.log("skipped: no small disk can be mounted here");
    return;
  }
  try {
    // Checkpoints of 12 000 Gaussians take 2 MB, of 4 000 a third of it.
    await writeSplats(path("many.ply"), madeUpSplats(12_000, 0));
    const error = await assertRejects(
      () => train(`${words} -m ${disk}/m --init-ply ${path("many.ply")} --checkpoint_iterations 3`),
      Error,
      "Cannot save iteration 3, 2016000 bytes of weights and moments",
    );
    assert(
      (error.cause as Error).message.startsWith(
        `Cannot write "${disk}/m/chkpnt3.safetensors": No space left on device`,
      ),
    );
    const names = () => [...Deno.readDirSync(join(disk, "m"))].map(({ name }) => name);
    assertEquals(names().filter((name) => name.includes("chkpnt")), []);
    assert(names().includes("cfg_args") && names().includes("input.ply"), names().join());
    await writeSplats(path("some.ply"), madeUpSplats(4000, 0));
    await assertRejects(
      () =>
        train(
          `${words} -m ${disk}/m --init-ply ${path("some.ply")} --checkpoint_iterations 2 4 6 8`,
        ),
      Error,
      "Cannot save iteration",
    );
    const whole = names().filter((name) => name.includes("chkpnt"));
    assert(whole.length > 0 && whole.every((name) => name.startsWith("chkpnt")), whole.join());
    for (const name of whole) readSplatCheckpoint(join(disk, "m", name));
  } finally {
    await new Deno.Command("umount", { args: [disk] }).output();
  }
});

sceneTest("pictures wider than 1600 are made so wide, with one remark", async (scene, path) => {
  for (const i of [1, 2, 3, 4, 5]) Deno.removeSync(join(scene, `train/r_${i}.png`));
  const picture = { width: 1610, height: 8, data: new Uint8Array(3 * 1610 * 8).fill(200) };
  Deno.writeFileSync(join(scene, "train/r_0.png"), encodePng(picture));
  await writeSplats(path("start.ply"), madeUpSplats(20, 0));
  const words = `-s ${scene} --init-ply ${path("start.ply")} --eval --sh_degree 0 --iterations 1`;
  const limited = await train(`${words} -m ${path("m")}`);
  assert(limited.err.some((line) => line.includes("1 pictures are wider than 1600 pixels")));
  const whole = await train(`${words} -m ${path("n")} -r 1`);
  assert(!whole.err.some((line) => line.includes("wider")));
});

sceneTest(
  "several processes without a folder, and parts in one process, are refused",
  async (scene, path) => {
    const refused = async (words: string, message: string, hint: string) => {
      const error = await assertRejects(() => train(`-s ${scene} ${words}`), UsageError, message);
      assertEquals(error.hint, hint);
    };
    await refused(
      "--gpus 2",
      'Cannot train on several GPUs without "--model_path"',
      "-m DIR says where the model goes",
    );
    await refused(
      `-m ${path("m")} --shard-gaussians`,
      'Cannot spread Gaussians by "--shard-gaussians": there is one process, two or more are needed',
      "--gpus N starts so many",
    );
  },
);
