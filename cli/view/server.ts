import type { Viewed } from "../../mod.ts";
import { Admission } from "./admission.ts";
import { isWildcard } from "./hosts.ts";
import { onFreePort } from "./listening.ts";
import { plain, respond } from "./respond.ts";

// A browser takes six connections to a server; more than these windows at once are not people.
const MOST_SENT_AT_ONCE = 32;

/** A running viewer. */
export interface ViewServer {
  /** Where it is looked at, with the token where one is needed. */
  readonly url: string;
  /** Whether others than this machine reach it. */
  readonly open: boolean;
  /** Stops listening and cuts what is still being sent. */
  close(): Promise<void>;
}

/** Serves what is looked at, on `port` or else on the first free one from the usual one on. */
export function serveView(
  viewed: Viewed,
  { host, port }: { readonly host: string; readonly port?: number | undefined },
): ViewServer {
  return onFreePort({ host, port }, (free) => listen(viewed, host, free));
}

function listen(viewed: Viewed, host: string, port: number): ViewServer {
  const abort = new AbortController();
  let sent = 0;
  const options = { hostname: host, port, signal: abort.signal, onListen: () => {} };
  const server = Deno.serve(options, async (request, { completed }) => {
    const refusal = admission.refuse(request);
    if (refusal) return plain(refusal.status, refusal.text, refusal.headers);
    if (sent >= MOST_SENT_AT_ONCE) {
      return plain(503, "Too many are looking at once", { "retry-after": "1" });
    }
    sent++;
    completed.catch(() => {}).finally(() => sent--); // also where the reader has left
    // Others may look, but a run is this machine's own.
    return await respond(request, viewed, { mayAsk: admission.token === null });
  });
  const { hostname, port: bound } = server.addr;
  // What it is asked to listen on need not be what it listens on: 127.1 is 127.0.0.1.
  const admission = Admission.of(host, { hostname, port: bound });
  const shown = isWildcard(hostname) ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host;
  const query = admission.token === null ? "" : `?token=${admission.token}`;
  return {
    url: `http://${shown}:${bound}/${query}`,
    open: admission.token !== null,
    async close() {
      abort.abort();
      await server.finished;
      viewed.close();
    },
  };
}
