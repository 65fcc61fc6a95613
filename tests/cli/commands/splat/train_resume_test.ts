import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { splatTrain } from "../../../../cli/commands/splat/train.ts";
import { keepingTerminal } from "../../keeping_terminal.ts";
import { readSafetensors, writeSafetensors } from "../../../../data/formats/safetensors.ts";
import { withTinyScene, writeTinyScene } from "../../../model/splat/tiny_scene.ts";

type Path = (name: string) => string;

// The commands open and close a GPU of their own, which leaves timers of the driver behind.
function sceneTest(name: string, body: (scene: string, path: Path) => Promise<void>): void {
  const fn = () => withTinyScene(body);
  Deno.test({ name, sanitizeOps: false, sanitizeResources: false, fn });
}

async function train(words: string) {
  const terminal = keepingTerminal();
  const all = `${words} --test_iterations -1 --disable_viewer`.split(" ");
  assertEquals(await splatTrain.run(all, terminal), 0);
  return terminal.err.join("\n");
}

// deno-lint-ignore no-explicit-any
type Change = (arrays: Map<string, any>, state: any) => void;

/** Checkpoints that must not be gone on from, and what the refusal names. */
const BROKEN: Readonly<Record<string, [change: Change, named: string]>> = {
  "no moments of one group": [
    (arrays) => ["first", "second"].forEach((which) => arrays.delete(`adamw.${which}.xyz`)),
    'no moments of the optimizer for 1 of 5 trained parameters, "xyz" first',
  ],
  "no moments at all": [
    (arrays) =>
      [...arrays.keys()].filter((key) => key.startsWith("adamw.")).forEach((key) =>
        arrays.delete(key)
      ),
    "no moments of the optimizer for 5 of 5",
  ],
  "half a pair of moments": [
    (arrays) => arrays.delete("adamw.second.opacity"),
    '"adamw.second.opacity" is missing',
  ],
  "moments of another shape": [
    (arrays) =>
      arrays.set("adamw.first.opacity", { dtype: "float32", shape: [1], data: Float32Array.of(0) }),
    'a moment of "opacity" is float32 [1]',
  ],
  "no Gaussians": [(arrays) => arrays.delete("scaling"), 'no float32 array "scaling"'],
  "a place that is NaN": [
    (arrays) => arrays.get("xyz").data[4] = NaN,
    '1 values of "xyz" are not finite',
  ],
  "an infinite opacity and NaN moments": [
    (arrays) => {
      arrays.get("opacity").data[2] = Infinity;
      arrays.get("adamw.second.rotation").data.fill(NaN, 0, 3);
    },
    '1 values of "opacity", 3 values of "second moment of rotation" are not finite',
  ],
  "no random numbers": [(arrays) => arrays.delete("state.random.words"), 'array "random.words"'],
  "an empty state": [
    (_, state) => Object.keys(state).forEach((key) => delete state[key]),
    "it is a checkpoint of train",
  ],
  "no steps": [(_, state) => state.steps = null, '"steps.xyz" is missing'],
  "steps that are none": [(_, state) => state.steps.opacity = -1, '"steps.opacity" is -1'],
  "no place in the random numbers": [
    (_, state) => delete state.random,
    '"random.seed" is missing, it must be a whole number',
  ],
  "far too many iterations": [
    (_, state) => state.step = 1e9,
    "its state says 1000000000 steps are done, its settings have 6",
  ],
  "a degree that does not exist": [(_, state) => state.activeDegree = 7, '"activeDegree" is 7'],
};

sceneTest("a checkpoint that is broken is refused by what it lacks", async (scene, path) => {
  const words = `-s ${scene} --sh_degree 0 --random-points 40 --iterations`;
  await train(`${words} 6 -m ${path("m")} --checkpoint_iterations 3`);
  for (const [what, [change, named]] of Object.entries(BROKEN)) {
    const { tensors, metadata } = readSafetensors(join(path("m"), "chkpnt3.safetensors"));
    const state = JSON.parse(metadata.voxsplat!);
    change(tensors, state);
    const file = path("broken.safetensors");
    writeSafetensors(file, tensors, { voxsplat: JSON.stringify(state) });
    const error = await assertRejects(
      () => train(`${words} 6 -m ${path("n")} --start_checkpoint ${file}`),
      Error,
      "broken.safetensors",
    );
    assertStringIncludes(error.message, named, what);
  }
  await assertRejects(() => Deno.stat(path("n")), Deno.errors.NotFound);
});

