import { assert, assertEquals, assertThrows } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { FolderLock, LOCK_FILE, lockHolder } from "../../../data/files/folder_lock.ts";

const SOURCE = new URL("../../../data/files/folder_lock.ts", import.meta.url).href;

function withFolder(work: (folder: string) => Promise<void> | void): () => Promise<void> {
  return async () => {
    const root = Deno.makeTempDirSync();
    try {
      await work(join(root, "a run"));
    } finally {
      Deno.removeSync(root, { recursive: true });
    }
  };
}

Deno.test(
  "a locked folder is refused by the holder's process, and free again afterwards",
  withFolder((folder) => {
    {
      using _ = FolderLock.take(folder);
      assertEquals(Deno.readTextFileSync(join(folder, LOCK_FILE)), `${Deno.pid}\n`);
      assertThrows(
        () => FolderLock.take(folder),
        Error,
        `Cannot train into "${folder}": process ${Deno.pid} is still training there`,
      );
    }
    assertThrows(() => Deno.statSync(folder), Deno.errors.NotFound);
    FolderLock.take(folder)[Symbol.dispose]();
  }),
);

Deno.test(
  "who looks is told the process that holds a folder, and holds nobody up",
  withFolder((folder) => {
    assertEquals(lockHolder(folder), null);
    {
      using _ = FolderLock.take(folder);
      assertEquals(lockHolder(folder), Deno.pid);
    }
    // A file that a dead process left says nothing.
    Deno.mkdirSync(folder);
    Deno.writeTextFileSync(join(folder, LOCK_FILE), "1\n");
    assertEquals(lockHolder(folder), null);
    FolderLock.take(folder)[Symbol.dispose]();
  }),
);

Deno.test(
  "a process that was killed holds no folder",
  withFolder(async (folder) => {
    const code = `import { FolderLock } from ${JSON.stringify(SOURCE)};
      FolderLock.take(${JSON.stringify(folder)});
      console.log("locked");
      setInterval(() => {}, 1000);`;
    const process = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "--config", config(), "-"],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const input = process.stdin.getWriter();
    await input.write(new TextEncoder().encode(code));
    await input.close();
    const reader = process.stdout.getReader();
    const { value } = await reader.read();
    assertEquals(new TextDecoder().decode(value), "locked\n");
    assertThrows(() => FolderLock.take(folder), Error, `process ${process.pid}`);
    process.kill("SIGKILL");
    await process.status;
    await reader.cancel();
    assert([...Deno.readDirSync(folder)].some(({ name }) => name === LOCK_FILE));
    FolderLock.take(folder)[Symbol.dispose]();
  }),
);

function config(): string {
  return fromFileUrl(new URL("../../../deno.json", import.meta.url));
}
