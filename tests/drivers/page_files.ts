import { basename, join } from "@std/path";

/** What a page of tests asks for. */
export interface PageFiles {
  /** The bundled test files, at the root. */
  readonly bundled: string;
  /** Files that tests read, below `/shared/`. */
  readonly shared: string;
}

/** A page that loads what stands in for Deno, then the test file that its address names. */
function pageOf(test: string): string {
  return `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">
<script type="module" src="/drivers/browser_page.js"></script>
<script type="module">import "${test}"; globalThis.loaded = true;</script>`;
}

/** Serves pages of tests, the bundled files and what tests read; a folder is a JSON list of its entries. */
export function serveFiles(files: PageFiles): { readonly url: string; close(): Promise<void> } {
  const abort = new AbortController();
  const options = { hostname: "127.0.0.1", port: 0, signal: abort.signal, onListen: () => {} };
  const server = Deno.serve(options, async (request) => {
    const { pathname, search } = new URL(request.url);
    const path = decodeURIComponent(pathname);
    if (path === "/") {
      return new Response(pageOf(search.slice(1)), { headers: { "content-type": "text/html" } });
    }
    const shared = path.startsWith("/shared/");
    // Scripts look for these beside themselves, wherever the bundler has put the scripts.
    const bundled = path.endsWith(".wasm") ? basename(path) : path;
    const file = shared ? join(files.shared, path.slice(8)) : join(files.bundled, bundled);
    try {
      const { isDirectory, size } = await Deno.stat(file);
      if (isDirectory) {
        const entries = await Array.fromAsync(Deno.readDir(file));
        return new Response(JSON.stringify(entries), { headers: { "x-folder": "1" } });
      }
      const type = path.endsWith(".js") ? "text/javascript" : "application/octet-stream";
      const body = request.method === "HEAD" ? null : await Deno.readFile(file);
      return new Response(body, { headers: { "content-type": type, "x-size": `${size}` } });
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      return new Response(null, { status: 404 });
    }
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}/`,
    async close() {
      abort.abort();
      await server.finished;
    },
  };
}
