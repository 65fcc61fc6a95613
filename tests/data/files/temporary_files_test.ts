import { assert, assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { writeAtomically } from "../../../data/files/atomic_file.ts";
import { openTemporary, sweepTemporaryFiles } from "../../../data/files/temporary_files.ts";

function inFolder(run: (folder: string) => void): void {
  const folder = Deno.makeTempDirSync();
  try {
    run(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

const namesIn = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

Deno.test("a sweep takes what dead writers left, and leaves what is written and what others have", () => {
  inFolder((folder) => {
    const others = [".hidden", ".latest.tmp", ".notes.v-1.tmp", "a.77-3.tmp", "notes.tmp"];
    // Of this version and of older ones, of every kind of file that a run writes.
    const dead = ["chkpnt7.safetensors", "cameras.json", "latest", "r 0.png"].flatMap((name) => [
      `.${name}.27020-2.tmp`,
      `.${name}.00ff00ff12345678.tmp`,
    ]);
    for (const name of [...others, ...dead]) Deno.writeTextFileSync(join(folder, name), "x");
    Deno.mkdirSync(join(folder, ".folder.1-1.tmp"));
    const { path, file } = openTemporary(join(folder, "goal"));
    sweepTemporaryFiles([folder, join(folder, "absent")]);
    const written = path.slice(folder.length + 1);
    assertEquals(namesIn(folder), [...others, ".folder.1-1.tmp", written].sort());
    file.close(); // as the end of a process does
    sweepTemporaryFiles([folder]);
    assertEquals(namesIn(folder), [...others, ".folder.1-1.tmp"].sort());
  });
});

Deno.test("a writer neither takes nor removes a temporary file that another one made", () => {
  inFolder((folder) => {
    const { getRandomValues } = crypto;
    const draws = [1, 1, 2];
    crypto.getRandomValues = ((words: Uint32Array) => words.fill(draws.shift()!)) as never;
    try {
      const { file } = openTemporary(join(folder, "a"));
      file.writeSync(new TextEncoder().encode("theirs"));
      writeAtomically(join(folder, "a"), new TextEncoder().encode("ours"));
      file.close();
    } finally {
      crypto.getRandomValues = getRandomValues;
    }
    assertEquals(draws, []);
    assertEquals(namesIn(folder), [".a.0000000100000001.tmp", "a"]);
    const [temporary] = namesIn(folder);
    assertEquals(Deno.readTextFileSync(join(folder, temporary!)), "theirs");
    // A write that fails before it made a file removes none.
    const { openSync } = Deno;
    Deno.openSync = () => {
      throw new Error("No space left on device (os error 28)");
    };
    try {
      const write = () => writeAtomically(join(folder, "a"), new Uint8Array(1));
      const error = assertThrows(write, Error, `Cannot write "${join(folder, "a")}": No space`);
      assert(error.message.endsWith("after 0 bytes"));
    } finally {
      Deno.openSync = openSync;
    }
    assertEquals(namesIn(folder).length, 2);
  });
});
