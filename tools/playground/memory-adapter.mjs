/** Where the provider keeps its records: in memory, for a playground has nothing to lose. */
export function memoryAdapter() {
  const records = new Map();
  return class MemoryAdapter {
    constructor(model) {
      this.model = model;
    }

    async upsert(id, payload, expiresIn) {
      records.set(`${this.model}:${id}`, { payload, endsAt: Date.now() + (expiresIn ?? Infinity) * 1000 });
    }

    async find(id) {
      const record = records.get(`${this.model}:${id}`);
      if (record && record.endsAt > Date.now()) return record.payload;
      records.delete(`${this.model}:${id}`);
      return undefined;
    }

    async destroy(id) {
      records.delete(`${this.model}:${id}`);
    }
  };
}
