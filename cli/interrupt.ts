import type { Terminal } from "./terminal.ts";

/** The exit code of a run that was stopped from outside, as shells know it: 128 + SIGINT. */
export const STOPPED = 130;

// A keyboard's Ctrl-C reaches the whole process group and may be passed on to us as well.
const SAME_PRESS_MS = 500;

// Windows knows no SIGTERM.
const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT"]
  : ["SIGINT", "SIGTERM"];

/** Calls `heard` at every Ctrl-C and at every wish of the system to end, until it is disposed of. */
export function onInterrupt(heard: () => void): Disposable {
  for (const signal of SIGNALS) Deno.addSignalListener(signal, heard);
  return {
    [Symbol.dispose]() {
      for (const signal of SIGNALS) Deno.removeSignalListener(signal, heard);
    },
  };
}

/** Runs a job that saves what it has when its signal is raised by Ctrl-C; a second one ends it at once. */
export async function stoppable<T>(
  terminal: Terminal,
  job: (stop: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let firstAt = 0;
  using _listening = onInterrupt(() => {
    if (!controller.signal.aborted) {
      firstAt = performance.now();
      terminal.note("stopping after this step, Ctrl-C again ends at once");
      controller.abort();
    } else if (performance.now() - firstAt > SAME_PRESS_MS) {
      terminal.note("ended at once, without saving");
      Deno.exit(STOPPED);
    }
  });
  return await job(controller.signal);
}
