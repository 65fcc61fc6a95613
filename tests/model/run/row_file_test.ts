import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { RowFile } from "../../../model/run/row_file.ts";

const lines = (rows: readonly unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

Deno.test("a file of rows goes on behind the last step that counts", () => {
  const folder = Deno.makeTempDirSync();
  try {
    const path = join(folder, "rows.jsonl");
    const rows = [1, 2, 3, 4].map((iteration) => ({ iteration, loss: 1 / iteration }));
    const cut = '{"iteration":5,"lo';
    for (
      const [after, kept] of [[0, []], [2, rows.slice(0, 2)], [4, rows], [9, rows]] as const
    ) {
      Deno.writeTextFileSync(path, lines(rows) + cut);
      const file = RowFile.open(path, { counts: "iteration", after });
      file.add({ iteration: 10 });
      file.close();
      assertEquals(Deno.readTextFileSync(path), lines([...kept, { iteration: 10 }]), `${after}`);
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("rows are whole at every moment while a resumed run opens them", () => {
  const folder = Deno.makeTempDirSync();
  const { renameSync, openSync } = Deno;
  const { writeSync } = Deno.FsFile.prototype;
  try {
    const path = join(folder, "rows.jsonl");
    const old = lines(Array.from({ length: 50 }, (_, i) => ({ step: i + 1 })));
    Deno.writeTextFileSync(path, old);
    const seen = new Set<string>();
    const look = <A extends unknown[], R>(name: string, real: (...args: A) => R) =>
      function (this: unknown, ...args: A): R {
        seen.add(name);
        const size = Deno.statSync(path).size;
        assert(size === old.length || size === lines([{ step: 1 }]).length, `${name}: ${size}`);
        return real.apply(this, args);
      };
    Deno.openSync = look("open", openSync);
    Deno.renameSync = look("rename", renameSync);
    Deno.FsFile.prototype.writeSync = look("write", writeSync);
    RowFile.open(path, { counts: "step", after: 1 }).close();
    assertEquals([...seen].sort(), ["open", "rename", "write"]);
  } finally {
    Object.assign(Deno, { renameSync, openSync });
    Deno.FsFile.prototype.writeSync = writeSync;
    Deno.removeSync(folder, { recursive: true });
  }
});
