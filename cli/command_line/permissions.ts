import type { Need } from "./command.ts";

const ALL = ["read", "write", "env", "sys", "net", "run", "ffi", "import"] as const;

/**
 * Gives up what of the system a command does not use, for itself and the threads it starts: a fault in
 * a reader of files then reaches no network and no program. WebGPU needs none of it.
 */
export function keepOnly(needs: readonly Need[]): void {
  for (const name of ALL) {
    if (!(needs as readonly string[]).includes(name)) Deno.permissions.revokeSync({ name });
  }
}
