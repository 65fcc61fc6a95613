import { main } from "../../cli/main.ts";

if (import.meta.main) {
  const commands = {
    step: async () => (await import("./step.ts")).step,
    allreduce: async () => (await import("./allreduce.ts")).allreduce,
  };
  Deno.exit(await main(Deno.args, commands));
}
