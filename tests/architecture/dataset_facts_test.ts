import { assertEquals } from "@std/assert";
import { checkDatasetFacts } from "./dataset_facts.ts";
import { readSources } from "./source.ts";

Deno.test("architecture: what labels are is known in their set's folder alone", async () => {
  const sources = await readSources(new URL("../../", import.meta.url));
  assertEquals(checkDatasetFacts(sources), []);
});

const forbidden: Record<string, [path: string, text: string]> = {
  "an empty class": ["model/occupancy/gaussianformer/network/x.ts", "if (label === 17) return;"],
  "a number of classes": ["loss/x.ts", "const scores = [18, voxels];"],
  "an empty class in a kernel": ["gpu/ops/camera/x.wgsl", "let hit = label != 17u;"],
  "a grid": ["data/occupancy/x.ts", "const dims = [200, 200, 16];"],
  "a grid's voxels": ["model/operators/x.ts", "new Uint8Array(640_000)"],
  "a number of cameras": ["model/occupancy/training/x.ts", "const cameras = 6;"],
  "a camera": ["model/occupancy/view/x.ts", `photoOf("CAM_FRONT")`],
  "an empty class in a command": ["cli/commands/x.ts", "labels.fill(17)"],
};
for (const [name, [path, text]] of Object.entries(forbidden)) {
  Deno.test(`architecture refuses ${name} outside of a set's folder`, () => {
    assertEquals(checkDatasetFacts([{ path, text }]).length, 1);
  });
}

Deno.test("architecture lets a set's folder know itself, and other numbers pass", () => {
  const allowed = {
    "data/nuscenes/x.ts": "const EMPTY = 17; const CAMERAS = 6;",
    "model/operators/metrics/x.ts": "const CLASSES = 18;",
    "model/occupancy/x.ts": "const a = 1.17, b = 170, c = 1 << 17, d = x17; // 17 classes",
    "loss/x.wgsl": "let a = 17.0; // class 17",
    "model/splat/x.ts": "const order = [17, 18];",
  };
  const files = Object.entries(allowed).map(([path, text]) => ({ path, text }));
  assertEquals(checkDatasetFacts(files), []);
});
