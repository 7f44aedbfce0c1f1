/**
 * What the machine gives at best: rows of the same tables and about the same size, written by bulk statements without logic, without
 * reading, with primary keys only. One transaction a batch: log record, event, state, seen, timeline, contact.
 */
import pg from 'pg';
import { Blob } from '#adapters/postgres/event-store/blob.js';
import { jsonArray, plainArray } from '#adapters/postgres/read-models/array-literal.js';
import { deriveId, type Uuid } from '#contracts/ids.js';
import { CONTACTS, ZIPF } from '../load/people.js';
import { randomFrom } from '../load/random.js';
import { Zipf } from '../load/zipf.js';
import type { World } from '../world/world.js';

/** Bytes of an event, half in clear and half sealed; of a contact in each of its two forms. */
const EVENT_BYTES = 600;
const CONTACT_BYTES = 1_000;

/** Rows for each engagement, as the engine wrote them for the same load. */
export interface Shape {
  /** Rows of the event store, and of the timeline. */
  readonly events: number;
  readonly seen: number;
  /** False: the log is there already, as it is for the pipeline. */
  readonly log: boolean;
}

const TABLES = `
create schema bulk;
create table bulk.record (partition smallint, position bigint, key uuid, id uuid, at timestamptz, data json, sealed bytea, primary key (partition, position));
create table bulk.event (workspace_id uuid, contact_id uuid, version bigint, id uuid, at timestamptz, data json, pii bytea, primary key (workspace_id, contact_id, version));
create table bulk.seen (workspace_id uuid, key uuid, primary key (workspace_id, key));
create table bulk.state (workspace_id uuid, contact_id uuid, version bigint, sealed bytea, primary key (workspace_id, contact_id)) with (fillfactor = 70);
create table bulk.timeline (workspace_id uuid, contact_id uuid, version bigint, id uuid, at timestamptz, data jsonb, pii jsonb, primary key (workspace_id, contact_id, version));
create table bulk.contact (workspace_id uuid, contact_id uuid, version bigint, data jsonb, primary key (workspace_id, contact_id)) with (fillfactor = 70);
create sequence bulk.pgbench start 1000000000 cache 1000;
alter table bulk.event alter pii set storage external;
alter table bulk.state alter sealed set storage external;
`;

const BYTES = 'substring($9::bytea from u.at for u.size)';
const RECORD = `insert into bulk.record select 0, u.position, u.key, u.id, now(), u.data, ${BYTES.replace('$9', '$5')}
from unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::json[], $6::int[], $7::int[]) as u(position, key, id, data, at, size)`;
const EVENT = `insert into bulk.event select $1, u.contact, u.version, u.id, now(), u.data, ${BYTES.replace('$9', '$6')}
from unnest($2::uuid[], $3::bigint[], $4::uuid[], $5::json[], $7::int[], $8::int[]) as u(contact, version, id, data, at, size)`;
const SEEN = 'insert into bulk.seen select $1, u.key from unnest($2::uuid[]) as u(key) on conflict do nothing';
const STATE = `update bulk.state s set version = u.version, sealed = ${BYTES.replace('$9', '$4')}
from unnest($2::uuid[], $3::bigint[], $5::int[], $6::int[]) as u(contact, version, at, size)
where s.workspace_id = $1 and s.contact_id = u.contact`;
const TIMELINE = `insert into bulk.timeline select $1, u.contact, u.version, u.id, now(), u.data, u.pii
from unnest($2::uuid[], $3::bigint[], $4::uuid[], $5::jsonb[], $6::jsonb[]) as u(contact, version, id, data, pii)`;
const CONTACT = `insert into bulk.contact select $1, u.contact, u.version, u.data
from unnest($2::uuid[], $3::bigint[], $4::jsonb[]) as u(contact, version, data)
on conflict (workspace_id, contact_id) do update set version = excluded.version, data = excluded.data`;

/** A script for pgbench: one transaction that writes rows as `write` does, made by the server, so that nothing but it is measured. */
export function bulkScript(batch: number, { events, seen, log }: Shape): string {
  const half = EVENT_BYTES / 2;
  const json = `json_build_object('filler', repeat('x', ${half - 20}))`;
  const bytes = (size: number) => `decode(repeat('07', ${size}), 'hex')`;
  const rows = Math.round(batch * events);
  // Contacts are taken from one place on: what is measured is writing, not drawing lots.
  return `
\\set from random(0, ${CONTACTS - batch})
begin;
create temp table if not exists picked (contact uuid, n int) on commit delete rows;
insert into picked select contact_id, row_number() over () from (
  select contact_id from bulk.contact where workspace_id = '${WORKSPACE}' and contact_id >= md5(:from::text)::uuid
    and (hashtext(contact_id::text) & 1) = :client_id & 1
  order by contact_id limit ${batch}) c;
${log ? `insert into bulk.record select 0, nextval('bulk.pgbench'), contact, gen_random_uuid(), now(), ${json}, ${bytes(half)} from picked;` : ''}
insert into bulk.event select '${WORKSPACE}', contact, nextval('bulk.pgbench'), gen_random_uuid(), now(), ${json}, ${bytes(half)}
  from picked, generate_series(1, ${Math.max(1, Math.round(rows / batch))});
update bulk.state s set version = version + 1, sealed = ${bytes(CONTACT_BYTES)} from picked p
  where s.workspace_id = '${WORKSPACE}' and s.contact_id = p.contact;
insert into bulk.seen select '${WORKSPACE}', gen_random_uuid() from generate_series(1, ${Math.round(batch * seen)});
insert into bulk.timeline select '${WORKSPACE}', contact, nextval('bulk.pgbench'), gen_random_uuid(), now(), ${json}::jsonb, ${json}::jsonb
  from picked, generate_series(1, ${Math.max(1, Math.round(rows / batch))});
update bulk.contact c set version = version + 1, data = json_build_object('attributes', repeat('x', ${CONTACT_BYTES}))::jsonb
  from picked p where c.workspace_id = '${WORKSPACE}' and c.contact_id = p.contact;
commit;
`;
}

