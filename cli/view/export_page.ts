import { encodeBase64 } from "@std/encoding/base64";
import { keptParts, type Viewed } from "../../mod.ts";
import { ASSETS, INLINE_SCRIPT } from "./assets.ts";
import page from "./page/kept.html" with { type: "text" };
import unpack from "./page/unpack.js" with { type: "text" };

/** What the page may load: what lies in itself, and nothing from elsewhere. */
const POLICY = [
  "default-src 'none'",
  "script-src 'nonce-voxsplat' blob: 'wasm-unsafe-eval'",
  "style-src 'unsafe-inline'",
  "img-src blob: data:",
  "connect-src blob: data:",
  "worker-src blob:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/**
 * One HTML file with all that is to be seen and what shows it, piece by piece: it opens without a server and
 * without a network.
 */
export async function* exportPage(viewed: Viewed): AsyncGenerator<string> {
  const { state, parts } = keptParts(viewed);
  const values: Readonly<Record<string, string>> = {
    POLICY,
    TITLE: escaped(`${state.title} – voxsplat`),
    STYLE: ["style", "tools"].map((name) => ASSETS.get(`/page/${name}.css`)!.text).join("\n"),
    STATE: inScript(JSON.stringify(state)),
    UNPACK: unpack,
  };
  const filled = page.replace(/\b(POLICY|TITLE|STYLE|STATE|UNPACK)\b/g, (name) => values[name]!);
  const [start, end] = filled.split("CONTENT") as [string, string];
  yield start;
  for (const [name, text] of scripts()) {
    yield `<script type="text/plain" data-script="${name}">${await packed(text)}</script>\n`;
  }
  for await (const { name, type, bytes } of parts) {
    const key = escaped(JSON.stringify(name));
    yield `<script type="text/plain" data-part="${key}" data-type="${escaped(type)}">`;
    yield encodeBase64(bytes);
    yield "</script>\n";
  }
  yield end;
}

/** All scripts by the names that they import each other by, none of them relative: a blob lies nowhere. */
function* scripts(): Generator<[name: string, text: string]> {
  const named = JSON.parse(INLINE_SCRIPT).imports as Record<string, string>;
  const names = new Map(Object.entries(named).map(([name, path]) => [path.slice(1), name]));
  for (const [path, { type, text }] of ASSETS) {
    if (!type.startsWith("text/javascript")) continue;
    const others = text.replace(
      /(\bfrom\s*|\bimport\s*\(?\s*)(["'])(\.{1,2}\/[^"']+)\2/g,
      (_, before, quote, specifier) => {
        const other = new URL(specifier, `file://${path}`).pathname;
        return `${before}${quote}${names.get(other) ?? other.slice(1)}${quote}`;
      },
    );
    yield [names.get(path) ?? path.slice(1), others];
  }
}

async function packed(text: string): Promise<string> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return encodeBase64(await new Response(stream).arrayBuffer());
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** JSON that ends no script. */
function inScript(json: string): string {
  return json.replaceAll("<", "\\u003c");
}
