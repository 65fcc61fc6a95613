import { checkbox, element, row, section, slider } from "../../elements.js";
import { CameraList } from "./camera_list.js";
import { Frustums } from "./frustums.js";
import { PhotoCompare } from "./photo_compare.js";
import { Photos } from "./photos.js";

/** Pictures are put into the frustums unasked up to so many of them. */
const FEW = 150;

/** The cameras of a scene: to look through, as frustums with their pictures, and their photos beside what is drawn. */
export const cameras = {
  pages: ["splats"],
  make(page) {
    const photos = new Photos();
    const frustums = new Frustums(page, photos);
    const shows = { frustums: true, photos: true };
    const list = new CameraList(page, {
      onShown: () => {
        // What stands before the cameras would hide what they see.
        frustums.group.visible = shows.frustums && !list.shown;
        compare.show();
        page.stage.invalidate();
      },
    });
    const compare = new PhotoCompare(page, { list, photos });
    const draw = () => {
      frustums.group.visible = shows.frustums && !list.shown;
      frustums.draw(shows.frustums && page.extent ? list.cameras : [], {
        withPhotos: shows.photos && photos.version !== null,
      });
    };
    const set = (what, on) => {
      shows[what] = on;
      draw();
    };
    const boxes = {
      frustums: checkbox("frustums", true, (on) => set("frustums", on)),
      photos: checkbox("their pictures", true, (on) => set("photos", on)),
    };
    const size = slider(
      "size",
      { min: -2, max: 2, step: 0.25, value: 0, write: (power) => `${2 ** power} x` },
      (power) => {
        frustums.size = 2 ** power;
        draw();
      },
    );
    const root = section(
      "Cameras",
      list.root,
      row(...Object.values(boxes)),
      size.root,
      compare.root,
    );
    root.append(element("p", { class: "keys" }, "a click on a frustum looks through it"));
    let asked = false;
    page.leaveCamera = () => list.leave();
    page.showCamera = (index) => list.show(index);
    const nextWay = () => {
      const at = compare.ways.indexOf(compare.way) + 1;
      if (photos.version !== null) compare.set(compare.ways[at % compare.ways.length]);
    };
    return {
      root,
      keys: {
        KeyN: [() => list.step(1), "next and previous camera"],
        KeyP: [() => list.step(-1), "next and previous camera"],
        Escape: [() => list.leave(), "back from a camera"],
        KeyO: [nextWay, "photo: slider, difference, over, beside, off"],
        KeyU: [() => boxes.frustums.querySelector("input").click(), "frustums of the cameras"],
      },
      update(state) {
        const newPhotos = state.photos !== photos.version;
        photos.update(state.photos);
        const others = list.update(state.cameras);
        root.hidden = state.cameras.length === 0;
        boxes.photos.hidden = compare.root.hidden = state.photos === null;
        if (others && !asked) {
          shows.photos = boxes.photos.querySelector("input").checked = state.cameras.length <= FEW;
          asked = true;
        }
        if (others || newPhotos) draw();
      },
      shown() {
        // Their usual size is that of the scene, which is known from its first item on.
        const radius = page.extent ? page.stage.radius : null;
        if (radius !== this.radius) draw();
        this.radius = radius;
      },
      click(ray) {
        const index = frustums.hit(ray);
        if (index === null) return false;
        list.show(index);
        return true;
      },
      get busy() {
        return frustums.loading || compare.busy;
      },
    };
  },
};
