import { encodeBase64 } from "@std/encoding/base64";
import type { RunWord, Viewed, ViewResource, ViewState } from "../../mod.ts";
import { ASSETS, INLINE_SCRIPT } from "./assets.ts";
import { policyOf, sha256 } from "./policy.ts";

/** Answers a request for the page, its scripts or what is looked at; nothing else is reachable. */
export async function respond(
  request: Request,
  viewed: Viewed,
  { mayAsk }: { readonly mayAsk: boolean },
): Promise<Response> {
  const word = RUN_WORDS.get(new URL(request.url).pathname);
  if (word && request.method === "POST") return await asked(request, viewed, { word, mayAsk });
  if (request.method !== "GET" && request.method !== "HEAD") {
    return plain(405, "Only GET and HEAD are answered here", { allow: "GET, HEAD" });
  }
  const { pathname } = new URL(request.url);
  const asset = ASSETS.get(pathname);
  if (asset) return await tagged(request, new TextEncoder().encode(asset.text), asset.type);
  const names = dataNames(pathname);
  if (!names) return plain(404, "There is no such page");
  try {
    if (names.length === 1 && names[0] === "state") {
      const text = JSON.stringify(stateFor(viewed, mayAsk));
      return await tagged(request, new TextEncoder().encode(text), "application/json");
    }
    const resource = names[0] === "item" ? await viewed.resource(names.slice(1)) : null;
    if (!resource) return plain(404, "There is no such scene or part of one");
    return new Response(bodyOf(resource), { headers: headersOf(resource.type) });
  } catch (error) {
    // A file that is broken, or that its writer replaces at this moment: the page shows the reason.
    return plain(500, error instanceof Error ? error.message : String(error));
  }
}

/** What is asked of a run, by where it is posted to. */
const RUN_WORDS: ReadonlyMap<string, RunWord> = new Map(
  (["pause", "go on", "save", "stop"] as const).map((
    word,
  ) => [`/data/run/${word.replace(" ", "_")}`, word]),
);
// Pages of others cannot send it without being asked for leave first, which nobody here gives.
const OWN_PAGE = "x-voxsplat-page";

/** Passes a wish of the page on to the run. */
async function asked(
  request: Request,
  viewed: Viewed,
  { word, mayAsk }: { readonly word: RunWord; readonly mayAsk: boolean },
): Promise<Response> {
  if (!mayAsk || !request.headers.has(OWN_PAGE)) {
    return plain(403, "Only the page itself, on this machine, asks something of a run");
  }
  if (!viewed.ask) return plain(404, "No run is shown here");
  try {
    await viewed.ask(word);
    return plain(200, word);
  } catch (error) {
    return plain(409, error instanceof Error ? error.message : String(error));
  }
}

/** Who may not ask anything of a run is not offered to. */
function stateFor(viewed: Viewed, mayAsk: boolean): ViewState {
  const state = viewed.state();
  return mayAsk || !state.run ? state : { ...state, run: { ...state.run, words: [] } };
}

/** The decoded parts of a path below /data/, null where it is none. */
function dataNames(pathname: string): string[] | null {
  if (!pathname.startsWith("/data/")) return null;
  try {
    return pathname.slice("/data/".length).split("/").map(decodeURIComponent);
  } catch {
    return null; // "%" that escapes nothing
  }
}

/** Content with a tag, so that a browser that has it already is told no more than that. */
async function tagged(
  request: Request,
  bytes: Uint8Array<ArrayBuffer>,
  type: string,
): Promise<Response> {
  const etag = `"${encodeBase64(await sha256(bytes))}"`;
  // Deno weakens the tag where it compresses.
  const known = request.headers.get("if-none-match")?.replace(/^W\//, "");
  const headers = headersOf(type, { etag, "cache-control": "no-cache" });
  return known === etag
    ? new Response(null, { status: 304, headers })
    : new Response(bytes, { headers });
}

// What a reader that does not read keeps in memory.
const PIECE = 1 << 18;

function bodyOf({ body }: ViewResource): BodyInit {
  const pieces = cut(body instanceof Uint8Array ? [body] : body);
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const { done, value } = pieces.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  }, { highWaterMark: 0 });
}

function* cut(chunks: Iterable<Uint8Array>): Generator<Uint8Array<ArrayBuffer>, void> {
  for (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += PIECE) {
      // A copy: the chunk belongs to all who look at once.
      yield chunk.slice(at, at + PIECE) as Uint8Array<ArrayBuffer>;
    }
  }
}

/** An answer in words. */
export function plain(
  status: number,
  text: string,
  more: Readonly<Record<string, string>> = {},
): Response {
  return new Response(text, { status, headers: headersOf("text/plain; charset=utf-8", more) });
}

function headersOf(type: string, more: Readonly<Record<string, string>> = {}): Headers {
  return new Headers({
    "content-type": type,
    "content-security-policy": POLICY,
    "cache-control": "no-store",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    ...more,
  });
}

// No other page may hold it in a frame.
const POLICY = `${await policyOf(INLINE_SCRIPT, { workers: "blob:" })}; frame-ancestors 'none'`;
