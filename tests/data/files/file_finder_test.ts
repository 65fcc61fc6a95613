import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { FileFinder } from "../../../data/files/file_finder.ts";

const ENDINGS = ["png", "jpg", "jpeg", "webp"];

const FILES = [
  "images/im00.png",
  "images/cam0/Im01.JPG",
  "images/photo.tif.png",
  "images/two.jpg",
  "images/TWO.JPG",
  "images/both.jpg",
  "images/both.png",
  "images/r_0.png",
  "images/r_0_depth.png",
  "images/frame.0001.jpg",
  "images/cafe\u0301.png",
  "samples/CAM/a__1.jpg",
  "top.jpeg",
];

/** A name, and the file it leads to below the folder; null for none. */
const NAMES: [name: string, file: string | null][] = [
  ["images/im00.png", "images/im00.png"],
  ["./images/im00.png", "images/im00.png"],
  [".\\images\\im00.png", "images/im00.png"],
  ["images\\cam0\\Im01.JPG", "images/cam0/Im01.JPG"],
  ["images/im00.PNG", "images/im00.png"],
  ["IMAGES/Cam0/im01.jpg", "images/cam0/Im01.JPG"],
  ["images/im00", "images/im00.png"],
  ["images/cam0/Im01", "images/cam0/Im01.JPG"],
  ["images/im00.jpg", "images/im00.png"],
  ["images/r_0", "images/r_0.png"],
  ["images/frame.0001", "images/frame.0001.jpg"],
  ["images/photo.tif", "images/photo.tif.png"],
  ["images/caf\u00e9.png", "images/cafe\u0301.png"],
  ["D:\\scans\\chair\\images\\im00.png", "images/im00.png"],
  ["/home/somebody/chair/images/cam0/im01.jpg", "images/cam0/Im01.JPG"],
  ["./data/nuscenes/samples/CAM/a__1.jpg", "samples/CAM/a__1.jpg"],
  ["images/top.jpeg", "top.jpeg"],
  ["images/../top.jpeg", "top.jpeg"],
  // Two are as good: none is taken. One is as its name says: that one.
  ["images/Two.jpg", null],
  ["images/two.jpg", "images/two.jpg"],
  ["images/both", "images/both.png"],
  ["images/im07.png", null],
  ["images", null],
  ["", null],
];

Deno.test("names of files are found as people have them", () => {
  const folder = Deno.makeTempDirSync();
  try {
    for (const file of FILES) {
      Deno.mkdirSync(join(folder, file, ".."), { recursive: true });
      Deno.writeTextFileSync(join(folder, file), "");
    }
    const finder = new FileFinder(folder, ENDINGS);
    for (const [name, file] of NAMES) {
      const found = finder.find(name);
      assertEquals(found.path, file && join(folder, file), name);
      const exact = found.path !== null && found.exact;
      const as = join(name);
      assertEquals(exact, file !== null && (as === file || file.startsWith(`${as}.`)), name);
    }
    const state = (name: string) => {
      const found = finder.find(name);
      return found.path === null ? found.state() : found.path;
    };
    assertEquals(state("images/im07.png"), '"im00.png" is there');
    assert(
      state("images/Two.jpg").endsWith('TWO.JPG" may be meant') ||
        state("images/Two.jpg").includes(" and "),
    );
    assertEquals(state("nowhere/at/all.png").includes("is there"), true);
    // An absolute name that is there is used as it is, whatever the folder.
    const elsewhere = new FileFinder(join(folder, "images/cam0"), ENDINGS);
    assertEquals(elsewhere.find(join(folder, "top.jpeg")), {
      path: join(folder, "top.jpeg"),
      exact: true,
    });
    assertEquals(new FileFinder(folder).find("images/im00").path, null);
    Deno.mkdirSync(join(folder, "empty"));
    const none = new FileFinder(join(folder, "empty"), ENDINGS).find("a.png");
    assertEquals(none.path === null && none.state(), "");
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("a folder of a thousand is listed once", () => {
  const folder = Deno.makeTempDirSync();
  try {
    for (let i = 0; i < 1000; i++) Deno.writeTextFileSync(join(folder, `im${i}.jpg`), "");
    const finder = new FileFinder(folder, ENDINGS);
    const started = performance.now();
    for (let i = 0; i < 1000; i++) assert(finder.find(`im${i}.png`).path !== null);
    // Tens of milliseconds; listing it for each name takes many seconds.
    assert(performance.now() - started < 5000);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
