import { canonicalHost, isLoopback, isWildcard, ownHosts } from "./hosts.ts";

/** Why a request is not answered, or where its sender is sent to instead. */
export interface Refusal {
  readonly status: number;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

// An address of IPv6 has brackets there.
const HOST_HEADER = /^(\[[\da-f:.]+\]|[^[\]:]+)(:\d+)?$/i;

/**
 * Who may ask. Pages of others must not: neither by a name that they made point here (DNS rebinding;
 * the host must be one that is listened on), nor from within a browser that shows them. Beyond this
 * machine it takes a token too, which the printed address carries and a cookie keeps.
 */
export class Admission {
  readonly #hosts: ReadonlySet<string> | null;
  readonly #cookie: string;

  private constructor(
    /** Null where only this machine can ask. */
    readonly token: string | null,
    hosts: ReadonlySet<string> | null,
    port: number,
  ) {
    this.#hosts = hosts;
    this.#cookie = `voxsplat_${port}`; // cookies do not know of ports
  }

  /** For what was asked to be listened on, and what then is. */
  static of(host: string, bound: { readonly hostname: string; readonly port: number }): Admission {
    if (isLoopback(bound.hostname)) return new Admission(null, null, bound.port);
    const named = [host, bound.hostname, ...(isWildcard(bound.hostname) ? ownHosts() : [])];
    const hosts = new Set(named.map(canonicalHost).filter((name) => name !== null));
    return new Admission(crypto.randomUUID().replaceAll("-", ""), hosts, bound.port);
  }

  /** Null for a request that is to be answered. */
  refuse(request: Request): Refusal | null {
    const host = request.headers.get("host") ?? "";
    if (!HOST_HEADER.test(host)) return { status: 400, text: "The request names no host" };
    if (!this.#serves(host)) return { status: 421, text: "This address is not served here" };
    const site = request.headers.get("sec-fetch-site") ?? "none"; // programs send none
    if (site !== "same-origin" && site !== "none") {
      return { status: 403, text: "Pages of others may not ask here; open the address by itself" };
    }
    return this.token === null ? null : this.#refuseStranger(request, this.token);
  }

  #serves(host: string): boolean {
    if (this.#hosts === null) return isLoopback(host);
    return isLoopback(host) || this.#hosts.has(canonicalHost(host) ?? "");
  }

  #refuseStranger(request: Request, token: string): Refusal | null {
    const url = new URL(request.url);
    const given = url.searchParams.get("token");
    if (given !== null && same(given, token)) {
      url.searchParams.delete("token"); // not to stand in the browser's history
      const cookie = `${this.#cookie}=${token}; HttpOnly; SameSite=Strict; Path=/`;
      const location = url.pathname.replace(/^\/+/, "/") + url.search;
      return { status: 303, text: "", headers: { location, "set-cookie": cookie } };
    }
    const cookies = (request.headers.get("cookie") ?? "").split(/; */);
    const kept = cookies.find((text) => text.startsWith(`${this.#cookie}=`));
    if (kept !== undefined && same(kept.slice(this.#cookie.length + 1), token)) return null;
    return { status: 401, text: "Open the address that `view` printed, with its token" };
  }
}

/** Whether two texts are the same, in a time that does not tell where they differ. */
function same(a: string, b: string): boolean {
  let differ = a.length ^ b.length;
  for (let i = 0; i < b.length; i++) differ |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return differ === 0;
}
