import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { decodePng, encodePng } from "../../../../data/pictures/png/png.ts";
import { heldOutSheet } from "../../../../model/splat/measures/held_out_sheet.ts";

const [WIDTH, HEIGHT, GAP] = [3, 2, 8];

Deno.test("photos stand left of what the model makes of them, views spread over all", async () => {
  const folder = await Deno.makeTempDir();
  try {
    for (const [part, red] of [["gt", 0], ["renders", 100]] as const) {
      const path = join(folder, "test", "ours_7", part);
      await Deno.mkdir(path, { recursive: true });
      for (let view = 0; view < 4; view++) {
        const data = new Uint8Array(3 * WIDTH * HEIGHT).fill(red + view);
        const png = encodePng({ width: WIDTH, height: HEIGHT, channels: 3, data });
        await Deno.writeFile(join(path, `0000${view}.png`), png);
      }
    }
    const { width, height, channels, data } = await decodePng(await heldOutSheet(folder, 7, 2));
    assertEquals([width, height], [2 * WIDTH + GAP, 2 * HEIGHT + GAP]);
    const at = (x: number, y: number) => data[channels * (y * width + x)];
    const right = WIDTH + GAP, below = HEIGHT + GAP;
    assertEquals([at(0, 0), at(right, 0), at(0, below), at(right, below)], [0, 100, 2, 102]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
