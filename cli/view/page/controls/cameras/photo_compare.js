import { choice, element, replaceText, row, slider } from "../../elements.js";

const WAYS = ["off", "slider", "difference", "over", "beside"];

/** The photo of the camera that is looked through against what is drawn. */
export class PhotoCompare {
  /** Whether a photo is still to come. */
  busy = false;
  #way = "off";
  #image = element("img", { class: "photo", alt: "", draggable: false, hidden: true });
  #handle = element("div", { class: "handle", hidden: true });
  #beside = element("figure", { class: "beside", hidden: true }, element("img", { alt: "" }));
  #told = element("p", { class: "keys" });
  #ways = choice(WAYS, "off", (way) => this.set(way));
  #share = slider("photo", {
    min: 0,
    max: 100,
    step: 1,
    value: 50,
    write: (share) => `${share} %`,
  }, () => this.place());
  #gain = slider("times", { min: 1, max: 20, step: 1, value: 4 }, () => this.place());

  /** `list` says which camera is looked through. */
  constructor(page, { list, photos }) {
    Object.assign(this, { page, list, photos });
    const { stage } = page;
    stage.overlay.append(this.#image, this.#handle);
    stage.view.after(this.#beside);
    stage.listen("frame", () => this.place());
    this.#handle.addEventListener("pointerdown", (event) => this.#grab(event));
    this.root = element(
      "div",
      {},
      row("photo", this.#ways.root),
      this.#share.root,
      this.#gain.root,
      this.#told,
    );
    this.set("off");
  }

  get ways() {
    return WAYS;
  }

  get way() {
    return this.#way;
  }

  /** Puts the photo over the picture in one of the ways. */
  set(way) {
    this.#way = way;
    this.#ways.set(way);
    this.#share.root.hidden = !["slider", "over"].includes(way);
    this.#gain.root.hidden = way !== "difference";
    if (way !== "off" && !this.list.shown) this.list.show(0);
    this.show();
  }

  /** Fetches the photo of the camera that is looked through. */
  async show() {
    const camera = this.#way === "off" ? null : this.list.shown;
    const name = camera?.name ?? null;
    const { stage } = this.page;
    this.#beside.hidden = !(camera && this.#way === "beside");
    stage.view.parentElement.classList.toggle("halved", !this.#beside.hidden);
    if (name === this.#image.dataset.name) return this.place();
    this.#image.dataset.name = name ?? "";
    replaceText(this.#told, "");
    this.#image.removeAttribute("src");
    if (name === null) return this.place();
    this.busy = true;
    try {
      const address = await this.photos.address(name);
      if (this.#image.dataset.name !== name) return;
      for (const image of [this.#image, this.#beside.firstChild]) image.src = address;
      await this.#image.decode();
    } catch (error) {
      replaceText(this.#told, error.message);
      this.#image.removeAttribute("src");
    } finally {
      this.busy = false;
    }
    this.place();
  }

  /** Puts the photo where the camera's picture is. */
  place() {
    const image = this.#image;
    const way = this.list.shown && image.hasAttribute("src") ? this.#way : "off";
    image.hidden = way === "off" || way === "beside";
    this.#handle.hidden = way !== "slider";
    const { view } = this.page.stage;
    view.style.filter = way === "difference" ? `brightness(${this.#gain.input.value})` : "";
    if (image.hidden) return;
    const { left, top, width, height } = this.list.photoBox();
    const share = Number(this.#share.input.value);
    Object.assign(image.style, {
      left: `${left}px`,
      top: `${top}px`,
      width: `${width}px`,
      height: `${height}px`,
      // What a picture leaves open was trained before that colour.
      background: this.page.stage.background,
      mixBlendMode: way === "difference" ? "difference" : "normal",
      opacity: way === "over" ? share / 100 : 1,
      clipPath: way === "slider" ? `inset(0 ${100 - share}% 0 0)` : "none",
    });
    Object.assign(this.#handle.style, {
      left: `${left + width * share / 100}px`,
      top: `${top}px`,
      height: `${height}px`,
    });
  }

  #grab(event) {
    event.preventDefault();
    const handle = this.#handle;
    handle.setPointerCapture(event.pointerId);
    handle.onpointermove = ({ clientX }) => {
      const { left, width } = this.#image.getBoundingClientRect();
      const share = Math.round(100 * (clientX - left) / width);
      this.#share.set(Math.min(100, Math.max(0, share)));
      this.place();
    };
    handle.onpointerup = () => handle.onpointermove = null;
  }
}
