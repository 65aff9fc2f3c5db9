export const scenario = {
  explains:
    'From making the client to its token, nothing loaded by anybody before; and with the import of the library.',
  rounds: { full: 15, quick: 2 },
  metrics: [
    { key: 'token', head: 'token ms', digits: 1, ratio: 'token' },
    { key: 'whole', head: 'with import ms', digits: 1 },
  ],
  cases: [
    {
      name: 'the first token of a process',
      needs: 'firstToken',
      floor: { contender: 'raw fetch' },
      toHold: '≤ 1.1 × raw fetch',
      measure: async (open, { loading }) => {
        const start = performance.now();
        await open();
        const token = performance.now() - start;
        return { token, whole: token + loading };
      },
    },
  ],
};
