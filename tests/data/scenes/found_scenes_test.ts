import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { encodePng } from "../../../data/pictures/png/png.ts";
import { encodePointCloud } from "../../../data/scenes/points/point_cloud.ts";
import { readScene } from "../../../data/scenes/read_scene.ts";
import type { Scene, SceneOptions } from "../../../data/scenes/scene.ts";
import { viewCamera } from "../../../data/scenes/scene_view.ts";

type Files = Record<string, string | Uint8Array>;

const png = (width = 8, height = 6) =>
  encodePng({ width, height, channels: 1, data: new Uint8Array(width * height).fill(99) });
const PICTURE = png();

/** Pictures p_0 to p_3 under names made of theirs. */
const pictures = (name: (i: number) => string): Files =>
  Object.fromEntries([0, 1, 2, 3].map((i) => [name(i), PICTURE]));

/** A reconstruction of four pictures along x in COLMAP's text files. */
function colmap(
  {
    folder = "sparse/0/",
    name = (i: number) => `p_${i}.png`,
    camera = "PINHOLE 8 6 10 12 4 3",
    points = "7 0.5 1 2 255 0 128 0.1 1 0\n" as string | null,
    second = "\n",
  } = {},
): Files {
  const images = [0, 1, 2, 3].map((i) => `${i + 1} 1 0 0 0 ${-i} 0 0 1 ${name(i)}\n${second}`);
  return {
    [`${folder}cameras.txt`]: `1 ${camera}\n`,
    [`${folder}images.txt`]: `# made up\n${images.join("")}`,
    ...points === null ? {} : { [`${folder}points3D.txt`]: points },
  };
}

/** The same as transforms.json. */
function transforms(
  { name = (i: number) => `images/p_${i}.png`, frame = (_: number): object => ({}), ...more }: {
    name?: (i: number) => string;
    frame?: (i: number) => object;
    [key: string]: unknown;
  } = {},
): Files {
  const frames = [0, 1, 2, 3].map((i) => ({
    file_path: name(i),
    transform_matrix: [[1, 0, 0, i], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]],
    ...frame(i),
  }));
  const lens = { fl_x: 10, fl_y: 10, cx: 4, cy: 3, w: 8, h: 6 };
  return { "transforms.json": JSON.stringify({ ...lens, frames, ...more }) };
}

const mask = encodePng({ width: 8, height: 6, channels: 1, data: new Uint8Array(48) });
const ply = (positions: number[]) =>
  encodePointCloud({
    positions: Float32Array.from(positions),
    colours: new Uint8Array(positions.length).map((_, i) => i),
  });

interface Case {
  readonly files: Files;
  readonly options?: SceneOptions;
  /** Views to train on; 4 unless given. */
  readonly views?: number;
  /** Parts of the lines of `remarks` and of `lost`, in their order. */
  readonly remarks?: readonly string[];
  readonly lost?: readonly string[];
  readonly check?: (scene: Scene, folder: string) => void;
}

const UNDER = "4 of 4 pictures are there under another name";
const IMAGES = pictures((i) => `images/p_${i}.png`);

