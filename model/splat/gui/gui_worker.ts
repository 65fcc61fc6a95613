/**
 * The viewer's side of a training, on a thread of its own: whatever a client does or leaves undone,
 * the training never waits for its socket.
 */
import { GuiMailbox } from "./gui_mailbox.ts";
import { MOST_BYTES, parseGuiRequest } from "./gui_request.ts";

/** From the training. */
export type ToWorker =
  | {
    readonly type: "start";
    readonly memory: SharedArrayBuffer;
    readonly ip: string;
    readonly port: number;
    /** Milliseconds within which a client must take a reply, or finish a message. */
    readonly patience: number;
    /** The scene's folder, which ends each reply. */
    readonly verify: string;
  }
  /** The picture asked for, RGB bytes row by row, or null where none was. */
  | { readonly type: "reply"; readonly picture: Uint8Array<ArrayBuffer> | null }
  | { readonly type: "drop"; readonly reason: string }
  | { readonly type: "close" };

/** To the training. */
export type FromWorker =
  | { readonly type: "listening"; readonly port: number }
  | { readonly type: "failed"; readonly reason: string }
  | { readonly type: "remark"; readonly text: string }
  | { readonly type: "closed" };

type Answer = Extract<ToWorker, { type: "reply" | "drop" | "close" }>;

interface WorkerScope {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker): void;
  close(): void;
}

const scope = self as unknown as WorkerScope;
let answered: ((answer: Answer) => void) | null = null;
let listener: Deno.TcpListener | null = null;
let client: Deno.TcpConn | null = null;
let closing = false;
let finished = false;

scope.onmessage = ({ data }) => {
  if (data.type === "start") {
    serve(data);
    return;
  }
  if (data.type === "close") closing = true;
  // While an answer is awaited, what has been drawn is sent before all ends.
  if (answered) {
    answered(data);
    answered = null;
  } else if (data.type !== "reply") endClient(data.type === "drop" ? data.reason : null);
  if (closing && !client) finish();
};

async function serve(start: Extract<ToWorker, { type: "start" }>): Promise<void> {
  const mailbox = new GuiMailbox(start.memory);
  try {
    listener = Deno.listen({ hostname: start.ip, port: start.port });
  } catch (error) {
    scope.postMessage({ type: "failed", reason: error instanceof Error ? error.message : "" });
    return;
  }
  scope.postMessage({ type: "listening", port: listener.addr.port });
  while (!closing) {
    try {
      client = await listener.accept();
    } catch {
      break; // closed
    }
    // A reply is three writes: the later ones must not wait until the first has been acknowledged.
    client.setNoDelay(true);
    remark("a viewer has connected");
    try {
      await converse(client, mailbox, start);
    } catch (error) {
      // Where it was let go, that has been said.
      if (!closing && client) remark(`the viewer has gone: ${reasonOf(error)}`);
    }
    endClient(null);
    mailbox.leave();
  }
  finish();
}

/** Requests and replies in turn, until one side is tired of it. */
async function converse(
  conn: Deno.TcpConn,
  mailbox: GuiMailbox,
  { patience, verify }: { readonly patience: number; readonly verify: string },
): Promise<void> {
  const ending = new TextEncoder().encode(verify);
  for (;;) {
    // It may be silent between requests, but not within one.
    const [length] = new Uint32Array((await read(conn, 4, { patience, idle: true })).buffer);
    if (length! > MOST_BYTES) {
      throw new RangeError(`its message has ${length} bytes, at most ${MOST_BYTES} are read`);
    }
    const message = await read(conn, length!, { patience });
    parseGuiRequest(new TextDecoder().decode(message)); // what is wrong ends here
    const waiting = new Promise<Answer>((resolve) => answered = resolve);
    mailbox.put(message);
    const answer = await waiting;
    if (answer.type === "drop") throw new Error(answer.reason);
    if (answer.type === "close") return;
    const { picture } = answer;
    const size = Uint32Array.of(ending.length);
    const parts = [...picture ? [picture] : [], new Uint8Array(size.buffer), ending];
    await within(
      patience,
      (async () => {
        for (const part of parts) await write(conn, part);
      })(),
    );
    if (closing) return;
  }
}

/** Exactly so many bytes; `idle` lets the first of them take as long as they like. */
async function read(
  conn: Deno.TcpConn,
  count: number,
  { patience, idle = false }: { readonly patience: number; readonly idle?: boolean },
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(count);
  let done = 0;
  const deadline = Date.now() + patience;
  while (done < count) {
    const reading = conn.read(bytes.subarray(done));
    const free = idle && done === 0;
    const got = await (free ? reading : within(deadline - Date.now(), reading));
    if (got === null) throw new Error("it has closed the connection");
    done += got;
  }
  return bytes;
}

async function write(conn: Deno.TcpConn, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await conn.write(bytes.subarray(done));
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  work.catch(() => {}); // it fails once more when the connection is closed
  try {
    return await Promise.race([
      work,
      new Promise<never>((_, reject) => {
        const late = () => reject(new Error("it has not answered in time"));
        timer = setTimeout(late, Math.max(0, milliseconds));
      }),
    ]);
  } finally {
    clearTimeout(timer);
  }
}

function endClient(reason: string | null): void {
  if (reason !== null && client) remark(`the viewer is let go: ${reason}`);
  try {
    client?.close();
  } catch {
    // closed already
  }
  client = null;
}

function finish(): void {
  if (finished) return;
  finished = true;
  try {
    listener?.close();
  } catch {
    // closed already
  }
  listener = null;
  scope.postMessage({ type: "closed" });
  scope.close();
}

function remark(text: string): void {
  scope.postMessage({ type: "remark", text });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
