/**
 * An absolute URL, or undefined. In place of `URL.canParse`, which in Node 20, once it is optimised, takes valid
 * addresses with Latin-1 letters (`https://bücher.example`) for wrong ones.
 */
export function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    // That is the answer: the one thing that `URL` throws is that the text is no absolute URL.
    return undefined;
  }
}
