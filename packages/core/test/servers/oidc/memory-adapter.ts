import type { Adapter, AdapterPayload } from 'oidc-provider';

interface StoredRecord {
  readonly model: string;
  readonly payload: AdapterPayload;
  readonly endsAt: number;
}

/** Where one provider keeps its records: in memory, each to its end. */
export function memoryAdapter(): new (model: string) => Adapter {
  const records = new Map<string, StoredRecord>();
  return class MemoryAdapter implements Adapter {
    readonly #model: string;

    constructor(model: string) {
      this.#model = model;
    }

    async upsert(id: string, payload: AdapterPayload, expiresIn = Infinity): Promise<void> {
      records.set(this.#key(id), { model: this.#model, payload, endsAt: Date.now() + expiresIn * 1000 });
    }

    async find(id: string): Promise<AdapterPayload | undefined> {
      const record = records.get(this.#key(id));
      return record !== undefined && record.endsAt > Date.now() ? record.payload : undefined;
    }

    async consume(id: string): Promise<void> {
      const record = records.get(this.#key(id));
      if (record !== undefined) record.payload.consumed = Math.floor(Date.now() / 1000);
    }

    async destroy(id: string): Promise<void> {
      records.delete(this.#key(id));
    }

    async revokeByGrantId(grantId: string): Promise<void> {
      for (const [key, { model, payload }] of records) {
        if (model === this.#model && payload.grantId === grantId) records.delete(key);
      }
    }

    // Both belong to flows with a browser, which nobody runs here.
    async findByUid(): Promise<undefined> {}

    async findByUserCode(): Promise<undefined> {}

    #key(id: string): string {
      return `${this.#model}:${id}`;
    }
  };
}
