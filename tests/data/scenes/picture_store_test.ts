import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { encodePng } from "../../../data/pictures/png/png.ts";
import { PictureStore } from "../../../data/scenes/picture_store.ts";
import { readScene } from "../../../data/scenes/read_scene.ts";
import { withTinyScene } from "../../model/splat/tiny_scene.ts";

const PICTURE = 4 * 24 * 24;

Deno.test("pictures and depths share one budget, and are the same read again", async () => {
  await withTinyScene(async (folder) => {
    Deno.mkdirSync(join(folder, "depths"));
    for (let i = 0; i < 6; i++) {
      const data = new Uint16Array(24 * 24).fill(1000 + i);
      const png = encodePng({ width: 24, height: 24, data, channels: 1 });
      Deno.writeFileSync(join(folder, `depths/r_${i}.png`), png);
    }
    const { train } = readScene(folder, { eval: true, depths: "depths" });
    const all = new PictureStore(2 ** 20, 1);
    const none = new PictureStore(0, 1);
    const some = new PictureStore(3 * PICTURE, 1);
    for (const view of [...train, ...train]) {
      const size = all.sizeOf(view);
      const [picture, again] = [await all.load(view), await none.load(view)];
      assertEquals(again.data, picture.data);
      assertEquals(await some.load(view), picture);
      const depth = all.inverseDepth(view.depth!, size);
      assertEquals(none.inverseDepth(view.depth!, size), depth);
      assertEquals(some.inverseDepth(view.depth!, size), depth);
      assert(all.inverseDepth(view.depth!, size) === depth, "it is kept");
      assertEquals(none.bytes, PICTURE); // what was used last
      assert(some.bytes <= 3 * PICTURE, `${some.bytes}`);
    }
    assertEquals(all.bytes, 12 * PICTURE);
  });
});
