import inspector from "node:inspector";
import type { Terminal } from "./terminal/terminal.ts";

/** The exit code of a run that was stopped from outside, as shells know it: 128 + SIGINT. */
export const STOPPED = 130;

// A keyboard's Ctrl-C reaches the whole process group and may be passed on to us as well.
const SAME_PRESS_MS = 500;

const WINDOWS = Deno.build.os === "windows";
// A closed terminal sends SIGHUP, and ranks of Open MPI are told by SIGUSR2; Windows knows none of them nor SIGTERM.
const ENDING: readonly Deno.Signal[] = WINDOWS
  ? ["SIGINT"]
  : ["SIGINT", "SIGTERM", "SIGHUP", "SIGUSR2"];
// Slurm sends it before it takes a machine away.
const SAVING: readonly Deno.Signal[] = WINDOWS ? [] : ["SIGUSR1"];

/** Calls `heard` at every Ctrl-C and at every wish of the system to end, until it is disposed of. */
export function onInterrupt(heard: () => void): Disposable {
  return onSignals(ENDING, heard);
}

/** What is asked of a job from outside. */
export interface Wishes {
  /** Raised by the first Ctrl-C, or wish of the system to end. */
  readonly stop: AbortSignal;
  /** Whether a checkpoint is wished for now; true once for each wish. */
  readonly saveNow: () => boolean;
}

/** Hears wishes for a checkpoint from the start of a command on, until it is disposed of. */
export function saveWishes(terminal: Terminal): Disposable & Pick<Wishes, "saveNow"> {
  let wished = false;
  const debugged = inspector.url() !== undefined;
  const listening = onSignals(SAVING, () => {
    wished = true;
    if (!debugged) closeDebugger();
    terminal.note("saving after this step, and going on");
  });
  return {
    saveNow() {
      const now = wished;
      wished = false;
      return now;
    },
    [Symbol.dispose]: () => listening[Symbol.dispose](),
  };
}

/**
 * Runs a job that saves what it has when its signal is raised by Ctrl-C, or a wish of the system to end; a
 * Ctrl-C after that ends it at once. Wishes of the system come again and again: whoever stands between
 * passes each of them on.
 */
export async function stoppable<T>(
  terminal: Terminal,
  job: (stop: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let firstAt = 0;
  using _listening = onSignals(ENDING, (signal) => {
    if (!controller.signal.aborted) {
      firstAt = performance.now();
      terminal.note("stopping after this step, Ctrl-C again ends at once");
      controller.abort();
    } else if (signal === "SIGINT" && performance.now() - firstAt > SAME_PRESS_MS) {
      terminal.note("ended at once, without saving");
      Deno.exit(STOPPED);
    }
  });
  return await job(controller.signal);
}

/**
 * Closes the debugger that Deno opens at SIGUSR1, whoever else listens to it: through its port every user
 * of the machine could run code as this one.
 */
function closeDebugger(): void {
  let looks = 0;
  const timer = setInterval(() => {
    if (inspector.url() !== undefined) inspector.close();
    else if (++looks < 200) return;
    clearInterval(timer);
  }, 5);
}

function onSignals(
  signals: readonly Deno.Signal[],
  heard: (signal: Deno.Signal) => void,
): Disposable {
  const listening = signals.map((signal) => [signal, () => heard(signal)] as const);
  for (const [signal, listener] of listening) Deno.addSignalListener(signal, listener);
  return {
    [Symbol.dispose]() {
      for (const [signal, listener] of listening) Deno.removeSignalListener(signal, listener);
    },
  };
}

/** Waits for Ctrl-C, or for being told to end. */
export async function interrupted(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  using _listening = onInterrupt(resolve);
  await promise;
}
