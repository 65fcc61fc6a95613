import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { basename, join } from "@std/path";
import type { Page } from "playwright-core";
import { logit, SH_C0 } from "../../../data/splats/activation.ts";
import { readSplats } from "../../../data/splats/read_splats.ts";
import { allocateSplats, type Splats } from "../../../data/splats/splats.ts";
import { writeSplats } from "../../../data/splats/write_splats.ts";
import { browserTest, canvasPicture, drawn, showing, type Shown } from "./browser.ts";
import { difference, pixelOf } from "./pictures.ts";
import { inFolder, viewpoint, writeModel, writeScene } from "./scenes.ts";

// Both look at the origin; the first from the front, so that what is left and right there is so in the picture.
const VIEWS = [viewpoint("front", [0, 0, -4], 0), viewpoint("side", [-3, -0.7, -3])];
/** A red ball on the left, a green one on the right, and a flat blue wall behind, seen from the front. */
const SCENE = ((): Splats => {
  const splats = allocateSplats(3, 0);
  const rows = [
    { at: [-1, 0, 0], scales: [0.3, 0.3, 0.3], colour: [0.9, 0.1, 0.1] },
    { at: [1, 0, 0], scales: [0.3, 0.3, 0.3], colour: [0.1, 0.8, 0.1] },
    { at: [0, 0, 2], scales: [0.9, 0.9, 0.02], colour: [0.1, 0.1, 0.9] },
  ];
  rows.forEach(({ at, scales, colour }, i) => {
    splats.positions.set(at, 3 * i);
    splats.logScales.set(scales.map(Math.log), 3 * i);
    splats.quaternions[4 * i] = 1;
    splats.opacities[i] = logit(0.99);
    splats.shDc.set(colour.map((value) => (value - 0.5) / SH_C0), 3 * i);
  });
  return splats;
})();
const PHOTO = [200, 150, 100] as const;

/** Writes a model whose scene has a photo of one colour for each camera. */
async function writeRun(folder: string): Promise<string> {
  const [model, scene] = [join(folder, "model"), join(folder, "scene")];
  await writeModel(model, SCENE, { views: VIEWS });
  await writeModel(model, SCENE, { views: VIEWS, iteration: 60 });
  await Deno.mkdir(scene);
  await writeScene(scene, VIEWS, PHOTO);
  await Deno.writeTextFile(join(model, "cfg_args"), `Namespace(source_path='${scene}')`);
  return model;
}

type Drive = (page: Page, see: () => Promise<Uint8Array>) => Promise<void>;

