import { element, replaceText } from "./elements.js";
import { followState } from "./live_state.js";

const status = document.querySelector("#status");
let page = null;

/** Shows a line below the scene; `problem` marks what went wrong. */
function say(text, { problem = false } = {}) {
  replaceText(status, text);
  status.classList.toggle("problem", problem);
}

async function show(state) {
  if (page === null) {
    document.title = `${state.title} – voxsplat`;
    const query = new URLSearchParams(location.search);
    document.body.classList.toggle("bare", query.has("bare"));
    const { Page } = state.kind === "splats"
      ? await import("./splat_page.js")
      : await import("./occupancy_page.js");
    page = new Page({
      container: document.querySelector("#stage"),
      panel: document.querySelector("#panel"),
      query,
      say,
    });
    // For the console and for tests.
    globalThis.voxsplat = page;
  }
  await page.update(state);
  if (state.problem) say(state.problem, { problem: true });
}

if (document.createElement("canvas").getContext("webgl2") === null) {
  document.querySelector("#panel").append(
    element("p", {}, "This browser has no WebGL2, which the viewer draws with."),
  );
  say("no WebGL2 here", { problem: true });
} else {
  await followState(show, (problem) => {
    if (problem) say(problem, { problem: true });
    else page?.report();
  });
}
