import { element, replaceText } from "./elements.js";
import { followState } from "./live_state.js";

const status = document.querySelector("#status");
let page = null;

let said = status.textContent;
let problem = null;

/** Shows a line below the scene, unless something is wrong. */
function say(text) {
  said = text;
  replaceText(status, problem ?? said);
}

/** Shows what is wrong until it is told that nothing is any more (null). */
function complain(text) {
  problem = text;
  status.classList.toggle("problem", problem !== null);
  say(said);
}

async function show(state) {
  if (page === null) {
    document.title = `${state.title} – voxsplat`;
    const query = new URLSearchParams(location.search);
    document.body.classList.toggle("bare", query.has("bare"));
    const { Page } = state.kind === "splats"
      ? await import("./splats/splat_page.js")
      : await import("./occupancy/occupancy_page.js");
    page = new Page({
      container: document.querySelector("#stage"),
      panel: document.querySelector("#panel"),
      query,
      say,
      complain,
    });
    // For the console and for tests.
    globalThis.voxsplat = page;
  }
  await page.update(state);
  if (state.problem) complain(state.problem);
}

if (document.createElement("canvas").getContext("webgl2") === null) {
  document.querySelector("#panel").append(
    element("p", {}, "This browser has no WebGL2, which the viewer draws with."),
  );
  complain("no WebGL2 here");
} else {
  await followState(show, complain);
}
