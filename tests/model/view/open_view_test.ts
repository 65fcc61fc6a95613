import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { readSplatSource } from "../../../data/splats/read_splats.ts";
import type { Splats } from "../../../data/splats/splats.ts";
import { writeSplats } from "../../../data/splats/write_splats.ts";
import { openView } from "../../../model/view/open_view.ts";
import type { Viewed } from "../../../model/view/viewed.ts";
import { filesUnder } from "../../shared_files.ts";
import {
  cloudSplats,
  inFolder,
  viewpoint,
  writeKeyFrames,
  writeModel,
} from "../../cli/view/scenes.ts";

/** The splats of an item as a browser gets them; null where there is none such. */
async function splatsOf(viewed: Viewed, id: string): Promise<Splats | null> {
  const resource = await viewed.resource([id]);
  if (!resource) return null;
  const chunks = resource.body instanceof Uint8Array ? [resource.body] : [...resource.body];
  viewed.close();
  const bytes = new Uint8Array(await new Blob(chunks as Uint8Array<ArrayBuffer>[]).arrayBuffer());
  const read = (offset: number, length: number) => bytes.subarray(offset, offset + length);
  return (await readSplatSource({ file: "page", size: bytes.length, read } as never)).splats;
}

Deno.test("every kind of splat file is handed out as a PLY", () =>
  inFolder(async (folder) => {
    for (const name of ["a.ply", "a.compressed.ply", "a.splat", "a.spz", "a.sog"]) {
      const path = join(folder, name);
      await writeSplats(path, cloudSplats(12, 1));
      const viewed = await openView(path);
      const { kind, title, items } = viewed.state();
      assertEquals([kind, title, items.length], ["splats", name, 1]);
      assertEquals((await splatsOf(viewed, items[0]!.id))!.count, 12, name);
      assertEquals(await splatsOf(viewed, "1"), null);
    }
    const all = await openView(folder);
    assertEquals(all.state().items.map(({ id }) => id), [
      "a.compressed.ply",
      "a.ply",
      "a.sog",
      "a.splat",
      "a.spz",
    ]);
    assertEquals((await splatsOf(all, "a.spz"))!.count, 12);
    assertEquals(await splatsOf(all, "../a.spz"), null);
  }));

Deno.test("Gaussians that are not finite are left out, and that is told", () =>
  inFolder(async (folder) => {
    const splats = cloudSplats(5, 0);
    splats.positions[3] = NaN;
    await writeSplats(join(folder, "a.ply"), splats);
    const viewed = await openView(join(folder, "a.ply"));
    assertEquals((await splatsOf(viewed, "0"))!.count, 4);
    assertEquals(viewed.state().problem!.startsWith("1 of 5 Gaussians"), true);
  }));

Deno.test("a model's folder has its iterations in order, and its cameras", () =>
  inFolder(async (folder) => {
    const views = [viewpoint("left", [0, 0, -3])];
    for (const iteration of [7000, 30000, 900]) {
      await writeModel(folder, cloudSplats(iteration / 100, 0), { iteration, views });
    }
    await Deno.mkdir(join(folder, "point_cloud", "iteration_50000")); // about to be written
    const viewed = await openView(folder);
    const { items, cameras, problem } = viewed.state();
    assertEquals(items.map(({ label }) => label), [
      "iteration 900",
      "iteration 7000",
      "iteration 30000",
    ]);
    assertEquals(cameras.map(({ name, fx, position }) => [name, fx, position]), [
      ["left", 300, [0, 0, -3]],
    ]);
    assertEquals(problem, null);
    assertEquals((await splatsOf(viewed, "7000"))!.count, 70);
    for (const id of ["50000", "1", "..", "start"]) assertEquals(await splatsOf(viewed, id), null);

    assertEquals(viewed.state().background, null);
    const options = (white: string) =>
      Deno.writeTextFile(join(folder, "cfg_args"), `Namespace(white_background=${white}, x='')`);
    await options("True");
    assertEquals(viewed.state().background, "white");
    await options("False");
    assertEquals(viewed.state().background, "black");

    const version = viewed.state().items[2]!.version;
    await writeModel(folder, cloudSplats(3, 0), { iteration: 30000, views });
    assertEquals(viewed.state().items[2]!.version === version, false);
    await Deno.writeTextFile(join(folder, "cameras.json"), `[{"id": 0, "width": 10}]`);
    assertStringIncludes(
      viewed.state().problem!,
      'cameras.json: "[0].height" must be a number above 0, got nothing',
    );
    await Deno.writeTextFile(join(folder, "cameras.json"), `[{"id`);
    assertStringIncludes(viewed.state().problem!, "cameras.json");
  }));

