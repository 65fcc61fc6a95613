import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { decodePng, encodePng } from "../../../../data/pictures/png/png.ts";
import { selectSplats, type Splats } from "../../../../data/splats/splats.ts";
import { writeSplats } from "../../../../data/splats/write_splats.ts";
import type { Gpu } from "../../../../gpu/device.ts";
import { SPLAT_DEFAULTS, type SplatConfig } from "../../../../model/splat/config.ts";
import { ModelFolder } from "../../../../model/splat/scene/model_folder.ts";
import { namespaceText } from "../../../../model/splat/scene/namespace_text.ts";
import { renderModel } from "../../../../model/splat/measures/render_model.ts";
import { madeUpSplats } from "../../../data/splats/made_up.ts";
import { gpuTest, noise } from "../../../support.ts";
import { withTinyScene } from "../tiny_scene.ts";

/** A model's folder as training leaves it, with these Gaussians. */
async function writeModel(folder: string, scene: string, splats: Splats): Promise<void> {
  const ply = new ModelFolder(folder).plyOf(7);
  Deno.mkdirSync(join(ply, ".."), { recursive: true });
  await writeSplats(ply, splats);
  const options: SplatConfig = {
    ...SPLAT_DEFAULTS,
    sh_degree: splats.degree,
    source_path: scene,
    model_path: folder,
    eval: true,
  };
  Deno.writeTextFileSync(join(folder, "cfg_args"), namespaceText(options));
}

interface Rendered {
  readonly pictures: { width: number; height: number; data: Uint8Array }[];
  readonly remarks: string[];
}

/** Draws the test views of a model. */
async function render(
  gpu: Gpu,
  modelPath: string,
  overrides: Partial<SplatConfig> = {},
): Promise<Rendered> {
  const result: Rendered = { pictures: [], remarks: [] };
  const events = renderModel(gpu, {
    modelPath,
    iteration: -1,
    skipTrain: true,
    skipTest: false,
    overrides,
  });
  for await (const event of events) {
    if (event.type === "remark") result.remarks.push(event.text);
    if (event.type !== "view") continue;
    const { width, height, data } = decodePng(Deno.readFileSync(event.path));
    result.pictures.push({ width, height, data: data as Uint8Array });
  }
  return result;
}

/** Gaussians in front of the tiny scene's cameras, small enough to tell them apart. */
function cloud(count: number, seed: number): Splats {
  const splats = madeUpSplats(count, 1, seed);
  splats.positions.forEach((value, i) => splats.positions[i] = 0.25 * value);
  splats.logScales.forEach((value, i) => splats.logScales[i] = -3.5 + 0.2 * value);
  return splats;
}

gpuTest("render: Gaussians with NaN, Inf or zero rotation change nothing else", async (gpu) => {
  await withTinyScene(async (scene, path) => {
    for (let seed = 1; seed <= 6; seed++) {
      const count = 150;
      const splats = cloud(count, seed);
      const bad = new Set<number>();
      const { positions, logScales, quaternions, opacities, shDc, shRest } = splats;
      const columns = [positions, logScales, quaternions, opacities, shDc, shRest];
      const where = noise(40 + seed, 60, 0, 1);
      for (let k = 0; k < 20; k++) {
        const i = Math.floor(where[3 * k]! * count);
        const column = columns[k % columns.length]!;
        const width = column.length / count;
        const value = [NaN, Infinity, -Infinity][Math.floor(where[3 * k + 2]! * 3)]!;
        // Infinite opacities and scales of -Infinity are drawn: alpha 0 or 1, no thickness.
        const means = column === opacities || column === logScales;
        column[width * i + Math.floor(where[3 * k + 1]! * width)] = means ? NaN : value;
        bad.add(i);
      }
      quaternions.fill(0, 4 * 77, 4 * 78);
      bad.add(77);
      const kept = Uint32Array.from({ length: count }, (_, i) => i).filter((i) => !bad.has(i));
      await writeModel(path("broken"), scene, splats);
      await writeModel(path("clean"), scene, selectSplats(splats, kept));
      const [broken, clean] = [await render(gpu, path("broken")), await render(gpu, path("clean"))];
      assertEquals(broken.pictures, clean.pictures);
      assert(clean.pictures.every(({ data }) => data.some((value) => value > 50)));
      assertStringIncludes(broken.remarks.join(), `${bad.size} of ${count} Gaussians of`);
      assert(!clean.remarks.join().includes("left out"));
    }
  });
});

