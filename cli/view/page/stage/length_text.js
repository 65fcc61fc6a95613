/** A length in words, in the page's unit; without one it is of the scene's own frame. */
export function lengthText(length, { unit }) {
  const digits = Number(length.toPrecision(4));
  const text = Math.abs(digits) >= 1e5 || (digits !== 0 && Math.abs(digits) < 1e-3)
    ? digits.toExponential()
    : String(digits);
  return `${text} ${unit || (text === "1" ? "unit" : "units")}`;
}