const CASES: Record<string, Case> = {
  "COLMAP as it is": { files: { ...colmap(), ...IMAGES } },
  "back-slashes in images.txt": {
    files: {
      ...colmap({ name: (i) => `cam0\\p_${i}.png` }),
      ...pictures((i) => `images/cam0/p_${i}.png`),
    },
    remarks: [`${UNDER}, "cam0\\p_0.png" as "cam0/p_0.png"`],
  },
  "another case, another ending": {
    files: { ...colmap({ name: (i) => `P_${i}.JPG` }), ...IMAGES },
    remarks: [UNDER],
  },
  "absolute names of another machine": {
    files: { ...colmap({ name: (i) => `D:\\scan\\images\\p_${i}.png` }), ...IMAGES },
    remarks: [UNDER],
  },
  "all in one folder": {
    files: { ...colmap({ folder: "" }), ...pictures((i) => `p_${i}.png`) },
  },
  "sparse/ beside pictures without a folder": {
    files: { ...colmap({ folder: "sparse/" }), ...pictures((i) => `p_${i}.png`) },
  },
  "nerfstudio's folder of COLMAP": {
    files: { ...colmap({ folder: "colmap/sparse/0/" }), ...IMAGES },
  },
  "one line for each image": { files: { ...colmap({ second: "" }), ...IMAGES } },
  "folders in other case": {
    files: { ...colmap(), ...pictures((i) => `Images/p_${i}.png`), "Masks/p_0.png": mask },
    remarks: ["1 of 4 pictures have masks"],
  },
  "points under another name": {
    files: {
      ...transforms({ ply_file_path: ".\\Points\\Sparse.PLY" }),
      ...IMAGES,
      "points/sparse.ply": ply([1, 2, 3]),
    },
    check: ({ points }) => assertEquals(points!.positions, Float32Array.of(1, 2, 3)),
  },
  "two pictures would be one": {
    files: {
      ...colmap({ name: (i) => `cam${i % 2}/p_${i >> 1}.png` }),
      ...pictures((i) => `images/p_${i}.png`),
    },
    views: 2,
    remarks: ["2 of 4 pictures are there under another name"],
    lost: ['2 of 4 pictures are missing and left out, the first is "', "2 of 4 pictures in"],
  },
  "a principal point off the middle": {
    files: { ...colmap({ camera: "PINHOLE 8 6 10 12 2.5 4" }), ...IMAGES },
    remarks: [
      '4 of 4 cameras have their principal point off the middle, that of "p_0.png" by -1.5, +1.0',
    ],
    check: ({ train: [view] }) => {
      // A point on the axis is seen at the principal point, whatever the picture's size.
      for (const size of [[8, 6], [16, 12]] as const) {
        const { projection } = viewCamera(view!, size);
        const pixel = [0, 1].map((k) => (projection[8 + k]! / projection[11]! + 1) / 2 * size[k]!);
        [2.5 * size[0] / 8, 4 * size[1] / 6].forEach((expected, k) =>
          assertAlmostEquals(pixel[k]!, expected, 1e-6)
        );
      }
    },
  },
  "the same at the middle": {
    files: { ...colmap({ camera: "PINHOLE 8 6 10 12 2.5 4" }), ...IMAGES },
    options: { principalPoint: "centre" },
  },
  "a third of a pixel is no remark": {
    files: { ...colmap({ camera: "SIMPLE_PINHOLE 8 6 10 4.3 3" }), ...IMAGES },
  },
  "transforms.json with a principal point": {
    files: { ...transforms({ cx: 2.5 }), ...IMAGES, "points.ply": ply([1, 2, 3]) },
    remarks: ['that of "p_0" by -1.5, +0.0'],
    check: ({ train }) => assertEquals(train[0]!.lens, undefined),
  },
  "a lens that is looked through": {
    files: { ...colmap({ camera: "OPENCV 8 6 10 10 4 3 0.1 0 0 0" }), ...IMAGES },
    check: ({ train }) => {
      assertEquals(train[0]!.lens!.distortion.radial, [0.1, 0, 0, 0]);
      assertEquals(train[0]!.lens!.zoom, null);
    },
  },
  "a lens that is straightened": {
    files: { ...colmap({ camera: "SIMPLE_RADIAL 8 6 10 4 3 0.1" }), ...IMAGES },
    options: { lenses: "undistort" },
    check: ({ train }) => assert(train[0]!.lens!.zoom! >= 1),
  },
  "a fisheye": {
    files: { ...colmap({ camera: "OPENCV_FISHEYE 8 6 10 10 4 3 0.1 0 0 0" }), ...IMAGES },
    check: ({ train }) => assertEquals(train[0]!.lens!.distortion.kind, "fisheye"),
  },
  "points that are none": {
    files: { ...colmap({ points: "# nothing\n" }), ...IMAGES },
    check: ({ points, withoutPoints }) => {
      assertEquals(points, null);
      assert(withoutPoints.endsWith('points3D.txt" are none'), withoutPoints);
    },
  },
  "no points": {
    files: { ...colmap({ points: null }), ...IMAGES },
    check: ({ points, withoutPoints }) => {
      assertEquals(points, null);
      assert(withoutPoints.endsWith("has no points3D file"), withoutPoints);
    },
  },
  "points of COLMAP that are not finite": {
    files: {
      ...colmap({
        points: "7 nan 1 2 255 0 128 0.1 1 0\n8 1 1 2 1 2 3 0.1 1 1\n9 inf 1 2 1 2 3 1 1 1\n",
      }),
      ...IMAGES,
    },
    lost: ["2 of 3 points in"],
    check: ({ points }) =>
      assertEquals(points, {
        positions: Float32Array.of(1, 1, 2),
        colours: Uint8Array.of(1, 2, 3),
      }),
  },
  "points of a PLY that are not finite": {
    files: {
      ...transforms({ ply_file_path: "points.ply" }),
      ...IMAGES,
      "points.ply": ply([1, 2, 3, NaN, 0, 0, 4, 5, 6, 0, -Infinity, 0, 0, 0, 1e38]),
    },
    lost: ["3 of 5 points in"],
    check: ({ points }) => {
      assertEquals(points!.positions, Float32Array.of(1, 2, 3, 4, 5, 6));
      assertEquals(points!.colours, Uint8Array.of(0, 1, 2, 6, 7, 8));
    },
  },
  "photos without a place": {
    files: {
      ...colmap(),
      ...IMAGES,
      ...pictures((i) => `input/p_${i}.jpg`),
      "input/x.jpg": PICTURE,
      "input/sub/y.png": PICTURE,
    },
    lost: [
      '2 of 6 pictures in "FOLDER/input" have no place in the reconstruction: sub/y.png, x.jpg',
    ],
  },
  "pictures that transforms.json does not name": {
    files: { ...transforms(), ...IMAGES, "images/extra.png": PICTURE },
    lost: ['1 of 5 pictures in "FOLDER" are not in "FOLDER/transforms.json": images/extra.png'],
  },
  "separate models": {
    files: { ...colmap(), ...IMAGES, "sparse/1/cameras.txt": "", "sparse/2/cameras.txt": "" },
    remarks: ['COLMAP made 3 separate models, "FOLDER/sparse/0" with 4 pictures is used'],
  },
  "masks that transforms.json names": {
    files: {
      ...transforms({ frame: (i) => i < 3 ? { mask_path: `masks\\m_${i}.png` } : {} }),
      ...IMAGES,
      "masks/m_0.png": mask,
      "masks/m_1.png": mask,
    },
    remarks: ["2 of 4 pictures have masks: what is dark in them does not count"],
    lost: ["1 masks are missing, their pictures count as a whole; the first is"],
    check: ({ train }, folder) =>
      assertEquals(train.map(({ mask }) => mask?.file), [
        join(folder, "masks/m_0.png"),
        join(folder, "masks/m_1.png"),
        undefined,
        undefined,
      ]),
  },
  "masks beside, by all their names": {
    files: {
      ...colmap(),
      ...IMAGES,
      "masks/p_0.png": mask,
      "masks/p_1.png.png": mask,
      "masks/p_2.jpg": mask,
    },
    options: { masks: "inverted" },
    remarks: ["3 of 4 pictures have masks: what is bright in them does not count"],
    check: ({ train }) =>
      assertEquals(train.map(({ mask }) => mask?.inverted), [true, true, true, undefined]),
  },
  "masks that are not wanted": {
    files: { ...colmap(), ...IMAGES, "masks/p_0.png": mask },
    options: { masks: "ignore" },
    remarks: ["1 of 4 pictures have masks, which are not used (--masks ignore)"],
    check: ({ train }) => assertEquals(train.some(({ mask }) => mask), false),
  },
  "lists of nerfstudio": {
    files: {
      ...transforms({
        train_filenames: ["images/p_0.png", "images/p_2.png"],
        test_filenames: ["images/p_1.png"],
        val_filenames: ["images/p_3.png"],
      }),
      ...IMAGES,
    },
    options: { eval: true },
    views: 2,
    remarks: ['1 views are held out by "FOLDER/transforms.json"'],
    lost: ["1 of 4 views are in no list"],
    check: ({ test }) => assertEquals(test.map(({ name }) => name), ["p_1"]),
  },
  "lists without --eval": {
    files: { ...transforms({ test_filenames: ["images/p_1.png"] }), ...IMAGES },
    remarks: ["are used with --eval only"],
  },
  "test.txt of COLMAP": {
    files: { ...colmap(), ...IMAGES, "sparse/0/test.txt": "p_1\r\nP_3.png\n\nnobody.png\n" },
    options: { eval: true },
    views: 2,
    remarks: ['2 views are held out by "FOLDER/sparse/0/test.txt"'],
    lost: ['1 names in "FOLDER/sparse/0/test.txt" are those of no view'],
    check: ({ test }) => assertEquals(test.map(({ name }) => name), ["p_1.png", "p_3.png"]),
  },
  "train_list.txt and test_list.txt": {
    files: {
      ...colmap(),
      ...IMAGES,
      "train_list.txt": "images/p_0.png\nimages/p_1.png\n",
      "test_list.txt": "./images/p_3.png\n",
    },
    options: { eval: true },
    views: 2,
    remarks: ['1 views are held out by "FOLDER/train_list.txt" and "FOLDER/test_list.txt"'],
    lost: ["1 of 4 views are in no list of"],
  },
  "pictures of another shape": {
    files: { ...colmap(), ...IMAGES, "images/p_2.png": png(6, 6), "images/p_3.png": png(16, 12) },
    remarks: [
      '1 of 4 pictures have another shape than their cameras, the first "p_2.png": 6 x 6 pixels, the ' +
      "camera's are 8 x 6; they are stretched to it",
    ],
  },
  "pictures that are turned": {
    files: { ...colmap(), ...IMAGES, "images/p_2.png": png(6, 8) },
    remarks: ["though turned by 90 degrees they would fit"],
  },
};