gpuTest("render: tiny and huge Gaussians are drawn where they are, or not at all", async (gpu) => {
  await withTinyScene(async (scene, path) => {
    const splats = cloud(100, 9);
    await writeModel(path("plain"), scene, splats);
    const { pictures: plain } = await render(gpu, path("plain"));
    const changed = async (name: string, change: (splats: Splats) => void) => {
      const copy = selectSplats(splats, Uint32Array.from({ length: 101 }, (_, i) => i % 100));
      copy.quaternions.set([1, 0, 0, 0], 400);
      copy.shRest.fill(0, copy.shRest.length / 101 * 100);
      change(copy);
      await writeModel(path(name), scene, copy);
      return (await render(gpu, path(name), { white_background: name === "white" })).pictures;
    };
    // A point: the blur of 0.3 pixels makes it a dot of a few pixels.
    const tiny = await changed("tiny", (all) => {
      all.logScales.fill(-80, 300);
      all.positions.set([0, 0, 0], 300);
      all.opacities[100] = 9;
    });
    tiny.forEach(({ data }, view) => {
      const touched = data.filter((value, i) => value !== plain[view]!.data[i]).length;
      assert(touched <= 3 * 25, `${touched} values`);
    });
    // Larger than f32 squares reach: not there, as in front of and behind all others.
    for (const logScale of [45, 80, 3e38]) {
      const gone = await changed("gone", (all) => all.logScales.fill(logScale, 300));
      assertEquals(gone, plain);
    }
    // Huge and so faint that it is below 1/255 everywhere.
    const faint = await changed("faint", (all) => {
      all.logScales.fill(6, 300);
      all.opacities[100] = -20;
    });
    assertEquals(faint, plain);
    // Huge and opaque, in front of all: the picture is its colour, with 1 % of what is behind.
    const wall = await changed("wall", (all) => {
      all.logScales.fill(9, 300);
      all.positions.set([0, 0, 0], 300);
      all.opacities[100] = 20;
      all.shDc.fill(0, 300); // grey
      all.positions.forEach((value, i) => all.positions[i] = i < 300 ? value + 1e6 : value);
    });
    for (const { data } of wall) {
      assert(data.every((value) => Math.abs(value - 0.99 * 127.5) <= 1), `${data.slice(0, 9)}`);
    }
  });
});

gpuTest("render: no Gaussians give the background, other files say what they are", async (gpu) => {
  await withTinyScene(async (scene, path) => {
    const none = selectSplats(cloud(4, 1), new Uint32Array());
    await writeModel(path("none"), scene, none);
    for (const white_background of [false, true]) {
      const { pictures } = await render(gpu, path("none"), { white_background });
      assertEquals(pictures.length, 2);
      for (const { data } of pictures) {
        assert(data.every((value) => value === (white_background ? 255 : 0)));
      }
    }
    const model = path("model");
    await writeModel(model, scene, cloud(30, 2));
    const ply = new ModelFolder(model).plyOf(7);
    const whole = Deno.readFileSync(ply);
    for (const length of [whole.length - 1, whole.length / 2, 600, 40, 3, 0]) {
      Deno.writeFileSync(ply, whole.subarray(0, Math.floor(length)));
      const error = await assertRejects(() => render(gpu, model), SyntaxError);
      assertStringIncludes(error.message, ply);
    }
    Deno.writeTextFileSync(
      ply,
      "ply\nformat ascii 1.0\nelement vertex 3\nproperty float x\nproperty float y\n" +
        "property float z\nelement face 1\nproperty list uchar int vertex_indices\nend_header\n" +
        "0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n",
    );
    await assertRejects(() => render(gpu, model), SyntaxError, "it is a mesh with 1 faces");
    Deno.removeSync(ply);
    await assertRejects(() => render(gpu, model), Deno.errors.NotFound, ply);
    await assertRejects(() => render(gpu, path("nowhere")), Error, 'it has no file "cfg_args"');
    Deno.writeTextFileSync(join(model, "cfg_args"), "something else");
    await assertRejects(() => render(gpu, model), SyntaxError, "Namespace(...)");
  });
});

gpuTest("render: views of different sizes, none of them a multiple of 16", async (gpu) => {
  await withTinyScene(async (scene, path) => {
    const sizes = [[17, 33], [1, 1]] as const;
    sizes.forEach(([width, height], i) => {
      const data = new Uint8Array(4 * width * height).fill(200);
      const png = encodePng({ width, height, channels: 4, data });
      Deno.writeFileSync(join(scene, `test/r_${i}.png`), png);
    });
    await writeModel(path("model"), scene, cloud(80, 3));
    // What a run with more views left is gone afterwards, other files stay.
    const renders = join(path("model"), "test/ours_7/renders");
    Deno.mkdirSync(renders, { recursive: true });
    for (const name of ["00002.png", "notes.png"]) Deno.writeTextFileSync(join(renders, name), "");
    const { pictures } = await render(gpu, path("model"));
    assertEquals(
      pictures.map(({ width, height }) => [width, height]),
      sizes.map((size) => [...size]),
    );
    assert(pictures[0]!.data.some((value) => value > 50));
    const target = decodePng(Deno.readFileSync(join(path("model"), "test/ours_7/gt/00000.png")));
    assertEquals([target.width, target.height], [17, 33]);
    assertEquals([...Deno.readDirSync(renders)].map(({ name }) => name).sort(), [
      "00000.png",
      "00001.png",
      "notes.png",
    ]);
  });
});
