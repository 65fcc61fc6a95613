import { USUAL_PORT } from "./hosts.ts";

const TRIED_PORTS = 20;

/** Listens by `listen` on `port`, or else on the first free one from the usual one on. */
export function onFreePort<T>(
  { host, port }: { readonly host: string; readonly port?: number | undefined },
  listen: (port: number) => T,
): T {
  const ports = port === undefined
    ? Array.from({ length: TRIED_PORTS }, (_, i) => USUAL_PORT + i)
    : [port];
  for (const tried of ports) {
    try {
      return listen(tried);
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
