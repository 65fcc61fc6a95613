import { main } from "../cli/main.ts";

if (import.meta.main) {
  const commands = { bench: async () => (await import("./command.ts")).bench };
  Deno.exit(await main(["bench", ...Deno.args], commands));
}