Deno.test("figures and curves come from whole lines only", () =>
  inFolder(async (folder) => {
    await writeModel(folder, cloudSplats(3, 0));
    const rows = [
      `{"iteration":10,"loss":0.5,"gaussians":3}`,
      `{"iteration":20,"loss":null,"gaussians":3}`,
      `{"iteration":"x"}`,
      `not JSON`,
      `[1]`,
      ``,
      `{"iteration":30,"loss":0.25,"gaussians":1234}`,
      `{"iteration":40,"lo`,
    ];
    await Deno.writeTextFile(join(folder, "metrics.jsonl"), rows.join("\n"));
    const { figures, charts, problem } = (await openView(folder)).state();
    assertStringIncludes(problem!, 'metrics.jsonl:3: "iteration" must be a whole number');
    assertStringIncludes(problem!, "(and 2 more)");
    assertEquals(figures, [["iteration", "30"], ["loss", "0.2500"], ["Gaussians", "1,234"]]);
    assertEquals(charts.map((svg) => svg.match(/<circle/g)?.length), [2, 3]);
  }));

Deno.test("folders of key frames, runs and demos are told apart", () =>
  inFolder(async (folder) => {
    const path = (...names: string[]) => join(folder, ...names);
    const run = async (name: string) => {
      await Deno.mkdir(path(name, "pictures"), { recursive: true });
      await Deno.writeTextFile(path(name, "config.json"), "{}");
      const row = { type: "step", step: 4, loss: 2, gradientNorm: 1, lr: 1, seconds: 1 };
      await Deno.writeTextFile(path(name, "metrics.jsonl"), `${JSON.stringify(row)}\n`);
      await writeKeyFrames(path(name, "pictures"), 1);
    };
    const ids = async (name: string) =>
      (await openView(path(name))).state().items.map(({ id }) => id);
    await Deno.mkdir(path("visualized"));
    await writeKeyFrames(path("visualized"), 11);
    assertEquals((await ids("visualized")).slice(-2), ["val_9", "val_10"]);
    await run("trained");
    assertEquals(await ids("trained"), ["pictures~val_0"]);
    await run("demo/run");
    await writeKeyFrames(path("demo"), 1);
    assertEquals(await ids("demo"), ["run~pictures~val_0", "val_0"]);
    const { kind, figures, charts, classes, errors } = (await openView(path("demo"))).state();
    assertEquals([kind, classes.length, errors.length], ["occupancy", 17, 4]);
    assertEquals([figures[0], charts.length], [["step", "4"], 3]);
    assertEquals(await ids("visualized/val_3.npz"), ["val_3"]);
  }));

const shared = filesUnder("data/splats", /\.(ply|splat|spz|ksplat)$|meta\.json$/)
  .filter((path) => !path.includes("beetle"));
if (!shared.length) console.log("skipped: no trained scenes in ../shared/data/splats");
Deno.test({
  name: "the scenes of other tools can be viewed",
  ignore: !shared.length,
  async fn() {
    for (const path of shared) {
      const viewed = await openView(path);
      const [item] = viewed.state().items;
      assertEquals((await splatsOf(viewed, item!.id))!.count > 0, true, path);
    }
  },
});
