/**
 * What `--break` does to a copy: a fault that the fault run must find.
 * @type {Readonly<Record<string, readonly { file: string, find: string, replace: string }[]>>}
 */
export const breaks = {
  /** What was seen before is decided again. */
  dedup: [
    {
      file: 'libs/domain/contact/decide.ts',
      find: 'if (keys.some(({ key }) => seen.has(key))) {',
      replace: 'if (keys.length < 0) {',
    },
  ],
  /** A process that lost its partition still writes. */
  fence: [
    {
      file: 'libs/adapters/postgres/log/checkpoints.ts',
      find: ' and epoch = $4 and next = $5`',
      replace: ' and $4::bigint > 0 and $5::bigint >= 0`',
    },
  ],
  /** Inputs of a batch are decided last to first. */
  order: [
    {
      file: 'libs/engine/decision/decide-batch.ts',
      find: 'for (const input of inputs) {',
      replace: 'for (const input of [...inputs].reverse()) {',
    },
  ],
  /** The relay moves its mark first, and what it carries is on the log half a second later. */
  relay: [
    {
      file: 'libs/engine/outbox/relay.ts',
      find: '      await this.#log.append(records);\n      await this.#lanes.move(taken.fence, from, from + records.length);\n',
      replace:
        '      await this.#lanes.move(taken.fence, from, from + records.length);\n      await pause(500, new AbortController().signal);\n      await this.#log.append(records);\n',
    },
  ],
  /** A provider is answered before its delivery is durable. */
  'early-ack': [
    {
      file: 'libs/engine/ingest/ingest.ts',
      find: 'contacts = await within(left, store(this.ports, received, taking, left));',
      replace: 'contacts = []; void store(this.ports, received, taking, left).catch(() => undefined);',
    },
  ],
};
