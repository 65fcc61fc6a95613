import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { writeNpz } from "../../data/formats/numpy/npz.ts";
import { f32, torchFile } from "../torch_file.ts";

const MAIN = new URL("../../cli/main.ts", import.meta.url).pathname;

async function voxsplat(...words: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", MAIN, ...words],
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

async function inFolder(body: (folder: string) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Runs a command that must fail with one clear line and nothing on stdout. */
async function fails(code: number, message: string, ...words: string[]) {
  const result = await voxsplat(...words);
  assertEquals([result.code, result.out], [code, ""], result.err);
  assert(result.err.includes(message), result.err);
  assert(!/\n\s+at /.test(result.err), `a stack trace: ${result.err}`);
}

Deno.test("bad words on the command line end with exit code 2", async () => {
  await fails(2, "did you mean train?", "trian");
  await fails(2, "--steps", "train", "--data", "x", "--work-dir", "y", "--steps", "many");
  await fails(2, "did you mean deformagg?", "op", "run", "deformag", "a.npz", "b.npz");
  const set = ["--set", "optim.rate=1"];
  await fails(2, 'Cannot set "optim.rate"', "train", "--data", "x", "--work-dir", "y", ...set);
});

Deno.test("files that are not there, or not what they should be, are named", () =>
  inFolder(async (folder) => {
    const at = (name: string) => join(folder, name);
    await fails(1, at("none.npz"), "op", "run", "miou", at("none.npz"), at("out.npz"));
    await Deno.writeTextFile(at("bad.npz"), "not a zip");
    await fails(1, at("bad.npz"), "op", "run", "miou", at("bad.npz"), at("out.npz"));
    await fails(1, "no such checkpoint", "eval", "--data", folder, "--resume-from", at("none"));
    await fails(1, "nuscenes_infos_train", "train", "--data", folder, "--work-dir", at("run"));
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["bad.npz"]);
  }));

Deno.test("weights of other programs need a preset that fits them", () =>
  inFolder(async (folder) => {
    const pth = join(folder, "epoch_20.pth");
    await Deno.writeFile(pth, torchFile({ "lifter.anchor": f32([25600, 1]) }, { epoch: 20 }));
    const evaluate = ["eval", "--data", folder, "--resume-from", pth];
    await fails(2, "--preset nuscenes_gs25600_solid", ...evaluate);
    const of = 'it is of "nuscenes_gs25600_solid"';
    await fails(2, of, ...evaluate, "--preset", "prob/nuscenes_gs6400");
    const train = ["train", "--data", folder, "--work-dir", join(folder, "run")];
    await fails(1, "--load-from", ...train, "--resume-from", pth);
    const both = ["--resume-from", pth, "--load-from", pth];
    await fails(2, "exclude each other", ...train, ...both);
    await fails(1, "no such checkpoint", ...train, "--load-from", join(folder, "none.pth"));
  }));

Deno.test("a configuration file that cannot be read is named with its line", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.py");
    await Deno.writeTextFile(path, "x = 1\nimport torch\n");
    const train = ["train", "--data", folder, "--work-dir", join(folder, "run")];
    await fails(1, `"${path}:2": "import" is not read but of`, ...train, "--py-config", path);
    await fails(1, "there is no such file", ...train, "--py-config", join(folder, "b.py"));
    await fails(2, "exclude each other", ...train, "--py-config", path, "--preset", "demo");
  }));

Deno.test("op run names a missing key and a wrong shape, and writes nothing", () =>
  inFolder(async (folder) => {
    const [input, output] = [join(folder, "in.npz"), join(folder, "out.npz")];
    const int32 = (shape: number[], ...data: number[]) => ({
      shape,
      dtype: "int32" as const,
      data: Int32Array.from(data),
    });
    const arrays = {
      pred: int32([1, 2], 1, 2),
      class_indices: int32([2], 1, 2),
      empty_label: int32([1], 17),
    };
    await Deno.writeFile(input, writeNpz(arrays));
    await fails(1, 'the input has no "labels"', "op", "run", "miou", input, output);
    await Deno.writeFile(input, writeNpz({ ...arrays, labels: int32([1, 3], 1, 2, 1) }));
    await fails(1, '"labels" must be', "op", "run", "miou", input, output);
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["in.npz"]);
    await Deno.writeFile(input, writeNpz({ ...arrays, labels: int32([1, 2], 1, 1) }));
    const { code, out } = await voxsplat("op", "run", "miou", input, output, "--json");
    assertEquals([code, JSON.parse(out).operator], [0, "miou"]);
    assert((await Deno.stat(output)).size > 0);
  }));
