import { NotFound, pathState, readRange, readText } from "../../files/door.ts";
import { ANYTHING, type JsonKind, listOf } from "./json_kinds.ts";

/** What a file of a run holds, and what of it is left out. */
export interface JsonContent<T> {
  readonly value: T;
  /** Why something is left out, each with file and line: `run/metrics.jsonl:3: "step" must be …`. */
  readonly leftOut: readonly string[];
}

/**
 * Reads the objects of a file of JSON lines, each of a kind. What is no such object is left out and
 * named; only the last line, which its writer may be at or was killed at, goes without a word unless the
 * file is to be `whole`. A file that is not there has none.
 */
export function readJsonLines<T>(
  path: string,
  kind: JsonKind<T>,
  { whole = false } = {},
): JsonContent<readonly T[]> {
  const lines = (readIfThere(path) ?? "").split("\n");
  const rows: T[] = [];
  const leftOut: string[] = [];
  lines.forEach((line, i) => {
    if (line.trim() === "") return;
    const { value, problem } = parsed(line, kind);
    if (problem === null) rows.push(value as T);
    else if (whole || i < lines.length - 1) leftOut.push(`${path}:${i + 1}: ${problem}`);
  });
  return { value: rows, leftOut };
}

const CHUNK = 2 ** 20;

/**
 * Visits the lines of a text file that are not blank, with their numbers from 1, a part of the file at a
 * time: it may be larger than a text in memory can be. A file that is not there has none.
 */
export function forEachLine(path: string, visit: (line: string, number: number) => void): void {
  const size = pathState(path)?.size;
  if (size === undefined) return;
  const decoder = new TextDecoder();
  let rest = "";
  let number = 0;
  const take = (line: string) => {
    number++;
    if (line.trim() !== "") visit(line, number);
  };
  for (let at = 0; at < size; at += CHUNK) {
    rest += decoder.decode(readRange(path, at, CHUNK), { stream: at + CHUNK < size });
    const lines = rest.split("\n");
    rest = lines.pop()!;
    lines.forEach(take);
  }
  if (rest !== "") take(rest);
}

/** Reads a JSON file of a kind; null where it is not there, or left out for what is wrong with it. */
export function readJsonFile<T>(path: string, kind: JsonKind<T>): JsonContent<T | null> {
  const text = readIfThere(path);
  if (text === null) return { value: null, leftOut: [] };
  const { value, problem } = parsed(text, kind);
  return problem === null
    ? { value: value as T, leftOut: [] }
    : { value: null, leftOut: [`${path}: ${problem}`] };
}

/** Reads a JSON file that is a list; items that are not of the kind are left out. */
export function readJsonList<T>(path: string, kind: JsonKind<T>): JsonContent<readonly T[]> {
  const { value, leftOut } = readJsonFile(path, listOf(ANYTHING));
  const problems = (value ?? []).map((item, i) => kind.problem(item, `[${i}]`));
  return {
    value: (value ?? []).filter((_, i) => problems[i] === null) as T[],
    leftOut: [
      ...leftOut,
      ...problems.filter((text) => text !== null).map((text) => `${path}: ${text}`),
    ],
  };
}

function parsed<T>(text: string, kind: JsonKind<T>): { value: unknown; problem: string | null } {
  try {
    const value = JSON.parse(text);
    return { value, problem: kind.problem(value, "") };
  } catch (error) {
    return {
      value: null,
      problem: `it is not JSON (${error instanceof Error ? error.message : error})`,
    };
  }
}

function readIfThere(path: string): string | null {
  try {
    return readText(path);
  } catch (error) {
    if (error instanceof NotFound) return null;
    throw error;
  }
}
