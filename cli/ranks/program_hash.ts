import { dirname, fromFileUrl, join, relative } from "@std/path";

const PARTS = ["mod.ts", "deno.json", "cli", "data", "gpu", "loss", "model"];
const SOURCE = /\.(ts|js|wgsl|json|html|css)$/;

/** Eight hexadecimal digits that differ between two programs, whatever version they call themselves. */
export async function programHash(): Promise<string> {
  const root = dirname(fromFileUrl(new URL("../../deno.json", import.meta.url)));
  const files = Deno.build.standalone
    ? [Deno.execPath()]
    : PARTS.flatMap((part) => sourcesAt(join(root, part))).sort();
  const seen: BlobPart[] = [];
  for (const file of files) {
    seen.push(relative(root, file), await crypto.subtle.digest("SHA-256", Deno.readFileSync(file)));
  }
  const all = await crypto.subtle.digest("SHA-256", await new Blob(seen).arrayBuffer());
  return new DataView(all).getUint32(0).toString(16).padStart(8, "0");
}

function sourcesAt(path: string): string[] {
  if (!Deno.statSync(path).isDirectory) return SOURCE.test(path) ? [path] : [];
  return [...Deno.readDirSync(path)].flatMap(({ name }) => sourcesAt(join(path, name)));
}
