import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { withFileProgress } from "../../../cli/terminal/file_progress.ts";
import type { ProgressEvent } from "../../../cli/terminal/progress.ts";
import { keepingTerminal } from "../keeping_terminal.ts";
import { writeAtomically } from "../../../data/files/atomic_file.ts";
import { openSource } from "../../../data/formats/byte_source.ts";

function watching() {
  const events: ProgressEvent[] = [];
  const terminal = {
    ...keepingTerminal(),
    progress: { draw: (event: ProgressEvent) => void events.push(event) },
  };
  return { events, terminal };
}

Deno.test("large files are shown as they are written and read, small ones are not", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const { events, terminal } = watching();
    const path = join(folder, "large.bin");
    const size = 40e6;
    const result = await withFileProgress(terminal, () => {
      writeAtomically(join(folder, "small.bin"), new Uint8Array(10));
      writeAtomically(path, new Uint8Array(size));
      openSource(join(folder, "small.bin")).read(0, 10);
      const source = openSource(path);
      source.read(0, 100);
      return source.read(0, size).length;
    });
    assertEquals(result, size);
    const started = events.flatMap((event) => event.type === "started" ? [event] : []);
    assertEquals(started.map(({ label, total, unit }) => [label, total, unit]), [
      ["writing large.bin", undefined, "MB"],
      ["reading large.bin", 40, "MB"],
    ]);
    assertEquals(events.filter(({ type }) => type === "finished").length, 2);
    const steps = events.flatMap((event) => event.type === "step" ? [event.done] : []);
    assert(steps.length >= 4);
    assertEquals(steps.at(-1), 40);

    events.length = 0;
    await assertRejects(() =>
      withFileProgress(terminal, () => {
        openSource(path).read(0, size);
        throw new Error("stop");
      })
    );
    assertEquals(events.at(-1)!.type, "finished");
    events.length = 0;
    openSource(path).read(0, size); // nobody watches any more
    assertEquals(events, []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
