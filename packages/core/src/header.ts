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

/** Whether a text can be a token: one that a header holds as it is, behind its scheme. */
export function isTokenText(text: string): boolean {
  return /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(text);
}
