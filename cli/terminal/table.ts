/** A cell: numbers are written with four significant digits and aligned to the right. */
export type Cell = string | number | null;

/** Aligned columns under a header; a column of numbers is aligned to the right. */
export function formatTable(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const numeric = header.map((_, column) =>
    rows.length > 0 && rows.every((row) => typeof (row[column] ?? null) !== "string") &&
    rows.some((row) => typeof row[column] === "number")
  );
  const written = [[...header], ...rows.map((row) => header.map((_, i) => cellText(row[i])))];
  return alignColumns(written, numeric);
}

/** Columns of text without a header, two spaces apart. */
export function formatColumns(rows: readonly (readonly string[])[]): string {
  return alignColumns(rows, []);
}

/** A number with four significant digits, whole numbers in full: `0.01235`, `12.3`, `1048576`. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "-∞";
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  const size = Math.abs(value);
  if (size < 1e-4 || size >= 1e9) return value.toExponential(3);
  return size >= 1000 ? value.toFixed(1) : String(Number(value.toPrecision(4)));
}

function cellText(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return "–";
  return typeof cell === "number" ? formatNumber(cell) : cell;
}

function alignColumns(rows: readonly (readonly string[])[], toRight: readonly boolean[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => widths[i] = Math.max(widths[i] ?? 0, width(cell)));
  }
  return rows.map((row) =>
    row.map((cell, i) => {
      const space = " ".repeat(widths[i]! - width(cell));
      return toRight[i] ? space + cell : cell + space;
    }).join("  ").trimEnd()
  ).join("\n");
}

function width(text: string): number {
  return [...text].length;
}

/** `1 scene`, `2 scenes`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
