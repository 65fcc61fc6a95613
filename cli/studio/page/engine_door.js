/** The studio's worker: jobs are asked for by name, and what is wrong is thrown as it says it. */
export class Engine {
  #worker = new Worker("engine.js", { type: "module" });
  #open = new Map();
  #asked = 0;

  constructor(onBroken) {
    this.#worker.addEventListener("message", ({ data }) => this.#settle(data));
    // It cannot be loaded, or failed outside any job.
    this.#worker.addEventListener("error", (event) => onBroken(event.message ?? "it cannot start"));
  }

  /** What comes of a job. */
  ask(job, given = null) {
    const id = this.#asked++;
    const { promise, resolve, reject } = Promise.withResolvers();
    this.#open.set(id, { resolve, reject });
    this.#worker.postMessage({ id, job, given });
    return promise;
  }

  #settle({ id, result, message, hint }) {
    const { resolve, reject } = this.#open.get(id);
    this.#open.delete(id);
    if (message === undefined) resolve(result);
    else reject(new Error(hint ? `${message} (${hint})` : message));
  }

  /** What the viewer's page shows, from the worker. */
  door() {
    return {
      state: async (tag) => {
        const content = await this.ask("state");
        const now = JSON.stringify(content);
        return content === null || now === tag ? null : { tag: now, content };
      },
      item: async ({ id }, ...part) => {
        const found = await this.ask("resource", { name: [id, ...part] });
        return found
          ? new Response(found.body, { headers: { "content-type": found.type } })
          : new Response("it is gone, a newer one takes its place", { status: 404 });
      },
      address: async (item, ...part) => {
        const { body } = await this.ask("resource", { name: [item.id, ...part] });
        return URL.createObjectURL(body);
      },
    };
  }
}
