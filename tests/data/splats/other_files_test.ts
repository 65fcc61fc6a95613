import { assertEquals, assertRejects } from "@std/assert";
import { openSplats } from "../../../data/splats/read_splats.ts";

const PAGE = "<!DOCTYPE html><html></html>";
const POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n";
const OTHERS: [name: string, content: string, said: string, hint: string | undefined][] = [
  ["a.spz", PAGE, "it is a web page and holds no trained Gaussians", "download the file itself"],
  ["a.splat", PAGE, "it is a web page", "download the file itself"],
  ["a.ksplat", PAGE, "it is a web page", "download the file itself"],
  ["a.ply", POINTER, "it is a Git LFS pointer", "git lfs pull"],
  ["a.splat", POINTER, "it is a Git LFS pointer", "git lfs pull"],
  ["a.sog", "", "it is empty and holds no trained", "download or copy it again"],
  ["a.csv", "x,y,z\n", "it holds no trained Gaussians of a known kind", "download"],
  ["a.bin", "\x01\x02\x03\x04", "it holds no trained Gaussians of a known kind", undefined],
];

Deno.test("what lies under the name of trained Gaussians is told as what it is", async () => {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, content, said, hint] of OTHERS) {
      const path = `${folder}/${name}`;
      await Deno.writeTextFile(path, content);
      const error = await assertRejects(() => openSplats(path), SyntaxError, said);
      const told = (error as { hint?: string }).hint;
      assertEquals(told?.startsWith(hint ?? ""), hint === undefined ? undefined : true, name);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
