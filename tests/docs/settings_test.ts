import { assertEquals } from "@std/assert";
import { settingsTables } from "./settings_table.ts";

Deno.test("docs/settings.md has the options that the code reads and those that change nothing", async () => {
  const page = await Deno.readTextFile(new URL("../../docs/settings.md", import.meta.url));
  const cells = (text: string) =>
    text.split("\n").filter((line) => line.startsWith("|"))
      .map((line) => line.split("|").map((cell) => cell.trim().replace(/^-+$/, "-")));
  // deno run -A tests/docs/settings_table.ts prints the tables anew.
  assertEquals(cells(page), cells(await settingsTables()));
});