/** Of each control what is done with it and what is to be seen then, on one page after the other. */
const CONTROLS: Readonly<Record<string, Drive>> = {
  "frustums stand where the cameras are, with their photos, and a click looks through one": async (
    page,
    see,
  ) => {
    const loaded = await page.evaluate(() => {
      const { stage } = (globalThis as any).voxsplat;
      const pictures: any[] = [];
      stage.helpers.traverse((object: any) => object.isMesh && pictures.push(object));
      return pictures.map(({ material }) => material.map?.image.width);
    });
    assertEquals(loaded, [192, 192]);
    await page.mouse.move(200, 150);
    for (let i = 0; i < 4; i++) await page.mouse.wheel(0, 300); // away, so that they are in the picture
    const before = await see();
    await page.getByLabel("frustums").uncheck();
    assert(difference(before, await see()) > 0.05, "no frustums were to be seen");
    await page.getByLabel("frustums").check();
    await drawn(page);
    const place = await page.evaluate(() => {
      const { stage } = (globalThis as any).voxsplat;
      let picture: any = null;
      stage.helpers.traverse((object: any) => picture ??= object.isMesh ? object : null);
      picture.geometry.computeBoundingSphere();
      const [x, y] = stage.project(picture.geometry.boundingSphere.center);
      const { left, top } = stage.canvas.getBoundingClientRect();
      return [x + left, y + top];
    });
    await page.mouse.click(place[0]!, place[1]!);
    await drawn(page);
    assertEquals(await page.getByLabel("camera").locator("option:checked").innerText(), "front");
  },
  "a photo lies over what is drawn, to a slider": async (page, see) => {
    await page.keyboard.press("o");
    await drawn(page);
    const box = (await page.locator("img.photo").boundingBox())!;
    const canvas = (await page.locator("#stage canvas").boundingBox())!;
    // All of the photo is in the picture, in the middle of it.
    assertAlmostEquals(box.width / box.height, 320 / 240, 0.01);
    assertAlmostEquals(box.x + box.width / 2, canvas.x + canvas.width / 2, 1);
    assertAlmostEquals(Math.max(box.width / canvas.width, box.height / canvas.height), 1, 0.01);
    const [left, right] = [box.width * 0.25, box.width * 0.75].map((x) => box.x - canvas.x + x);
    const middle = canvas.height / 2 - 60;
    assertEquals(pixelOf(await see(), left!, middle), [...PHOTO]);
    assert(pixelOf(await see(), right!, middle)[0]! < 190, "the photo covers all");
    await page.getByLabel("photo", { exact: true }).fill("90");
    assertEquals(pixelOf(await see(), right!, middle), [...PHOTO]);
  },
  "the difference to a photo is that of the colours": async (page, see) => {
    await page.getByRole("button", { name: "off" }).click();
    const place = [200, 60] as const;
    const drawnThere = pixelOf(await see(), ...place);
    await page.getByRole("button", { name: "difference" }).click();
    await page.getByLabel("times").fill("1");
    const seen = pixelOf(await see(), ...place);
    PHOTO.forEach((value, k) => assertAlmostEquals(seen[k]!, Math.abs(value - drawnThere[k]!), 2));
    await page.getByRole("button", { name: "beside" }).click();
    await drawn(page);
    const view = (await page.locator(".view").boundingBox())!;
    const beside = (await page.locator(".beside").boundingBox())!;
    assertAlmostEquals(view.width, beside.width, 2);
    await page.getByRole("button", { name: "off" }).click();
    await page.keyboard.press("Escape");
  },
  "depth, normals, centres and ellipsoids": async (page, see) => {
    await page.getByLabel("camera").selectOption("front");
    await page.locator("summary", { hasText: "Look" }).click();
    const width = (await page.locator("#stage canvas").boundingBox())!.width;
    const [ball, wall] = [[0.25, 0.5], [0.5, 0.5]].map(([x, y]) => {
      const scale = Math.max(320 / width, 240 / 300);
      return [width / 2 + (x! - 0.5) * 320 * 0.94 / scale, 300 * y!] as const;
    });
    const look = async (name: string) => {
      await page.getByRole("button", { name, exact: true }).click();
      await drawn(page);
      return await see();
    };
    const colour = await see();
    assert(pixelOf(colour, ...ball!)[0]! > 150, `no red ball: ${pixelOf(colour, ...ball!)}`);
    const depth = await look("depth");
    // Viridis: what is near is yellow, what is far is dark.
    const [near, far] = [pixelOf(depth, ...ball!), pixelOf(depth, ...wall!)];
    assert(near[1]! > far[1]! + 30, `near ${near}, far ${far}`);
    // The wall's shortest axis is z, and it is turned to who looks: against z.
    const normal = pixelOf(await look("normals"), ...wall!);
    for (const [k, value] of [127, 127, 0].entries()) assertAlmostEquals(normal[k]!, value, 12);
    const centres = await look("centres");
    assert(pixelOf(centres, ball![0] + 12, ball![1])[0]! < 30, "a centre is no dot");
    const ellipsoids = await look("ellipsoids");
    assert(difference(ellipsoids, colour) > 3 && difference(ellipsoids, centres) > 3);
    assert(difference(await look("colour"), colour) < 0.5);
    await page.getByLabel("least opacity").fill("1");
    assert(Math.max(...pixelOf(await see(), ...ball!)) < 20, "all should be too transparent");
    await page.getByLabel("least opacity").fill("0");
    await page.getByLabel("opacity", { exact: true }).fill("0.5");
    const half = pixelOf(await see(), ...ball!);
    assert(half[0]! < 0.75 * pixelOf(colour, ...ball!)[0]!, `half as opaque: ${half}`);
    await page.getByLabel("opacity", { exact: true }).fill("1");
  },
  "two clicks measure, and a known length sets the scale": async (page) => {
    await page.locator("summary", { hasText: "Measure" }).click();
    await page.keyboard.press("m");
    for (const x of [-1, 1]) {
      const [left, top] = await page.evaluate((x) => {
        const { stage } = (globalThis as any).voxsplat;
        const at = stage.project(stage.controls.target.clone().set(x, 0, 0));
        const box = stage.canvas.getBoundingClientRect();
        return [at[0] + box.left, at[1] + box.top];
      }, x);
      await page.mouse.click(left!, top!);
    }
    const told = page.getByLabel("measured");
    // Half of the light is stopped a little before the middle of a ball.
    assertAlmostEquals(parseFloat(await told.innerText()), 2, 0.25);
    await page.getByLabel("known length").fill("3");
    await page.getByRole("button", { name: "is known" }).click();
    assertEquals(await told.innerText(), "3 m");
    await drawn(page);
    assert(/ m$/.test(await page.locator(".scale_bar").innerText()));
    await page.keyboard.press("m");
    await page.getByRole("button", { name: "clear" }).click();
  },
  "the camera list goes to a training camera and back": async (page) => {
    const place = () =>
      page.evaluate(() => (globalThis as any).voxsplat.stage.camera.position.toArray());
    const list = page.getByLabel("camera");
    await page.keyboard.press("Escape");
    const before = await place();
    await list.selectOption("side");
    assertEquals(await place(), VIEWS[1]!.entry.position);
    await page.keyboard.press("Escape");
    assertEquals(await place(), before);
    assertEquals(await list.locator("option:checked").textContent(), "free view (2 cameras)");
  },
  "grid and axes": async (page, see) => {
    const before = await see();
    await page.keyboard.press("x");
    assert(difference(before, await see()) > 0.3, "no grid is to be seen");
    await page.keyboard.press("x");
    assert(difference(before, await see()) < 0.1);
  },
  "the background, dark and light": async (page, see) => {
    await page.getByRole("button", { name: "light" }).click();
    assertEquals(pixelOf(await see(), 4, 100), [255, 255, 255]);
    await page.getByRole("button", { name: "dark" }).click();
    assertEquals(pixelOf(await see(), 4, 100), [17, 17, 19]);
  },
  "the timeline goes through the iterations": async (page) => {
    const shown = () => page.getByLabel("shown").locator("option:checked").innerText();
    assertEquals(await shown(), "iteration 60");
    await page.getByLabel("timeline").fill("0");
    await drawn(page);
    assertEquals(await shown(), "iteration 30");
    await page.getByRole("button", { name: "▶" }).click();
    await page.waitForFunction(() =>
      (globalThis as any).document.querySelector("[aria-label=shown]").value === "60"
    );
    await page.getByRole("button", { name: "▶" }).click();
  },
  "two iterations side by side are seen by one camera": async (page, see) => {
    await page.getByLabel("beside").selectOption("iteration 30");
    const png = await see();
    const width = (await page.locator("#stage canvas").boundingBox())!.width;
    for (const y of [100, 150, 200]) {
      for (const x of [20, 60, 100, 140]) {
        const [left, right] = [pixelOf(png, x, y), pixelOf(png, x + width / 2, y)];
        left.forEach((value, k) => assertAlmostEquals(value, right[k]!, 2));
      }
    }
    assertEquals(await page.locator(".pane_name:visible").allInnerTexts(), [
      "iteration 60",
      "iteration 30",
    ]);
    await page.getByLabel("beside").selectOption("nothing");
  },
  "a rectangle selects, what is selected is deleted, that is undone, and the rest is saved": async (
    page,
    see,
  ) => {
    await page.getByLabel("camera").selectOption("front");
    await page.locator("summary", { hasText: "Edit" }).click();
    const selection = page.getByLabel("selection");
    const whole = await see();
    await page.keyboard.press("b");
    const canvas = (await page.locator("#stage canvas").boundingBox())!;
    const middle = canvas.x + canvas.width / 2;
    await page.mouse.move(canvas.x + 5, 5);
    await page.mouse.down();
    await page.mouse.move(middle - 20, 290, { steps: 2 });
    await page.mouse.up();
    assertEquals(await selection.innerText(), "1 of 3 selected"); // the red ball
    await page.keyboard.press("Delete");
    assertEquals(await selection.innerText(), "0 of 2 selected");
    const without = await see();
    assert(difference(whole, without) > 1, "it is still to be seen");
    await page.keyboard.press("Control+z");
    await page.keyboard.press("i");
    assertEquals(await selection.innerText(), "2 of 3 selected");
    await page.keyboard.press("Control+z");
    await page.keyboard.press("Delete");
    assert(difference(without, await see()) < 0.1);
    // A box cuts the wall off behind.
    await page.getByLabel("crop to a box").check();
    await page.getByLabel("z max").fill("1");
    const file = await saved(page, () => page.getByRole("button", { name: "save PLY" }).click());
    const { splats } = await readSplats(file);
    assertEquals([splats.count, splats.positions[0]], [1, 1]); // the green ball
    await page.getByLabel("crop to a box").uncheck();
    await page.keyboard.press("b");
    await page.keyboard.press("Escape");
  },
  "a way through kept views is played and recorded": async (page) => {
    await page.locator("summary", { hasText: "Film" }).click();
    await page.keyboard.press("k");
    await page.getByLabel("camera").selectOption("side");
    await page.keyboard.press("k");
    assertEquals(await page.getByLabel("film").innerText(), "2 views");
    await page.getByLabel("length", { exact: true }).fill("1");
    const record = page.getByRole("button", { name: "record WebM" });
    const file = await saved(page, () => record.click());
    const bytes = await Deno.readFile(file);
    assertEquals([...bytes.subarray(0, 4)], [0x1a, 0x45, 0xdf, 0xa3]); // EBML
    const cluster = [0x1f, 0x43, 0xb6, 0x75]; // which holds frames
    assert(bytes.some((_, at) => cluster.every((byte, k) => bytes[at + k] === byte)), "no frames");
    const place = await page.evaluate(() =>
      (globalThis as any).voxsplat.stage.camera.position.toArray()
    );
    (VIEWS[1]!.entry.position as number[]).forEach((value, k) =>
      assertAlmostEquals(place[k], value, 1e-6)
    );
  },
  "files of other tools are dropped and shown": async (page, see) => {
    await page.keyboard.press("Escape");
    const before = await see();
    for (const format of ["spz", "ply"] as const) {
      const path = await Deno.makeTempFile({ suffix: `.${format}` });
      await writeSplats(path, SCENE);
      await page.getByLabel("another file").setInputFiles(path);
      await drawn(page);
      const shown = page.getByLabel("shown").locator("option:checked");
      assertEquals(await shown.innerText(), basename(path));
      assert(difference(before, await see()) < 2, `${format} looks otherwise`);
      await Deno.remove(path);
    }
    const path = await Deno.makeTempFile({ suffix: ".txt" });
    await page.getByLabel("another file").setInputFiles(path);
    await page.locator("#status.problem", { hasText: "Cannot show" }).waitFor();
    await Deno.remove(path);
  },
  "a question mark lists all keys": async (page) => {
    await page.keyboard.press("?");
    const text = await page.locator("dialog.help").innerText();
    for (const word of ["measure", "frustums", "grid and axes", "depth", "save a picture"]) {
      assert(text.includes(word), `"${word}" is not in the list: ${text}`);
    }
    await page.keyboard.press("?");
    assertEquals(await page.locator("dialog.help").isVisible(), false);
  },
};

/** The file that the page saves when it is asked to. */
async function saved(page: Page, ask: () => Promise<void>): Promise<string> {
  const saving = page.waitForEvent("download");
  await ask();
  return await (await saving).path();
}

browserTest("each control of a splat page does what it says", () =>
  inFolder(async (folder) => {
    await showing(await writeRun(folder), async (shown: Shown) => {
      const { page, said, foreign } = shown;
      const see = async () => {
        await drawn(page);
        return await canvasPicture(page);
      };
      for (const [name, drive] of Object.entries(CONTROLS)) {
        try {
          await drive(page, see);
        } catch (cause) {
          throw new Error(`"${name}" failed`, { cause });
        }
      }
      assertEquals([said, foreign], [[], []]);
    }, { size: [780, 340] });
  }));
