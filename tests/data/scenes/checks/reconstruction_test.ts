import { assertEquals, assertStringIncludes } from "@std/assert";
import { doubtsOf } from "../../../../data/scenes/checks/reconstruction.ts";
import type { Scene } from "../../../../data/scenes/scene.ts";
import type { SceneView } from "../../../../data/scenes/scene_view.ts";
import { noise } from "../../../support.ts";

/** A camera on a circle of radius 3 around the origin, looking at it. */
function view(i: number, count: number, change: Partial<SceneView> = {}): SceneView {
  const [s, c] = [Math.sin(2 * Math.PI * i / count), Math.cos(2 * Math.PI * i / count)];
  return {
    name: `${i}.jpg`,
    calibration: [100, 80],
    pixels: [100, 80],
    fov: [0.8, 0.65],
    rotation: [c, 0, -s, 0, 1, 0, -s, 0, -c],
    translation: [0, 0, 3],
    test: false,
    file: "",
    ...change,
  };
}

function scene(
  change: (i: number) => Partial<SceneView> = () => ({}),
  spread = 0.5,
  count = 12,
): Scene {
  return {
    kind: "colmap",
    folder: "",
    train: Array.from({ length: count }, (_, i) => view(i, count, change(i))),
    test: [],
    points: {
      positions: Float32Array.from(noise(3, 900, -spread, spread)),
      colours: new Uint8Array(900),
    },
    withoutPoints: "",
    remarks: [],
    lost: [],
  };
}

const CASES: readonly [name: string, scene: Scene, expected: readonly string[]][] = [
  ["a good one", scene(), []],
  ["a good one without points", { ...scene(), points: null }, []],
  ["few photos", scene(undefined, 0.5, 3), ["only 3 photos have a pose"]],
  [
    "cameras that look away",
    scene(() => ({ translation: [0, 0, -3] })),
    ["100 % of the points are in no picture, 100 % behind all cameras"],
  ],
  [
    "one camera that looks away",
    scene((i) => i === 4 ? { translation: [0, 0, -3] } : {}),
    ['1 of 12 cameras see no points, the first is "4.jpg"'],
  ],
  [
    "a panorama",
    scene(() => ({ translation: [0, 0, 0], fov: [0.8, 3] }), 5),
    ["all cameras are in one place"],
  ],
  [
    "photos that hardly move",
    {
      ...scene((i) => ({
        rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1],
        translation: [0.001 * i, 0, 3],
      })),
    },
    ["times as far from the cameras"],
  ],
];

for (const [name, given, expected] of CASES) {
  Deno.test(`doubts of a reconstruction: ${name}`, () => {
    const doubts = doubtsOf(given);
    assertEquals(doubts.length, expected.length, JSON.stringify(doubts));
    doubts.forEach(({ what, hint }, i) => {
      assertStringIncludes(what, expected[i]!);
      assertEquals(/[.;]$/.test(hint), false);
    });
  });
}
