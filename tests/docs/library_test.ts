import { assert } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import config from "../../deno.json" with { type: "json" };

const ROOT = new URL("../../", import.meta.url);
const PAGE = "docs/library.md";

/** The TypeScript blocks of a page, each with the line that it begins at. */
function programsOf(page: string): { line: number; source: string }[] {
  return [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(({ index, 1: source }) => ({
    line: page.slice(0, index).split("\n").length + 1,
    source: source!,
  }));
}

/** A program with the paths of the entry points that it names. */
function withPaths(source: string): string {
  return source.replace(/"@voxsplat\/voxsplat(\/\w+)?"/g, (_, subpath = "") => {
    const path = config.exports[`.${subpath}` as keyof typeof config.exports];
    return JSON.stringify(new URL(path, ROOT).href);
  });
}

Deno.test(`the programs in ${PAGE} are sound and run`, async () => {
  const programs = programsOf(Deno.readTextFileSync(new URL(PAGE, ROOT)));
  assert(programs.length >= 5);
  const folder = await Deno.makeTempDir({ prefix: "voxsplat_docs_" });
  try {
    let main = "";
    for (const { line, source } of programs) {
      const name = `library_md_line_${line}.ts`;
      Deno.writeTextFileSync(join(folder, name), withPaths(source));
      main += `console.log("${name}");\nawait import("./${name}");\n`;
    }
    // One process for all of them, since most of the time is the type check of the library.
    Deno.writeTextFileSync(join(folder, "main.ts"), main);
    const settings = join(fromFileUrl(ROOT), "deno.json");
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--check", "-A", "--config", settings, join(folder, "main.ts")],
      env: { NO_COLOR: "1" },
    }).output();
    const printed = new TextDecoder().decode(stdout);
    assert(success, printed + new TextDecoder().decode(stderr));
    for (const { line } of programs) {
      const [, after] = printed.split(`library_md_line_${line}.ts\n`);
      assert(
        after && !after.startsWith("library_md"),
        `the program at line ${line} printed nothing`,
      );
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
