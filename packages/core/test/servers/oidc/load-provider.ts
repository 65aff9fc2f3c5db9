// The provider runs well on Node 20, and says on import that it isn't meant to.
const { warn } = console;
console.warn = (...words: unknown[]) => {
  if (!String(words[0]).includes('oidc-provider WARNING: Unsupported runtime')) warn(...words);
};
const loaded = await import('oidc-provider').finally(() => {
  console.warn = warn;
});

/** The real `oidc-provider`, and its errors. */
export const { Provider, errors } = loaded;
