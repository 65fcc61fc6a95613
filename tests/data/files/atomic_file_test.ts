import { assert, assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { writeAtomically } from "../../../data/files/atomic_file.ts";

function inFolder(run: (folder: string) => void): void {
  const folder = Deno.makeTempDirSync();
  try {
    run(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test("writeAtomically replaces a file with bytes or chunks", () => {
  inFolder((folder) => {
    const path = join(folder, "a.bin");
    writeAtomically(path, Uint8Array.of(1, 2));
    assertEquals(Deno.readFileSync(path), Uint8Array.of(1, 2));
    writeAtomically(path, [Uint8Array.of(3), new Uint8Array(), Uint8Array.of(4, 5)]);
    assertEquals(Deno.readFileSync(path), Uint8Array.of(3, 4, 5));
    assertEquals([...Deno.readDirSync(folder)].length, 1);
  });
});

Deno.test("writeAtomically keeps the old file and leaves no other when a chunk fails", () => {
  inFolder((folder) => {
    const path = join(folder, "a.bin");
    writeAtomically(path, Uint8Array.of(1));
    function* failing() {
      yield Uint8Array.of(9, 9, 9);
      throw new Error("disk on fire");
    }
    assertThrows(() => writeAtomically(path, failing()), Error, "disk on fire");
    assertEquals(Deno.readFileSync(path), Uint8Array.of(1));
    assertEquals([...Deno.readDirSync(folder)].length, 1);
  });
});

Deno.test("writeAtomically names the path it cannot write", () => {
  inFolder((folder) => {
    Deno.writeFileSync(join(folder, "file"), new Uint8Array());
    const path = join(folder, "file", "a.bin");
    const error = assertThrows(
      () => writeAtomically(path, new Uint8Array()),
      Error,
      `Cannot write "${path}": `,
    );
    assert(!error.message.includes(".tmp"), error.message);
  });
});

Deno.test("writeAtomically makes the folder", () => {
  inFolder((folder) => {
    const path = join(folder, "absent", "too", "a.bin");
    writeAtomically(path, Uint8Array.of(7));
    assertEquals(Deno.readFileSync(path), Uint8Array.of(7));
  });
});
