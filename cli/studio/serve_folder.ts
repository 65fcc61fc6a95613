import { join } from "@std/path";
import { onFreePort } from "../view/listening.ts";

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  wasm: "application/wasm",
};

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
  const host = "127.0.0.1";
  const server = onFreePort({ host, port }, (free) => {
    const options = { hostname: host, port: free, signal: abort.signal, onListen: () => {} };
    return Deno.serve(options, answer);
  });
  return {
    url: `http://${host}:${server.addr.port}/`,
    async close() {
      abort.abort();
      await server.finished;
    },
  };
}
