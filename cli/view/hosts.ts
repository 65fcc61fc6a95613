/** Where the viewer listens when nothing else is asked for; taken ports are passed over. */
export const USUAL_PORT = 8900;

/**
 * A host in the one spelling that addresses have: `127.1` and `0x7f.1` are `127.0.0.1`, `::1` is
 * `[::1]`, names are in small letters. A port may follow; null where it is no host.
 */
export function canonicalHost(host: string): string | null {
  if (host === "" || /[\s/?#@\\]/.test(host)) return null;
  const bare = host.split(":").length > 2 && !host.startsWith("[");
  try {
    return new URL(`http://${bare ? `[${host}]` : host}/`).hostname.replace(/\.$/, "");
  } catch {
    return null;
  }
}

/** Whether a host is this machine for itself only, however it is spelled. */
export function isLoopback(host: string): boolean {
  const name = canonicalHost(host);
  return name !== null && (
    /^127(\.\d{1,3}){3}$/.test(name) || name === "localhost" || name.endsWith(".localhost") ||
    name === "[::1]" || /^\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\]$/.test(name)
  );
}

/** Whether an address is each of the machine's. */
export function isWildcard(address: string): boolean {
  return ["0.0.0.0", "[::]", "[::ffff:0:0]"].includes(canonicalHost(address) ?? "");
}

/** Addresses of this machine that others may know, and its name; none where they may not be asked for. */
export function ownHosts(): string[] {
  try {
    const name = Deno.hostname();
    const addresses = Deno.networkInterfaces().map(({ address }) => address);
    return [...addresses, name, `${name}.local`];
  } catch {
    return [];
  }
}
