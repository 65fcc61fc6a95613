import { assertEquals } from "@std/assert";
import { dirname, fromFileUrl, join, relative } from "@std/path";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));

/** The pages of the project: those of the root, of docs/ and of .github/, and the bench's figures. */
function* pages(): Generator<string> {
  for (const folder of ["", "docs", "docs/formats", ".github", "bench"]) {
    for (const { name, isFile } of Deno.readDirSync(join(ROOT, folder))) {
      if (isFile && name.endsWith(".md")) yield join(ROOT, folder, name);
    }
  }
}

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(page: string): Set<string> {
  return new Set(
    [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
      heading!.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-")
    ),
  );
}

/** Links of a page that lead nowhere. */
function brokenLinks(file: string): string[] {
  const page = Deno.readTextFileSync(file);
  const prose = page.replaceAll(/^```[\s\S]*?^```$/gm, "").replaceAll(/`[^`\n]*`/g, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!).filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [path, anchor] = link.split("#") as [string, string | undefined];
    const target = path ? join(dirname(file), path) : file;
    try {
      if (!Deno.statSync(target).isFile) return anchor !== undefined;
    } catch {
      return true;
    }
    return anchor !== undefined && !anchorsOf(Deno.readTextFileSync(target)).has(anchor);
  }).map((link) => `${relative(ROOT, file)}: ${link}`);
}

Deno.test("links between pages lead somewhere", () => {
  assertEquals([...pages()].flatMap(brokenLinks), []);
});

Deno.test("links that lead nowhere are found", () => {
  const file = Deno.makeTempFileSync({ suffix: ".md" });
  try {
    Deno.writeTextFileSync(file, "# A b, c\n[x](#a-b-c) [y](#no) [z](gone.md) `[n](no.md)`\n");
    assertEquals(brokenLinks(file).map((line) => line.split(": ")[1]), ["#no", "gone.md"]);
  } finally {
    Deno.removeSync(file);
  }
});
