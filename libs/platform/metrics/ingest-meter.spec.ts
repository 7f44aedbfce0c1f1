import { readFileSync } from 'node:fs';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { deriveId } from '#contracts/ids.js';
import type { Source } from '#engine/ingest/source.js';
import { installed } from '../runtime/installation.js';
import { ingestMeter } from './ingest-meter.js';

const source: Source = {
  id: deriveId('source'),
  workspaceId: deriveId('workspace'),
  path: 'p',
  name: 'shop',
  provider: 'sendgrid',
  state: 'active',
  settings: { scheme: 'none', keys: [] },
};

it('counts by source what comes, what is refused and why, what is stored, and how late it was', async () => {
  const registry = new Registry();
  const meter = ingestMeter(registry, pino({ enabled: false }));
  meter.received(source);
  meter.verified(source);
  meter.rejected(source, 'signature');
  meter.rejected(null, 'unknown_source');
  meter.stored(source, 3, 1);
  meter.lag(source, 7_000);
  meter.unavailable(source, new Error('away'));
  const text = await registry.metrics();
  const of = `source="${source.id}",provider="sendgrid"`;
  for (const line of [
    `requests_total{${of}} 1`,
    `verified_total{${of}} 1`,
    `rejected_total{${of},kind="signature"} 1`,
    `rejected_total{source="none",provider="none",kind="unknown_source"} 1`,
    `engagements_total{${of}} 3`,
    `quarantined_total{${of}} 1`,
    `unavailable_total{${of}} 1`,
    `event_lag_seconds_sum{${of}} 7`,
  ])
    expect(text).toContain(`afterclick_ingest_${line}`);
});

it('says and counts every alert, also those of one source that come at once', async () => {
  const registry = new Registry();
  const lines: string[] = [];
  const meter = ingestMeter(registry, pino({}, { write: (line) => void lines.push(line) }));
  const about = { delivery: deriveId('delivery'), contact: deriveId('contact') };
  for (let i = 0; i < 3; i += 1) meter.alert(source, 'HubSpot erased its contact', about);
  const said = lines.map((line) => JSON.parse(line));
  expect(said).toHaveLength(3);
  expect(said[2]).toMatchObject({ level: 50, msg: 'HubSpot erased its contact', source: source.id, ...about });
  expect(await registry.metrics()).toContain(
    `afterclick_ingest_alerts_total{source="${source.id}",provider="sendgrid"} 3`,
  );
});

it('counts nothing that the page on receiving does not explain', async () => {
  const registry = new Registry();
  ingestMeter(registry, pino({ enabled: false }));
  const page = readFileSync(installed('docs', 'receiving.md'), 'utf8');
  const names = (await registry.getMetricsAsJSON()).map(({ name }) => name);
  expect(names.length).toBeGreaterThan(5);
  expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});
