import { assertEquals } from "@std/assert";
import { checkRooms, checkScopes } from "./rooms.ts";
import { readSources } from "./source.ts";

Deno.test("architecture: each fact is known in its room alone", async () => {
  assertEquals(checkRooms(await readSources(new URL("../../", import.meta.url))), []);
});

Deno.test("architecture: no operator holds a scope while it waits", async () => {
  assertEquals(checkScopes(await readSources(new URL("../../", import.meta.url))), []);
  const says = (text: string) => checkScopes([{ path: "gpu/ops/x.ts", text }]).length;
  assertEquals(says("async () => { using s = gpu.scope(); if (a) { b(); } await x.read(); }"), 1);
  assertEquals(
    says("async () => { { using s = gpu.scope(); if (a) { b(); } } await x.read(); }"),
    0,
  );
});

const forbidden: Record<string, [path: string, text: string]> = {
  "a limit": ["gpu/ops/x.ts", "const most = gpu.limits.maxStorageBufferBindingSize / 4;"],
  "a limit by its tuned name": ["model/x.ts", "const most = gpu.tuning.mostBound;"],
  "a choice by kind of adapter": ["gpu/parallel/x.ts", "const k = gpu.name.software ? a : b;"],
  "Deno where it computes": ["gpu/x.ts", `if (Deno.build.os === "linux") y();`],
  "Deno in a network": ["model/occupancy/gaussianformer/network/x.ts", `Deno.env.get("A")`],
  "a scope set aside by hand": ["model/x.ts", "gpu.currentScope = null;"],
  "a count of references": ["gpu/ops/x.ts", "x.storage.refs++;"],
  "a lock of its own": ["model/splat/x.ts", "using lock = FolderLock.take(folder);"],
  "a branch on a strategy": ["model/splat/training/x.ts", `if (config.strategy === "mcmc") y();`],
  "a strategy called by its class": ["cli/x.ts", "new McmcControl(training);"],
  "a model in the engine": ["gpu/ops/x.ts", "export function anchorOf() { return anchors; }"],
  "splats where voxels are meant": [
    "gpu/ops/gaussian/aggregate/x.ts",
    "const splats = runSplat();",
  ],
  "a decision by a message": ["data/x.ts", `if (error.message.includes("gone")) y();`],
  "sizes by a cast": ["loss/x.ts", `const { rows } = checkShapes("x", { a }) as { rows: number };`],
  "a limit overwritten": ["tests/x_test.ts", "gpu.limits.maxStorageBufferBindingSize = 4096;"],
  "a limit overwritten by a cast": ["tests/x_test.ts", "const l = gpu.limits as { a: number };"],
  "a name overwritten": [
    "tests/x_test.ts",
    "(gpu.name as { software: boolean }).software = false;",
  ],
};
for (const [name, [path, text]] of Object.entries(forbidden)) {
  Deno.test(`architecture refuses ${name}`, () => {
    assertEquals(checkRooms([{ path, text }]).length, 1);
  });
}

Deno.test("architecture lets the rooms themselves, and what only reads", () => {
  const allowed = {
    "gpu/binding/limit.ts": "return tuning.mostBound;",
    "gpu/tuning.ts": "name.software ? PROCESSOR : limits.maxStorageBufferBindingSize",
    "model/splat/x.ts": `Deno.readFile("x"); // gpu.name.software`,
    "cli/gpu.ts": "gpu.name.software",
    "model/run/run_folder.ts": "this.#lock = FolderLock.take(folder);",
    "model/splat/strategies/table.ts": "new McmcControl(training)",
    "gpu/ops/y.ts": "// GaussianFormer's anchors",
    "data/y.ts": "throw new Error(error.message);",
    "tests/x_test.ts": "if (gpu.limits.maxBufferSize === 4 && gpu.name.software) y();",
  };
  const files = Object.entries(allowed).map(([path, text]) => ({ path, text }));
  assertEquals(checkRooms(files), []);
});
