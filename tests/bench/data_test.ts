import { assert, assertEquals } from "@std/assert";
import { indexMemory } from "../../bench/data/index_memory.ts";
import { loader } from "../../bench/data/loader.ts";
import { keepingTerminal } from "../cli/keeping_terminal.ts";
import { writeSyntheticDataset } from "../../data/synth/dataset.ts";

Deno.test("the loader's bench times every input and number of workers", async () => {
  const dir = await Deno.makeTempDir();
  try {
    await writeSyntheticDataset(dir, {
      seed: 1,
      scenes: 2,
      framesPerScene: 1,
      imageSize: [64, 36],
    });
    const terminal = keepingTerminal();
    const words = ["--data", dir, "--frames=1", "--rounds=1", "--json"];
    assertEquals(await loader.run(words, terminal), 0);
    const rows = terminal.out.map((line) => JSON.parse(line));
    assertEquals(rows.map(({ workers }) => workers), [0, 1, 2, 0, 1, 2]);
    assert(rows.every(({ ms }) => ms > 0));
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test({
  name: "the index's bench measures processes of their own",
  ignore: Deno.build.os !== "linux", // peak memory is read from /proc
  async fn() {
    const terminal = keepingTerminal();
    assertEquals(await indexMemory.run(["--frames=80", "--sweeps=1", "--json"], terminal), 0);
    const rows = terminal.out.map((line) => JSON.parse(line));
    assertEquals(rows.map(({ keyFrames }) => keyFrames), [0, 80, 80, 80, 80]);
    assert(rows.every(({ megabytes }) => megabytes > 10 && megabytes < 500));
  },
});
