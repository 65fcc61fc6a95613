import { openDoor } from "view/door.js";
import { button, replaceText } from "view/elements.js";
import { followState } from "view/live_state.js";
import { Page } from "view/splats/splat_page.js";
import { Engine } from "./engine_door.js";
import { startCards } from "./start_cards.js";
import { TrainingBar } from "./training_bar.js";

const at = (id) => document.getElementById(id);
const WITHOUT_GPU = "This browser has no WebGPU, which training needs: Chrome and Edge have it, " +
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

let page = null;
let shown = null;

/** Does a job that brings something to look at, and shows it. */
async function show(job, given) {
  complain(null);
  say("reading");
  try {
    const told = await engine.ask(job, given);
    tell(told?.remarks ?? []);
    page?.reset();
    at("start").hidden = true;
    at("panel").hidden = false;
    page ??= new Page({
      container: at("stage"),
      panel: at("panel"),
      query: new URLSearchParams(location.search),
      say,
      complain: (text) => text !== null && complain(text),
    });
    globalThis.voxsplat = page; // for the console and for tests
    if (shown === null) shown = followState(update, complain);
  } catch (error) {
    complain(error.message);
    say("");
  }
}

async function update(state) {
  await page.update(state);
  if (state.problem) complain(state.problem);
}

at("start").append(...startCards({
  onTrain: (given) => navigator.gpu ? show("train", given) : complain(WITHOUT_GPU),
  onLook: (given) => show("look", given),
  complain,
}));
at("controls").append(
  button("Another scene", () => at("start").hidden = !at("start").hidden),
  bar.root,
);
addEventListener("beforeunload", (event) => bar.running && event.preventDefault());
// Files that miss their place must not take the page's.
for (const type of ["dragover", "drop"]) addEventListener(type, (event) => event.preventDefault());
if (!navigator.gpu) complain(WITHOUT_GPU);
// It opens without a network the next time; where that is not to be had it works all the same.
navigator.serviceWorker?.register("./offline.js").catch(() => {});
