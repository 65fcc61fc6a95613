import { join } from "@std/path";
import { USUAL_PORT } from "../view/hosts.ts";

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  wasm: "application/wasm",
};

const TRIED_PORTS = 20;

/** Serves the files of a folder to this machine, as any web server would. */
export function serveFolder(
  folder: string,
  port?: number,
): { readonly url: string; close(): Promise<void> } {
  const abort = new AbortController();
  const answer = async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url);
    const path = decodeURIComponent(pathname.endsWith("/") ? `${pathname}index.html` : pathname);
    // An address's dots are resolved before it is asked for; escaped ones are no files of the folder.
    if (path.split(/[\\/]/).includes("..")) return new Response("no such file", { status: 404 });
    try {
      const type = TYPES[path.slice(path.lastIndexOf(".") + 1)] ?? "application/octet-stream";
      const headers = { "content-type": type, "cache-control": "no-cache" };
      return new Response(await Deno.readFile(join(folder, path)), { headers });
    } catch {
      return new Response("no such file", { status: 404 });
    }
  };
  const ports = port === undefined
    ? Array.from({ length: TRIED_PORTS }, (_, i) => USUAL_PORT + i)
    : [port];
  for (const [i, tried] of ports.entries()) {
    try {
      const options = { hostname: "127.0.0.1", port: tried, signal: abort.signal };
      const server = Deno.serve({ ...options, onListen: () => {} }, answer);
      return {
        url: `http://127.0.0.1:${server.addr.port}/`,
        async close() {
          abort.abort();
          await server.finished;
        },
      };
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse) || i === ports.length - 1) throw error;
    }
  }
  throw new Error("unreachable");
}
