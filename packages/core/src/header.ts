/** Whether a header of this name can hold this value. */
export function isHeader(name: string, value: string): boolean {
  try {
    new Headers([[name, value]]);
    return true;
  } catch {
    // `Headers` throws on nothing else; its message would show the value.
    return false;
  }
}
