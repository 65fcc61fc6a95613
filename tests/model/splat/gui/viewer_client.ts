import type { ViewCamera } from "../../../../data/scenes/scene_view.ts";

/** The fields of a request, as the protocol names them. */
export interface ViewerRequest {
  resolution_x: number;
  resolution_y: number;
  train: number;
  fov_y: number;
  fov_x: number;
  z_far: number;
  z_near: number;
  shs_python: number;
  rot_scale_python: number;
  keep_alive: number;
  scaling_modifier: number;
  view_matrix: number[];
  view_projection_matrix: number[];
}

/** What came back: RGB bytes if a picture was asked for, and the verify string. */
export interface ViewerReply {
  readonly picture: Uint8Array | null;
  readonly verify: string;
}

/**
 * A request for the view of a camera. The viewer's cameras have y up and look along -z, so that the
 * second and third column of the view matrix (as it is stored here) and the second one of the
 * projection change their sign.
 */
export function requestOf(
  camera: ViewCamera,
  changes: Partial<ViewerRequest> = {},
): ViewerRequest {
  const { width, height, tangents, view, projection } = camera;
  return {
    resolution_x: width,
    resolution_y: height,
    train: 0,
    fov_y: 2 * Math.atan(tangents[1]),
    fov_x: 2 * Math.atan(tangents[0]),
    z_far: 100,
    z_near: 0.01,
    shs_python: 0,
    rot_scale_python: 0,
    keep_alive: 0,
    scaling_modifier: 1,
    view_matrix: Array.from(view, (v, i) => [1, 2].includes(i % 4) ? -v : v),
    view_projection_matrix: Array.from(projection, (v, i) => i % 4 === 1 ? -v : v),
    ...changes,
  };
}

/** A client of the protocol: length and JSON out, picture and string in. */
export class ViewerClient {
  private constructor(readonly conn: Deno.TcpConn) {}

  static async connect(port: number): Promise<ViewerClient> {
    return new ViewerClient(await Deno.connect({ hostname: "127.0.0.1", port }));
  }

  async ask(request: ViewerRequest): Promise<ViewerReply> {
    await this.send(request);
    const { resolution_x: width, resolution_y: height } = request;
    const picture = width && height ? await this.#read(3 * width * height) : null;
    const length = new DataView((await this.#read(4)).buffer).getUint32(0, true);
    return { picture, verify: new TextDecoder().decode(await this.#read(length)) };
  }

  /** Sends a request, in pieces of so many bytes if wanted. */
  async send(request: ViewerRequest, piece = Infinity): Promise<void> {
    const body = new TextEncoder().encode(JSON.stringify(request));
    const message = new Uint8Array(4 + body.length);
    new DataView(message.buffer).setUint32(0, body.length, true);
    message.set(body, 4);
    for (let at = 0; at < message.length; at += piece) {
      await this.sendBytes(message.subarray(at, at + piece));
    }
  }

  async sendBytes(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length;) done += await this.conn.write(bytes.subarray(done));
  }

  /** Whether the server closes the connection in so many milliseconds. */
  async isClosed(milliseconds = 5000): Promise<boolean> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<false>((done) => timer = setTimeout(() => done(false), milliseconds));
    const end = this.conn.read(new Uint8Array(1)).then((got) => got === null, () => true);
    try {
      return await Promise.race([end, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    this.conn.close();
  }

  async #read(count: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(count);
    for (let done = 0; done < count;) {
      const got = await this.conn.read(bytes.subarray(done));
      if (got === null) throw new Error(`the server closed after ${done} of ${count} bytes`);
      done += got;
    }
    return bytes;
  }
}
