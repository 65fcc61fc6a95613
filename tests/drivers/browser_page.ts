/**
 * What a page stands in for so that test files run in a browser as they are: the part of `Deno` that tests
 * of what computes use. Files come from the server that gave the page, one synchronous request each.
 */

interface PageTest {
  readonly name: string;
  readonly ignore?: boolean;
  readonly fn: (context: unknown) => Promise<void> | void;
}

/** How a test file went. */
export interface PageResult {
  readonly passed: number;
  readonly skipped: number;
  /** What failed, with the error's own words. */
  readonly failed: readonly { readonly name: string; readonly error: string }[];
}

class NotFound extends Error {}

const tests: PageTest[] = [];

// Deno's types know no XMLHttpRequest.
interface SynchronousRequest {
  open(method: string, address: URL, asynchronous: false): void;
  overrideMimeType(type: string): void;
  send(): void;
  getResponseHeader(name: string): string | null;
  readonly status: number;
  readonly responseText: string;
}

function ask(path: string | URL, method = "GET"): SynchronousRequest {
  const { XMLHttpRequest } = globalThis as unknown as {
    XMLHttpRequest: new () => SynchronousRequest;
  };
  const request = new XMLHttpRequest();
  // Paths of the machine begin at the same root as addresses of the server.
  request.open(method, new URL(path, location.href), false);
  // A synchronous request gives text alone: one character for each byte.
  request.overrideMimeType("text/plain; charset=x-user-defined");
  request.send();
  if (request.status === 404) throw new NotFound(`No such file: ${path}`);
  return request;
}

function readFileSync(path: string | URL): Uint8Array {
  return Uint8Array.from(ask(path).responseText, (character) => character.charCodeAt(0));
}

function statSync(path: string | URL) {
  const answer = ask(path, "HEAD");
  const isDirectory = answer.getResponseHeader("x-folder") !== null;
  const size = Number(answer.getResponseHeader("x-size"));
  return { isFile: !isDirectory, isDirectory, size, mtime: null, ino: null };
}

/** A file that is read whole when it is opened. */
function openSync(path: string | URL) {
  const bytes = readFileSync(path);
  let at = 0;
  return {
    seekSync: (offset: number) => at = offset,
    readSync(into: Uint8Array): number | null {
      const part = bytes.subarray(at, at + into.length);
      into.set(part);
      at += part.length;
      return part.length || null;
    },
    statSync: () => statSync(path),
    close() {},
    [Symbol.dispose]() {},
  };
}

function test(first: string | PageTest, second?: PageTest | PageTest["fn"]): void {
  if (typeof first !== "string") tests.push(first);
  else if (typeof second === "function") tests.push({ name: first, fn: second });
  else tests.push({ ...second!, name: first });
}

Object.assign(globalThis, {
  Deno: {
    test: Object.assign(test, {
      ignore: (name: string, fn: PageTest["fn"]) => test({ name, ignore: true, fn }),
      beforeAll() {},
      afterAll() {},
    }),
    build: { os: "browser" },
    env: { get: () => undefined },
    errors: { NotFound },
    openSync,
    SeekMode: { Start: 0 },
    readFileSync,
    readFile: (path: string | URL) => Promise.resolve(readFileSync(path)),
    readTextFileSync: (path: string | URL) => new TextDecoder().decode(readFileSync(path)),
    statSync,
    readDirSync: (path: string | URL) => JSON.parse(new TextDecoder().decode(readFileSync(path))),
  },
  /** Runs the tests that the page's other script has registered, one after the other. */
  async runTests(): Promise<PageResult> {
    const failed: { name: string; error: string }[] = [];
    let skipped = 0;
    for (const { name, ignore, fn } of tests) {
      if (ignore) {
        skipped++;
        continue;
      }
      try {
        await fn({ step: (_: string, body: () => unknown) => body() });
      } catch (error) {
        failed.push({ name, error: error instanceof Error ? error.message : String(error) });
      }
    }
    return { passed: tests.length - skipped - failed.length, skipped, failed };
  },
});
