import { askState } from "./door.js";

const PAUSE_MS = 1000;
// A folder with thousands of key frames takes a while to list: the server works a twentieth of the time.
const REST = 20;

/**
 * Asks what there is to see, again and again while the page is looked at, and tells `onState` whenever it
 * is something else than before; `onProblem` gets a text, or null when the server answers again.
 */
export async function followState(onState, onProblem) {
  let tag = null;
  let failed = false;
  for (;;) {
    const started = performance.now();
    let taken = 0;
    try {
      const state = await askState(tag);
      taken = performance.now() - started;
      if (failed) onProblem(null);
      failed = false;
      if (state) {
        tag = state.tag;
        await onState(state.content);
      }
    } catch (error) {
      failed = true;
      onProblem(error.message);
    }
    await pause(Math.max(PAUSE_MS, REST * taken));
  }
}

async function pause(milliseconds) {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  if (!document.hidden) return;
  await new Promise((resolve) =>
    document.addEventListener("visibilitychange", resolve, { once: true })
  );
}
