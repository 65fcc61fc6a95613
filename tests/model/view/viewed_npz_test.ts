import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { writeNpz } from "../../../data/formats/numpy/npz.ts";
import { CLASS } from "../../../data/nuscenes/classes.ts";
import { surroundOcc } from "../../../data/nuscenes/task.ts";
import { SH_C0 } from "../../../data/splats/activation.ts";
import { readSplatSource } from "../../../data/splats/read_splats.ts";
import { gaussianArraysFile } from "../../../model/occupancy/view/key_frame_files.ts";
import { openView } from "../../../model/view/open_view.ts";
import type { Viewed } from "../../../model/view/viewed.ts";
import { colouredVoxels, inFolder } from "../../cli/view/scenes.ts";

async function bytesOf(viewed: Viewed, ...name: string[]): Promise<Uint8Array> {
  const { body } = (await viewed.resource(name))!;
  if (body instanceof Uint8Array) return body;
  return new Uint8Array(await new Blob([...body] as BlobPart[]).arrayBuffer());
}

Deno.test("voxels of splats stand upright, in their colours", () =>
  inFolder(async (folder) => {
    const path = join(folder, "voxels.npz");
    await Deno.writeFile(path, colouredVoxels([1, 0, 2], [9, 8, 7]));
    const viewed = await openView(path);
    assertEquals(viewed.state().kind, "occupancy");
    const about = JSON.parse(new TextDecoder().decode(await bytesOf(viewed, "0", "about")));
    assertEquals(about.dims, [2, 3, 2]);
    assertEquals(about.range, [-1, 0, -1, 1, 3, 1]);
    // x stays, z of the file is ahead, y of the file points down: its first layer is the upper one.
    const labels = await bytesOf(viewed, "0", "prediction");
    const at = (1 * 3 + 2) * 2 + 1;
    assertEquals([...labels].map((label, i) => label === 0 ? i : -1).filter((i) => i >= 0), [at]);
    const colours = await bytesOf(viewed, "0", "colours");
    assertEquals([...colours.subarray(3 * at, 3 * at + 3)], [9, 8, 7]);
    for (const name of [["0", "truth"], ["0"], ["1", "about"], ["0", "toString"]]) {
      assertEquals(await viewed.resource(name), null);
    }
  }));

Deno.test("arrays of a model's Gaussians are shown in the colours of their classes", () =>
  inFolder(async (folder) => {
    const path = join(folder, "val_0_gaussian.npz");
    const semantics = new Float32Array(2 * 18);
    semantics[CLASS.car] = 1;
    semantics[18 + CLASS.empty] = 1; // free space is not shown
    const file = gaussianArraysFile({
      means: Float32Array.of(1, 2, 3, 4, 5, 6),
      scales: new Float32Array(6).fill(0.5),
      rotations: Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0),
      opacities: Float32Array.of(0.5, 0.5),
      semantics,
      labels: [],
    });
    await Deno.writeFile(path, file as Uint8Array<ArrayBuffer>);
    const viewed = await openView(path);
    assertEquals(viewed.state().kind, "splats");
    const ply = await bytesOf(viewed, "0");
    const { splats } = await readSplatSource({
      file: "answer.ply",
      size: ply.length,
      read: (offset: number, length: number) => ply.subarray(offset, offset + length),
    });
    assertEquals([splats.count, ...splats.positions], [1, 1, -3, 2]); // y down, z ahead
    const red = Math.round(255 * (0.5 + SH_C0 * splats.shDc[0]!));
    assertEquals(red, surroundOcc.palette[CLASS.car]![0]);
  }));

const WRONG: Readonly<Record<string, string>> = {
  occupied: "[X, Y, Z] is right",
  means: '"semantics"',
  other: '"semantics"',
};
for (const [name, problem] of Object.entries(WRONG)) {
  Deno.test(`an npz with "${name}" that is not whole says what is missing`, () =>
    inFolder(async (folder) => {
      const path = join(folder, "other.npz");
      const array = { dtype: "uint8" as const, shape: [2, 2], data: new Uint8Array(4) };
      const arrays = { [name]: array, ...(name === "means" ? { scales: array } : {}) };
      await Deno.writeFile(path, writeNpz(arrays) as Uint8Array<ArrayBuffer>);
      await assertRejects(() => openView(path), Error, problem);
    }));
}
