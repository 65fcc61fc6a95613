import type { SourceFile } from "./source.ts";

/** Typed arrays by their constructors' names. */
const TYPED = String.raw`(?:Float|Int|Uint|BigInt|BigUint)\d+(?:Clamped)?Array`;

/** A value that may be as long as the data: a name, or a property of something. */
const VALUE = String.raw`(?:[\w$#]+[!?]?\.)*([\w$]+)!?`;

/**
 * Ways to put each value of a typed array into a box of its own, 16 to 120 bytes for 1 to 8, or onto the
 * stack, which ends near 120 000 of them, and what to do instead.
 */
const WAYS: readonly (readonly [pattern: string, instead: string])[] = [
  [String.raw`\(\s*(?:[^()]*,\s*)?\.\.\.${VALUE}\s*[,)]`, "loop, arguments lie on the stack"],
  [String.raw`\[\s*\.\.\.${VALUE}\s*\]`, "keep it typed"],
  [String.raw`\bArray\.from\(\s*${VALUE}\s*[,)]`, "keep it typed"],
  [String.raw`\b${VALUE}\.filter\(`, "count, then fill"],
  [String.raw`\b${VALUE}\.(?:sort|toSorted)\(\s*[^\s)]`, "sort without a function of its own"],
];

/**
 * No typed array is spread or boxed value by value, as far as text can tell: names that a file declares
 * as typed arrays, properties that any interface does, and whatever a typed array is made of by a
 * function. A line that holds, or follows, a comment `// boxed: why` may.
 */
export function checkBoxes(files: readonly SourceFile[]): string[] {
  const sources = files.filter(({ path }) => /^(cli|data|gpu|loss|model)\/.*\.ts$/.test(path));
  const properties = new Set(sources.flatMap(({ text }) => propertiesIn(text)));
  return sources.flatMap(({ path, text }) => {
    const names = namesIn(text, properties);
    const lines = text.split("\n");
    const tell = (at: number, found: string, instead: string) => {
      const line = text.slice(0, at).split("\n").length - 1;
      if (/^\s*(\*|\/)/.test(lines[line]!)) return [];
      if ([lines[line - 1], lines[line]].some((text) => text?.includes("// boxed: "))) return [];
      return [`${path}:${line + 1}: "${found.replace(/\s+/g, " ").trim()}": ${instead}`];
    };
    return [
      ...WAYS.flatMap(([pattern, instead]) =>
        [...text.matchAll(new RegExp(pattern, "g"))].flatMap((match) => {
          const [found, name] = match as unknown as [string, string];
          const member = found.includes(`.${name}`) && !found.includes(`...${name}`);
          if (!(member ? properties : names).has(name)) return [];
          return tell(match.index, found, instead);
        })
      ),
      ...[...text.matchAll(new RegExp(String.raw`\b${TYPED}\.(from|of)\(`, "g"))].flatMap(
        ({ 0: found, 1: way, index }) => {
          const [first = "", second] = argumentsFrom(text, index + found.length);
          if (way === "of" && first.startsWith("...")) {
            return tell(index, `${found}…`, "make it and .set(), arguments lie on the stack");
          }
          if (way === "of" || second === undefined || /^[{[]/.test(first)) return [];
          return tell(
            index,
            `${found}${first}, …`,
            "take .from({ length }, (_, i) => …), which makes no list first",
          );
        },
      ),
    ];
  });
}

/** Arguments of a call whose opening parenthesis is just before `start`. */
function argumentsFrom(text: string, start: number): string[] {
  const out = [""];
  for (let i = start, depth = 0; i < text.length; i++) {
    const char = text[i]!;
    if (/[)\]}]/.test(char) && depth-- === 0) break;
    if (/[([{]/.test(char)) depth++;
    if (char === "," && depth === 0) out.push("");
    else out[out.length - 1] += char;
  }
  return out.map((argument) => argument.trim()).filter(Boolean);
}

/** Names that a file declares as typed arrays, or takes out of what has them as properties. */
function namesIn(text: string, properties: ReadonlySet<string>): Set<string> {
  const declared = text.matchAll(new RegExp(String.raw`([\w$]+)\??:\s*${TYPED}\b(?!\[)`, "g"));
  const made = text.matchAll(
    new RegExp(
      String.raw`\b(?:const|let)\s+([\w$]+)\s*=\s*(?:await\s+)?` +
        String.raw`(?:(?:new\s+)?${TYPED}\b|[^;\n]*\.read\("[fiu]\d+"\)(?=[;,)]))`,
      "g",
    ),
  );
  const taken = [...text.matchAll(/\{([\w\s,$]+)\}\s*(?:: [A-Z]|= )/g)]
    .flatMap(([, names]) => names!.split(/[\s,]+/)).filter((name) => properties.has(name));
  return new Set([...taken, ...[...declared, ...made].map(([, name]) => name!)]);
}

/** Properties that interfaces and classes declare as typed arrays. */
function propertiesIn(text: string): string[] {
  const declared = new RegExp(String.raw`\breadonly\s+([\w$]+)\??:\s*${TYPED}\b(?!\[)`, "g");
  return [...text.matchAll(declared)].map(([, name]) => name!);
}
