import { z } from 'zod';
import { oneOfEverything } from '#testing/api/one-of-everything.js';
import { type RunningEngine, runningEngine } from '#testing/api/running-engine.js';

type Schema = Record<string, unknown>;
interface Operation {
  readonly responses: Readonly<Record<string, { content?: Readonly<Record<string, { schema?: Schema }>> }>>;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

type Request = readonly [
  operation: string,
  status: number,
  path: () => string,
  body?: () => unknown,
  /** Of a body that is no JSON. */
  type?: string,
];

const NOBODY = '00000000-0000-8000-8000-000000000000';

describe('the OpenAPI document', () => {
  let engine: RunningEngine;
  let document: Document;
  let ids: Readonly<Record<string, string>> = {};

  beforeAll(async () => {
    engine = await runningEngine();
    document = (await engine.ask<Document>('/openapi.json', { key: null })).body;
    ids = await oneOfEverything(engine);
  }, 60_000);
  afterAll(() => engine.stop());

  /** One good request for each operation, in an order in which all of them are good. */
  const REQUESTS: readonly Request[] = [
    ['put /v1/contacts', 200, () => '/v1/contacts', () => ({ email: 'eve@example.com', set: { company: 'Norland' } })],
    ['get /v1/contacts', 200, () => '/v1/contacts?limit=2'],
    [
      'patch /v1/contacts/{contactId}',
      200,
      () => `/v1/contacts/${ids['ada']}`,
      () => ({ timeZone: 'Europe/Berlin', consent: { news: true } }),
    ],
    ['post /v1/events', 200, () => '/v1/events', () => ({ type: 'form_sent', email: 'ada@example.com' })],
    ['get /v1/attributes', 200, () => '/v1/attributes'],
    ['put /v1/attributes', 200, () => '/v1/attributes', () => ({ attributes: { region: { type: 'string' } } })],
    [
      'put /v1/attributes/{name}',
      200,
      () => '/v1/attributes/tier',
      () => ({ type: 'enum', values: ['gold', 'silver'] }),
    ],
    ['get /v1/attributes/{name}', 200, () => '/v1/attributes/tier'],
    [
      'put /v1/teams',
      200,
      () => '/v1/teams',
      () => ({ owners: [{ email: 'sam@example.com', zone: 'Europe/Berlin' }], teams: [] }),
    ],
    ['get /v1/teams', 200, () => '/v1/teams'],
    ['put /v1/sequences/{name}', 200, () => '/v1/sequences/welcome', () => ({ description: 'The first days.' })],
    ['get /v1/sequences', 200, () => '/v1/sequences'],
    ['get /v1/contacts/export', 200, () => '/v1/contacts/export?tag=pricing-interest'],
    ['get /v1/contacts/{contactId}', 200, () => `/v1/contacts/${ids['ada']}`],
    ['get /v1/contacts/{contactId}/timeline', 200, () => `/v1/contacts/${ids['ada']}/timeline?limit=5`],
    ['get /v1/contacts/{contactId}/commands/{commandId}', 200, () => `/v1/contacts/${ids['ada']}/commands/${NOBODY}`],
    ['get /v1/changes', 200, () => '/v1/changes?limit=3'],
    ['get /v1/changes/cursor', 200, () => '/v1/changes/cursor'],
    ['post /v1/imports', 201, () => '/v1/imports', () => ({ format: 'csv', size: 10, dryRun: true })],
    [
      'put /v1/imports/{importId}/content',
      200,
      () => `/v1/imports/${ids['import']}/content`,
      () => 'email\na@x.org\n',
      'application/octet-stream',
    ],
    ['get /v1/imports', 200, () => '/v1/imports'],
    ['get /v1/imports/{importId}', 200, () => `/v1/imports/${ids['import']}`],
    ['get /v1/imports/{importId}/rejects', 200, () => `/v1/imports/${ids['import']}/rejects`],
    ['get /v1/notifications', 200, () => '/v1/notifications?state=open'],
    ['get /v1/notifications/{effectId}', 200, () => `/v1/notifications/${ids['effect']}`],
    [
      'post /v1/notifications/{effectId}/take',
      200,
      () => `/v1/notifications/${ids['effect']}/take`,
      () => ({ by: 'Sam' }),
    ],
    [
      'post /v1/notifications/{effectId}/done',
      200,
      () => `/v1/notifications/${ids['effect']}/done`,
      () => ({ by: 'Sam' }),
    ],
    ['get /v1/suppressions', 200, () => '/v1/suppressions?in_force=true'],
    ['post /v1/suppressions', 200, () => '/v1/suppressions', () => ({ email: 'noel@example.com', note: 'asked' })],
    [
      'post /v1/suppressions/lift',
      200,
      () => '/v1/suppressions/lift',
      () => ({ suppressions: [{ email: 'noel@example.com' }] }),
    ],
    [
      'post /v1/suppressions/check',
      200,
      () => '/v1/suppressions/check',
      () => ({ addresses: ['ines@example.com', 'ada@example.com', 'nobody'], scopes: ['list:news'] }),
    ],
    ['get /v1/suppressions/export', 200, () => '/v1/suppressions/export?lifted=true'],
    ['get /v1/effects/{effectId}', 200, () => `/v1/effects/${ids['effect']}`],
    ['get /v1/effects/{effectId}/why', 200, () => `/v1/effects/${ids['effect']}/why`],
    ['get /v1/deliveries', 200, () => '/v1/deliveries'],
    ['get /v1/deliveries/{deliveryId}', 200, () => `/v1/deliveries/${ids['delivery']}`],
    ['get /v1/quarantine', 200, () => '/v1/quarantine'],
    ['get /v1/quarantine/{quarantineId}', 200, () => `/v1/quarantine/${ids['quarantined']}`],
    ['post /v1/quarantine/{quarantineId}/redrive', 200, () => `/v1/quarantine/${ids['understood']}/redrive`],
    ['post /v1/quarantine/discard', 200, () => '/v1/quarantine/discard', () => ({ ids: [ids['source']] })],
    [
      'post /v1/deliveries/renormalise',
      200,
      () => '/v1/deliveries/renormalise',
      () => ({ source: ids['source'], since: '2026-01-01T00:00:00Z' }),
    ],
    ['get /v1/parked', 200, () => '/v1/parked'],
    ['post /v1/parked/{contactId}/replay', 200, () => `/v1/parked/${ids['parked']}/replay`, () => ({ discard: true })],
    ['post /v1/parked/release', 200, () => '/v1/parked/release', () => ({ limit: 1 })],
    ['get /v1/dead-letters', 200, () => '/v1/dead-letters'],
    ['get /v1/dead-letters/{effectId}/{target}', 200, () => `/v1/dead-letters/${ids['dead']}/webhook`],
    ['post /v1/dead-letters/{effectId}/{target}/replay', 200, () => `/v1/dead-letters/${ids['dead']}/webhook/replay`],
    [
      'post /v1/dead-letters/{effectId}/{target}/discard',
      200,
      () => `/v1/dead-letters/${ids['dead2']}/webhook/discard`,
    ],
    ['get /v1/rules', 200, () => '/v1/rules'],
    [
      'post /v1/rules/check',
      200,
      () => '/v1/rules/check',
      () => ({ files: { 'rules/x.yaml': 'rule: x\non: clicked\n' } }),
    ],
    ['get /v1/rules/schema', 200, () => '/v1/rules/schema'],
    ['post /v1/rules/publish', 200, () => '/v1/rules/publish', () => ({ files: RULE, note: 'a try' })],
    [
      'put /v1/rules/{rule}/draft',
      200,
      () => '/v1/rules/vip/draft',
      () => ({ yaml: `${RULE['rules/vip.yaml']}  - add_score: 1\n` }),
    ],
    ['get /v1/rules/{rule}/draft', 200, () => '/v1/rules/other/draft'],
    ['get /v1/rules/{rule}/draft/reach', 200, () => '/v1/rules/vip/draft/reach'],
    ['post /v1/rules/{rule}/try', 200, () => '/v1/rules/vip/try', () => ({ contact: 'ada@example.com' })],
    ['get /v1/rule-drafts', 200, () => '/v1/rule-drafts'],
    ['get /v1/rules/{rule}', 200, () => '/v1/rules/vip'],
    ['get /v1/rules/{rule}/versions', 200, () => '/v1/rules/vip/versions'],
    ['get /v1/rules/{rule}/versions/{version}', 200, () => '/v1/rules/vip/versions/1'],
    ['get /v1/rules/{rule}/diff', 200, () => '/v1/rules/vip/diff'],
    ['post /v1/rules/diff', 200, () => '/v1/rules/diff', () => ({ files: RULE })],
    ['post /v1/rules/{rule}/publish', 200, () => '/v1/rules/vip/publish', () => ({ note: 'better' })],
    ['delete /v1/rules/{rule}/draft', 200, () => '/v1/rules/other/draft'],
    ['post /v1/rules/{rule}/rollback', 200, () => '/v1/rules/vip/rollback', () => ({ version: null })],
    ['get /v1/segments', 200, () => '/v1/segments'],
    ['get /v1/segments/{name}', 200, () => '/v1/segments/openers'],
    ['get /v1/sources', 200, () => '/v1/sources'],
    ['post /v1/sources', 201, () => '/v1/sources', () => ({ name: 'other', provider: 'generic-hmac' })],
    ['get /v1/sources/{sourceId}', 200, () => `/v1/sources/${ids['source']}`],
    ['patch /v1/sources/{sourceId}', 200, () => `/v1/sources/${ids['source']}`, () => ({ policy: { burst: 9 } })],
    ['get /v1/sources/{sourceId}/gaps', 200, () => `/v1/sources/${ids['source']}/gaps`],
    ['post /v1/sources/{sourceId}/gaps/settle', 200, () => `/v1/sources/${ids['source']}/gaps/settle`],
    ['post /v1/sources/{sourceId}/rotate', 200, () => `/v1/sources/${ids['source']}/rotate`, () => ({})],
    ['post /v1/sources/{sourceId}/pause', 200, () => `/v1/sources/${ids['source']}/pause`],
    ['post /v1/sources/{sourceId}/resume', 200, () => `/v1/sources/${ids['source']}/resume`],
    ['delete /v1/sources/{sourceId}', 200, () => `/v1/sources/${ids['source']}`],
    ['get /v1/webhooks', 200, () => '/v1/webhooks'],
    ['post /v1/webhooks', 201, () => '/v1/webhooks', () => ({ name: 'other', url: 'https://example.com/hook' })],
    ['get /v1/webhooks/{webhookId}', 200, () => `/v1/webhooks/${ids['webhook']}`],
    ['patch /v1/webhooks/{webhookId}', 200, () => `/v1/webhooks/${ids['webhook']}`, () => ({ retryHours: 5 })],
    ['post /v1/webhooks/{webhookId}/rotate', 200, () => `/v1/webhooks/${ids['webhook']}/rotate`, () => ({})],
    ['post /v1/webhooks/{webhookId}/test', 200, () => `/v1/webhooks/${ids['webhook']}/test`],
    ['get /v1/webhooks/{webhookId}/deliveries', 200, () => `/v1/webhooks/${ids['webhook']}/deliveries`],
    [
      'post /v1/webhooks/{webhookId}/deliveries/{deliveryId}/redeliver',
      200,
      () => `/v1/webhooks/${ids['webhook']}/deliveries/${ids['told']}/redeliver`,
    ],
    ['delete /v1/webhooks/{webhookId}', 200, () => `/v1/webhooks/${ids['webhook']}`],
    ['get /v1/keys', 200, () => '/v1/keys'],
    ['post /v1/keys', 201, () => '/v1/keys', () => ({ name: 'crm', scopes: ['read:contacts'] })],
    ['post /v1/keys/{keyId}/rotate', 201, () => `/v1/keys/${ids['key']}/rotate`, () => ({ overlapHours: 1 })],
    ['delete /v1/keys/{keyId}', 200, () => `/v1/keys/${ids['key']}`],
    [
      'post /v1/contacts/{contactId}/merge',
      200,
      () => `/v1/contacts/${ids['ines']}/merge`,
      () => ({ into: ids['ada'] }),
    ],
    ['post /v1/contacts/{contactId}/unmerge', 409, () => `/v1/contacts/${ids['ines']}/unmerge`],
    ['delete /v1/contacts/{contactId}', 200, () => `/v1/contacts/${ids['ada']}`],
    ['get /health/live', 200, () => '/health/live'],
    ['get /health/ready', 200, () => '/health/ready'],
  ];

  const operationOf = (name: string): Operation => {
    const [method = '', path = ''] = name.split(' ');
    const operation = document.paths[path]?.[method];
    if (!operation) throw new Error(`${name} is not in the document`);
    return operation;
  };

  it('has every operation that is tried here, and no other', () => {
    const declared = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(declared.toSorted()).toEqual([...REQUESTS.map(([name]) => name), STREAM].toSorted());
  });

  it.each(REQUESTS.map((request) => ({ name: request[0], request })))(
    '$name answers as its schema says',
    async ({ request }) => {
      const [name, status, path, body, type] = request;
      const answer = await engine.ask(path(), {
        method: (name.split(' ')[0] ?? '').toUpperCase(),
        ...(body === undefined ? {} : { body: body() }),
        ...(type === undefined ? {} : { headers: { 'content-type': type } }),
      });
      expect({ status: answer.status, body: answer.body }).toMatchObject({ status });
      const { content } = operationOf(name).responses[status] ?? {};
      const file = Object.keys(content ?? {}).find((one) => answer.headers.get('content-type')?.startsWith(one));
      const schema = content?.[file ?? 'application/json']?.schema;
      if (schema === undefined) throw new Error(`${name} declares no answer ${status}`);
      const checked = validator(schema, document).safeParse(answer.body);
      expect(checked.error?.issues ?? []).toEqual([]);
    },
  );

  it('tells in its stream what its schema says', async () => {
    const leaving = new AbortController();
    const first = (await engine.ask<{ items: { cursor: string }[] }>('/v1/changes?limit=1')).body.items[0];
    const response = await fetch(`${engine.url}/v1/changes/stream?after=${first?.cursor}`, {
      headers: { authorization: `Bearer ${engine.key}` },
      signal: leaving.signal,
    });
    const schema = operationOf(STREAM).responses[200]?.content?.['text/event-stream']?.schema;
    if (schema === undefined || response.body === null) throw new Error('the stream declares nothing');
    let text = '';
    for await (const part of response.body.pipeThrough(new TextDecoderStream())) {
      text += part;
      const data = /^data: (.*)\n\n/m.exec(text)?.[1];
      if (data === undefined) continue;
      expect(validator(schema, document).safeParse(JSON.parse(data)).error?.issues ?? []).toEqual([]);
      break;
    }
    leaving.abort();
    expect.assertions(1);
  });

  it('names the scope, and without a key nothing under /v1 answers', async () => {
    for (const [name, , path] of REQUESTS.filter(([one]) => one.includes('/v1/'))) {
      const method = (name.split(' ')[0] ?? '').toUpperCase();
      const answer = await engine.ask<{ title: string }>(path(), { method, key: null });
      expect({ name, status: answer.status, type: answer.headers.get('content-type') }).toEqual({
        name,
        status: 401,
        type: 'application/problem+json; charset=utf-8',
      });
      expect(answer.headers.get('www-authenticate')).toContain('Bearer');
    }
  });

  it('takes no parameter that it does not name', async () => {
    for (const [name, , path] of REQUESTS.filter(([one]) => /^get \/v1\/[a-z-]+$/.test(one))) {
      if (operationOf(name).parameters?.some((one) => one.in === 'query') !== true) continue;
      const answer = await engine.ask<{ errors: { field: string }[] }>(`${path().split('?')[0]}?limitt=1`);
      expect(answer.status).toBe(400);
      expect(answer.body.errors).toEqual([{ field: 'query.limitt', problem: 'There is no such parameter here' }]);
    }
  });

  it('names a cursor that no list made', async () => {
    for (const path of [
      'contacts',
      'notifications',
      'suppressions',
      'deliveries',
      'quarantine',
      'parked',
      'dead-letters',
    ]) {
      for (const cursor of [
        'zz',
        Buffer.from('[1,2,3,4,5]').toString('base64url'),
        Buffer.from('["x"]').toString('base64url'),
      ]) {
        const answer = await engine.ask<{ errors: { field: string }[] }>(`/v1/${path}?cursor=${cursor}`);
        expect({ path, status: answer.status, field: answer.body.errors?.[0]?.field }).toEqual({
          path,
          status: 400,
          field: 'query.cursor',
        });
      }
    }
  });
});

const STREAM = 'get /v1/changes/stream';
const RULE = {
  'rules/vip.yaml': 'rule: vip\ndescription: A try.\non: opened\nthen:\n  - add_tag: vip\n',
  'segments/openers.yaml': `segment: openers\nif: 'count("opened", "30d") >= 2'\n`,
};

/** JSON Schema of an answer → what checks it. */
function validator(schema: Schema, document: Document): z.ZodType {
  const text = JSON.stringify({ ...schema, definitions: document.components.schemas });
  const local = JSON.parse(text.replaceAll('#/components/schemas/', '#/definitions/')) as Parameters<
    typeof z.fromJSONSchema
  >[0];
  return z.fromJSONSchema(local, { defaultTarget: 'openapi-3.0' });
}
