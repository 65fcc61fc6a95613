import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { dataFile } from "../../../data/occupancy/data_files.ts";

const FILE = "samples/CAM_FRONT/n008__CAM_FRONT__1.jpg";

/** Names that indices of other people, machines and systems have for one file. */
const NAMES = [
  FILE,
  `./${FILE}`,
  `./data/nuscenes/${FILE}`,
  `data/nuscenes/${FILE}`,
  `/home/somebody/nuscenes/${FILE}`,
  `D:\\data\\nuscenes\\${FILE.replaceAll("/", "\\")}`,
  FILE.replaceAll("/", "\\"),
  FILE.replace(".jpg", ".JPG"),
  FILE.replace(".jpg", ".png"),
  FILE.replace(".jpg", ""),
];

Deno.test("files of an index are found under the names that people's indices have", () => {
  const root = Deno.makeTempDirSync();
  try {
    Deno.mkdirSync(join(root, FILE, ".."), { recursive: true });
    Deno.writeTextFileSync(join(root, FILE), "");
    for (const name of [...NAMES, join(root, FILE)]) {
      assertEquals(dataFile(root, name), join(root, FILE), name);
    }
    assertThrows(
      () => dataFile(root, FILE.replace("__1", "__2")),
      Deno.errors.NotFound,
      '__CAM_FRONT__2.jpg": there is no such file, "n008__CAM_FRONT__1.jpg" is there',
    );
    // One of another disk is taken from there.
    const other = join(root, "other.jpg");
    Deno.writeTextFileSync(other, "");
    assertEquals(dataFile(join(root, "samples"), other), other);
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
});
