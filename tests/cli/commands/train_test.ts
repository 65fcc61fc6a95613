import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { train } from "../../../cli/commands/train.ts";
import { keepingTerminal } from "../keeping_terminal.ts";
import { UsageError } from "../../../cli/command_line/usage_error.ts";
import { openGpu } from "../../../cli/gpu.ts";
import { withDataset } from "../../end_to_end/tiny_run.ts";
import {
  ORIGINAL_TEXTS,
  writeTexts,
} from "../../model/occupancy/gaussianformer/config/original_texts.ts";

const backbone = (path: string) => [
  `${path}.stageBlocks=[1,1,1,1]`,
  `${path}.deformable=[false,false,false,false]`,
  `${path}.stemChannels=8`,
  `${path}.baseChannels=4`,
];
/** The smallest model with a sampled lifter, out of a full-size one. */
const SMALL = [
  ...["image.width=64", "image.height=32"],
  ...backbone("backbone"),
  ...backbone("lifter.backbone"),
  ...["gaussians.count=70", "lifter.count=40", "lifter.bins=24", "lifter.neckChannels=8"],
  ...["encoder.embedDims=16", "encoder.feedforward=32", "encoder.blocks=1", "encoder.kernel=3"],
  ...["occupancy.voxel=4", "encoder.cell=4"],
].flatMap((setting) => ["--set", setting]).concat("--software");

async function call(...words: string[]) {
  const terminal = keepingTerminal();
  const code = await train.run([...words, "--json"], terminal);
  const events = terminal.out.map((line) => JSON.parse(line));
  return { code, events, err: terminal.err.join("\n") };
}

// The command opens and closes a GPU of its own, which leaves timers of the driver behind.
const options = { sanitizeOps: false, sanitizeResources: false };

Deno.test({
  name: "train: initializer, then the model that a configuration file starts from it, then resumed",
  ...options,
  fn: () =>
    withDataset(async (dataDir, folder) => {
      await writeTexts(folder, ORIGINAL_TEXTS);
      const [first, second, third] = ["init", "model", "resumed"].map((name) => join(folder, name));
      const published = join(folder, "prob/nuscenes_gs6400.py");
      const data = ["--data", dataDir];

      // The file names weights that are not there.
      const missing = await assertRejects(
        () => call("--py-config", published, ...data, "--work-dir", first!, ...SMALL),
        Error,
        'Cannot start from "ckpts/r101_dcn_fcos3d_pretrain.pth", which the configuration names as "load_from"',
      );
      assert((missing as Error & { hint: string }).hint.includes("--from-scratch"));
      await assertRejects(() => Deno.stat(first!), Deno.errors.NotFound);

      // A processor that plays GPU would take hours over a full-size preset.
      const gpu = await openGpu();
      const { software } = gpu.name;
      gpu.destroy();
      if (software) {
        const large = ["--preset", "nuscenes_gs25600_solid", ...data, "--work-dir", first!];
        const refused = await assertRejects(() => call(...large), UsageError, "software adapter");
        assert(refused.hint?.includes("--software"), refused.hint);
        await assertRejects(() => Deno.stat(first!), Deno.errors.NotFound);
      } else console.log("the adapter is a real one, so nothing is refused for being software");

      const initializer = await call(
        ...["--py-config", published, "--from-scratch", "--stage", "initializer", ...SMALL],
        ...[...data, "--work-dir", first!, "--epochs", "2", "--gradient-accumulation", "2"],
      );
      const types = initializer.events.map(({ type }) => type);
      // Two passes over three key frames, two a step.
      assertEquals(
        types,
        ["planned", "started", ...Array(3).fill("step"), "saved", "finished", "summary"],
      );

      const own = join(folder, "prob/own.py");
      const weights = join(first!, "step_000003.safetensors");
      await Deno.writeTextFile(
        own,
        `_base_ = ['nuscenes_gs6400.py']\nload_from = None\nmodel = dict(lifter=dict(pretrained_path='${weights}'))\n`,
      );
      const roots = [
        ...["--data-root", join(dataDir, "nuscenes"), "--anno-root", join(dataDir, "nuscenes_cam")],
        ...["--occ-path", join(dataDir, "surroundocc")],
      ];
      const model = await call(
        ...["--py-config", own, ...roots, "--work-dir", second!, "--steps", "1", ...SMALL],
        ...["--dataset", "nuscenes", "--iter-resume"],
      );
      assert(model.err.includes(`"${own}": `) && model.err.includes("of its settings are used"));
      assert(model.err.includes("--iter-resume is not needed"), model.err);
      const { report } = model.events.find(({ type }) => type === "loaded");
      assertEquals([report.file, report.unexpected, report.misshapen], [weights, [], []]);
      assert(report.loaded > 40);

      const pretrained = join(folder, "prob/pretrained.py");
      const nowhere = join(folder, "resnet50.pth");
      await Deno.writeTextFile(
        pretrained,
        `_base_ = ['own.py']\nmodel = dict(img_backbone=dict(pretrained='${nowhere}'))\n`,
      );
      await assertRejects(
        () => call("--py-config", pretrained, ...data, "--work-dir", third!, ...SMALL),
        Error,
        `Cannot start from "${nowhere}", which the configuration names as "model.img_backbone.pretrained"`,
      );

      const resuming = join(folder, "prob/resuming.py");
      await Deno.writeTextFile(resuming, `_base_ = ['own.py']\nresume_from = '${second}'\n`);
      const resumed = await call(
        ...["--py-config", resuming, ...data, "--work-dir", third!, "--steps", "2", ...SMALL],
      );
      assertEquals(
        resumed.events.filter(({ type }) => type === "step").map(({ step }) => step),
        [2],
      );
      // A folder that holds a run is not taken over without a word.
      const again = await call(
        ...["--py-config", own, "--from-scratch", ...data, "--work-dir", second!],
        ...["--steps", "1", ...SMALL],
      );
      const newest = join(second!, "step_000001.safetensors");
      assert(again.err.includes(`--resume-from ${newest} goes on with it`), again.err);
      await assertRejects(
        () => call("--resume-from", first!, "--stage", "model", ...data, "--work-dir", third!),
        UsageError,
        'it is of stage "initializer"',
      );
    }),
});