Deno.test("scenes are read as people have them, and what is otherwise is said", () => {
  for (
    const [what, { files, options, views = 4, remarks = [], lost = [], check }] of Object.entries(
      CASES,
    )
  ) {
    inFolder(files, (folder) => {
      const scene = readScene(folder, options);
      assertEquals(scene.train.length, views, what);
      const expected = { remarks, lost };
      for (const kind of ["remarks", "lost"] as const) {
        const lines = scene[kind].map((line) => line.replaceAll(folder, "FOLDER"));
        assertEquals(lines.length, expected[kind].length, `${what}: ${lines.join("; ")}`);
        expected[kind].forEach((part, i) =>
          assert(lines[i]!.includes(part), `${what}: "${lines[i]}" has no "${part}"`)
        );
      }
      check?.(scene, folder);
    });
  }
});

Deno.test("scenes without pictures, and lines that are no images, say what is there", () => {
  const refused: [Files, string][] = [
    [{ ...colmap(), "images/q_0.png": PICTURE }, '("q_0.png" is there)'],
    [colmap(), '/images"'],
    [
      { ...transforms({ camera_model: "VR180_L" }), ...IMAGES },
      'images/p_0.png": its lens is VR180_L',
    ],
    [
      {
        ...colmap({ second: "" }),
        ...IMAGES,
        "sparse/0/images.txt": "1 1 0 0 0 0 0 0 1 a.png\n2 1 0 0 0 0 0 0 1 b.png\n3 1 2\n",
      },
      "this line looks like another image, each takes two, the second may be empty",
    ],
  ];
  for (const [files, said] of refused) {
    inFolder(files, (folder) => assertThrows(() => readScene(folder), Error, said));
  }
});

function inFolder(files: Files, work: (folder: string) => void): void {
  const folder = Deno.makeTempDirSync();
  try {
    for (const [name, content] of Object.entries(files)) {
      const path = join(folder, name);
      Deno.mkdirSync(join(path, ".."), { recursive: true });
      if (typeof content === "string") Deno.writeTextFileSync(path, content);
      else Deno.writeFileSync(path, content);
    }
    work(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test("a folder of pictures may be anywhere", () => {
  inFolder({ ...colmap(), ...pictures((i) => `elsewhere/half/p_${i}.png`) }, (folder) => {
    for (const images of [join(folder, "elsewhere/half"), "elsewhere\\half", "elsewhere/HALF"]) {
      assertEquals(readScene(folder, { images }).train.length, 4, images);
    }
  });
});
