import type { Viewed } from "../../mod.ts";
import { isLoopback, USUAL_PORT } from "./loopback.ts";
import { respond } from "./respond.ts";

const TRIED_PORTS = 20;

/** A running viewer. */
export interface ViewServer {
  readonly url: string;
  /** Stops listening and cuts what is still being sent. */
  close(): Promise<void>;
}

/** Serves what is looked at, on `port` or else on the first free one from the usual one on. */
export function serveView(
  viewed: Viewed,
  { host, port }: { readonly host: string; readonly port?: number | undefined },
): ViewServer {
  const ports = port === undefined
    ? Array.from({ length: TRIED_PORTS }, (_, i) => USUAL_PORT + i)
    : [port];
  for (const tried of ports) {
    try {
      return listen(viewed, host, tried);
    } catch (cause) {
      if (!(cause instanceof Deno.errors.AddrInUse)) {
        throw new Error(`Cannot listen on "${host}" port ${tried}`, { cause });
      }
    }
  }
  const [first, last] = [ports[0], ports.at(-1)];
  throw Object.assign(
    new Error(
      first === last
        ? `Cannot listen on "${host}": port ${first} is taken by another program`
        : `Cannot listen on "${host}": ports ${first} to ${last} are taken by other programs`,
    ),
    { hint: "--port N names another one, --port 0 takes any that is free" },
  );
}

function listen(viewed: Viewed, host: string, port: number): ViewServer {
  const local = isLoopback(host);
  const abort = new AbortController();
  const server = Deno.serve({
    hostname: host,
    port,
    signal: abort.signal,
    onListen: () => {},
  }, (request) => {
    // Names that others made point here (DNS rebinding) would let their pages read the data.
    if (local && !isLoopback(new URL(request.url).hostname)) {
      return new Response("This address is not served here", { status: 421 });
    }
    return respond(request, viewed);
  });
  const shown = host.includes(":") ? `[${host}]` : host === "0.0.0.0" ? "127.0.0.1" : host;
  return {
    url: `http://${shown}:${server.addr.port}/`,
    async close() {
      abort.abort();
      await server.finished;
    },
  };
}
