import * as THREE from "three";
import { button, checkbox, element, folded, replaceText, row, slider } from "../elements.js";
import { saveFile } from "../save_file.js";

const RATE = 30;
const BITS_A_SECOND = 16e6;
/** What browsers record, the best first. */
const TYPES = ["video/webm;codecs=vp9", "video/webm;codecs=vp8", "video/webm", "video/mp4"];
/** Views of a way around. */
const AROUND = 12;

/** A way of the camera through views that were kept, played and saved as a film. */
export const film = {
  pages: ["splats", "occupancy"],
  make(page) {
    const { stage } = page;
    const views = [];
    let seconds = 8;
    let closed = false;
    let playing = null;
    const told = element("output", { "aria-label": "film" });
    const tell = () => {
      replaceText(told, `${views.length} ${views.length === 1 ? "view" : "views"}`);
      plays.disabled = records.disabled = views.length < 2;
    };
    const add = () => {
      views.push(stage.remember());
      tell();
    };
    const around = () => {
      const { target } = stage.controls;
      const { position, fov, quaternion } = stage.remember();
      const up = stage.camera.up.clone().normalize();
      for (let i = 0; i < AROUND; i++) {
        const turn = new THREE.Quaternion().setFromAxisAngle(up, 2 * Math.PI * i / AROUND);
        views.push({
          position: position.clone().sub(target).applyQuaternion(turn).add(target),
          quaternion: turn.clone().multiply(quaternion),
          target: target.clone(),
          fov,
        });
      }
      closed = closes.querySelector("input").checked = true;
      tell();
    };
    const clear = () => {
      views.length = 0;
      tell();
    };
    /** Goes the whole way once; what is seen at a time does not depend on how fast frames are drawn. */
    const play = async () => {
      if (playing || views.length < 2) return playing?.stop();
      const way = wayThrough(views, closed);
      let stopped = false;
      playing = { stop: () => stopped = true };
      plays.setAttribute("aria-pressed", "true");
      const began = performance.now();
      while (!stopped) {
        const share = Math.min(1, (performance.now() - began) / (1000 * seconds));
        stage.restore(way(share));
        await new Promise(requestAnimationFrame);
        if (share === 1) break;
      }
      playing = null;
      plays.setAttribute("aria-pressed", "false");
      return !stopped;
    };
    const record = async () => {
      const type = TYPES.find((candidate) => globalThis.MediaRecorder?.isTypeSupported(candidate));
      if (!type) return replaceText(told, "this browser records no films");
      if (playing) return;
      const recorder = new MediaRecorder(stage.canvas.captureStream(RATE), {
        mimeType: type,
        videoBitsPerSecond: BITS_A_SECOND,
      });
      const pieces = [];
      recorder.addEventListener("dataavailable", ({ data }) => pieces.push(data));
      const ended = new Promise((resolve) => recorder.addEventListener("stop", resolve));
      replaceText(told, "recording");
      recorder.start();
      await play();
      recorder.stop();
      await ended;
      const blob = new Blob(pieces, { type });
      saveFile(
        `${page.title ?? "voxsplat"}.${type.startsWith("video/mp4") ? "mp4" : "webm"}`,
        blob,
      );
      replaceText(told, `${seconds} s, ${(blob.size / 1e6).toFixed(1)} MB saved`);
    };
    const plays = button("play", play, {
      pressed: false,
      title: "along the way, and to stop (K keeps a view)",
    });
    const records = button("record WebM", record);
    const closes = checkbox("back to the first", false, (on) => closed = on);
    tell();
    return {
      root: folded(
        "Film",
        row(button("keep this view", add), button("around", around), button("clear", clear)),
        slider(
          "length",
          { min: 1, max: 60, step: 1, value: seconds, write: (value) => `${value} s` },
          (value) => seconds = value,
        ).root,
        closes,
        row(plays, records),
        told,
      ),
      keys: { KeyK: [add, "keep this view for a film"] },
      get busy() {
        return playing !== null;
      },
    };
  },
};

/** Smooth ways through views' places and targets, turning evenly; by the share of the way. */
function wayThrough(views, closed) {
  const curve = (name) =>
    new THREE.CatmullRomCurve3(views.map((view) => view[name]), closed, "centripetal");
  const [places, targets] = [curve("position"), curve("target")];
  const legs = closed ? views.length : views.length - 1;
  return (share) => {
    const at = Math.min(share * legs, legs - 1e-9);
    const from = views[Math.floor(at)];
    const to = views[(Math.floor(at) + 1) % views.length];
    const part = at - Math.floor(at);
    return {
      position: places.getPoint(share),
      target: targets.getPoint(share),
      quaternion: from.quaternion.clone().slerp(to.quaternion, part),
      fov: THREE.MathUtils.lerp(from.fov, to.fov, part),
    };
  };
}
