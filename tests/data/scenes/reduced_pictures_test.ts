import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { encodeJpeg } from "../../../data/pictures/jpeg/jpeg.ts";
import { encodePng } from "../../../data/pictures/png/png.ts";
import { pictureSize } from "../../../data/pictures/read_picture.ts";
import { encodeWebp } from "../../../data/pictures/webp.ts";
import { reducePictures } from "../../../data/scenes/reduced_pictures.ts";

Deno.test("pictures of all kinds are reduced, JPEG as JPEG and others as PNG", async () => {
  const scene = Deno.makeTempDirSync();
  try {
    const [width, height] = [9, 6];
    const rgb = { width, height, data: new Uint8Array(3 * width * height).fill(80) };
    const rgba = { width, height, data: new Uint8Array(4 * width * height).fill(80) };
    const files: Record<string, Uint8Array> = {
      "a.JPG": encodeJpeg(rgb),
      "b.png": encodePng(rgb),
      "sub/c.webp": await encodeWebp(rgba),
      "notes.txt": new Uint8Array(3),
    };
    for (const [name, bytes] of Object.entries(files)) {
      const file = join(scene, "images", name);
      Deno.mkdirSync(join(file, ".."), { recursive: true });
      Deno.writeFileSync(file, bytes);
    }
    const names: string[] = [];
    for await (const { name, total } of reducePictures(scene, [3])) {
      names.push(`${name} of ${total}`);
    }
    assertEquals(names, ["a.JPG of 3", "b.png of 3", "sub/c.webp of 3"]);
    for (const name of ["a.JPG", "b.png", "sub/c.png"]) {
      assertEquals(pictureSize(join(scene, "images_3", name)), [3, 2], name);
    }
  } finally {
    Deno.removeSync(scene, { recursive: true });
  }
});
