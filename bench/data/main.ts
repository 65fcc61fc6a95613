import { main } from "../../cli/main.ts";

if (import.meta.main) {
  const commands = {
    loader: async () => (await import("./loader.ts")).loader,
    reading: async () => (await import("./reading.ts")).reading,
    rays: async () => (await import("./rays.ts")).rays,
    index: async () => (await import("./index_memory.ts")).indexMemory,
  };
  Deno.exit(await main(Deno.args, commands));
}
