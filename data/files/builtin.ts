import type * as v8 from "node:v8";
import type * as zlib from "node:zlib";
import type * as nodeProcess from "node:process";

interface Builtins {
  readonly "node:v8": typeof v8;
  readonly "node:zlib": typeof zlib;
  readonly "node:process": typeof nodeProcess;
}

/** What Deno and Node are known by; browsers have none. */
interface Host {
  readonly process?: {
    getBuiltinModule?<N extends keyof Builtins>(name: N): Builtins[N] | undefined;
  };
}

/**
 * A module that Deno and Node bring along; null in a browser, where an import of it would stop the page
 * from loading.
 */
export function builtin<N extends keyof Builtins>(name: N): Builtins[N] | null {
  return (globalThis as Host).process?.getBuiltinModule?.(name) ?? null;
}
