/** Runs `body` and names the file that it writes in an error of the system, such as that of a full disk. */
export function writing<T>(path: string, body: () => T): T {
  try {
    return body();
  } catch (cause) {
    throw cannotWrite(path, cause);
  }
}

/** The one error of a file or folder that cannot be written, by its path and what the system says. */
export function cannotWrite(path: string, cause: unknown, more = ""): Error {
  return new Error(`Cannot write "${path}": ${stateOf(cause)}${more}`, { cause });
}

/** What the system says, without its call and the names in it. */
function stateOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/: \w+ '.*'$/s, "");
}
