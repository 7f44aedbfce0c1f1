import { event, type RunningEngine, runningEngine } from '#testing/api/running-engine.js';
import { problemsOfHtml } from '#testing/api/well-formed.js';

const HOSTILE = '"><script>alert(1)</script>';

describe('the pages', () => {
  let engine: RunningEngine;
  let cookie: string;
  let effectId: string;
  let contactId: string;
  let deliveryId: string;

  const visit = (path: string, headers: Record<string, string> = {}) =>
    engine.ask<string>(path, { key: null, headers: { accept: 'text/html', cookie, ...headers } });
  const submit = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    engine.ask<string>(path, {
      method: 'POST',
      key: null,
      body: new URLSearchParams(fields).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html', cookie, ...headers },
    });
  const csrf = async (path = '/pages/inbox') =>
    /name="_csrf" value="([^"]+)"/.exec((await visit(path)).body)?.[1] ?? '';

  beforeAll(async () => {
    engine = await runningEngine();
    const signedIn = await engine.ask(`/sign-in?key=${engine.key}`, { key: null });
    cookie = (signedIn.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const click = (path: string) => event('ada@example.com', 'click', { url: `https://example.com${path}` });
    await engine.sendgrid([click('/pricing'), { event: 42, email: HOSTILE }]);
    const { body } = await engine.sendgrid([click(`/pricing?q=${HOSTILE}`)]);
    deliveryId = body.delivery;
    await engine.ask('/v1/contacts', {
      method: 'PUT',
      body: {
        email: '<b>mallory</b>@example.com',
        set: { note: HOSTILE },
        addTags: [HOSTILE],
        stage: HOSTILE,
        owner: HOSTILE,
      },
    });
    const inbox = await engine.askUntil<{ items: { effectId: string; contact: { id: string } }[] }>(
      '/v1/notifications',
      ({ items }) => items.length > 0,
    );
    effectId = inbox.items[0]?.effectId ?? '';
    contactId = inbox.items[0]?.contact.id ?? '';
  }, 60_000);
  afterAll(() => engine.stop());

  it('send those who are not signed in to sign in, and bring them back', async () => {
    const away = await engine.ask('/pages/contacts?tag=vip', { key: null, headers: { accept: 'text/html' } });
    expect(away.status).toBe(303);
    const to = away.headers.get('location') ?? '';
    expect(to).toBe('/sign-in?to=%2Fpages%2Fcontacts%3Ftag%3Dvip');
    expect((await engine.ask<string>(to, { key: null })).body).toContain('value="/pages/contacts?tag=vip"');
    const back = await submit(
      '/sign-in',
      { key: engine.key, name: 'Sam', to: '/pages/contacts?tag=vip' },
      { cookie: '' },
    );
    expect(back.status).toBe(303);
    expect(back.headers.get('location')).toBe('/pages/contacts?tag=vip');
    expect(back.headers.get('set-cookie')).toMatch(
      /^afterclick_session=[\w-]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/,
    );
  });

  it('never send anybody elsewhere after signing in', async () => {
    for (const to of ['https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)']) {
      const answer = await submit('/sign-in', { key: engine.key, to }, { cookie: '' });
      expect({ to, location: answer.headers.get('location') }).toEqual({ to, location: '/' });
    }
  });

  it('refuse a wrong key, a forged session, and the session of a revoked key', async () => {
    const wrong = await submit('/sign-in', { key: `ack_${'x'.repeat(43)}` }, { cookie: '' });
    expect(wrong.status).toBe(401);
    expect(wrong.body).toContain('unknown, expired or revoked');
    const forged = `${cookie.slice(0, -3)}${cookie.endsWith('AAA') ? 'BBB' : 'AAA'}`;
    expect((await visit('/', { cookie: forged })).status).toBe(303);

    const key = await engine.keyWith(['read:contacts']);
    const opened = await engine.ask(`/sign-in?key=${key}`, { key: null });
    const other = (opened.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    expect((await visit('/', { cookie: other })).status).toBe(200);
    await engine.runtime.pool.query(`update registry.api_key set revoked_at = now() where prefix = $1`, [
      key.slice(0, 10),
    ]);
    expect((await visit('/', { cookie: other })).status).toBe(303);
  });

  it('hide what a key may not see, and say which scope it lacks', async () => {
    const key = await engine.keyWith(['read:contacts']);
    const opened = await engine.ask(`/sign-in?key=${key}`, { key: null });
    const other = { cookie: (opened.headers.get('set-cookie') ?? '').split(';')[0] ?? '' };
    const live = await visit('/', other);
    expect(live.body).not.toContain('href="/pages/health"');
    const refused = await visit('/pages/health', other);
    expect(refused.status).toBe(403);
    expect(refused.body).toContain('read:operations');
    expect((await visit(`/pages/contacts/${contactId}`, other)).body).not.toContain('/pages/deliveries/');
  });

  it('show another workspace nothing of this one', async () => {
    const key = await engine.keyWith(['admin'], 'elsewhere');
    const opened = await engine.ask(`/sign-in?key=${key}`, { key: null });
    const other = { cookie: (opened.headers.get('set-cookie') ?? '').split(';')[0] ?? '' };
    const places = ['/', '/pages/contacts', '/pages/inbox', '/pages/rules', '/pages/sources', '/pages/health'];
    for (const path of [...places, '/pages/imports', '/pages/webhooks']) {
      const { status, body } = await visit(path, other);
      expect({ path, status, ada: body.includes('ada@'), problems: problemsOfHtml(body) }).toEqual({
        path,
        status: 200,
        ada: false,
        problems: [],
      });
    }
    expect((await visit(`/pages/contacts/${contactId}`, other)).status).toBe(404);
    expect((await visit(`/pages/deliveries/${deliveryId}`, other)).status).toBe(404);
  });

  const everyPage = () => [
    '/',
    '/pages/contacts',
    '/pages/contacts?q=ada&tag=pricing-interest',
    '/pages/contacts?q=nobody',
    `/pages/contacts?tag=${encodeURIComponent(HOSTILE)}`,
    `/pages/contacts/${contactId}`,
    `/pages/contacts/${contactId}?before=5`,
    `/pages/deliveries/${deliveryId}`,
    '/pages/inbox',
    '/pages/inbox?state=taken',
    '/pages/inbox?state=done',
    '/pages/rules',
    '/pages/sources',
    '/pages/health',
    '/pages/imports',
    '/pages/webhooks',
    '/sign-in',
    '/pages/nowhere',
    '/pages/contacts/nonsense',
  ];

  it('are well formed, load nothing from elsewhere and run nothing inline', async () => {
    for (const path of everyPage()) {
      const { body, headers } = await visit(path);
      expect({ path, problems: problemsOfHtml(body) }).toEqual({ path, problems: [] });
      expect({ path, type: headers.get('content-type') }).toEqual({ path, type: 'text/html; charset=utf-8' });
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toContain('unsafe');
      expect(body).not.toMatch(/<[^>]+\s(?:on\w+|style)=/);
      for (const [, address] of body.matchAll(/(?:src|href|action)="([^"]*)"/g))
        expect({ path, own: /^(\/(?!\/)|#)/.test(address ?? '') }).toEqual({ path, own: true });
    }
  });

  it('show what came from outside as text, whatever it holds', async () => {
    for (const path of everyPage()) {
      const { body } = await visit(path);
      expect({ path, script: /<script(?! src="\/pages)/.test(body) }).toEqual({ path, script: false });
      expect({ path, bold: body.includes('<b>mallory') }).toEqual({ path, bold: false });
    }
    expect((await visit('/pages/contacts?q=%3Cb%3E')).body).toContain('&lt;b&gt;mallory&lt;/b&gt;@example.com');
    expect((await visit(`/pages/contacts/${contactId}`)).body).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  });

  it('say why, back to the delivery, on every line of a timeline', async () => {
    const { body } = await visit(`/pages/contacts/${contactId}`);
    const lines = body.match(/<details id="v\d+">/g) ?? [];
    expect(lines.length).toBeGreaterThan(5);
    expect(body.match(/class="why"/g)).toHaveLength(lines.length);
    const asked = body.split('<details id=').find((line) => line.includes('Notify <b>owner</b>')) ?? '';
    expect(asked).toContain(`/pages/deliveries/${deliveryId}`);
    expect(asked).toContain('Rule <b>hot-lead</b> v1 fired');
    expect(asked).toMatch(/<dt>event\.url<\/dt><dd>https:\/\/example\.com\/pricing/);
    expect((await visit(`/pages/deliveries/${deliveryId}`)).body).toContain('sg_event_id');
  });

  it('refresh only their living part when a script asks', async () => {
    const { body } = await visit('/', { 'x-fragment': '1' });
    expect(body).toMatch(/^<section/);
    expect(body).not.toContain('<html');
    expect((await visit('/', { 'x-fragment': '1', cookie: '' })).status).toBe(401);
  });

  it('refuse a form without the token of the session, from whoever it comes', async () => {
    for (const fields of [{}, { _csrf: 'guessed' }, { _csrf: '' }]) {
      const refused = await submit(`/pages/inbox/${effectId}/take`, fields);
      expect(refused.status).toBe(403);
      expect(refused.body).toContain('another session');
    }
    expect((await submit('/sign-out', {})).status).toBe(403);
    expect((await submit('/sign-in', { key: engine.key }, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    const state = await engine.ask<{ state: string }>(`/v1/notifications/${effectId}`);
    expect(state.body.state).toBe('open');
  });

  it('let sales take a lead under their name and mark it done', async () => {
    const named = await submit('/pages/inbox/name', { _csrf: await csrf(), name: 'Sam <Sales>' });
    cookie = (named.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const took = await submit(`/pages/inbox/${effectId}/take`, { _csrf: await csrf() });
    expect({ status: took.status, location: took.headers.get('location') }).toEqual({
      status: 303,
      location: '/pages/inbox',
    });
    expect((await visit('/pages/inbox?state=taken')).body).toContain('taken by Sam &lt;Sales&gt;');
    const twice = await submit(`/pages/inbox/${effectId}/take`, { _csrf: await csrf() });
    expect({ status: twice.status, html: twice.body.includes('<h1>') }).toEqual({ status: 409, html: true });
    await submit(`/pages/inbox/${effectId}/done`, { _csrf: await csrf() });
    expect((await visit('/pages/inbox?state=done')).body).toContain('done by Sam &lt;Sales&gt;');
    expect((await visit(`/pages/contacts/${contactId}`)).body).toContain(
      'Notification done by <b>Sam &lt;Sales&gt;</b>',
    );
  });

  it('show what became of imports, and who is told of changes, with what a test of it gave', async () => {
    const nothing = { imports: await visit('/pages/imports'), webhooks: await visit('/pages/webhooks') };
    expect(nothing.imports.body).toContain('No imports yet');
    expect(nothing.webhooks.body).toContain('Nobody is told of changes yet');
    const file = '<b>,name\na,b\n';
    const wish = { format: 'csv', size: file.length, dryRun: true };
    const { id } = (await engine.ask<{ id: string }>('/v1/imports', { method: 'POST', body: wish })).body;
    const headers = { 'content-type': 'application/octet-stream' };
    expect((await visit('/pages/imports')).body).toContain('0 % of 13 bytes are here');
    await engine.ask(`/v1/imports/${id}/content`, { method: 'PUT', body: file, headers });
    await engine.askUntil<{ state: string }>(`/v1/imports/${id}`, ({ state }) => state === 'failed');
    const failed = (await visit('/pages/imports')).body;
    expect(failed).toContain('No column holds the e-mail address');
    expect(problemsOfHtml(failed)).toEqual([]);

    // A port that nothing listens on.
    const hook = { name: 'crm', url: 'http://127.0.0.1:9/hooks?secret=s3cret', filter: { tags: ['<vip>'] } };
    const made = await engine.ask<{ id: string }>('/v1/webhooks', { method: 'POST', body: hook });
    expect(made.status).toBe(201);
    const list = (await visit('/pages/webhooks')).body;
    expect(list).toContain('tagged &lt;vip&gt;');
    expect(list).not.toContain('s3cret');
    const tried = await submit(`/pages/webhooks/${made.body.id}/test`, { _csrf: await csrf('/pages/webhooks') });
    expect(tried.body).toContain('Test failed:');
    expect(problemsOfHtml(tried.body)).toEqual([]);
    expect((await submit(`/pages/webhooks/${made.body.id}/test`, {})).status).toBe(403);
  });

  it('make a source whose secret is shown once, and pause it', async () => {
    const made = await submit('/pages/sources', {
      _csrf: await csrf('/pages/sources'),
      name: 'shop',
      provider: 'generic-hmac',
      key: '',
    });
    expect(made.body).toContain('shown this once');
    const list = await engine.ask<{ items: { id: string; name: string; url: string }[] }>('/v1/sources');
    const shop = list.body.items.find(({ name }) => name === 'shop');
    expect(made.body).toContain(shop?.url ?? 'nothing');
    // What could not be verified, or by anybody, is not made: with the reason, and never with the key.
    const refused = async (provider: string, more: Readonly<Record<string, string>> = {}) => {
      const wish = { name: 'other', provider, key: '', ...more };
      const { status, body } = await submit('/pages/sources', { _csrf: await csrf('/pages/sources'), ...wish });
      expect(body).not.toContain('s3cret');
      return { status, body };
    };
    expect(await refused('ses')).toMatchObject({ status: 400, body: expect.stringContaining('Name the SNS topic') });
    expect(await refused('sendgrid', { key: 's3cret' })).toMatchObject({
      status: 400,
      body: expect.stringContaining('Expected the verification key'),
    });
    const topic = 'arn:aws:sns:eu-west-1:123456789012:mail';
    expect(await refused('ses', { topic })).toMatchObject({
      status: 201,
      body: expect.not.stringContaining('refuses everything'),
    });
    const loops = { _csrf: await csrf('/pages/sources'), name: 'loops', provider: 'loops', key: '' };
    expect((await submit('/pages/sources', loops)).body).toContain('refuses everything until the key');
    const after = await engine.ask<{ items: { name: string; settings: object }[] }>('/v1/sources');
    expect(after.body.items.find(({ name }) => name === 'other')?.settings).toEqual({ expectedTopicArn: topic });
    await submit(`/pages/sources/${shop?.id}/pause`, { _csrf: await csrf('/pages/sources') });
    expect((await visit(`/pages/sources/${shop?.id}`)).body).toContain('paused');
  });

  it('end the session at signing out', async () => {
    const out = await submit('/sign-out', { _csrf: await csrf() });
    expect({ status: out.status, location: out.headers.get('location') }).toEqual({
      status: 303,
      location: '/sign-in',
    });
    expect(out.headers.get('set-cookie')).toContain('Max-Age=0');
  });

  it('have one small style sheet and a script of at most 2 kB, kept by browsers for good', async () => {
    const { body } = await visit('/');
    const script = /<script src="([^"]+)"/.exec(body)?.[1] ?? '';
    const style = /<link rel="stylesheet" href="([^"]+)"/.exec(body)?.[1] ?? '';
    const loaded = await engine.ask<string>(script, { key: null });
    expect(loaded.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(loaded.headers.get('cache-control')).toContain('immutable');
    expect(Buffer.byteLength(loaded.body)).toBeLessThanOrEqual(2048);
    expect((await engine.ask(style, { key: null })).status).toBe(200);
    expect((await engine.ask('/pages/assets/../assets.ts', { key: null })).status).toBe(404);
  });
});
