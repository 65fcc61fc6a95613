/** Makes the one error of an unreadable file: it names the file, the byte offset and what is wrong. */
export function unreadable(
  file: string,
  offset: number,
  what: string,
  cause?: unknown,
): SyntaxError {
  const options = cause === undefined ? undefined : { cause };
  return new SyntaxError(`Cannot read "${file}" at byte ${offset}: ${what}`, options);
}

/** Runs a step of reading and turns any error it throws into one that names file and offset. */
export function readingAt<T>(file: string, offset: number, step: () => T): T {
  try {
    return step();
  } catch (error) {
    throw locate(error, file, offset);
  }
}

/** Returns the error itself if it names its file already, else an `unreadable` error caused by it. */
export function locate(error: unknown, file: string, offset: number): Error {
  if (error instanceof SyntaxError && error.message.startsWith("Cannot read ")) return error;
  return unreadable(file, offset, error instanceof Error ? error.message : String(error), error);
}
