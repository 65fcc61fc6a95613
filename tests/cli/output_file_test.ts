import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { checkOutput } from "../../cli/output_file.ts";
import { UsageError } from "../../cli/command_line/usage_error.ts";

/** What `checkOutput` says; null where it lets pass. */
type Case = [path: string, inputs: string[], overwrite: boolean, message: string | null];

Deno.test("what is read is never written, what is there only with --overwrite", () => {
  const folder = Deno.makeTempDirSync();
  try {
    const at = (name: string) => join(folder, name);
    Deno.mkdirSync(at("sub"));
    Deno.writeTextFileSync(at("in.ply"), "in");
    Deno.writeTextFileSync(at("old.ply"), "old");
    Deno.symlinkSync(at("in.ply"), at("link.ply"));
    Deno.linkSync(at("in.ply"), at("hard.ply"));
    Deno.symlinkSync(folder, at("folder"));
    Deno.symlinkSync(at("nowhere"), at("dangling.ply"));
    const same = "it is the file that is read";
    const there = "there is such a file already";
    const cases: Case[] = [
      [at("new.ply"), [at("in.ply")], false, null],
      [at("in.ply"), [at("in.ply")], false, same],
      [at("in.ply"), [at("in.ply")], true, same],
      [at("sub/../in.ply"), [at("in.ply")], true, same],
      [`${folder}//in.ply`, [at("in.ply")], true, same],
      [at("folder/in.ply"), [at("in.ply")], true, same],
      [at("link.ply"), [at("in.ply")], true, same],
      [at("in.ply"), [at("old.ply"), at("link.ply")], true, same],
      [at("hard.ply"), [at("in.ply")], true, same],
      [at("old.ply"), [at("in.ply")], false, there],
      [at("old.ply"), [at("in.ply")], true, null],
      [at("dangling.ply"), [at("in.ply")], false, there],
      [at("old.ply"), [at("missing.ply")], true, null],
      [at("sub"), [at("in.ply")], true, "it is a folder"],
    ];
    for (const [path, inputs, overwrite, message] of cases) {
      const check = () => checkOutput(path, { inputs, overwrite });
      if (message === null) check();
      else assertThrows(check, UsageError, message, path);
    }
    assertEquals(Deno.readTextFileSync(at("in.ply")), "in");
    const endings = [".pkl", ".json"];
    checkOutput(at("a.JSON"), { endings, overwrite: false });
    assertThrows(
      () => checkOutput(at("a.txt"), { endings, overwrite: true }),
      UsageError,
      "its name must end in .pkl or .json",
    );
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