sceneTest("other settings are told, another scene or strategy is refused", async (scene, path) => {
  const words = `-s ${scene} --eval --sh_degree 0 --random-points 40 --iterations 4`;
  await train(`${words} -m ${path("m")} --checkpoint_iterations 2`);
  const from = `--start_checkpoint ${path("m")}/chkpnt2.safetensors`;
  const said = await train(`${words} -m ${path("n")} ${from} --seed 9 --lambda_dssim 0.3`);
  assertStringIncludes(said, "seed 9 (was 0)");
  assertStringIncludes(said, "lambda_dssim 0.3 (was 0.2)");
  const same = await train(`${words} -m ${path("same")} ${from}`);
  assert(!same.includes("was"), same);
  writeTinyScene(path("other"), { train: 7 });
  const other = words.replace(scene, path("other"));
  for (
    const [all, named] of [
      [other, "it was trained on 6 views"],
      [`${words} --strategy mcmc`, "it was trained with --strategy default, this run has mcmc"],
      [`${words} --train_test_exp`, "it was trained with --train_test_exp false"],
    ]
  ) {
    const error = await assertRejects(() => train(`${all} -m ${path("o")} ${from}`), RangeError);
    assertStringIncludes(error.message, named!);
  }
});

sceneTest("a folder with a model is not trained into, but for --overwrite", async (scene, path) => {
  const model = path("m");
  const words = `-s ${scene} -m ${model} --sh_degree 0 --random-points 40 --iterations`;
  await train(`${words} 6 --checkpoint_iterations 2 4 6`);
  for (const name of ["report.html", "results.json"]) Deno.writeTextFileSync(join(model, name), "");
  const error = await assertRejects(
    () => train(`${words} 3`),
    Error,
    "it holds a finished run of 6",
  );
  const { hint } = error as Error & { hint: string };
  assertStringIncludes(hint, `--start_checkpoint ${model} goes on`);
  assertStringIncludes(hint, "--overwrite");
  // A checkpoint of another folder is a start like any other.
  Deno.renameSync(join(model, "chkpnt2.safetensors"), path("two.safetensors"));
  await assertRejects(
    () => train(`${words} 3 --start_checkpoint ${path("two.safetensors")}`),
    Error,
    "it holds a finished run of 6",
  );
  assert(Deno.statSync(join(model, "point_cloud/iteration_6/point_cloud.ply")).isFile);
  const said = await train(`${words} 3 --overwrite`);
  assertStringIncludes(said, `"${model}" held a finished run of 6 iterations, which goes`);
  const names = [...Deno.readDirSync(model)].map(({ name }) => name).filter((name) =>
    !name.startsWith("events.")
  );
  assertEquals(names.sort(), [
    ...["cameras.json", "cfg_args", "evaluations.jsonl", "exposure.json", "input.ply"],
    ...["metrics.jsonl", "pictures", "point_cloud", "run.json"],
  ]);
  assertEquals([...Deno.readDirSync(join(model, "point_cloud"))].map(({ name }) => name), [
    "iteration_3",
  ]);
});

sceneTest(
  "a run that was only begun is told of, and its checkpoints are not taken for new ones",
  async (scene, path) => {
    const model = path("m");
    const words = `-s ${scene} -m ${model} --sh_degree 0 --random-points 40 --iterations`;
    await train(`${words} 6 --checkpoint_iterations 4 6`);
    Deno.removeSync(join(model, "point_cloud"), { recursive: true }); // as after a kill
    const said = await train(`${words} 3 --seed 9`);
    assertStringIncludes(said, `holds a finished run of 6 iterations, this one starts anew`);
    const error = await assertRejects(
      () => train(`${words} 9 --start_checkpoint ${model}`),
      Error,
      "the run in it has saved no checkpoint yet",
    );
    assertStringIncludes((error as Error & { hint: string }).hint, "chkpnt6.safetensors");
  },
);
