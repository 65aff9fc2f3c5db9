/** How texts are written into a store, and read again. */
export interface Seal {
  /** Whether nobody can read them there. */
  readonly encrypts: boolean;
  /** Begins to load what it needs, and waits for that; undefined once it is there. Never fails. */
  load?(): Promise<void> | undefined;
  seal(key: string, text: string): Promise<string>;
  /** Undefined for what this can't open, or what was written under another key. */
  open(key: string, sealed: string): Promise<string | undefined>;
}

/** Texts as they are. */
export const plainTexts: Seal = {
  encrypts: false,
  seal: (_key, text) => Promise.resolve(text),
  open: (_key, text) => Promise.resolve(text),
};