const WORKSPACE = deriveId('bulk', 'workspace');
const DATABASE = 'bulk';

export class BulkWrite {
  readonly #contacts: readonly Uuid[];
  readonly #zipf = new Zipf(CONTACTS, ZIPF);
  readonly #random = randomFrom(7);
  #position = 0;

  /** Of its database. */
  readonly url: string;

  private constructor(private readonly world: World) {
    this.url = world.url(DATABASE);
    this.#contacts = Array.from({ length: CONTACTS }, (_, rank) => deriveId('bulk', 'contact', rank));
  }

  /** Makes the tables, with a state and a contact for each of 100,000 contacts. */
  static async open(world: World): Promise<BulkWrite> {
    const server = await world.connect('postgres');
    await server.query(`create database ${DATABASE}`);
    await server.end();
    const client = await world.connect(DATABASE);
    await client.query(TABLES);
    const bulk = new BulkWrite(world);
    const [contacts, filler] = [bulk.#contacts, 'x'.repeat(CONTACT_BYTES)];
    await client.query('insert into bulk.state select $1, u, 0, convert_to($3, $4) from unnest($2::uuid[]) u', [
      WORKSPACE,
      plainArray(contacts),
      filler,
      'UTF8',
    ]);
    await client.query(`insert into bulk.contact select $1, u, 0, $3 from unnest($2::uuid[]) u`, [
      WORKSPACE,
      plainArray(contacts),
      JSON.stringify({ attributes: filler }),
    ]);
    await client.query('vacuum (analyze)');
    await client.query('checkpoint');
    await client.end();
    return bulk;
  }

  connect(): Promise<pg.Client> {
    return this.world.connect(DATABASE);
  }

  /** Engagements a second; `lanes` connections at once, each with every so-manieth contact. */
  async measure(engagements: number, batch: number, lanes: number, shape: Shape): Promise<number> {
    const clients = await Promise.all(Array.from({ length: lanes }, () => this.world.connect(DATABASE)));
    const batches = Math.max(lanes, Math.round(engagements / batch));
    let next = 0;
    const began = performance.now();
    await Promise.all(
      clients.map(async (client, lane) => {
        while (next < batches) {
          next += 1;
          await this.write(client, batch, lane, lanes, shape);
        }
      }),
    );
    const seconds = (performance.now() - began) / 1000;
    await Promise.all(clients.map((client) => client.end()));
    return (batches * batch) / seconds;
  }

  /** One batch in one transaction. */
  async write(
    client: pg.Client,
    batch: number,
    lane: number,
    lanes: number,
    { events, seen, log }: Shape,
  ): Promise<void> {
    const met = Array.from({ length: batch }, () => this.#contact(lane, lanes));
    const rows = Array.from({ length: Math.round(batch * events) }, (_, n) => met[n % batch] as Uuid).sort();
    const versions = plainArray(rows.map(() => ++this.#position));
    const keys = Array.from({ length: Math.round(batch * seen) }, () => this.#id()).sort();
    const ids = plainArray(rows.map(() => this.#id()));
    const known = [...new Set(met)].sort();
    await client.query('begin');
    if (log) await this.#records(client, met);
    const half = filler(EVENT_BYTES / 2);
    const json = { filler: half };
    const sealed = Buffer.alloc(EVENT_BYTES / 2, 7);
    await run(client, 'event', EVENT, [
      ...[WORKSPACE, plainArray(rows), versions, ids, jsonArray(rows.map(() => json))],
      ...Blob.of(rows, () => sealed),
    ]);
    const state = Buffer.alloc(CONTACT_BYTES, 7);
    const reached = plainArray(known.map(() => this.#position));
    await run(client, 'state', STATE, [WORKSPACE, plainArray(known), reached, ...Blob.of(known, () => state)]);
    await run(client, 'seen', SEEN, [WORKSPACE, plainArray(keys)]);
    const jsons = jsonArray(rows.map(() => json));
    await run(client, 'timeline', TIMELINE, [WORKSPACE, plainArray(rows), versions, ids, jsons, jsons]);
    const contact = { attributes: filler(CONTACT_BYTES) };
    await run(client, 'contact', CONTACT, [WORKSPACE, plainArray(known), reached, jsonArray(known.map(() => contact))]);
    await client.query('commit');
  }

  async #records(client: pg.Client, met: readonly Uuid[]): Promise<void> {
    const sealed = Buffer.alloc(EVENT_BYTES / 2, 7);
    const json = { filler: filler(EVENT_BYTES / 2) };
    await run(client, 'record', RECORD, [
      ...[plainArray(met.map(() => ++this.#position)), plainArray(met), plainArray(met.map(() => this.#id()))],
      ...[jsonArray(met.map(() => json)), ...Blob.of(met, () => sealed)],
    ]);
  }

  /** Lanes share no contact, as partitions share none. */
  #contact(lane: number, lanes: number): Uuid {
    for (;;) {
      const rank = this.#zipf.rank(this.#random());
      if (rank % lanes === lane) return this.#contacts[rank] as Uuid;
    }
  }

  #id(): Uuid {
    const part = () =>
      Math.floor(this.#random() * 2 ** 32)
        .toString(16)
        .padStart(8, '0');
    const hex = part() + part() + part() + part();
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }
}

const filler = (bytes: number): string => 'x'.repeat(bytes - 20);

async function run(client: pg.Client, name: string, text: string, values: unknown[]): Promise<void> {
  await client.query({ name, text, values });
}
