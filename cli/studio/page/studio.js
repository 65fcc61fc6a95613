import { openDoor } from "view/door.js";
import { button, element, replaceText } from "view/elements.js";
import { followState } from "view/live_state.js";
import { Page as OccupancyPage } from "view/occupancy/occupancy_page.js";
import { Page as SplatPage } from "view/splats/splat_page.js";
import { Engine } from "./engine_door.js";
import { startCards } from "./start_cards.js";
import { TrainingBar } from "./training_bar.js";

const at = (id) => document.getElementById(id);
const WITHOUT_GPU =
  "This browser has no WebGPU, which training and predicting need: Chrome and Edge have it, " +
  "Firefox from 141 and Safari from 26 on. Looking at scenes works here.";

function complain(text) {
  at("told").classList.toggle("problem", text !== null);
  replaceText(at("told"), text ?? "");
}

function say(text) {
  replaceText(at("status"), text);
}

function tell(lines) {
  at("told").classList.remove("problem");
  replaceText(at("told"), lines.join("; "));
}

const engine = new Engine((why) => complain(`The studio's worker ended: ${why}`));
globalThis.studio = engine; // for the console and for tests
openDoor(engine.door());
const bar = new TrainingBar(engine, { complain });

const PAGES = { splats: SplatPage, occupancy: OccupancyPage };
const BUSY = {
  look: "reading",
  train: "reading",
  predict: "reading and predicting, the first time kernels are compiled",
};
/** One of each kind, made when it is first needed; one of them is shown. */
const pages = {};
let shown = null;

/** Does a job that brings something to look at, and shows it. */
async function show(job, given) {
  complain(null);
  say(BUSY[job]);
  try {
    const told = await engine.ask(job, given);
    tell(told?.remarks ?? []);
    for (const page of Object.values(pages)) page.reset();
    at("start").hidden = true;
    at("panel").hidden = false;
    if (shown === null) shown = followState(update, complain);
  } catch (error) {
    complain(error.message);
    say("");
  }
}

async function update(state) {
  const page = pages[state.kind] ??= made(PAGES[state.kind]);
  for (const one of Object.values(pages)) one.setShown(one === page);
  globalThis.voxsplat = page; // for the console and for tests
  await page.update(state);
  if (state.problem) complain(state.problem);
}

function made(Page) {
  const panel = element("div");
  at("panel").append(panel);
  return new Page({
    container: at("stage"),
    panel,
    query: new URLSearchParams(location.search),
    say,
    complain: (text) => text !== null && complain(text),
  });
}

const withGpu = (job) => (given) => navigator.gpu ? show(job, given) : complain(WITHOUT_GPU);
at("start").append(...startCards({
  onTrain: withGpu("train"),
  onPredict: withGpu("predict"),
  onLook: (given) => show("look", given),
  complain,
}));
at("controls").append(
  button("Another scene", () => at("start").hidden = !at("start").hidden),
  bar.root,
);
addEventListener("beforeunload", (event) => bar.losing && event.preventDefault());
// Files that miss their place must not take the page's.
for (const type of ["dragover", "drop"]) addEventListener(type, (event) => event.preventDefault());
if (!navigator.gpu) complain(WITHOUT_GPU);
// It opens without a network the next time; where that is not to be had it works all the same.
navigator.serviceWorker?.register("./offline.js").catch(() => {});
