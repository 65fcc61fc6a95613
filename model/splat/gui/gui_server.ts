import type { SplatConfig } from "../config.ts";
import { backgroundOf } from "../config.ts";
import { drawPicture, rasterOptions } from "../draw.ts";
import type { Gaussians } from "../gaussians.ts";
import { GONE, GuiMailbox, NOTHING } from "./gui_mailbox.ts";
import { guiCamera, type GuiRequest, parseGuiRequest } from "./gui_request.ts";
import type { FromWorker, ToWorker } from "./gui_worker.ts";

/** Milliseconds that a client which holds the training may be silent. */
const PATIENCE = 10_000;
/** Milliseconds that the last reply has to go out at the end. */
const FAREWELL = 1000;

/** Where to wait for viewers, and what to tell them. */
export interface GuiServerOptions {
  /** Address to listen at. */
  readonly ip: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** Folder of the scene, by which a viewer finds the pictures. */
  readonly verify: string;
  /** Milliseconds to wait for a client that holds the training. */
  readonly patience?: number;
  /** Gets a line when a viewer comes or goes. */
  readonly onRemark?: (text: string) => void;
}

/** What a viewer looks at. */
export interface GuiScene {
  /** What is shown. */
  readonly gaussians: Gaussians;
  /** How it is drawn. */
  readonly config: SplatConfig;
}

/**
 * The reference's network interface for its remote viewer: one client at a time asks for pictures of
 * the Gaussians under training and may hold the training. Nobody there costs an atomic load an
 * iteration; a client that is silent, slow or talks nonsense is let go.
 */
export class GuiServer {
  #holds = false;
  #keepAlive = false;

  private constructor(
    private readonly worker: Worker,
    private readonly patience: number,
    /** The port that it listens at. */
    readonly port: number,
    private readonly mailbox: GuiMailbox,
  ) {}

  /** Starts to listen; an Error says why it cannot. */
  static async open(options: GuiServerOptions): Promise<GuiServer> {
    const { ip, port, verify, patience = PATIENCE, onRemark } = options;
    const worker = new Worker(new URL("./gui_worker.ts", import.meta.url), { type: "module" });
    const mailbox = new GuiMailbox();
    const start: ToWorker = { type: "start", memory: mailbox.memory, ip, port, patience, verify };
    const first = await new Promise<FromWorker>((resolve) => {
      worker.onmessage = ({ data }: MessageEvent<FromWorker>) => resolve(data);
      worker.onerror = (event) => {
        event.preventDefault();
        resolve({ type: "failed", reason: event.message });
      };
      worker.postMessage(start);
    });
    if (first.type !== "listening") {
      worker.terminate();
      const reason = first.type === "failed" ? first.reason : "";
      throw new Error(`Cannot wait for viewers at ${ip}:${port}: ${reason}`);
    }
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (data.type === "remark") onRemark?.(data.text);
    };
    return new GuiServer(worker, patience, first.port, mailbox);
  }

  /** Whether a viewer has asked for something that is not answered yet, or has gone. */
  get asked(): boolean {
    return this.mailbox.state !== NOTHING;
  }

  /**
   * Answers what a viewer has asked for since the last call: at most one request where training goes
   * on, all of them while the viewer holds it, which it may at the last iteration by `keep_alive` too,
   * until the training is told to stop.
   *
   * @internal
   */
  async serve(iteration: number, scene: GuiScene, stop?: AbortSignal): Promise<void> {
    if (this.mailbox.state === NOTHING && !this.#held(iteration, scene)) return;
    do {
      const { state } = this.mailbox;
      if (state === NOTHING) {
        if (!await this.mailbox.wait(this.patience)) {
          this.#drop("it holds the training in silence");
        }
      } else if (state === GONE) {
        this.mailbox.take();
        this.#release();
      } else await this.#answer(parseGuiRequest(this.mailbox.take()), scene);
    } while (!stop?.aborted && this.#held(iteration, scene));
  }

  /** Stops listening; a reply under way is sent first. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
        if (data.type === "closed") resolve();
      };
    });
    this.#send({ type: "close" });
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => timer = setTimeout(resolve, FAREWELL));
    await Promise.race([closed, late]);
    clearTimeout(timer);
    this.worker.terminate();
  }

  #held(iteration: number, { config }: GuiScene): boolean {
    return this.#holds || (this.#keepAlive && iteration >= config.iterations);
  }

  async #answer(request: GuiRequest, scene: GuiScene): Promise<void> {
    // A request without a picture says nothing of the training, as in the reference.
    if (request.width === 0 || request.height === 0) {
      return this.#send({ type: "reply", picture: null });
    }
    try {
      const picture = await drawForViewer(request, scene);
      this.#holds = !request.train;
      this.#keepAlive = request.keepAlive;
      this.#send({ type: "reply", picture }, [picture.buffer]);
    } catch (error) {
      this.#drop(error instanceof Error ? error.message : String(error));
    }
  }

  #drop(reason: string): void {
    this.#release();
    this.#send({ type: "drop", reason });
  }

  #release(): void {
    this.#holds = false;
    this.#keepAlive = false;
  }

  #send(message: ToWorker, transfer: Transferable[] = []): void {
    this.worker.postMessage(message, transfer);
  }
}

/** RGB bytes, row by row; exposures belong to photographed views, so there are none here. */
async function drawForViewer(
  request: GuiRequest,
  { gaussians, config }: GuiScene,
): Promise<Uint8Array<ArrayBuffer>> {
  using _scope = gaussians.gpu.scope();
  const image = await drawPicture(gaussians, guiCamera(request), {
    ...rasterOptions(config),
    background: backgroundOf(config),
    scaleModifier: request.scaleModifier,
  });
  const planes = await image.read("f32");
  const pixels = request.width * request.height;
  const bytes = new Uint8Array(3 * pixels);
  for (let i = 0; i < pixels; i++) {
    for (let c = 0; c < 3; c++) bytes[3 * i + c] = 255 * planes[c * pixels + i]!;
  }
  return bytes;
}
