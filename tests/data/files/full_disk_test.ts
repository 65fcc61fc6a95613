import { assert, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { writeAtomically } from "../../../data/files/atomic_file.ts";
import { FolderLock, LOCK_FILE } from "../../../data/files/folder_lock.ts";
import { EventFile } from "../../../data/formats/tensorboard.ts";
import { RowFile } from "../../../model/run/row_file.ts";

const FULL = "No space left on device (os error 28)";

/** What a run writes: prepares in a folder, then writes, naming the file that it writes to. */
const WRITERS: Readonly<Record<string, (folder: string) => () => string>> = {
  "a lock": (folder) => () => {
    using _ = FolderLock.take(folder);
    return join(folder, LOCK_FILE);
  },
  "rows, opened": (folder) => () => {
    const path = join(folder, "rows.jsonl");
    RowFile.open(path, { counts: "step", after: 0 }).close();
    return path;
  },
  "rows, one more": (folder) => {
    const path = join(folder, "rows.jsonl");
    const rows = RowFile.open(path, { counts: "step", after: 0 });
    return () => {
      using _ = { [Symbol.dispose]: () => rows.close() };
      rows.add({ step: 1 });
      return path;
    };
  },
  "events, opened": (folder) => () => EventFile.open(folder, { firstStep: 1 }).path,
  "events, one more": (folder) => {
    const events = EventFile.open(folder, { firstStep: 1 });
    return () => {
      using _ = { [Symbol.dispose]: () => events.close() };
      events.scalar(1, "loss", 1);
      return events.path;
    };
  },
  "a whole file": (folder) => () => {
    writeAtomically(join(folder, "a"), Uint8Array.of(1));
    return join(folder, "a");
  },
};

/** Makes an operation on files fail from now on. */
function failing(operation: "open" | "write"): Disposable {
  const { openSync } = Deno;
  const { writeSync } = Deno.FsFile.prototype;
  const fails = () => {
    throw new Error(operation === "open" ? `${FULL}: open '/some/where'` : FULL);
  };
  if (operation === "open") Deno.openSync = fails;
  else Deno.FsFile.prototype.writeSync = fails;
  return {
    [Symbol.dispose]() {
      Deno.openSync = openSync;
      Deno.FsFile.prototype.writeSync = writeSync;
    },
  };
}

for (const [what, prepare] of Object.entries(WRITERS)) {
  Deno.test(`a full disk is told with the path: ${what}`, () => {
    for (const operation of ["open", "write"] as const) {
      const folder = Deno.makeTempDirSync();
      try {
        const write = prepare(folder);
        let path = "";
        const attempt = () => {
          using _ = failing(operation);
          path = write();
        };
        // What is open already opens nothing; an empty file of rows writes nothing.
        if (operation === "open" && what.endsWith("one more")) continue;
        if (operation === "write" && what === "rows, opened") continue;
        const { message } = assertThrows(attempt, Error, `Cannot write "${folder}`);
        assert(message.includes(FULL), message);
        assert(!message.includes("/some/where"), message);
        assert(path === "");
      } finally {
        Deno.removeSync(folder, { recursive: true });
      }
    }
  });
}