Deno.test({
  name: "train --dry-run plans without data, and refuses what is too much",
  ...options,
  fn: async () => {
    const { events } = await call("--dry-run", "--preset", "nuscenes_gs25600_solid");
    assertEquals(events.map(({ type }) => type), ["planned"]);
    assertEquals(events[0].plan.trained, 53_483_255);
    const terminal = keepingTerminal();
    const words = ["--dry-run", "--preset", "demo", "--memory-limit"];
    await train.run([...words, "1"], terminal);
    assert(/^GPU memory .* \d+\.\d$/m.test(terminal.out.join("\n")), terminal.out.join("\n"));
    await assertRejects(
      () => train.run([...words, "0.01"], terminal),
      RangeError,
      "--memory-limit allows 10.2 MiB",
    );
  },
});

Deno.test("train: words that do not go together are mistakes", async () => {
  const fails = (message: string, ...words: string[]) =>
    assertRejects(() => call(...words), UsageError, message);
  await fails("--steps and --epochs", "--steps", "3", "--epochs", "1");
  await fails('"--data"', "--work-dir", "x", "--data-root", "a", "--anno-root", "b");
  await fails('"--work-dir"', "--data", "x");
  await fails("--load-from and --from-scratch", "--load-from", "a.pth", "--from-scratch");
});

Deno.test({
  name:
    "train --steps-scaler shortens the whole schedule; it and --quick refuse what they would spoil",
  ...options,
  fn: () =>
    withDataset(async (dataDir, folder) => {
      const given = ["--preset", "prob/nuscenes_gs6400", "--data", dataDir, "--from-scratch"];
      const schedule = ["--set", "optim.steps=40", "--set", "optim.warmupSteps=20"];
      const scaled = await call(
        ...[...given, ...SMALL, ...schedule, "--work-dir", join(folder, "scaled")],
        ...["--steps-scaler", "0.05"],
      );
      assertEquals(scaled.events.at(-1).steps, 2);
      const saved = JSON.parse(await Deno.readTextFile(join(folder, "scaled", "config.json")));
      assertEquals(saved.config.optim.warmupSteps, 1);

      const refused: [string[], string][] = [
        [["--quick", "--steps-scaler", "0.1"], "--quick and --steps-scaler exclude each other"],
        [["--quick", "--resume-from", "x"], "--quick and --resume-from exclude each other"],
        [["--steps-scaler", "2", "--resume-from", "x"], "--steps-scaler and --resume-from"],
        [["--steps-scaler", "0"], '"--steps-scaler 0": it must be a number from'],
      ];
      for (const [words, text] of refused) {
        await assertRejects(() => call("--data", dataDir, ...words), UsageError, text);
      }
    }),
});

Deno.test({
  name:
    "train --quick without steps takes as many as a few measured ones allow, at most the preset's",
  ...options,
  fn: () =>
    withDataset(async (dataDir, folder) => {
      const workDir = join(folder, "run");
      const { events, err } = await call(
        ...["--preset", "prob/nuscenes_gs6400", "--data", dataDir, "--from-scratch", ...SMALL],
        ...["--set", "optim.steps=4", "--work-dir", workDir, "--quick"],
      );
      assert(/measuring 3 steps/.test(err) && /, 4 steps of .* a smaller model/.test(err), err);
      assertEquals(events.at(-1).steps, 4);
    }),
});
